"""Something asynchronous inside other types: optional, in containers and records, given to callbacks."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import (
    AsyncContextManager,
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Dict,
    List,
    NamedTuple,
    Optional,
    Tuple,
    TypeVar,
    Union,
)

from ambidex import Module

T = TypeVar("T")

wrapper_module = Module("inside")
events: List[str] = []


@wrapper_module.wrap_class
class Station:
    """Something with a face, which streams give as well."""

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

    @property
    def ready(self) -> Awaitable[Station]:
        """What nobody can set may be awaited, and give objects with a face."""
        return _later(self)

    @property
    def renamed(self) -> Awaitable[Station]:
        """What is set is something else."""
        return _later(self)

    @renamed.setter
    def renamed(self, name: str) -> None:
        self._name = name

    @cached_property
    def echoes(self) -> List[AsyncGenerator[Station, Station]]:
        return [_echoes(self)]

    source: Optional[AsyncIterable[int]] = None

    async def near(self) -> Optional[AsyncIterator[Station]]:
        """Give objects with a face, one by one."""
        return _near(self)

    async def kept(self, number: int) -> Tuple[int, Awaitable[Station]]:
        return number, _later(self)


@wrapper_module.wrap_class
@dataclass
class Report:
    """A record whose fields hold them."""

    title: str
    lines: AsyncIterator[str]
    done: Optional[Awaitable[int]] = None


@wrapper_module.wrap_class
class Page(NamedTuple):
    number: int
    rows: AsyncIterable[int]


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
async def several(count: int) -> List[AsyncIterator[int]]:
    return [_numbers(limit) for limit in range(1, count + 1)]


@wrapper_module.wrap_function
def feeds() -> Dict[str, AsyncIterable[int]]:
    """A plain function gives them as well."""
    return {"two": Feed(2), "three": Feed(3)}


@wrapper_module.wrap_function
async def echo(first: Optional[str]) -> Union[AsyncGenerator[str, int], None]:
    """Give what is sent back."""
    return None if first is None else _echo(first)


@wrapper_module.wrap_class
@dataclass
class Visit:
    """A record that is sent into a generator."""

    station: Station


@wrapper_module.wrap_function
async def homes() -> Optional[AsyncGenerator[str, Optional[Visit]]]:
    """Give the module of each station that is sent in a record: the implementation has its own objects."""
    return _homes()


@wrapper_module.wrap_function
async def homes_like(first: T) -> List[AsyncGenerator[str, T]]:
    """Give the same of what is sent as it is."""
    return [_homes_like(first)]


@wrapper_module.wrap_function
async def doors(*names: str) -> Dict[str, AsyncContextManager[Station]]:
    return {name: _door(name) for name in names}


@wrapper_module.wrap_function
async def begun(number: int) -> Tuple[int, Awaitable[int]]:
    """Give what can be awaited later."""
    return number, _doubled(number)


@wrapper_module.wrap_function
async def opened(limit: int) -> AsyncIterator[int]:
    """Give an iterator after an await: the whole result is one."""
    await asyncio.sleep(0)
    return _numbers(limit)


@wrapper_module.wrap_function
async def chained(count: int) -> AsyncIterator[AsyncIterator[int]]:
    """Yield streams."""
    for limit in range(1, count + 1):
        yield _numbers(limit)


@wrapper_module.wrap_function
async def report(title: str) -> Report:
    return Report(title, _lines(title), _doubled(len(title)))


@wrapper_module.wrap_function
async def pages() -> List[Page]:
    return [Page(1, Feed(1)), Page(2, Feed(2))]


@wrapper_module.wrap_function
async def counted(count: Callable[[AsyncIterator[int]], Awaitable[int]], limit: int) -> int:
    """Hand a stream to a callback."""
    return await count(_numbers(limit))


@wrapper_module.wrap_function
async def total(rows: Optional[AsyncIterable[int]], more: List[AsyncIterable[int]]) -> int:
    """Take what is blocking as well as what is not."""
    found = 0
    for source in [*([] if rows is None else [rows]), *more]:
        async for number in source:
            found += number
    return found


@wrapper_module.wrap_function
async def sent(body: Union[str, bytes, AsyncIterable[bytes]]) -> bytes:
    """Take text as it is, and read everything else, of which no text is one."""
    if isinstance(body, str):
        return body.encode()
    return body if isinstance(body, bytes) else b"".join([chunk async for chunk in body])


@wrapper_module.wrap_function
async def named(stations: Union[str, List[Station], AsyncIterable[Station]]) -> List[str]:
    """Read what is async alone: a list is another member, and what else is blocking could be meant by that."""
    if isinstance(stations, str):
        return [stations]
    return [each.name for each in (stations if isinstance(stations, list) else [each async for each in stations])]


@wrapper_module.wrap_function
async def settled(answer: Union[Station, Awaitable[Station]], more: Union[int, Awaitable[int]] = 0) -> str:
    """Await what the user would."""
    assert not isinstance(more, Station)
    station = answer if isinstance(answer, Station) else await answer
    return f"{station.name} {more if isinstance(more, int) else await more}"


async def _numbers(limit: int) -> AsyncIterator[int]:
    for number in range(limit):
        yield number


async def _echo(first: str) -> AsyncGenerator[str, int]:
    sent = yield first
    while True:
        sent = yield str(sent)


async def _homes() -> AsyncGenerator[str, Optional[Visit]]:
    visit = yield ""
    while visit is not None:
        visit = yield type(visit.station).__module__


async def _homes_like(first: T) -> AsyncGenerator[str, T]:
    while True:
        first = yield type(first).__module__


async def _lines(title: str) -> AsyncIterator[str]:
    for letter in title:
        yield letter


async def _near(station: Station) -> AsyncIterator[Station]:
    yield station
    yield Station("next")


async def _later(station: Station) -> Station:
    return station


async def _echoes(station: Station) -> AsyncGenerator[Station, Station]:
    while True:
        station = yield station


async def _doubled(number: int) -> int:
    return number * 2


@asynccontextmanager
async def _door(name: str) -> AsyncGenerator[Station, None]:
    events.append(f"open {name}")
    try:
        yield Station(name)
    finally:
        events.append(f"close {name}")
