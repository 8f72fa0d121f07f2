"""Use what is asynchronous inside other types, by the blocking form and by the awaited one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import _twins_inside as implementation
import twins_inside

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

found = twins_inside.numbers(3)
assert found is not None
assert not hasattr(found, "__anext__")
assert list(found) == [0, 1, 2]
two = twins_inside.feeds()["two"]
assert not hasattr(two, "__aiter__")
assert list(two) == list(two) == [0, 1]
two_way = twins_inside.echo("begin")
assert two_way is not None
assert next(two_way) == "begin"
assert two_way.send(7) == "7"
two_way.close()
with twins_inside.doors("a")["a"] as station:
    assert isinstance(station, twins_inside.Station)
assert implementation.events == ["open a", "close a"]
number, doubled = twins_inside.begun(4)
assert (number, doubled.result()) == (4, 8)
assert [list(each) for each in twins_inside.chained(2)] == [[0], [0, 1]]
report = twins_inside.report("abc")
assert list(report.lines) == ["a", "b", "c"]
assert report.done is not None
assert report.done.result() == 6
assert twins_inside.counted(lambda numbers: sum(numbers), 4) == 6
oslo = twins_inside.Station("Oslo")
assert oslo.feed is not None
assert oslo.feed is oslo.feed
assert list(oslo.feed) == list(oslo.feed) == [0, 1, 2]
near = oslo.near()
assert near is not None
assert next(near) is oslo
near.close()


async def summed(numbers: AsyncIterator[int]) -> int:
    return sum([number async for number in numbers])


async def waiting() -> None:
    found = await twins_inside.async_numbers(3)
    assert found is not None
    assert not hasattr(found, "__next__")
    assert [number async for number in found] == [0, 1, 2]
    two = twins_inside.async_feeds()["two"]
    assert not hasattr(two, "__iter__")
    assert [number async for number in two] == [number async for number in two] == [0, 1]
    two_way = await twins_inside.async_echo("begin")
    assert two_way is not None
    assert await two_way.__anext__() == "begin"
    assert await two_way.asend(7) == "7"
    await two_way.aclose()
    async with (await twins_inside.async_doors("c"))["c"] as station:
        assert isinstance(station, twins_inside.AsyncStation)
    _, doubled = await twins_inside.async_begun(4)
    assert not hasattr(doubled, "result")
    assert await doubled == 8
    report = await twins_inside.async_report("abc")
    assert [letter async for letter in report.lines] == ["a", "b", "c"]
    assert report.done is not None
    assert await report.done == 6
    assert await twins_inside.async_counted(summed, 4) == 6
    assert await twins_inside.async_counted(lambda numbers: sum(numbers), 4) == 6
    oslo = twins_inside.AsyncStation("Oslo")
    assert oslo.feed is not None
    assert [number async for number in oslo.feed] == [0, 1, 2]
    near = await oslo.near()
    assert near is not None
    assert await near.__anext__() is oslo
    await near.aclose()


asyncio.run(waiting())
