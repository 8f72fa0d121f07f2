"""Use methods that give `Self`: an object of a subclass gives faces of that subclass."""

from __future__ import annotations

import asyncio

from selves import Box, Narrow, Query, Wide

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


class Mine(Narrow):
    """A subclass of the user's."""


mine = Mine("a b")
assert mine.itself() is mine
assert mine.parts()[0] is mine


async def main() -> None:
    """Use the async face."""
    assert type(await narrow.clone.aio(more="c", twice=True)) is Narrow
    assert await mine.itself.aio() is mine
    assert await mine.result.aio() is mine
    assert [each async for each in mine.items.aio(1)] == [mine]
    async with mine.held.aio() as held:
        assert held is mine
    assert type(await Wide.parsed.aio("x")) is Wide
    assert await mine.parts.aio() == [mine]
    assert await narrow.clone.submit() is not narrow


asyncio.run(main())
