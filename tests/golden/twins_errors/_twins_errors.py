"""Exceptions that hold wrapped objects, in two classes: what each user catches has faces of its own form in it."""

from __future__ import annotations

from typing import AsyncContextManager, AsyncIterator

from ambidex import Module

wrapper_module = Module("twins_errors", style="twin")


@wrapper_module.wrap_class
class Failed(Exception):
    """A station has failed."""

    def __init__(self, station: Station) -> None:
        super().__init__("failed", station)
        self.station = station


@wrapper_module.wrap_class
class Station:
    def __init__(self, name: str) -> None:
        self.name = name

    name: str

    async def check(self) -> None:
        raise Failed(self)

    def checked(self) -> None:
        """Raise from a plain method."""
        raise Failed(self)

    async def readings(self) -> AsyncIterator[int]:
        yield 1
        raise Failed(self)

    async def within(self, lock: AsyncContextManager[Station]) -> bool:
        """Enter what is handed in."""
        async with lock as station:
            return type(station) is Station


@wrapper_module.wrap_function
def weighed(station: Station) -> None:
    """Raise from a plain function, which has two forms."""
    raise Failed(station)


@wrapper_module.wrap_function
async def checked(station: Station) -> None:
    raise Failed(station)
