"""Something asynchronous inside other types, with two classes for one implementation."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import (
    AsyncContextManager,
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Dict,
    List,
    Optional,
    Tuple,
    Union,
)

from ambidex import Module

wrapper_module = Module("twins_inside", style="twin")
events: List[str] = []


@wrapper_module.wrap_class
class Station:
    """Something with two faces."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._feed = Feed(3)

    @property
    def name(self) -> str:
        return self._name

    @property
    def feed(self) -> Optional[AsyncIterable[int]]:
        """What can be read again and again."""
        return self._feed

    async def near(self) -> Optional[AsyncIterator[Station]]:
        return _near(self)


@wrapper_module.wrap_class
@dataclass
class Report:
    """A record whose fields hold them."""

    title: str
    lines: AsyncIterator[str]
    done: Optional[Awaitable[int]] = None


class Feed:
    """Each iteration begins anew."""

    def __init__(self, limit: int) -> None:
        self._limit = limit

    async def __aiter__(self) -> AsyncIterator[int]:
        for number in range(self._limit):
            yield number


@wrapper_module.wrap_function
async def numbers(limit: Optional[int]) -> Optional[AsyncIterator[int]]:
    """Give numbers, or none at all."""
    return None if limit is None else _numbers(limit)


@wrapper_module.wrap_function
def feeds() -> Dict[str, AsyncIterable[int]]:
    """A plain function has two forms when what it gives has."""
    return {"two": Feed(2), "three": Feed(3)}


@wrapper_module.wrap_function
async def echo(first: Optional[str]) -> Union[AsyncGenerator[str, int], None]:
    return None if first is None else _echo(first)


@wrapper_module.wrap_function
async def doors(*names: str) -> Dict[str, AsyncContextManager[Station]]:
    return {name: _door(name) for name in names}


@wrapper_module.wrap_function
async def begun(number: int) -> Tuple[int, Awaitable[int]]:
    return number, _doubled(number)


@wrapper_module.wrap_function
async def chained(count: int) -> AsyncIterator[AsyncIterator[int]]:
    for limit in range(1, count + 1):
        yield _numbers(limit)


@wrapper_module.wrap_function
async def report(title: str) -> Report:
    return Report(title, _lines(title), _doubled(len(title)))


@wrapper_module.wrap_function
async def counted(count: Callable[[AsyncIterator[int]], Awaitable[int]], limit: int) -> int:
    """Hand a stream to a callback, which may be blocking or async in both forms."""
    return await count(_numbers(limit))


async def _numbers(limit: int) -> AsyncIterator[int]:
    for number in range(limit):
        yield number


async def _echo(first: str) -> AsyncGenerator[str, int]:
    sent = yield first
    while True:
        sent = yield str(sent)


async def _lines(title: str) -> AsyncIterator[str]:
    for letter in title:
        yield letter


async def _near(station: Station) -> AsyncIterator[Station]:
    yield station
    yield Station("next")


async def _doubled(number: int) -> int:
    return number * 2


@asynccontextmanager
async def _door(name: str) -> AsyncGenerator[Station, None]:
    events.append(f"open {name}")
    try:
        yield Station(name)
    finally:
        events.append(f"close {name}")
