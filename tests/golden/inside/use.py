"""Use what is asynchronous inside other types, blocking and async."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import _inside as implementation
import inside

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

found = inside.numbers(3)
assert found is not None
assert list(found) == [0, 1, 2]
assert inside.numbers(None) is None
assert [list(each) for each in inside.several(2)] == [[0], [0, 1]]
two = inside.feeds()["two"]
assert list(two) == list(two) == [0, 1]
two_way = inside.echo("begin")
assert two_way is not None
assert next(two_way) == "begin"
assert two_way.send(7) == "7"
two_way.close()
for name, door in inside.doors("a", "b").items():
    with door as station:
        assert isinstance(station, inside.Station)
        assert station.name == name
assert implementation.events == ["open a", "close a", "open b", "close b"]
number, doubled = inside.begun(4)
assert (number, doubled.result()) == (4, 8)
assert list(inside.opened(2)) == [0, 1]
assert [list(each) for each in inside.chained(2)] == [[0], [0, 1]]
report = inside.report("abc")
assert isinstance(report, inside.Report)
assert list(report.lines) == ["a", "b", "c"]
assert report.done is not None
assert report.done.result() == 6
assert [list(page.rows) for page in inside.pages()] == [[0], [0, 1]]
assert inside.counted(lambda numbers: sum(numbers), 4) == 6
assert inside.total([1, 2], [[3], iter([4])]) == 10
assert inside.total(None, []) == 0
assert inside.sent("text") == inside.sent(b"text") == inside.sent([b"te", b"xt"]) == b"text"
oslo = inside.Station("Oslo")
assert inside.named("a") == ["a"]
assert inside.named([oslo]) == ["Oslo"]
assert inside.settled(oslo) == "Oslo 0"
assert inside.settled(oslo.ready, inside.begun(4)[1]) == "Oslo 8"
assert oslo.feed is not None
assert oslo.feed is oslo.feed
assert list(oslo.feed) == list(oslo.feed) == [0, 1, 2]
assert oslo.ready.result() is oslo
oslo.renamed = "Kristiania"
assert oslo.renamed.result().name == "Kristiania"
oslo.renamed = "Oslo"
bergen = inside.Station("Bergen")
echoes = oslo.echoes[0]
assert next(echoes) is oslo
assert echoes.send(bergen) is bergen
echoes.close()
homes = inside.homes()
assert homes is not None
visit = inside.Visit(oslo)
assert [next(homes), homes.send(visit)] == ["", "_inside"]
assert visit.station is oslo
homes.close()
alike = inside.homes_like(oslo)[0]
assert [next(alike), alike.send(bergen)] == ["_inside", "_inside"]
alike.close()
assert oslo.source is None
oslo.source = [5, 6]
source = oslo.source
assert source is not None
assert list(source) == list(source) == [5, 6]
near = oslo.near()
assert near is not None
assert [station.name for station in near] == ["Oslo", "next"]
assert oslo.kept(1)[1].result() is oslo


class OnLoop:
    """Await, and iterate, on the loop on which it was made and nowhere else."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()

    async def chunks(self) -> AsyncIterator[bytes]:
        for chunk in (b"te", b"xt"):
            assert asyncio.get_running_loop() is self._loop
            yield chunk

    async def stations(self) -> AsyncIterator[inside.Station]:
        async for _ in self.chunks():
            yield oslo

    def future(self) -> asyncio.Future[int]:
        made: asyncio.Future[int] = self._loop.create_future()
        self._loop.call_soon(made.set_result, 3)
        return made

    async def station(self) -> inside.Station:
        assert asyncio.get_running_loop() is self._loop
        return oslo


async def summed(numbers: AsyncIterator[int]) -> int:
    return sum([number async for number in numbers])


async def waiting() -> None:
    found = await inside.numbers.aio(3)
    assert found is not None
    assert [number async for number in found] == [0, 1, 2]
    two = inside.feeds()["two"]
    assert [number async for number in two] == [number async for number in two] == [0, 1]
    two_way = await inside.echo.aio("begin")
    assert two_way is not None
    assert await two_way.__anext__() == "begin"
    assert await two_way.asend(7) == "7"
    await two_way.aclose()
    async with (await inside.doors.aio("c"))["c"] as station:
        assert station.name == "c"
    assert await (await inside.begun.aio(4))[1] == 8
    assert [number async for number in await inside.opened.aio(2)] == [0, 1]
    limit = 0
    async for stream in inside.chained.aio(2):
        limit += 1
        assert [number async for number in stream] == list(range(limit))
    assert limit == 2
    report = await inside.report.aio("abc")
    assert [letter async for letter in report.lines] == ["a", "b", "c"]
    assert report.done is not None
    assert await report.done == 6
    assert await inside.counted.aio(summed, 4) == 6
    assert await inside.counted.aio(lambda numbers: sum(numbers), 4) == 6
    near = await oslo.near.aio()
    assert near is not None
    assert [station.name async for station in near] == ["Oslo", "next"]
    assert await oslo.ready is oslo
    echoes = inside.Station("Alta").echoes[0]
    assert (await echoes.__anext__()).name == "Alta"
    assert await echoes.asend(oslo) is oslo
    await echoes.aclose()
    homes = await inside.homes.aio()
    assert homes is not None
    assert [await homes.__anext__(), await homes.asend(visit)] == ["", "_inside"]
    await homes.aclose()
    alike = (await inside.homes_like.aio(oslo))[0]
    assert [await alike.__anext__(), await alike.asend(bergen)] == ["_inside", "_inside"]
    await alike.aclose()
    assert await (await oslo.kept.aio(1))[1] is oslo
    here = OnLoop()
    assert await inside.sent.aio(here.chunks()) == await inside.sent.aio(iter([b"text"])) == b"text"
    assert await inside.named.aio(here.stations()) == ["Oslo", "Oslo"]
    assert await inside.settled.aio(here.station(), here.future()) == "Oslo 3"
    assert await inside.settled.aio(oslo.ready, 1) == "Oslo 1"


asyncio.run(waiting())
