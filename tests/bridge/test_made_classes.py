"""What the implementation sees of users' classes that extend each other: classes that extend each other as well."""

from __future__ import annotations

import asyncio
import copy
import gc
import inspect
import os
import pickle
import sys
import types
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import pytest

import ambidex
from ambidex import Synchronizer, UsageError
from ambidex.bridge import (
    AsyncFace,
    BlockingFace,
    Face,
    Implementation,
    async_call,
    attribute,
    blocking_call,
    class_method,
    constructor,
    implemented_elsewhere,
    method,
    stream,
    sync_method,
    type_of,
)
from ambidex.bridge._identity import class_of
from tests.bridge import _guild

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

T = TypeVar("T")

_impl = Implementation("tests.bridge._guild", synchronizer="guild", abi=1)
_twins = Implementation("tests.bridge._guild", synchronizer="guild_twins", abi=1)


class Smith(Face, implementation=_impl):
    @constructor
    def __init__(self, name: str) -> None:
        implemented_elsewhere()

    @property
    @attribute
    def name(self) -> str:
        implemented_elsewhere()

    @property
    @attribute
    def title(self) -> str:
        implemented_elsewhere()

    @method
    def forge(self) -> str:
        implemented_elsewhere()

    @sync_method
    def sign(self) -> str:
        implemented_elsewhere()

    @method
    def work(self) -> str:
        implemented_elsewhere()

    @stream(gives="Smith")
    def sparks(self) -> Generator[Any, None, None]:
        implemented_elsewhere()

    @method(gives="Smith")
    def apprentice(self) -> Any:
        implemented_elsewhere()

    @method(takes={"cls": type_of("Smith")})
    def is_a(self, cls: type[Any]) -> bool:
        implemented_elsewhere()

    @class_method
    @classmethod
    def order(cls) -> list[str]:
        implemented_elsewhere()

    @class_method
    @classmethod
    def raise_fee(cls) -> int:
        implemented_elsewhere()

    @class_method
    @classmethod
    def paid(cls) -> int:
        implemented_elsewhere()

    @class_method(gives="Smith")
    @classmethod
    def tagged(cls, tag: str) -> Any:
        implemented_elsewhere()

    @class_method
    @classmethod
    def owned(cls) -> str:
        implemented_elsewhere()

    @method
    def constructions(self) -> int:
        implemented_elsewhere()


class Master(Smith, implementation=_impl):
    @method
    def forge(self) -> str:
        implemented_elsewhere()


class Twin(BlockingFace, implementation=_twins, name="Smith", async_name="AsyncTwin"):
    @constructor
    def __init__(self, name: str) -> None:
        implemented_elsewhere()

    @blocking_call
    def forge(self) -> str:
        implemented_elsewhere()

    @blocking_call
    def work(self) -> str:
        implemented_elsewhere()

    @blocking_call(takes={"cls": type_of("Twin")})
    def is_a(self, cls: type[Any]) -> bool:
        implemented_elsewhere()

    @classmethod
    @blocking_call
    def order(cls) -> list[str]:
        implemented_elsewhere()

    @classmethod
    @blocking_call(gives="Twin")
    def tagged(cls, tag: str) -> Any:
        implemented_elsewhere()


class AsyncTwin(AsyncFace, implementation=_twins, name="Smith"):
    @constructor
    def __init__(self, name: str) -> None:
        implemented_elsewhere()

    @async_call
    async def forge(self) -> str:
        implemented_elsewhere()

    @async_call
    async def work(self) -> str:
        implemented_elsewhere()

    @async_call(takes={"cls": type_of("AsyncTwin")})
    async def is_a(self, cls: type[Any]) -> bool:
        implemented_elsewhere()

    @classmethod
    @async_call
    async def order(cls) -> list[str]:
        implemented_elsewhere()

    @classmethod
    @async_call(gives="AsyncTwin")
    async def tagged(cls, tag: str) -> Any:
        implemented_elsewhere()


class Pinned(Face, implementation=_impl):
    @constructor
    def __init__(self, name: str) -> None:
        implemented_elsewhere()

    @method
    def forge(self) -> str:
        implemented_elsewhere()

    @method
    def work(self) -> str:
        implemented_elsewhere()

    @method(takes={"cls": type_of("Pinned")})
    def is_a(self, cls: type[Any]) -> bool:
        implemented_elsewhere()


class Mine(Smith):
    """Overrides a method, and has a constructor of its own."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.notes = [*getattr(self, "notes", ()), "mine"]

    @ambidex.method
    def forge(self) -> str:
        return f"mine: {super().forge()}"


class Mine2(Mine):
    """Adds to each of them."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.notes.append("mine2")

    @ambidex.async_method
    async def forge(self) -> str:
        return f"mine2: {await super().forge.aio()}"

    def sign(self) -> str:
        return f"mine2: {super().sign()}"


class Mine3(Mine2):
    """Has nothing of its own."""


class Left(Smith):
    @ambidex.method
    def forge(self) -> str:
        return f"left: {super().forge()}"


class Right(Smith):
    @ambidex.method
    def forge(self) -> str:
        return f"right: {super().forge()}"

    @property
    def title(self) -> str:
        return f"right {super().title}"


class Mixin:
    """No face."""


class Both(Left, Mixin, Right):
    """Users' classes meet."""


def made_for(cls: type[Any]) -> type[Any]:
    """Return the class of the objects of a user's class."""
    made: type[Any] = cls.__ambidex_info__.class_of_objects()
    return made


# -- one below the other


def test_class_made_for_a_subclass_is_below_that_of_its_base() -> None:
    """Whichever is used first; the implementation's `isinstance` and resolution order are the user's."""

    class First(Smith):
        pass

    class Second(First):
        pass

    class Third(Second):
        pass

    third = Third("a")
    assert [third.is_a(cls) for cls in (Third, Second, First, Smith)] == [True] * 4
    assert not First("b").is_a(Second)
    assert Third.order()[:4] == ["Third", "Second", "First", "Smith"]
    assert made_for(Third).__bases__ == (made_for(Second),)
    assert [cls.__name__ for cls in made_for(First).__subclasses__()] == ["Second"]


def test_overrides_and_constructors_run_once_each() -> None:
    """`super()` reaches each level, whoever makes the object."""
    for cls in (Mine2, Mine3):
        mine = cls("a")
        assert mine.work() == "mine2: mine: a forges, mine2: signed, smith"
        assert (mine.notes, mine.constructions()) == (["mine", "mine2"], 1)
        other = mine.apprentice()
        assert (type(other), other.notes, other.constructions()) == (cls, ["mine", "mine2"], 1)
        assert other.forge() == "mine2: mine: a's forges"
        assert [type(each) for each in mine.sparks()] == [cls]
    assert (Mine("a").work(), Mine("a").notes) == ("mine: a forges, signed, smith", ["mine"])


def test_what_a_class_inherits_does_not_stand_in_what_is_made_for_it() -> None:
    """As in the user's own: `vars` has what the class itself overrides."""
    assert "forge" in vars(made_for(Mine))
    assert {"forge", "sign"} <= set(vars(made_for(Mine2)))
    assert not {"forge", "sign", "title"} & set(vars(made_for(Mine3)))


def test_attributes_of_a_class_are_inherited() -> None:
    """What the implementation sets on the class of a user's class is seen by those that extend it."""

    class First(Smith):
        pass

    class Second(First):
        pass

    assert (First.raise_fee(), Second.paid(), Smith.paid()) == (2, 2, 1)
    assert (Second.raise_fee(), First.paid()) == (3, 2)


def test_subclass_takes_back_what_its_base_overrides() -> None:
    """A method, a plain one, a property; below it, an override counts again."""

    class Taking(Mine2):
        title = Smith.title  # pyright: ignore[reportIncompatibleMethodOverride]  as of any property

    class Back(Taking):
        forge = Smith.forge
        sign = Smith.sign

    class Again(Back):
        @ambidex.method
        def forge(self) -> str:
            return f"again: {super().forge()}"

    class Titled(Right):
        title = Smith.title  # pyright: ignore[reportIncompatibleMethodOverride]  as above

    assert Back("a").work() == "a forges, signed, smith"
    assert Again("a").work() == "again: a forges, signed, smith"
    assert Titled("a").work() == "right: a forges, signed, smith"
    assert made_for(Back).forge is _guild.Smith.forge


def test_property_over_an_attribute_is_taken_back() -> None:
    """The implementation's class has nothing of that name."""

    class Named(Smith):
        @property
        def name(self) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
            return f"named {super().name}"

    class Unnamed(Named):
        name = Smith.name  # pyright: ignore[reportIncompatibleMethodOverride]  as above

    assert (Named("a").forge(), Unnamed("a").forge()) == ("named a forges", "a forges")


def test_abstract_method_that_is_taken_back_is_abstract() -> None:
    """And one that is provided is, in what extends that class too."""

    class Task(Face, implementation=_impl, name="Task"):
        @constructor
        def __init__(self) -> None:
            implemented_elsewhere()

        @method
        def forge(self) -> str:
            implemented_elsewhere()

        @method
        def work(self) -> str:
            implemented_elsewhere()

    class Provided(Task):
        @ambidex.method
        def forge(self) -> str:
            return "provided"

    class Extended(Provided):
        pass

    class Back(Provided):
        forge = Task.forge

    assert Extended().work() == "provided"
    with pytest.raises(TypeError, match="abstract"):
        Back()


def test_objects_of_subclasses_are_copied_pickled_and_kept() -> None:
    """With the attributes of each level."""
    for cls in (Mine2, Mine3, Both):
        mine: Any = cls("a")
        mine.note = "noted"
        for other in (copy.copy(mine), copy.deepcopy(mine), pickle.loads(pickle.dumps(mine))):
            assert (type(other), other.note, other.work()) == (cls, "noted", mine.work())
        work = mine.work
        del mine
        gc.collect()
        assert work.__self__.note == "noted"


# -- diamonds


def test_diamond_follows_the_users_order() -> None:
    """The classes that are made for its sides are the sides of what is made for it, used before or after."""
    both = Both("a")
    assert [both.is_a(cls) for cls in (Both, Left, Right, Smith)] == [True] * 4
    assert both.work() == "left: right: a forges, signed, right smith"
    assert Both.order()[:4] == ["Both", "Left", "Right", "Smith"]
    assert (Left("a").is_a(Right), Right("a").work()) == (False, "right: a forges, signed, right smith")
    assert both.constructions() == 1

    class One(Smith):
        pass

    class Other(Smith):
        pass

    One("a")
    Other("b")

    class Late(One, Other):
        pass

    class Later(Late, Mine):
        pass

    assert Late("c").is_a(Other)
    assert Later.order()[:6] == ["Later", "Late", "One", "Other", "Mine", "Smith"]
    assert Later("a").forge() == "mine: a forges"


def test_diamond_over_two_registered_classes() -> None:
    """The implementation's own classes stand where their faces do, if no user's class stands behind them."""

    class Mastered(Master):
        @ambidex.method
        def forge(self) -> str:
            return f"mastered: {super().forge()}"

    class Two(Left, Mastered):
        pass

    class Front(Master, Left):
        """Of its classes, the implementation has `Master` in front."""

    two, front = Two("a"), Front("a")
    assert (two.work(), two.is_a(Left), two.is_a(Master)) == (
        "left: mastered: master a forges, signed, smith",
        True,
        True,
    )
    assert Two.order()[:5] == ["Two", "Left", "Mastered", "Master", "Smith"]
    assert (front.work(), front.is_a(Left)) == ("master a forges, signed, smith", False)


def test_objects_with_slots() -> None:
    """Below one another as others; where two meet, the second one is seen by its overrides alone."""

    class One(Pinned):
        @ambidex.method
        def forge(self) -> str:
            return f"one: {super().forge()}"

    class Two(One):
        pass

    class Other(Pinned):
        @ambidex.method
        def forge(self) -> str:
            return f"other: {super().forge()}"

    class Met(One, Other):
        pass

    two, met = Two("a"), Met("a")
    assert (two.work(), two.is_a(One), two.is_a(Two)) == ("one: a", True, True)
    assert (met.work(), met.is_a(One), met.is_a(Other)) == ("one: other: a", True, False)
    assert not hasattr(met.__ambidex__.receiver, "__dict__")


def test_class_that_has_not_been_told_is_passed_over() -> None:
    """What it extends counts."""

    class Untold(Mine):
        def __init_subclass__(cls, **_: object) -> None:
            """Tell nobody."""

    class Hidden(Untold):
        pass

    assert Hidden.__ambidex_info__.cls is Untold
    assert Untold("a").is_a(Mine)


# -- two styles


class MyTwin(Twin):
    def forge(self) -> str:
        return f"mine: {super().forge()}"


class MyTwin2(MyTwin):
    def forge(self) -> str:
        return f"mine2: {super().forge()}"


class OtherTwin(Twin):
    pass


class MetTwin(MyTwin, OtherTwin):
    pass


class MyAsyncTwin(AsyncTwin):
    async def forge(self) -> str:
        return f"mine: {await super().forge()}"


class MyAsyncTwin2(MyAsyncTwin):
    async def forge(self) -> str:
        return f"mine2: {await super().forge()}"


class OtherAsyncTwin(AsyncTwin):
    pass


class MetAsyncTwin(MyAsyncTwin, OtherAsyncTwin):
    pass


def test_twins_are_below_one_another() -> None:
    """In the class whose methods block, and in that whose are awaited."""
    twin = MyTwin2("a")
    assert (twin.work(), twin.is_a(MyTwin)) == ("mine2: mine: a forges, signed, smith", True)
    assert MetTwin("a").is_a(OtherTwin)
    assert MetTwin.order()[:4] == ["MetTwin", "MyTwin", "OtherTwin", "Smith"]

    async def main() -> None:
        twin = MyAsyncTwin2("a")
        assert (await twin.work(), await twin.is_a(MyAsyncTwin)) == ("mine2: mine: a forges, signed, smith", True)
        assert await MetAsyncTwin("a").is_a(OtherAsyncTwin)
        assert (await MetAsyncTwin.order())[:4] == ["MetAsyncTwin", "MyAsyncTwin", "OtherAsyncTwin", "Smith"]

    asyncio.run(main())


# -- what it costs


def work_of(make: Callable[[], object]) -> int:
    """Return how many functions of the bridge run while an object is made and freed, on both threads."""
    counts: list[int] = []

    def count(frame: types.FrameType, event: str, _: object) -> None:
        counts[-1] += event == "call" and f"{os.sep}bridge{os.sep}_" in frame.f_code.co_filename

    async def profile(profiler: Any) -> None:
        sys.setprofile(profiler)

    for _ in range(3):  # what is made once, or by chance, is not counted
        counts.append(0)
        Synchronizer("guild").run(profile, count)
        sys.setprofile(count)
        try:
            make()
        finally:
            sys.setprofile(None)
            Synchronizer("guild").run(profile, None)
    return min(counts)


def test_object_of_a_users_class_takes_little_more_work() -> None:
    """What depends on the class alone is found out once."""

    class Plain(Smith):
        pass

    class Constructed(Plain):
        def __init__(self, name: str) -> None:
            super().__init__(name)

    own = work_of(lambda: Smith("a"))
    assert work_of(lambda: Plain("a")) <= own + 24
    assert work_of(lambda: Constructed("a")) <= own + 30
    assert work_of(lambda: Left("a")) <= own + 22


# -- keywords of the class statement


def test_keywords_reach_the_hook_of_the_implementation_at_the_class_statement() -> None:
    """By any name but `implementation`; the class is known there before it is used, once, and not to its subclasses."""
    tagged: Any = types.new_class("Tagged", (Mine,), {"tag": "x", "name": "me"})
    assert _guild.Smith.tags["x"].__name__ == "Tagged"
    found = Smith.tagged("x")
    assert (type(found), found.notes, found.forge()) == (tagged, ["mine"], "mine: found forges")
    assert (tagged.owned(), Mine.owned()) == ("me", "nobody")
    assert made_for(tagged) is _guild.Smith.tags["x"]

    class Below(tagged):  # type: ignore[misc]
        pass

    assert Below("a").is_a(tagged)
    assert Below.owned() == "nobody"
    assert _guild.Smith.tags["x"] is made_for(tagged)


def test_keywords_of_twins() -> None:
    """Each form has its own class; `async_name` is the generated class's word, and the user's if they write it."""
    types.new_class("TaggedTwin", (MyTwin,), {"tag": "twin"})
    types.new_class("TaggedAsyncTwin", (MyAsyncTwin,), {"tag": "async"})
    assert type(Twin.tagged("twin")).__name__ == "TaggedTwin"

    async def main() -> None:
        assert type(await AsyncTwin.tagged("async")).__name__ == "TaggedAsyncTwin"

    asyncio.run(main())
    with pytest.raises(TypeError, match=r"__init_subclass__\(\) takes no keyword arguments"):
        types.new_class("Wrong", (Twin,), {"async_name": "x"})


@pytest.mark.parametrize("base", [Smith, Mine, Twin, AsyncTwin, Pinned])
def test_keywords_that_nobody_takes_are_refused_as_by_python(base: type[Any]) -> None:
    """At the class statement, in its own words."""
    with pytest.raises(TypeError, match=r"__init_subclass__\(\) takes no keyword arguments"):
        types.new_class("Wrong", (base,), {"key": 1})


def test_keywords_of_a_class_of_another_process_wait_for_its_first_use() -> None:
    """Where the implementation cannot be imported, a class may be made, for placements elsewhere."""
    missing = Implementation("tests.bridge._nothing", synchronizer="guild", abi=1)

    class Base(Face, implementation=missing):
        pass

    cls: Any = types.new_class("Elsewhere", (Base,), {"tag": "x"})
    assert cls.__ambidex_info__.keywords == {"tag": "x"}
    with pytest.raises(ambidex.ImplementationUnavailable):
        cls()


def test_keywords_of_a_generic_face() -> None:
    """`Generic` has a hook, which asks for nothing."""

    class Box(Smith, Generic[T], implementation=_impl, name="Smith"):
        pass

    boxed: Any = types.new_class("Boxed", (Box,), {"tag": "boxed"})
    assert made_for(boxed) is _guild.Smith.tags["boxed"]


def test_hook_may_make_an_object_of_the_class() -> None:
    """The class knows itself by then, below another one too."""

    class Ready(Face, implementation=_impl, name="Ready"):
        @method
        def forge(self) -> str:
            implemented_elsewhere()

        @class_method
        @classmethod
        def last(cls) -> str:
            implemented_elsewhere()

    class First(Ready):
        def __init__(self) -> None:
            super().__init__()
            self.word = "first"

        @ambidex.method
        def forge(self) -> str:
            return f"{self.word}: {super().forge()}"

    class Second(First):
        def __init__(self) -> None:
            super().__init__()
            self.word = "second"

    assert First.last() == "first: original"
    assert Second.last() == "second: original"


# -- classes that cannot be extended


class Sealed(Face, implementation=_impl):
    @constructor
    def __init__(self, name: str) -> None:
        implemented_elsewhere()

    @method
    def forge(self) -> str:
        implemented_elsewhere()

    @method(gives="Sealed")
    def itself(self) -> Any:
        implemented_elsewhere()


class Span(Face, implementation=_impl):
    @constructor
    def __init__(self, stop: int) -> None:
        implemented_elsewhere()

    @sync_method
    def indices(self, length: int) -> tuple[int, int, int]:
        implemented_elsewhere()


def test_class_that_cannot_be_extended_has_subclasses_that_override_nothing() -> None:
    """Their objects are the implementation's own."""

    class MySealed(Sealed):
        def __init__(self, name: str) -> None:
            super().__init__(name)
            self.note = "mine"

        def twice(self) -> str:
            return self.forge() * 2

    class MySealed2(MySealed):
        pass

    class MySpan(Span):
        pass

    for cls in (MySealed, MySealed2):
        mine = cls("a")
        assert (mine.twice(), mine.note, mine.itself() is mine) == ("aa", "mine", True)
        assert class_of(mine.__ambidex__.receiver) is _guild.Sealed
    assert MySpan(3).indices(2) == (0, 2, 1)
    assert class_of(MySpan(3).__ambidex__.receiver) is slice


def test_class_that_cannot_be_extended_and_has_overrides_is_named() -> None:
    """With what to do."""

    class Wrong(Sealed):
        @ambidex.method
        def forge(self) -> str:
            return "x"

    with pytest.raises(UsageError) as caught:
        Wrong("a")
    assert str(caught.value) == (
        f"{Wrong.__qualname__} overrides forge, for which Sealed of tests.bridge._guild has to be extended, and that "
        "fails: TypeError: Sealed is final; override nothing of "
        "it, or keep an object of it in an attribute of a class of your own"
    )


def test_signature_of_a_users_class_is_its_constructors() -> None:
    """The metaclass looks at the class when it is complete, and hides nothing."""
    assert list(inspect.signature(Mine2).parameters) == ["name"]
