"""What the implementation sees of users' classes that extend each other: classes that extend each other as well."""

from __future__ import annotations

import asyncio
import copy
import gc
import os
import pickle
import sys
from typing import TYPE_CHECKING, Any

import pytest

import ambidex
from ambidex import Synchronizer
from ambidex.bridge import Face, constructor, implemented_elsewhere, method
from tests.bridge import _guild
from tests.bridge.guild import AsyncTwin, Master, Pinned, Smith, Twin, impl, made_for

if TYPE_CHECKING:
    import types
    from collections.abc import Callable


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


def test_class_variable_of_a_users_class_is_what_the_implementation_finds() -> None:
    """On the object and on the class, as it is at that moment; a subclass and a mixin have their say."""

    class Dear(Smith):
        price = 50

    class Below(Dear):
        kind = "below"

    class Cheap:
        price = 1

    class Mixed(Cheap, Dear):
        pass

    class Priceless(Smith):
        def price(self) -> None:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]  no value
            pass

    assert [cls("a").bill() for cls in (Smith, Dear, Below, Mixed, Priceless)] == [5, 50, 50, 1, 5]
    assert [cls.list_price() for cls in (Smith, Dear, Below, Mixed)] == [5, 50, 50, 1]
    Dear.price = 60
    assert [cls("a").bill() for cls in (Smith, Dear, Below, Mixed)] == [5, 60, 60, 1]
    del Dear.price
    assert Below("a").bill() == 5


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

    class Task(Face, implementation=impl, name="Task"):
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
