"""Async context managers as parameters: a user hands in a blocking one, or an async one."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import IO, AsyncContextManager, AsyncGenerator, Dict, List, Optional, Tuple, Union

from ambidex import Module

wrapper_module = Module("contexts")


@wrapper_module.wrap_class
class Station:
    """Something with a face that is a context manager itself."""

    lock: Optional[AsyncContextManager[int]] = None

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    async def __aenter__(self) -> Station:
        return self

    async def __aexit__(self, *_: object) -> None: ...

    async def entered(self) -> int:
        """Enter what was set."""
        assert self.lock is not None
        async with self.lock as number:
            return number


@wrapper_module.wrap_class
class Failed(Exception):
    station: Station

    def __init__(self, station: Station) -> None:
        super().__init__()
        self.station = station


@wrapper_module.wrap_function
async def within(door: AsyncContextManager[Station]) -> Station:
    """Give what entering gives."""
    async with door as station:
        assert type(station) is Station
        return station


@wrapper_module.wrap_function
async def total(first: Optional[AsyncContextManager[int]], *more: AsyncContextManager[int]) -> int:
    found = 0
    for each in ([] if first is None else [first], more):
        for context in each:
            async with context as number:
                found += number
    return found


@wrapper_module.wrap_function
async def listed(several: List[AsyncContextManager[int]]) -> List[int]:
    found: List[int] = []
    for each in several:
        async with each as number:
            found.append(number)
    return found


@wrapper_module.wrap_function
async def guarded(guard: AsyncContextManager[None], station: Station) -> bool:
    """Raise inside a context manager; tell whether it has let nothing through."""
    async with guard:
        raise Failed(station)
    return True


@wrapper_module.wrap_function
async def either(door: Union[AsyncContextManager[int], str]) -> int:
    """Take text as it is, and enter everything else."""
    if isinstance(door, str):
        return len(door)
    async with door as number:
        return number


@wrapper_module.wrap_function
async def opened(door: Union[AsyncContextManager[str], IO[str]]) -> str:
    """Take an async one alone: what is blocking could be meant by another member of the union."""
    if not isinstance(door, AsyncContextManager):
        return door.read()
    async with door as text:
        return text


@wrapper_module.wrap_function
async def doors(station: Station) -> Tuple[int, Dict[str, AsyncContextManager[Station]]]:
    return 1, {"front": _door(station)}


@asynccontextmanager
async def _door(station: Station) -> AsyncGenerator[Station, None]:
    yield station
