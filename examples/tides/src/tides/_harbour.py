"""The implementation: plain async code that knows nothing of blocking callers."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING

from ._ambidex import Module

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

wrapper_module = Module("tides.harbour")

# Amplitude in metres and period in hours of the two largest constituents, rounded.
_STATIONS = {"Brest": ((2.05, 12.42), (0.75, 12.0)), "Oslo": ((0.14, 12.42), (0.04, 12.0))}


@wrapper_module.wrap_class
class UnknownStation(LookupError):
    """Report a station that has no gauge."""

    def __init__(self, station: str) -> None:
        super().__init__(station)
        self.station = station

    def __str__(self) -> str:
        return f"{self.station} has no gauge; there are {', '.join(sorted(_STATIONS))}"


@wrapper_module.wrap_class
class Gauge:
    """Read the level at one station."""

    station: str

    def __init__(self, station: str) -> None:
        self.station = station

    async def level(self, hour: float) -> float:
        """Return the level in metres above the mean, at an hour.

        Raises:
            UnknownStation: there is no gauge.
        """
        await asyncio.sleep(0)
        if self.station not in _STATIONS:
            raise UnknownStation(self.station)
        waves = (height * math.cos(2 * math.pi * hour / period) for height, period in _STATIONS[self.station])
        return round(sum(waves), 2)

    async def levels(self, start: float, step: float = 1.0) -> AsyncGenerator[float, None]:
        """Yield the level at each hour from `start` on."""
        hour = start
        while True:
            yield await self.level(hour)
            hour += step

    async def wait_for(self, level: float) -> float:
        """Return the hour at which the level is first reached: never, where it is too high."""
        hour = 0.0
        while await self.level(hour) < level:
            hour += 0.1
        return hour


@wrapper_module.wrap_function
async def stations() -> list[str]:
    """Return the names of the stations that have a gauge."""
    return sorted(_STATIONS)
