"""Use methods that give `Self`: an object of a subclass gives faces of that subclass."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from selves import Box, Narrow, Pile, Query, Wide, Words

if TYPE_CHECKING:
    from typing_extensions import Self

narrow, wide = Narrow("a b"), Wide("a b")
for query, cls in ((narrow, Narrow), (wide, Wide), (Query("a b"), Query)):
    assert type(query.clone(more="c")) is cls
    assert query.itself() is query
    assert query.plain() is query
    assert query.result() is query
    assert list(query.items()) == [query, query]
    with query.held() as held:
        assert held is query
    with query.found() as found:
        assert found is query
    assert type(cls.parsed("x")) is cls
    assert [type(each) for each in cls.several("x", "y")] == [cls, cls]
    assert {type(each) for each in query.parts()} == {cls}
    assert next(query.paired())[1] is query
    assert (query.same(3), query.kept("a")) == (3, "a")
    assert cls.itself(query) is query
assert narrow.parts() == [narrow]
assert type(narrow.joined(narrow)) is Narrow
assert type(Narrow.parsed("x", strictly=False)) is Narrow
assert narrow.narrowed()["a b"] is narrow
assert (narrow.text_or("x"), wide.text_or("x")) == ("x", "a b")

box = Box(3)
assert box.itself() is box
assert box.both() == [box, box]
assert Box.emptied() == {}
pile, words = Pile([1]), Words(["a"])
assert pile.mixed(pile) == ([pile, pile], [1])
assert words.mixed(words) == ([words, words], ["a"])
assert pile.halves() == ([pile, pile], [1])


class Mine(Narrow):
    """A subclass of the user's."""


class Noted(Query):
    """One with a constructor and an attribute of its own, which also run for what the implementation makes."""

    def __init__(self, text: str = "", note: str = "mine") -> None:
        super().__init__(text)
        self.note = note


class Again(Noted):
    """A subclass of a subclass."""

    def cloned(self) -> Self:
        """Return what the implementation makes."""
        return self.clone()


mine = Mine("a b")
assert mine.itself() is mine
assert mine.parts()[0] is mine
again = Again("a b", "other")
assert (again.note, again.cloned().note, Again.parsed("x").note) == ("other", "mine", "mine")
assert again.itself() is again
users: tuple[Query, ...] = (mine, Noted("a b"), again)
for user in users:
    kind = type(user)
    assert kind is not Narrow
    assert type(user.clone(more="c")) is type(kind.parsed("x")) is kind
    assert {type(each) for each in (*kind.several("x", "y"), *user.parts())} == {kind}
    assert next(user.paired())[1] is user
    assert list(user.items(1)) == [user]
assert type(mine.joined(mine)) is Mine
assert type(mine.narrowed()["a b"]) is Mine
assert {type(each) for each in Mine.several("x")} == {Mine}
assert type(Narrow.parsed("x")) is Narrow


async def main() -> None:
    """Use the async face."""
    assert type(await narrow.clone.aio(more="c", twice=True)) is Narrow
    assert await mine.itself.aio() is mine
    assert await mine.result.aio() is mine
    assert [each async for each in mine.items.aio(1)] == [mine]
    async with mine.held.aio() as held:
        assert held is mine
    assert type(await Wide.parsed.aio("x")) is Wide
    assert type(await Again.parsed.aio("x")) is type(await again.clone.aio()) is Again
    assert [type(each) for each in await Mine.several.aio("x")] == [Mine]
    assert type(await mine.clone.submit()) is Mine
    assert await mine.parts.aio() == [mine]
    assert await narrow.clone.submit() is not narrow


asyncio.run(main())
