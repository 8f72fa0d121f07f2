"""`ambidex wrap`: what is taken of a package that nobody may edit, what is left out and why, and that it works."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.checkers import mypy
from tests.codegen.conftest import environment
from tests.codegen.wrap.packages import FILES
from tests.codegen.wrap.programs import PROGRAMS

if TYPE_CHECKING:
    from tests.codegen.conftest import Project
    from tests.conftest import Once

LIMIT_S = 100.0  # of one program; a checker reads the standard library's types first
LIBRARY = Path(__file__).parents[3] / "packages" / "ambidex" / "src"

FERRY_LEFT_OUT = """\
ferry/__init__.py:8: VERSION: is a plain value: use that of ferry
ferry/__init__.py:32: old_crossing: is deprecated
ferry/_boats.py:73: Boat.course.setter: the setter of Boat.course has no annotation for its value
ferry/_boats.py:82: Boat.log: Boat.log has no return annotation
ferry/_boats.py:99: Pilot.__init__: the parameter boat of _Pilot.__init__ has no annotation
ferry/_boats.py:100: Pilot.boat: the attribute Pilot.boat has no annotation
ferry/_boats.py:165: Rope.pull.kin: the parameter kin of Rope.pull: _Bow of ferry._boats is private, and this is public
ferry/_boats.py:165: Rope.pull.knot: the parameter knot of Rope.pull has no annotation
ferry/_boats.py:175: Rope.__enter__: Rope is both a blocking and an async context manager
ferry/_boats.py:175: Rope.__exit__: Rope is both a blocking and an async context manager
ferry/_boats.py:245: Tug.pull: the parameter times of Tug.pull has no annotation
ferry/_boats.py:261: watch: the parameter until of watch has no annotation
ferry/_boats.py:265: timetable: is blocking already, and takes and gives nothing that has a face: use that of ferry
ferry/broken.py:1: ferry.broken: could not be imported (RuntimeError: no sails)
"""
BUOY_LEFT_OUT = """\
buoy/__init__.py:5: Buoy.kind: the class attribute Buoy.kind has no annotation
buoy/__init__.py:8: Buoy.number: the attribute Buoy.number has no annotation
buoy/__init__.py:21: Buoy.sink: Buoy.sink has no return annotation
"""
REEL_LEFT_OUT = """\
reel/files.py:7: wrap: is not in the stub of reel.files
reel/files.py:15: wrap_plainly: is not in the stub of reel.files
reel/files.py:29: makedirs: is not in the stub of reel.files
reel/files.py:32: scandir: the result of the overload of scandir in line 14: _ScandirIterator of os is private, and \
this is public
reel/kinds.py:4: winding: is not in the stub of reel.kinds
"""
BOLT_LEFT_OUT = """\
bolt/__init__.py:11: Bolt.Driver: the parameter angle of Bolt.Driver.setter has no annotation
bolt/__init__.py:20: Bolt.Nut: the setter of Bolt.Nut.size has no annotation for its value
"""
FERRY_MANIFEST = '''\
"""Say what ferry_sync offers of ferry: made by `ambidex wrap ferry --as ferry_sync`, and yours to edit.

What was left out stands beside its reason. After an edit: `ambidex generate -m _ferry_sync -o .`
"""

from __future__ import annotations

import ferry
import ferry._boats
import ferry.tackle
import ferry.weather
from ambidex import Module

ferry_sync = Module("ferry_sync")
ferry_sync.wrap_class(
    ferry.Boat,
    exclude=[
        # ferry/_boats.py:73: the setter of Boat.course has no annotation for its value
        "course.setter",
        # ferry/_boats.py:82: Boat.log has no return annotation
        "log",
    ],
)
ferry_sync.wrap_class(ferry.Captain)
ferry_sync.wrap_class(ferry.Cargo, by="value")
ferry_sync.wrap_class(ferry.Course, by="value")
ferry_sync.wrap_class(ferry.Harbour)
ferry_sync.wrap_class(ferry.Ladder)
ferry_sync.wrap_class(
    ferry.Rope,
    exclude=[
        # ferry/_boats.py:175: Rope is both a blocking and an async context manager
        "__enter__",
        # ferry/_boats.py:175: Rope is both a blocking and an async context manager
        "__exit__",
        # ferry/_boats.py:165: the parameter knot of Rope.pull has no annotation
        "pull.knot",
        # ferry/_boats.py:165: the parameter kin of Rope.pull: _Bow of ferry._boats is private, and this is public
        "pull.kin",
    ],
)
ferry_sync.wrap_class(ferry.Steps)
ferry_sync.wrap_class(ferry.Sunk, by="value")
ferry_sync.wrap_class(ferry.Ticket)
ferry_sync.wrap_class(ferry.Tide, by="value")
ferry_sync.wrap_class(
    ferry.Tug,
    inherit=[
        # ferry/_boats.py:245: the parameter times of Tug.pull has no annotation
        "pull",
    ],
)
ferry_sync.wrap_function(ferry.find_boats)
ferry_sync.wrap_function(ferry.open_harbour)
ferry_sync.wrap_class(
    ferry._boats._Pilot,
    name="Pilot",
    exclude=[
        # ferry/_boats.py:99: the parameter boat of _Pilot.__init__ has no annotation
        "__init__",
    ],
)
ferry_sync.wrap_class(ferry.tackle.Sail)
ferry_sync.wrap_class(ferry.weather.Storm)

ferry_sync_tackle = Module("ferry_sync.tackle")
ferry_sync_tackle.wrap_class(ferry.tackle.Anchor)

ferry_sync_weather = Module("ferry_sync.weather")
ferry_sync_weather.wrap_function(ferry.weather.wind)

# In more than one place:
ferry_sync_weather.reexport(ferry_sync, "Boat", "Tide", "Storm")
ferry_sync.reexport(ferry_sync_tackle, "Anchor")
ferry_sync.reexport(ferry_sync_weather, "wind")
ferry_sync_tackle.reexport(ferry_sync, "Sail")

# Left out:
# ferry/__init__.py:8: VERSION: is a plain value: use that of ferry
# ferry/__init__.py:32: old_crossing: is deprecated
# ferry/_boats.py:100: Pilot.boat: the attribute Pilot.boat has no annotation
# ferry/_boats.py:261: watch: the parameter until of watch has no annotation
# ferry/_boats.py:265: timetable: is blocking already, and takes and gives nothing that has a face: use that of ferry
# ferry/broken.py:1: ferry.broken: could not be imported (RuntimeError: no sails)
'''


class Wrapping:
    """Run commands where the packages are installed."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._site = project.folder / "site"
        self._environment = {
            **environment([LIBRARY, self._site]),
            "MYPYPATH": os.pathsep.join((str(LIBRARY), str(self._site))),
        }

    def run(self, *arguments: str, **variables: str) -> tuple[int, str, str]:
        """Run an interpreter in the folder, with more environment variables."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.project.folder,
            env={**self._environment, **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT_S,
        )
        return done.returncode, done.stdout, done.stderr

    def wrap(self, package: str) -> str:
        """Wrap a package into the folder, and return what it says was left out."""
        code, _, errors = self.run("-m", "ambidex", "wrap", package, "--as", f"{package}_sync", "-o", ".")
        assert code == 0, errors
        return errors


@pytest.fixture
def wrapping(project: Project) -> Wrapping:
    """Install the packages in a folder of their own."""
    for name, text in FILES.items():
        file = project.folder / "site" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return Wrapping(project)


def test_manifest_registers_what_can_be_wrapped_and_gives_reasons(wrapping: Wrapping) -> None:
    """The report and the manifest, whole; what is generated is what `generate` makes of that manifest."""
    assert wrapping.wrap("ferry") == FERRY_LEFT_OUT
    assert wrapping.project.read("_ferry_sync.py") == FERRY_MANIFEST
    assert wrapping.run("-m", "ambidex", "check", "-m", "_ferry_sync", "-o", ".") == (0, "", "")


def test_method_named_setter_in_a_nested_class_is_no_setter_of_that(wrapping: Wrapping) -> None:
    """Its class is left out for the method's own reason."""
    assert wrapping.wrap("bolt") == BOLT_LEFT_OUT


@pytest.mark.parametrize(("package", "left_out"), [("buoy", BUOY_LEFT_OUT), ("reel", REEL_LEFT_OUT), ("tug", "")])
def test_stubs_count_as_types(wrapping: Wrapping, package: str, left_out: str) -> None:
    """What neither code nor stub says is left out."""
    assert wrapping.wrap(package) == left_out


def test_special_methods_of_a_stub_may_return_what_is_awaited(wrapping: Wrapping) -> None:
    """As in typeshed: `def __anext__(self) -> Awaitable[int]` is what the code writes as `async def`."""
    assert wrapping.wrap("buoy") == BUOY_LEFT_OUT
    program = """
import buoy_sync

with buoy_sync.Buoy(3) as buoy:
    print(list(buoy), type(buoy) is buoy_sync.Buoy)
"""
    assert wrapping.run("-W", "error", "-c", program) == (0, "[2, 1, 0] True\n", "")
    text = wrapping.project.read("buoy_sync.py")
    assert "def __next__(self) -> int:" in text
    assert "def __enter__(self) -> Self:" in text


def test_face_that_another_one_is_applied_to_is_known_when_it_is_given(wrapping: Wrapping) -> None:
    """`-> Opening[Words]` gives a face of `Words`, which stands in a module that nobody has imported."""
    wrapping.wrap("reel")
    program = "import reel_sync\nwith reel_sync.open_reel('words') as words: print(words.index('elm'))"
    assert wrapping.run("-W", "error", "-c", program) == (0, "1\n", "")


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


def test_plain_function_that_takes_something_asynchronous_is_wrapped(wrapping: Wrapping) -> None:
    """Users may hand in what blocks: a callback, an iterable, also in a record or a list. The rest is left as it is.

    A class for `with` stays the package's own: most that take something to await run a loop of their own.
    """
    wrapping.project.write("site/crane/py.typed", "")
    wrapping.project.write(
        "site/crane/__init__.py",
        """
        from __future__ import annotations

        from collections.abc import AsyncIterable, Awaitable, Callable, Coroutine
        from contextlib import AbstractAsyncContextManager
        from dataclasses import dataclass
        from typing import Any, TypeVar

        Handler = Callable[[int], Awaitable[None]]
        H = TypeVar("H", bound=Callable[[int], Awaitable[None]])
        _handlers: list[Handler] = []
        _loads: list[AsyncIterable[int]] = []
        _locks: list[AbstractAsyncContextManager[int]] = []

        def on_lift(handler: Handler) -> None:
            _handlers.append(handler)

        def handles(handler: H) -> H:
            _handlers.append(handler)
            return handler

        def on_each(handlers: list[Handler]) -> None:
            _handlers.extend(handlers)

        def carry(loads: AsyncIterable[int]) -> None:
            _loads.append(loads)

        def guard(lock: AbstractAsyncContextManager[int]) -> None:
            _locks.append(lock)

        @dataclass
        class Rule:
            limit: int
            handler: Handler

        def obey(rule: Rule) -> None:
            _handlers.append(rule.handler)

        def obeyed(handler: Callable[[int], None]) -> int:
            return 1

        def started(lifting: Coroutine[Any, Any, int]) -> bool:
            return True

        def handlers() -> list[Handler]:
            return _handlers

        class Bell:
            def on(self, handler: Handler) -> None:
                _handlers.append(handler)

        class Gong:
            def on(self) -> Callable[[Handler], None]:
                return _handlers.append

        class Siren:
            def __init__(self, handler: Handler) -> None:
                _handlers.append(handler)

        class Horn:
            handler: Handler | None = None

            def blow(self) -> None:
                if self.handler is not None:
                    _handlers.append(self.handler)

        class Runner:
            def __enter__(self) -> Runner:
                return self

            def __exit__(self, *about: object) -> None: ...

            def run(self, main: Callable[[], Awaitable[int]]) -> int:
                return 1

        class Weight:
            def more(self, by: Callable[[int], int]) -> int:
                return by(1)

        class Plan:
            @property
            def handler(self) -> Handler:
                return _handlers[0]

        def ring(bell: Bell) -> bool:
            return type(bell) is Bell

        async def lift(height: int) -> int:
            for handler in _handlers:
                await handler(height)
            for lock in _locks:
                async with lock as held:
                    height += held
            return height + sum([load for loads in _loads async for load in loads])
        """,
    )
    reason = "is blocking already, and takes and gives nothing that has a face: use that of crane"
    assert wrapping.wrap("crane") == (
        "crane/__init__.py:8: Handler: is an alias of types: use that of crane, or write one of what is generated\n"
        "crane/__init__.py:9: H: is a plain value: use that of crane\n"
        f"crane/__init__.py:38: obeyed: {reason}\n"
        f"crane/__init__.py:41: started: {reason}\n"
    )
    manifest = wrapping.project.read("_crane_sync.py").partition("# Left out")[0]
    taken = [line for line in manifest.splitlines() if line.startswith("crane_sync.wrap_")]
    values = ("Plan", "Rule", "Runner", "Weight")
    functions = ("carry", "guard", "handlers", "handles", "lift", "obey", "on_each", "on_lift", "ring")
    assert sorted(taken) == sorted(
        [
            *(f"crane_sync.wrap_class(crane.{name})" for name in ("Bell", "Gong", "Horn", "Siren")),
            *(f'crane_sync.wrap_class(crane.{name}, by="value")' for name in values),
            *(f"crane_sync.wrap_function(crane.{name})" for name in functions),
        ]
    )
    program = """
from contextlib import nullcontext
import crane, crane_sync as c

seen = []

def handler(place):
    return lambda height: seen.append((place, height))

async def waiting(height):
    seen.append(("waiting", height))

c.on_lift(handler("function"))
c.on_lift(waiting)
c.handles(handler("variable"))
c.on_each([handler("list")])
c.obey(c.Rule(1, handler("record")))
c.Bell().on(handler("method"))
c.Gong().on()(handler("decorator"))
c.Siren(handler("constructor"))
horn = c.Horn()
horn.handler = handler("attribute")
horn.blow()
c.carry([10, 20])
c.guard(nullcontext(100))
print(c.lift(3), [place for place, height in seen if height == 3])
c.handlers()[0](4)
print(seen[-1], c.ring(c.Bell()), c.Runner is crane.Runner, c.Weight is crane.Weight)
"""
    places = ["function", "waiting", "variable", "list", "record", "method", "decorator", "constructor", "attribute"]
    assert wrapping.run("-W", "error", "-c", program) == (0, f"133 {places}\n('function', 4) True True True\n", "")


def test_plain_function_that_runs_what_it_is_handed_is_left_out(wrapping: Wrapping) -> None:
    """As `asyncio.run` does: what it gives comes out of awaiting alone, and the loop that runs it cannot wait for that.

    What the result may also come from is taken, and so is what hands on what it was given.
    """
    wrapping.project.write("site/crane/py.typed", "")
    wrapping.project.write(
        "site/crane/__init__.py",
        """
        import asyncio
        from typing import Any, Awaitable, Callable, Coroutine, List, TypeVar, Union, overload

        _T = TypeVar("_T")

        class Crane:
            async def lift(self) -> int:
                return 1

        async def _awaited(work: Callable[..., Awaitable[Any]], *arguments: Any) -> Any:
            return await work(*arguments)

        def run(work: Callable[..., Awaitable[_T]], *arguments: object) -> _T:
            return asyncio.run(_awaited(work, *arguments))

        def first(works: List[Callable[[], Awaitable[List[_T]]]]) -> _T:
            return asyncio.run(_awaited(works[0]))[0]

        @overload
        def chosen(work: Callable[[], Awaitable[_T]]) -> _T: ...
        @overload
        def chosen(work: Callable[[], Awaitable[int]], other: str) -> str: ...
        def chosen(work: Callable[[], Awaitable[Any]], other: str = "") -> object:
            return asyncio.run(_awaited(work))

        def tried(work: Callable[[], Awaitable[_T]], other: _T) -> _T:
            return other

        def either(work: Callable[[], Union[Awaitable[_T], _T]]) -> _T:
            found = work()
            return asyncio.run(_awaited(work)) if isinstance(found, Awaitable) else found

        def later(work: Callable[[], Awaitable[_T]]) -> Callable[[], Awaitable[_T]]:
            return work
        """,
    )
    reason = "runs what it is handed to its end, and cannot on the loop that runs already: use that of crane"
    assert wrapping.wrap("crane") == (
        f"crane/__init__.py:13: run: {reason}\n"
        f"crane/__init__.py:16: first: {reason}\n"
        f"crane/__init__.py:23: chosen: {reason}\n"
        f"crane/__init__.py:29: either: {reason}\n"
    )
    program = "import crane_sync as c; print(c.tried(lambda: 1, 2), c.later(lambda: 4)())"
    assert wrapping.run("-W", "error", "-c", program) == (0, "2 4\n", "")


def test_plain_function_that_takes_or_gives_records_with_faces_is_wrapped(wrapping: Wrapping) -> None:
    """What a dataclass or a named tuple holds is translated, wherever that stands."""
    wrapping.project.write("site/crane/py.typed", "")
    wrapping.project.write(
        "site/crane/__init__.py",
        """
        from dataclasses import dataclass
        from typing import List, NamedTuple

        class Crane:
            async def lift(self) -> int:
                return 1

        @dataclass
        class Plan:
            crane: Crane
            height: int = 0

        class Site(NamedTuple):
            plans: List[Plan]

        def cost(plan: Plan) -> int:
            assert type(plan.crane) is Crane
            return plan.height

        def planned(heights: List[int]) -> Site:
            return Site([Plan(Crane(), height) for height in heights])
        """,
    )
    assert wrapping.wrap("crane") == ""
    program = """
import crane, crane_sync as c

plan = c.Plan(c.Crane(), 5)
(other,) = c.planned([7]).plans
print(c.cost(plan), type(plan) is crane.Plan, type(other.crane) is c.Crane, other.crane.lift(), c.cost(other))
"""
    assert wrapping.run("-W", "error", "-c", program) == (0, "5 True True 1 7\n", "")


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


def test_what_nobody_says_the_type_of_is_listed(wrapping: Wrapping) -> None:
    """An attribute that a constructor assigns, a name that the stub lacks, an object in the place of a function."""
    wrapping.project.write("site/crane/py.typed", "")
    wrapping.project.write(
        "site/crane/__init__.py",
        """
        class Crane:
            def __init__(self, height: int, loads: "list[int]") -> None:
                self.height = height
                self.loads = sorted(loads)
                self.kind = "tall"

            @property
            def kind(self) -> str:
                return "tall"

            @kind.setter
            def kind(self, value: str) -> None: ...

            async def lift(self) -> int:
                return 1

        class Lifting:
            def __call__(self) -> Crane:
                return Crane(1, [])

        lifting = Lifting()
        """,
    )
    wrapping.project.write(
        "site/crane/stubbed.py", "async def row() -> int: return 1\nasync def inner() -> int: return 2\n"
    )
    wrapping.project.write("site/crane/stubbed.pyi", "async def row() -> int: ...\n")
    assert wrapping.wrap("crane") == (
        "crane/__init__.py:4: Crane.loads: the attribute Crane.loads has no annotation\n"
        "crane/__init__.py:21: lifting: is an object of Lifting: write a function that returns or calls it\n"
        "crane/stubbed.py:2: inner: is not in the stub of crane.stubbed\n"
    )
    assert "# crane/__init__.py:4: Crane.loads" in wrapping.project.read("_crane_sync.py")


def test_name_that_is_somebody_elses_is_left_out(wrapping: Wrapping) -> None:
    """What the standard library defines is that, and what a compiled module does has no types that could be read."""
    wrapping.project.write("site/crane/py.typed", "")
    wrapping.project.write(
        "site/crane/__init__.py",
        """
        from typing import Protocol

        from multidict import MultiDict

        __all__ = ["Crane", "MultiDict", "Protocol"]


        class Crane:
            async def lift(self) -> int:
                return 1
        """,
    )
    assert wrapping.wrap("crane") == (
        "crane/__init__.py:1: Protocol: is that of typing\n"
        "crane/__init__.py:3: MultiDict: is compiled, and no stub says its types: use that of crane\n"
    )


def test_what_leads_to_what_is_left_out_is_left_out(wrapping: Wrapping) -> None:
    """A class with a private bound, and what takes it; nobody says that the package has types."""
    wrapping.project.write(
        "site/crane/__init__.py",
        """
        from typing import Generic, TypeVar

        class _Load: ...

        L = TypeVar("L", bound=_Load)

        class Hook(Generic[L]):
            async def hold(self) -> int: ...

        class Crane:
            async def lift(self) -> int: ...

        async def find(hook: Hook) -> Crane: ...
        """,
    )
    assert wrapping.wrap("crane") == (
        "crane/__init__.py:1: crane: has no py.typed: mypy takes none of its types\n"
        "crane/__init__.py:5: L: is a plain value: use that of crane\n"
        "crane/__init__.py:7: Hook: the type variable L: _Load of crane is private, and this is public\n"
        "crane/__init__.py:13: find: the parameter hook of find: Hook is left out\n"
    )


def test_what_has_a_stub_that_cannot_be_read_is_left_out(wrapping: Wrapping) -> None:
    """Its types are not known, whatever the code says; the stub of a module that is not public is one, too."""
    wrapping.project.write("site/raft/py.typed", "")
    text = "from ._oars import Oar\nasync def row(times: int) -> int: return times\n"
    wrapping.project.write("site/raft/__init__.py", text)
    wrapping.project.write("site/raft/_oars.py", "class Oar:\n    async def dip(self) -> int: return 1\n")
    wrapping.project.write("site/raft/_oars.pyi", "class Oar:\n    async def dip(self -> str: ...\n")
    (told,) = wrapping.wrap("raft").splitlines()
    reason = told.partition(" (SyntaxError: ")[2][:-1]  # worded by each version of Python
    assert told == f"raft/_oars.pyi:2: Oar: the stub of raft._oars cannot be read (SyntaxError: {reason})"
    assert "Oar" not in wrapping.project.read("raft_sync.py")


def test_manifest_in_another_encoding_is_somebodys(wrapping: Wrapping) -> None:
    """It was changed, and stays."""
    file = wrapping.project.folder / "_tug_sync.py"
    file.write_bytes(b"# \xe9\n")
    code, output, errors = wrapping.run("-m", "ambidex", "wrap", "tug", "--as", "tug_sync", "-o", ".")
    what = "generate from it with `ambidex generate -m _tug_sync -o .`, or move it away"
    assert (code, output, errors) == (2, "", f"ambidex: _tug_sync.py exists: {what}\n")
    assert file.read_bytes() == b"# \xe9\n"


@pytest.mark.of_text
@pytest.mark.parametrize("package", sorted(PROGRAMS))
def test_wrapped_package_works_through_both_faces(wrapping: Wrapping, package: str) -> None:
    """Each program asserts what it gets, blocking and awaiting."""
    wrapping.wrap(package)
    wrapping.project.write("program.py", PROGRAMS[package])
    assert wrapping.run("-W", "error", "program.py") == (0, "done\n", "")


@pytest.mark.of_text
@pytest.mark.timeout(240)  # two checkers, from cold
def test_wrapped_packages_are_exactly_typed(wrapping: Wrapping, once: Once) -> None:
    """The programs say by `assert_type` what users are given; two checkers agree, in strict mode, without ignores."""
    for package in PROGRAMS:
        wrapping.wrap(package)
        wrapping.project.write(f"use_{package}.py", PROGRAMS[package])
    files = [name for package in PROGRAMS for name in (f"use_{package}.py", f"_{package}_sync.py")]
    generated = ["ferry_sync", "buoy_sync.py", "reel_sync", "tug_sync"]
    settings = {"typeCheckingMode": "strict", "pythonVersion": "3.9", "extraPaths": [LIBRARY.as_posix(), "site"]}
    # The manifest of ferry names a private class, which only something public gives.
    wrapping.project.write("pyrightconfig.json", json.dumps({**settings, "reportPrivateUsage": False}))
    code, output, _ = wrapping.run("-m", "basedpyright", *files, *generated)
    assert (code, output.splitlines()[-1]) == (0, "0 errors, 0 warnings, 0 notes"), output
    _, *command = map(str, mypy(wrapping.project.folder, once, *files, *generated))
    code, output, _ = wrapping.run(*command)
    assert code == 0, output


@pytest.mark.of_text
@pytest.mark.timeout(240)  # two checkers, from cold, and again until they are content
def test_clean_leaves_out_what_type_checkers_find_fault_with(wrapping: Wrapping) -> None:
    """A parameter of a type that is not there, an override that is none, overloads that overlap; the rest works.

    The bound of a type variable is no registered name: that fault is told with its place in what is generated. What the
    checkers keep between the rounds is nobody else's, and is gone at the end.
    """
    temporary = wrapping.project.folder / "temporary"
    somebodys = wrapping.project.write("temporary/ambidex-mypy-cache", "not yours\n")
    arguments = ("-m", "ambidex", "wrap", "lock", "--as", "lock_sync", "-o", ".", "--clean")
    code, _, errors = wrapping.run(*arguments, TMPDIR=str(temporary))
    assert code == 0, errors
    assert list(temporary.iterdir()) == [somebodys]
    left_out = [line for line in errors.splitlines() if line.startswith("lock/")]
    assert [line.partition(": basedpyright: ")[0] for line in left_out] == [
        "lock/__init__.py:23: Gate.close.wheel",
        "lock/__init__.py:35: WideGate.open",
        "lock/__init__.py:44: find_gate",
        "lock/__init__.py:57: WideNote.text",
    ]
    assert ': basedpyright: "text" overrides symbol' in left_out[-1]
    faulty = errors.splitlines()[len(left_out) :]
    lines = wrapping.project.read("lock_sync.py").splitlines()
    place = f"lock_sync.py:{lines.index('    from json.nowhere import Chain') + 1}: left as it is: "
    reason = "Chain is named by what is registered, and is not registered itself"
    assert [line.partition(": mypy: ")[0] for line in faulty if ": mypy: " in line] == [place.rstrip(": ")]
    assert f'{place}basedpyright: Type of "Chain" is unknown (reportUnknownVariableType): {reason}' in faulty
    assert all(line.startswith(place) and line.endswith(f": {reason}") for line in faulty)
    program = "import lock_sync\n\ngate = lock_sync.WideGate()\nprint(gate.open(3), gate.close())\n"
    wrapping.project.write("program.py", program)
    assert wrapping.run("-W", "error", "program.py") == (0, "6 closed\n", "")


def test_manifest_that_somebody_edited_is_not_overwritten(wrapping: Wrapping) -> None:
    """It is theirs: the command says so, and writes nothing."""
    wrapping.wrap("tug")
    edited = wrapping.project.read("_tug_sync.py") + "# mine\n"
    wrapping.project.write("_tug_sync.py", edited)
    arguments = ("-m", "ambidex", "wrap", "tug", "--as", "tug_sync", "-o", ".")
    message = (
        "ambidex: _tug_sync.py exists: generate from it with `ambidex generate -m _tug_sync -o .`, or move it away\n"
    )
    assert wrapping.run(*arguments) == (2, "", message)
    assert wrapping.project.read("_tug_sync.py") == edited


NAMES = """import functools
import json as coding
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from ._lock import LIMIT, Gate, open_gate
from ._lock import Gate as Sluice

VERSION = "1.0"
HIGH, (LOW, *REST) = 3, (2, 1)
DEFAULTS: "dict[str, list[int]]" = {"a": [1]}
logger = logging.getLogger("lock")
T = TypeVar("T")
Handler = Callable[[Gate], Awaitable[None]]
Order = coding.JSONDecodeError
_inner = 3


async def fetch(gate: Gate, kind: str = "x") -> Gate:
    return gate


@functools.lru_cache
def find(name: str) -> Gate:
    return Gate()


get = fetch
fetch_json = functools.partial(fetch, kind="json")
open_first = functools.partial(Gate())
lift = Gate().lift
"""
NAMES_LEFT_OUT = """canal/__init__.py:8: Sluice: is another name of canal.Gate: use that name
canal/__init__.py:10: VERSION: is a plain value: use that of canal
canal/__init__.py:11: HIGH: is a plain value: use that of canal
canal/__init__.py:11: LOW: is a plain value: use that of canal
canal/__init__.py:11: REST: is a plain value: use that of canal
canal/__init__.py:12: DEFAULTS: is a plain value: use that of canal
canal/__init__.py:13: logger: is a plain value: use that of canal
canal/__init__.py:14: T: is a plain value: use that of canal
canal/__init__.py:15: Handler: is an alias of types: use that of canal, or write one of what is generated
canal/__init__.py:16: Order: is that of json.decoder
canal/__init__.py:25: find: is a function with a cache: use that of canal, or write a function that calls it
canal/__init__.py:29: get: is another name of canal.fetch: use that name
canal/__init__.py:30: fetch_json: is a partial of fetch: use that of canal, or write a function that calls it
canal/__init__.py:31: open_first: is a partial of Gate: use that of canal, or write a function that calls it
canal/__init__.py:32: lift: is the method Gate.lift of one object: use that of canal, or write a function that calls it
canal/_lock.py:1: LIMIT: is a plain value: use that of canal
"""
LOCK = """LIMIT = 3

class Gate:
    async def lift(self) -> int:
        return 1

    def __call__(self) -> int:
        return 1

async def open_gate() -> Gate:
    return Gate()
"""


def test_every_public_name_of_a_module_without_all_is_taken_or_listed(wrapping: Wrapping) -> None:
    """What it defines or assigns, and a package what it takes from its own modules: each where it is written."""
    wrapping.project.write("site/canal/py.typed", "")
    wrapping.project.write("site/canal/_lock.py", LOCK)
    wrapping.project.write("site/canal/__init__.py", NAMES)
    assert wrapping.wrap("canal") == NAMES_LEFT_OUT
    manifest = wrapping.project.read("_canal_sync.py").partition("# Left out")[0]
    taken = [line.partition(".wrap_")[2] for line in manifest.splitlines() if line.startswith("canal_sync.wrap_")]
    assert taken == ["class(canal.Gate)", "function(canal.open_gate)", "function(canal.fetch)"]


def test_every_name_that_a_statement_binds_is_listed(wrapping: Wrapping) -> None:
    """By a loop, a `with` or an expression, as by an assignment; a comprehension and a lambda keep theirs."""
    bound = """import io
from ._lock import Gate, open_gate

for number, (kind, *_) in enumerate(["ab"]):
    with io.StringIO() as stream, io.StringIO() as other:
        pass
if (size := number + 1) > 0:
    sizes = [last := each for each in (1, 2)]
called = lambda: (hidden := 3)
"""
    wrapping.project.write("site/canal/py.typed", "")
    wrapping.project.write("site/canal/_lock.py", LOCK)
    wrapping.project.write("site/canal/__init__.py", bound)
    value = "is a plain value: use that of canal"
    assert wrapping.wrap("canal").splitlines() == [
        f"canal/__init__.py:4: kind: {value}",
        f"canal/__init__.py:4: number: {value}",
        f"canal/__init__.py:5: other: {value}",
        f"canal/__init__.py:5: stream: {value}",
        f"canal/__init__.py:7: size: {value}",
        f"canal/__init__.py:8: last: {value}",
        f"canal/__init__.py:8: sizes: {value}",
        "canal/__init__.py:9: called: called is defined inside a function, where nothing can import it",
    ]


def test_what_was_tried_in_vain_is_left_out_for_what_it_was_tried_for(wrapping: Wrapping) -> None:
    """A parameter of an overload that the function has not; a method as in a base, whose face has it not in the end."""
    wrapping.project.write("site/canal/py.typed", "")
    wrapping.project.write("site/canal/__init__.py", TRIED)
    assert wrapping.wrap("canal").splitlines() == [
        "canal/__init__.py:16: Base.lift: Base.lift has no return annotation",
        "canal/__init__.py:22: Sub.lift: Sub.lift has no return annotation",
        (
            "canal/__init__.py:34: run: the parameter more of the overload of run in line 33: _Hidden of canal is "
            "private, and this is public"
        ),
    ]


TRIED = """from typing import overload

__all__ = ["Gate", "Sub", "Base", "run"]


class Gate:
    async def open(self) -> int:
        return 1


class Base:
    async def stay(self) -> int:
        return 1

    # Its subclass is read before it.
    async def lift(self):
        return Gate()


class Sub(Base):

    async def lift(self):
        return Gate()


class _Hidden:
    pass


@overload
async def run(gate: str) -> Gate: ...
@overload
async def run(gate: int, *, more: _Hidden = ...) -> Gate: ...
async def run(gate: object, **options: object) -> Gate:
    return Gate()
"""


def test_every_name_of_all_is_taken_or_listed(wrapping: Wrapping) -> None:
    """Names with an underscore, too; what two modules offer is told once, and nothing that `__all__` has not."""
    names = ["Gate", "LIMIT", "LIMIT", "__version__", "_fetch", "_again", "get", "fetch", "find", "lost", "lost"]
    more = "\n__version__ = '1'\n\nasync def _fetch() -> Gate: ...\n\n_again = fetch\n"
    wrapping.project.write("site/canal/py.typed", "")
    wrapping.project.write("site/canal/_lock.py", LOCK)
    wrapping.project.write("site/canal/locks.py", "from ._lock import LIMIT\n\n__all__ = ['LIMIT']\n")
    wrapping.project.write("site/canal/__init__.py", f"{NAMES}{more}\n__all__ = {names}\n")
    underscore = "begins with an underscore, and what is generated has public names: use that of canal"
    assert wrapping.wrap("canal") == (
        "canal/__init__.py:20: fetch: is another name of canal.get: use that name\n"
        "canal/__init__.py:25: find: is a function with a cache: use that of canal, or write a function that calls it\n"
        "canal/__init__.py:34: __version__: is a plain value: use that of canal\n"
        f"canal/__init__.py:36: _fetch: {underscore}\n"
        f"canal/__init__.py:38: _again: {underscore}\n"
        "canal/__init__.py:40: lost: is in __all__ of canal, which has none\n"
        "canal/_lock.py:1: LIMIT: is a plain value: use that of canal\n"
    )


def test_package_with_nothing_to_wrap_is_an_error(wrapping: Wrapping) -> None:
    """So is one that is not there."""
    code, output, errors = wrapping.run("-m", "ambidex", "wrap", "colorsys", "--as", "colours")
    assert (code, output) == (2, "")
    assert errors.splitlines()[0] == "ambidex: nothing of colorsys can have a face"
    code, output, errors = wrapping.run("-m", "ambidex", "wrap", "nowhere", "--as", "somewhere")
    assert (code, output) == (2, "")
    assert errors == (
        "ambidex: nowhere could not be imported (ModuleNotFoundError: No module named 'nowhere'): "
        "run where it is installed\n"
    )
