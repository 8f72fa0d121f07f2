"""Ask the guards of each form about objects of it; those of the other are no answer, and are refused."""

from __future__ import annotations

import asyncio
from typing import Any, Callable, List

import twins_guards
from twins_guards import AsyncBusy, AsyncStation, Busy, Station

station, busy = Station(), Busy()
anything: List[Any] = [station, busy, "Oslo", None]
assert [station.is_busy(each) for each in anything] == [False, True, False, False]
assert [busy.is_busy(each) for each in anything] == [False, False, False, False]
assert [busy.is_like(each) for each in anything] == [False, True, False, False]
assert [Station.is_one(each) for each in anything] == [True, True, False, False]
assert [twins_guards.is_station(each) for each in anything] == [True, True, False, False]
assert (Station.is_other(busy), Station.is_other(None)) == (True, False)
assert (twins_guards.is_surely(station), twins_guards.is_surely(None)) == (True, False)
several: List[Station] = [busy]
assert twins_guards.are_busy(several)
assert all(isinstance(each, Busy) for each in several)


async def waiting() -> None:
    """Do the same on a loop of the user's."""
    station, busy = AsyncStation(), AsyncBusy()
    anything: List[Any] = [station, busy, "Oslo", None]
    assert [await station.is_busy(each) for each in anything] == [False, True, False, False]
    assert [await AsyncStation.is_one(each) for each in anything] == [True, True, False, False]
    assert [twins_guards.async_is_station(each) for each in anything] == [True, True, False, False]
    assert [busy.is_like(each) for each in anything] == [False, True, False, False]
    assert await twins_guards.async_is_surely(station)
    assert not await twins_guards.async_are_busy([station, busy])


asyncio.run(waiting())
awaited = AsyncStation()


def refused(guard: Callable[[Any], object], value: object) -> str:
    """Return why a guard says nothing of an object."""
    try:
        guard(value)
    except TypeError as error:
        return str(error)
    raise AssertionError("not refused")


assert refused(twins_guards.is_station, awaited) == (
    "is_station takes objects whose methods block, and was given an object of AsyncStation, whose methods are awaited"
)
assert refused(twins_guards.async_is_station, [station]) == (
    "async_is_station takes objects whose methods are awaited, and was given an object of Station, whose methods block"
)
refused(station.is_busy, awaited)
refused(station.is_like, awaited)
refused(awaited.is_like, station)
refused(Station.is_other, awaited)
