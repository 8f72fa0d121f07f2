"""Use the generated classes, blocking and async."""

from __future__ import annotations

import asyncio

from classes import Plain, Station

station = Station("Oslo")
other = Station("Rome", units="F")
assert station.current() == 4.0
assert station.current(scale=2) == 8.0
assert station.nearest([other]) is other, "the same object has the same face"
assert station.nearest([]) is None
assert station.tagged("a", city=1) == 2
assert station.copy() is station
assert list(station.readings()) == [0.0, 1.0]
assert list(station.neighbours()) == [station]
with station.reserved() as reserved:
    assert reserved is station
    assert station.units == "reserved"
assert Station.open("Bergen").city == "Bergen"
assert Station.of("Paris").city == "Paris"
assert Station.parse("1.5") == 1.5
assert Station.normalise("new york") == "New York"
assert station.rename("Oslo") is station
station.city = "Berlin"
assert station.city == "Berlin"
station.neighbour = other
assert station.neighbour is other
assert station.next is other
assert station.serial == 1
station.units = "K"
assert station.units == "K"
assert Station.LIMIT == 3
assert Station.KIND == "land"
assert len(station) == 6
assert "e" in station
assert station[0] == "B"
assert station("e") == 1
assert station == Station("Berlin")
assert hash(station) == hash(Station("Berlin"))
assert not hasattr(station, "_hidden")
assert Plain().method() == 42


class Louder(Station):
    """A user's subclass."""


assert Louder("Oslo").current() == 4.0


async def waiting() -> None:
    assert await station.current.aio() == 6.0
    assert await station.nearest.aio([other]) is other
    assert [reading async for reading in station.readings.aio(1)] == [0.0]
    async with station.reserved() as reserved:
        assert reserved is station
    assert (await Station.open.aio("Bergen")).city == "Bergen"
    assert await Station.parse.aio("2") == 2.0
    assert await Plain().method.aio() == 42


asyncio.run(waiting())
