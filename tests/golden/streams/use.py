"""Use the generated streams and context managers, blocking and async."""

from __future__ import annotations

import asyncio

import streams

assert list(streams.numbers()) == [0, 1, 2]
assert list(streams.numbers(limit=1)) == [0]
two_way = streams.echo("begin")
assert next(two_way) == "begin"
assert two_way.send(7) == "7"
two_way.close()
assert list(streams.shifted(10)) == [10, 11, 12]
assert list(streams.spelled("ab")) == ["a", "b"]
with streams.opened("x") as name:
    assert name == "X"
assert streams.seen() == ["open x", "close x"]


async def waiting() -> None:
    assert [number async for number in streams.numbers.aio(2)] == [0, 1]
    stream = streams.echo.aio("begin")
    assert await stream.__anext__() == "begin"
    assert await stream.asend(1) == "1"
    await stream.aclose()
    assert [number async for number in streams.shifted.aio(1)] == [1, 2, 3]
    async with streams.opened("y") as name:
        assert name == "Y"
    async with streams.opened.aio("z") as name:
        assert name == "Z"
    assert (await streams.seen.aio())[-1] == "close z"


asyncio.run(waiting())
