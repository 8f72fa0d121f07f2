"""What checkers infer of selves.py: `Self` is the class of the object, also of a user's, and a method may override."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from selves import Box, Narrow, Pile, Query, Wide, Words
from typing_extensions import Self, assert_type

from ambidex.bridge import Context, Future


class Mine(Narrow):
    """A subclass of the user's."""

    def cloned(self) -> Self:
        """Return what a method gives that is typed with `Self`."""
        return self.clone()

    def cloned_above(self) -> Self:
        """Return the same of the class above."""
        return super().clone(more="x")

    def every(self) -> Sequence[Self]:
        """Return the same inside a list."""
        return self.parts()


class Noted(Query):
    """One with a constructor and an attribute of its own."""

    def __init__(self, text: str = "", note: str = "mine") -> None:
        super().__init__(text)
        self.note = note


class Again(Noted):
    """A subclass of that."""


def blocking(narrow: Narrow, wide: Wide, mine: Mine) -> None:
    """Check the blocking face."""
    assert_type(Query().clone(), Query)
    assert_type(narrow.clone(more="a", twice=True), Narrow)
    assert_type(wide.clone(more="a"), Wide)
    assert_type(mine.clone(), Mine)
    assert_type(mine.clone.with_options(timeout=1)(), Mine)
    assert_type(mine.clone.submit(), "Future[Mine]")
    assert_type(mine.result(), Mine)
    assert_type(mine.plain(), Mine)
    for each in wide.items():
        assert_type(each, Wide)
    for own in mine.items(times=1):
        assert_type(own, Mine)
    assert_type(mine.held(), "Context[Mine]")
    with wide.held() as entered:
        assert_type(entered, Wide)
    assert_type(Mine.parsed("a", strictly=False), Mine)
    assert_type(wide.parsed("a"), Wide)
    assert_type(Noted("a").clone().note, str)
    assert_type([each.note for each in Again.several("a")], "list[str]")
    assert_type(Again.parsed("a"), Again)
    assert_type(Mine.several("a"), "list[Mine]")
    assert_type(mine.joined(mine), Mine)
    assert_type(mine.joined.submit(mine), "Future[Mine]")
    assert_type(mine.parts(), "Sequence[Mine]")
    assert_type(wide.parts.with_options(timeout=1)(), "Sequence[Wide]")
    for pair in mine.paired():
        assert_type(pair, "tuple[int, Mine]")
    with mine.found() as found:
        assert_type(found, Optional[Mine])
    assert_type(mine.narrowed(), "dict[str, Mine]")
    assert_type(narrow.same(3), int)
    assert_type(wide.same("a"), str)
    assert_type(mine.kept(b""), bytes)
    assert_type(Query.itself(mine), Query)
    assert_type(Mine.itself(mine), Mine)
    assert_type(Box(3).itself(), Box[int])
    assert_type(Box("a").both(), "list[Box[str]]")
    pile = Pile([3])
    assert_type(pile.mixed(pile), "tuple[list[Box[list[int]]], list[int]]")
    assert_type(pile.halves(), "tuple[Sequence[Pile[int]], list[int]]")
    assert_type(Words([]).mixed(Words([])), "tuple[list[Box[list[str]]], list[str]]")
    mine.joined(wide)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    wide.clone(twice=True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def awaited(narrow: Narrow, wide: Wide, mine: Mine) -> None:
    """Check the async face."""
    assert_type(await narrow.clone.aio(more="a"), Narrow)
    assert_type(await mine.clone.aio(), Mine)
    assert_type(await mine.result.aio(), Mine)
    assert_type(await mine, Mine)
    async for each in wide.items.aio():
        assert_type(each, Wide)
    async with mine.held.aio() as held:
        assert_type(held, Mine)
    assert_type(await Mine.parsed.aio("a"), Mine)
    assert_type(await Mine.several.aio("a"), "list[Mine]")
    assert_type(await mine.joined.aio(mine, 2), Mine)
    assert_type(await mine.parts.aio(), "Sequence[Mine]")
    async for pair in mine.paired.aio():
        assert_type(pair, "tuple[int, Mine]")
    assert_type(await narrow.same.aio(3), int)
