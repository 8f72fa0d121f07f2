"""What a user's class statement says to the implementation: keywords, and that it extends what refuses it."""

from __future__ import annotations

import asyncio
import types
from typing import Any, Generic, TypeVar

import pytest

import ambidex
from ambidex import UsageError
from ambidex.bridge import Face, Implementation, class_method, implemented_elsewhere, method
from ambidex.bridge._identity import class_of
from tests.bridge import _guild
from tests.bridge.guild import AsyncTwin, Pinned, Sealed, Smith, Span, Twin, impl, made_for

T = TypeVar("T")


class Mine(Smith):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.notes = ["mine"]

    @ambidex.method
    def forge(self) -> str:
        return f"mine: {super().forge()}"


class MyTwin(Twin):
    pass


class MyAsyncTwin(AsyncTwin):
    pass


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

    class Box(Smith, Generic[T], implementation=impl, name="Smith"):
        pass

    boxed: Any = types.new_class("Boxed", (Box,), {"tag": "boxed"})
    assert made_for(boxed) is _guild.Smith.tags["boxed"]


def test_hook_may_make_an_object_of_the_class() -> None:
    """The class knows itself by then, below another one too."""

    class Ready(Face, implementation=impl, name="Ready"):
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
