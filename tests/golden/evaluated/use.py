"""Use what is generated of annotations that are no strings."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import evaluated
from evaluated import Station

station = Station("a", Station("b"))
assert station.other is not None
assert station.nearest([station.other]) is station.other
assert station.table() == {"a": station}
assert evaluated.measured(station, Decimal(2)) == 2
assert evaluated.measured(station, Decimal(2), []) is station


async def waiting() -> None:
    assert await station.nearest.aio([]) is None
    assert await evaluated.measured.aio(station, Decimal(1), names=[]) is station


asyncio.run(waiting())
