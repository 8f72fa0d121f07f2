"""What a user of guards.py narrows, and what checkers refuse."""

from __future__ import annotations

from typing import Any

import guards
from guards import Box, Busy, Station
from typing_extensions import TypeGuard, assert_type

import ambidex


def is_patient(value: Station) -> TypeGuard[Busy]:
    """Stand for a user's guard."""
    return isinstance(value, Busy)


class Mine(Station):
    """A user's own."""

    @ambidex.method(Station.is_busy)
    def is_busy(self, other: object) -> TypeGuard[Busy]:
        return guards.is_kind(other, Busy)


def on_objects(station: Station, busy: Busy, mine: Mine, value: object, named: Station | str) -> None:
    """Narrow by methods."""
    if station.is_busy(value) or busy.is_busy(value, patience=1):
        assert_type(value, Busy)
    elif Mine().is_like(value):
        assert_type(value, Mine)
    elif busy.is_like(value) or mine.is_busy(value):
        assert_type(value, Busy)
    if station.is_idle(named):
        assert_type(named, Station)
    else:
        assert_type(named.upper(), str)


def on_classes(value: object, optional: Station | None) -> None:
    """Narrow by class methods and static methods."""
    if Busy.is_one(value):
        assert_type(value, Station)
    if Station.is_other(optional):
        assert_type(optional, Station)
    else:
        assert_type(optional, None)


def in_boxes(box: Box[int], value: object) -> None:
    """Narrow by what a box holds."""
    if box.is_as(value):
        assert_type(value, Box[int])
        assert_type(value.content(), int)


def by_functions(value: object, station: Station, optional: Station | None, several: list[Station]) -> None:
    """Narrow by functions."""
    if guards.is_station(value):
        assert_type(value, Station)
    if guards.is_busy(station):
        assert_type(station, Busy)
    if guards.is_surely(optional):
        assert_type(optional, Station)
    else:
        assert_type(optional, None)
    if guards.are_busy(several):
        assert_type(several, list[Busy])


def by_classes(value: object, other: object, third: object, several: list[Any]) -> None:
    """Narrow by a class that is named."""
    if guards.is_kind(value):
        assert_type(value, Station)
    if guards.is_kind(other, Busy):
        assert_type(other, Busy)
    if guards.are_all(several, Busy):
        assert_type(several, list[Busy])
    guard = guards.guard_against(Busy())
    if guard(third):
        assert_type(third, Station)
    assert_type(guards.chosen([Station()], is_patient), list[Busy])
    guards.is_busy("Oslo")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def take(told: bool) -> None:
    """Stand for what wants a bool."""


async def waiting(station: Station, value: object) -> None:
    """Narrow nothing by what is awaited: it is a bool to every checker."""
    assert_type(await guards.is_busy.aio(station), bool)
    assert_type(await station.is_busy.aio(value), bool)
    assert_type(await guards.is_kind.aio(value, Busy), bool)
    assert_type(guards.is_busy.submit(station).result(), bool)
    take(guards.is_busy(station))
