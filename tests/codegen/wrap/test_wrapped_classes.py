"""What `ambidex wrap` takes of classes: their members, their bases, and those of another distribution's part."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.codegen.wrap.conftest import Wrapping


def test_attribute_that_a_constructor_annotates_is_a_member(wrapping: Wrapping) -> None:
    """What cannot be typed is left out with the reason, and with it what a subclass says of it; the rest is there."""
    wrapping.project.write("site/crane/py.typed", "")
    wrapping.project.write(
        "site/crane/__init__.py",
        """
        class Crane:
            def __init__(self, height: int) -> None:
                self.height: "int | None" = None
                self.height = height
                self.hook: "Nowhere" = None

            async def lift(self) -> int:
                return 1


        class TallCrane(Crane):
            def __init__(self) -> None:
                super().__init__(30)
                self.hook: "Nowhere" = None
                self.height: int = 40
        """,
    )
    assert wrapping.wrap("crane") == (
        "crane/__init__.py:5: Crane.hook: the attribute Crane.hook: the annotation 'Nowhere' names Nowhere, "
        "which is not defined\n"
    )
    program = "import crane_sync; tall = crane_sync.TallCrane(); print(tall.height, hasattr(tall, 'hook'))"
    assert wrapping.run("-W", "error", "-c", program) == (0, "40 False\n", "")


def test_abstract_class_does_without_a_member_that_cannot_be_public(wrapping: Wrapping) -> None:
    """Its objects work; whoever extends it is told what is missing. What a base inherits from `object` is not its."""
    wrapping.project.write("site/crane/py.typed", "")
    wrapping.project.write(
        "site/crane/__init__.py",
        """
        import abc


        class Load(abc.ABC):
            @abc.abstractmethod
            async def lift(self) -> int: ...

            @abc.abstractmethod
            def hook(self, weight): ...


        class Crate(Load):
            async def lift(self) -> int:
                return 1

            def hook(self, weight):
                return None

            def __setattr__(self, name: str, value: object) -> None:
                super().__setattr__(name, value)


        async def lifted(load: Load) -> int:
            return await load.lift()
        """,
    )
    assert wrapping.wrap("crane") == (
        "crane/__init__.py:9: Load.hook: the parameter weight of Load.hook has no annotation\n"
        "crane/__init__.py:16: Crate.hook: the parameter weight of Crate.hook has no annotation\n"
        "crane/__init__.py:19: Crate.__setattr__: Crate.__setattr__ is a special method that faces do not hand on\n"
    )
    program = """
import ambidex, crane_sync

print(crane_sync.lifted(crane_sync.Crate()))

class Own(crane_sync.Load):
    @ambidex.method
    def lift(self) -> int: return 2

try:
    crane_sync.lifted(Own())
except TypeError as error:
    print("hook" in str(error))
"""
    assert wrapping.run("-W", "error", "-c", program) == (0, "1\nTrue\n", "")


def test_what_a_base_loses_is_lost_below_it(wrapping: Wrapping) -> None:
    """An override that was left to its base goes with what the base has; a function may hide a module by its name."""
    wrapping.project.write("site/crane/py.typed", "")
    wrapping.project.write(
        "site/crane/__init__.py",
        """
        from .winch import Crane, winch

        __all__ = ["Crane", "TallCrane", "winch"]


        class TallCrane(Crane):
            async def drop(self, load) -> int:
                return 2
        """,
    )
    wrapping.project.write(
        "site/crane/winch.py",
        """
        class Crane:
            async def lift(self) -> int:
                return 1

            async def drop(self, load: "Unknown") -> int:
                return 1

        async def winch() -> int:
            return 3

        async def wind() -> int:
            return 4
        """,
    )
    unknown = "the annotation 'Unknown' names Unknown, which is not defined"
    assert wrapping.wrap("crane") == (
        "crane/__init__.py:7: TallCrane.drop: the parameter load of TallCrane.drop has no annotation\n"
        f"crane/winch.py:5: Crane.drop: the parameter load of Crane.drop: {unknown}\n"
    )
    assert "from crane.winch import wind as crane_winch_wind" in wrapping.project.read("_crane_sync.py")
    program = "import crane_sync as c; print(c.TallCrane().lift(), c.winch(), c.wind(), hasattr(c.TallCrane(), 'drop'))"
    assert wrapping.run("-W", "error", "-c", program) == (0, "1 3 4 False\n", "")


def test_class_of_another_part_of_the_distribution_goes_as_it_is(wrapping: Wrapping) -> None:
    """It leads to what has a face, and nobody wraps it; one that is asynchronous itself is left out."""
    wrapping.project.write("site/crane/py.typed", "")
    wrapping.project.write("site/crane/__init__.py", "")
    wrapping.project.write(
        "site/crane/parts.py",
        """
        from __future__ import annotations
        from typing import TYPE_CHECKING

        if TYPE_CHECKING:
            from crane.aio import Crane

        class Hook:
            def cranes(self) -> list[Crane]:
                return []

        class Motor:
            async def run(self) -> int:
                return 1
        """,
    )
    wrapping.project.write(
        "site/crane/aio.py",
        """
        from crane.parts import Hook, Motor

        class Crane:
            async def hang(self, hook: Hook) -> Hook:
                assert type(hook) is Hook
                return hook

            async def drive(self, motor: Motor) -> int:
                return await motor.run()
        """,
    )
    code, _, errors = wrapping.run("-m", "ambidex", "wrap", "crane.aio", "--as", "crane_sync", "-o", ".")
    reason = "the parameter motor of Crane.drive: Motor is not public, and its run is asynchronous"
    assert (code, errors) == (0, f"crane/aio.py:8: Crane.drive: {reason}\n")
    program = """
import crane_sync as c, crane.parts as p
hook = p.Hook()
print(c.Crane().hang(hook) is hook, c.Hook is p.Hook)
"""
    assert wrapping.run("-W", "error", "-c", program) == (0, "True True\n", "")


def test_class_with_half_of_a_protocol_does_without_it(wrapping: Wrapping) -> None:
    """The reason names what is missing; the rest of the class is there."""
    wrapping.project.write("site/crane/py.typed", "")
    wrapping.project.write(
        "site/crane/__init__.py",
        """
        class Steps:
            async def __anext__(self) -> int:
                return 1

            async def count(self) -> int:
                return 2

        class Gate:
            async def __aexit__(self, *about: object) -> None: ...

            async def close(self) -> int:
                return 3
        """,
    )
    assert wrapping.wrap("crane") == (
        "crane/__init__.py:2: Steps.__anext__: Steps has __anext__ and no __aiter__\n"
        "crane/__init__.py:9: Gate.__aexit__: Gate has only one of __aenter__ and __aexit__\n"
    )
    program = "import crane_sync as c; print(c.Steps().count(), c.Gate().close(), hasattr(c.Steps(), '__next__'))"
    assert wrapping.run("-W", "error", "-c", program) == (0, "2 3 False\n", "")
