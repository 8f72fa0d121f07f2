"""What a user of twins_guards.py narrows, and what checkers refuse."""

from __future__ import annotations

import twins_guards
from twins_guards import AsyncBusy, AsyncStation, Busy, Station
from typing_extensions import assert_type


def blocking(value: object, busy: Busy, several: list[Station]) -> None:
    """Narrow to the class whose methods block."""
    if busy.is_busy(value) or busy.is_like(value):
        assert_type(value, Busy)
    elif Busy.is_one(value) or twins_guards.is_station(value):
        assert_type(value, Station)
    if twins_guards.are_busy(several):
        assert_type(several, list[Busy])
    twins_guards.is_surely(AsyncStation())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def optional(one: Station | None, other: Station | None) -> None:
    """Narrow what may be None."""
    if Station.is_other(one):
        assert_type(one, Station)
    else:
        assert_type(one, None)
    if twins_guards.is_surely(other):
        assert_type(other, Station)
    else:
        assert_type(other, None)


def take(told: bool) -> None:
    """Stand for what wants a bool."""


async def waiting(value: object, busy: AsyncBusy, optional: AsyncStation | None) -> None:
    """Narrow to the class whose methods are awaited, by what is not awaited itself."""
    if twins_guards.async_is_station(value):
        assert_type(value, AsyncStation)
    elif busy.is_like(value):
        assert_type(value, AsyncBusy)
    if AsyncStation.is_other(optional):
        assert_type(optional, AsyncStation)
    take(await busy.is_busy(value) or await twins_guards.async_is_surely(optional))
