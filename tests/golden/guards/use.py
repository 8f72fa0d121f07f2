"""Ask type guards, and use what is narrowed: it is what checkers say that it is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, List, Optional, Union

import guards
from guards import Box, Busy, Station

if TYPE_CHECKING:
    from typing_extensions import TypeGuard

station, busy, patient = Station(), Busy(), Busy(2)
anything: List[Any] = [station, busy, "Oslo", None]
assert [station.is_busy(each) for each in anything] == [False, True, False, False]
assert [Station.is_one(each) for each in anything] == [True, True, False, False]
assert [Busy.is_one(each) for each in anything] == [False, True, False, False]
assert [guards.is_station(each) for each in anything] == [True, True, False, False]
assert [guards.is_kind(each) for each in anything] == [True, True, False, False]
assert [guards.is_kind(each, Busy) for each in anything] == [False, True, False, False]
assert [guards.is_kind(each, str) for each in anything] == [False, False, True, False]
assert (station.is_busy(busy), busy.is_busy(patient), patient.is_busy(busy)) == (True, False, True)
assert (busy.is_busy(busy), busy.is_busy(busy, patience=1)) == (False, True)
assert (station.is_like(busy), busy.is_like(station)) == (True, False)
assert guards.chosen([station, busy], guards.is_station) == [station, busy]
assert Box(1).is_as(Box(2))
assert not Box(1).is_as(Box("a"))
assert not Box(1).is_as(1)


def is_busy(value: Station) -> TypeGuard[Busy]:
    """Tell it as a user does."""
    return isinstance(value, Busy)


assert guards.chosen([station, busy], is_busy) == [busy]


class Mine(Busy):
    """A user's own, and its objects alone are like them."""


assert Mine().is_like(Mine())
assert not Mine().is_like(busy)
assert guards.is_kind(Mine(), Mine)
assert not guards.is_kind(busy, Mine)
guard = guards.guard_against(station)
assert [guard(each) for each in anything] == [False, True, False, False]


def narrowed(value: object, station: Station, several: List[Station], some: List[object]) -> int:
    """Use what guards say that something is; each of these is true of what is there."""
    count = 0
    if guards.is_station(value):
        count += not value.is_busy(None)
    if guards.is_busy(station):
        count += station.is_busy(station, patience=1)
    if guards.are_busy(several):
        count += all(type(each) is Busy and each.is_busy(each, patience=1) for each in several)
    if guards.are_all(some, Station):
        count += all(each.is_idle(each) for each in some)
    return count


assert narrowed(station, busy, [busy, patient], [station, busy]) == 4
assert narrowed("Oslo", station, [busy, station], [station, "Oslo"]) == 0


def named(value: Union[Station, str]) -> str:
    """Use what a guard says that something is not, as well."""
    return type(value).__name__ if station.is_idle(value) else value.upper()


assert (named(busy), named("Oslo")) == ("Busy", "OSLO")


def other(value: Optional[Station]) -> int:
    """Do it after two that are awaited."""
    return int(Station.is_other(value)) + int(guards.is_surely(value))


assert (other(busy), other(None)) == (2, 0)


async def waiting() -> None:
    """Do the same on a loop of the user's, where what is awaited gives a bool alone."""
    assert await station.is_busy.aio(busy)
    assert not await guards.is_busy.aio(station)
    assert await guards.is_surely.aio(station)
    assert await Busy.is_one.aio(busy)
    assert await guards.are_all.aio([station, busy], Station)
    assert await guards.chosen.aio([station, busy], is_busy) == [busy]


asyncio.run(waiting())
assert guards.is_busy.submit(busy).result()
