"""Async callables that the implementation gives out, in the style "twin": one that blocks, and one that is awaited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Awaitable, Callable, List, Optional

from ambidex import Module

wrapper_module = Module("twins_callables", style="twin")

Step = Callable[[int], Awaitable[str]]


async def spelled(number: int) -> str:
    """Spell a number."""
    return f"<{number}>"


@wrapper_module.wrap_class
class Station:
    """What callables are given, and give."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def name(self) -> str:
        return self._name

    async def joined(self, other: Station) -> Station:
        """Make a station of two."""
        return Station(self._name + other._name)

    def joiner(self) -> Callable[[Station], Awaitable[Station]]:
        """Give a bound method."""
        return self.joined


@wrapper_module.wrap_class
@dataclass
class Job:
    """A record with a callable in a field."""

    work: Step


@wrapper_module.wrap_class
class Hub:
    """Have a callable as an attribute."""

    on_event: Optional[Step]

    def __init__(self) -> None:
        self.on_event = spelled

    @property
    def work(self) -> Step:
        """Give what only the implementation sets."""
        return spelled

    async def fire(self, number: int) -> str:
        """Call what the attribute holds."""
        return "" if self.on_event is None else await self.on_event(number)


@wrapper_module.wrap_function
def speller() -> Step:
    """Give an async function."""
    return spelled


@wrapper_module.wrap_function
async def steps() -> List[Step]:
    """Give callables inside a container."""
    return [spelled]


@wrapper_module.wrap_function
async def through(middleware: Callable[[Step, int], Awaitable[str]], number: int) -> str:
    """Let the user call what comes next."""
    return await middleware(spelled, number)


@wrapper_module.wrap_function
async def jobs() -> List[Job]:
    """Give records with callables: what their fields hold can be called either way."""
    return [Job(spelled)]


@wrapper_module.wrap_function
async def done(job: Job) -> str:
    """Do the work of a record."""
    return await job.work(1)
