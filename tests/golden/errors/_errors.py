"""Exceptions that hold wrapped objects: what a user catches has faces in it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, AsyncGenerator, AsyncIterator, Awaitable, Callable, Dict, List, Optional, Union

from ambidex import Module

wrapper_module = Module("errors")
seen: List[object] = []  # what the implementation was given


@wrapper_module.wrap_class
class Station:
    def __init__(self, name: str) -> None:
        self._name = name
        self._is_open = True

    @property
    def name(self) -> str:
        return self._name

    async def check(self, how: str) -> None:
        """Raise what `how` says."""
        raise _made(how, self)

    def checked(self) -> None:
        """Raise from a plain method."""
        raise Failed(self)

    @property
    def state(self) -> int:
        raise Failed(self, [self])

    async def readings(self) -> AsyncIterator[int]:
        yield 1
        raise Failed(self)

    @asynccontextmanager
    async def session(self) -> AsyncGenerator[Station, None]:
        """Look at what the block raises, and let it through."""
        try:
            yield self
        except Failed as error:
            seen.append(error.station)
            raise

    async def each(self, work: Callable[[Station], Awaitable[None]]) -> None:
        """Look at what a callback raises, and let it through."""
        try:
            await work(self)
        except Failed as error:
            seen.append(error.station)
            raise

    async def last(self) -> Optional[Failed]:
        """Return an exception."""
        return Failed(self)

    async def tell(self, problem: Failed) -> str:
        """Take an exception."""
        seen.append(problem.station)
        return problem.where

    async def problems(self) -> List[Union[Station, BaseException]]:
        """Return what may be an exception, as `asyncio.gather` does."""
        return [self, Failed(self)]

    async def heard(self, hear: Callable[[Exception], Awaitable[None]]) -> None:
        """Hand any exception to a callback."""
        await hear(Failed(self))

    async def handed(self, handle: Callable[[Failed], None]) -> None:
        """Hand an exception to a plain callback."""
        handle(Failed(self))


@wrapper_module.wrap_class
class Failed(Exception):
    """A station has failed."""

    def __init__(self, station: Station, near: Optional[List[Station]] = None) -> None:
        super().__init__("failed", station)
        self.station = station
        self.near: Dict[str, List[Station]] = {"near": near or []}
        self._station = station

    @property
    def where(self) -> str:
        return self._station.name

    @property
    def itself(self) -> Station:
        """What its constructor keeps in private."""
        return self._station


@wrapper_module.wrap_class
class FailedTwice(Failed):
    """It has another field, and is told of its base."""

    second: Station

    def __init__(self, station: Station, second: Station) -> None:
        super().__init__(station)
        self.second = second


@wrapper_module.wrap_class
@dataclass
class Lost(LookupError):
    """A dataclass that is an exception."""

    station: Station
    attempts: int = 1


class Unseen(OSError):
    """It is not public, and has slots: types say nothing of it."""

    __slots__ = ("stations",)

    def __init__(self, number: int, text: str, stations: Any) -> None:
        super().__init__(number, text)
        self.stations = stations


def _made(how: str, station: Station) -> BaseException:
    if how == "twice":
        return FailedTwice(station, station)
    if how == "lost":
        return Lost(station, 2)
    if how == "unseen":
        return Unseen(2, "gone", {"all": [station]})
    if how == "key":
        return KeyError(station)
    if how == "cause":
        error = ValueError("wrong")
        error.__cause__ = Failed(station)
        return error
    return ValueError("plain") if how == "plain" else Failed(station, [station])
