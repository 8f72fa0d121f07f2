"""Use the generated functions that take keywords of a typed dict, and those with sentinels."""

from __future__ import annotations

import asyncio

import options
from options import Shelf

assert options.find("ab", limit=2) == 4
assert options.find("ab", limit=2, text="abc") == 7
assert list(options.found(limit=2)) == [0, 1]
shelf, other = Shelf("a"), Shelf("b")
assert shelf.find(limit=1, tags=["x"]) == "a [('limit', 1), ('tags', ['x'])]"
assert options.look(first=shelf, others=[other], label="x") == [shelf, other]
assert options.look(others=[other])[0] is other
assert options.look() == []
assert options.replaced() == [True, True]
assert options.replaced(None, None) == [False, False]


async def waiting() -> None:
    assert await options.find.aio("ab", limit=2, text="abc") == 7
    assert [number async for number in options.found.aio(limit=1)] == [0]
    assert await options.look.aio(first=shelf) == [shelf]
    assert await shelf.find.aio(limit=1) == "a [('limit', 1)]"
    assert await options.replaced.aio(other=1) == [True, False]


asyncio.run(waiting())
