"""What a user of evaluated.py infers."""

from __future__ import annotations

from decimal import Decimal

import evaluated
from evaluated import Station
from typing_extensions import assert_type

station = Station("a")
assert_type(station.other, "Station | None")
assert_type(station.nearest([station]), "Station | None")
assert_type(station.table(), "dict[str, Station]")
assert_type(evaluated.measured(station, Decimal(1)), "Decimal | Station")
station.nearest([1])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]


async def waiting() -> None:
    assert_type(await evaluated.measured.aio(station, Decimal(1), ["a"]), "Decimal | Station")
