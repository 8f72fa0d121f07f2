"""An implementation that gives what is asynchronous inside other types, in every way."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Callable

from ambidex import Module

beacon = Module("tests.bridge.beacon", synchronizer="tests")
beacon_twins = Module("tests.bridge.beacon_twins", synchronizer="tests", style="twin")
beacon_here = Module("tests.bridge.beacon_here", synchronizer="tests", aio="caller")
events: list[str] = []
loops: list[asyncio.AbstractEventLoop] = []
ended = threading.Event()  # ships have passed


class Wreck(Exception):
    """A ship was lost."""


@beacon.wrap_class
class Ship:
    """Something with a face."""

    def __init__(self, name: str) -> None:
        self.called = name

    async def name(self) -> str:
        return self.called


@beacon.wrap_class
@dataclass
class Watch:
    """What a night brings."""

    keeper: str
    ships: AsyncIterator[Ship] | None = None


class Lamp:
    """Is iterated anew each time."""

    async def __aiter__(self) -> AsyncIterator[int]:
        for turn in range(3):
            loops.append(asyncio.get_running_loop())
            yield turn


_lamp = Lamp()
_log: list[AsyncGenerator[int, int]] = []


@beacon.wrap_function
async def passing(count: int) -> AsyncIterator[Ship] | None:
    """Give ships, or none at all."""
    return _ships(count) if count else None


@beacon.wrap_function
@beacon_twins.wrap_function
async def counter(limit: int) -> AsyncGenerator[int, int] | None:
    """Count up; what is sent is added."""
    return _counter(limit)


@beacon.wrap_function
@beacon_twins.wrap_function
@beacon_here.wrap_function
async def lamps() -> dict[str, AsyncIterable[int]]:
    """Give what is iterated anew each time."""
    return {"high": _lamp}


@beacon.wrap_function
def lamp() -> AsyncIterable[int] | None:
    """Give the same object that `lamps` gives."""
    return _lamp


@beacon.wrap_function
@beacon_twins.wrap_function
async def moorings(*names: str) -> list[AbstractAsyncContextManager[str]]:
    """Give a mooring for each name."""
    return [_mooring(name) for name in names]


@beacon.wrap_function
@beacon_twins.wrap_function
async def signal(text: str) -> tuple[str, Awaitable[str]]:
    """Give the answer to come."""
    return text, _answer(text)


@beacon.wrap_function
async def stormy() -> tuple[AsyncIterator[int], Awaitable[int]]:
    """Give what fails after a while."""
    return _stormy(), _wreck()


@beacon.wrap_function
async def becalmed() -> tuple[AsyncIterator[int], Awaitable[int]]:
    """Give what never goes on."""
    return _becalmed(), _drift()


@beacon.wrap_function
async def watches(ships: int) -> list[Watch]:
    """Give a record without ships, and one with some."""
    return [Watch("Ann"), Watch("Bob", _ships(ships))]


@beacon.wrap_function
async def either(kind: str) -> AsyncIterator[Ship] | Awaitable[Ship] | Ship | list[AsyncIterable[int]] | str:
    """Give one of many."""
    if kind == "iterator":
        return _ships(1)
    if kind == "awaitable":
        return _later(Ship("late"))
    if kind == "list":
        return [_lamp]
    return Ship("now") if kind == "ship" else kind


@beacon.wrap_function
async def told(
    tell: Callable[[AsyncIterator[Ship], AbstractAsyncContextManager[str], Awaitable[str]], Awaitable[str]],
) -> str:
    """Hand what is asynchronous to a callback."""
    return await tell(_ships(2), _mooring("told"), _answer("told"))


@beacon.wrap_function
async def heard(steps: AsyncIterable[int] | None, more: list[AsyncIterable[int]]) -> list[int]:
    """Read whatever can be read."""
    sources = [*([] if steps is None else [steps]), *more]
    heard: list[int] = []
    for source in sources:
        heard.extend([step async for step in source])
    return heard


@beacon.wrap_function
async def promised() -> Ship | None:
    """Return what no plan names."""
    return _later(Ship("never"))  # type: ignore[return-value]  # pyright: ignore[reportReturnType]  the mistake


@beacon.wrap_function
async def repeated() -> tuple[AsyncGenerator[int, int], AsyncGenerator[int, int]]:
    """Give one object twice, and in each call."""
    if not _log:
        _log.append(_counter(5))
    return _log[0], _log[0]


@beacon.wrap_function
async def back(counter: AsyncGenerator[int, int]) -> AsyncGenerator[int, int] | None:
    """Give back what was handed in."""
    return counter


async def _ships(count: int) -> AsyncIterator[Ship]:
    try:
        for number in range(count):
            yield Ship(f"ship {number}")
    finally:
        await asyncio.sleep(0)
        events.append("ships end")
        ended.set()


async def _counter(limit: int) -> AsyncGenerator[int, int]:
    number = 0
    try:
        while number < limit:
            try:
                sent = yield number
            except Wreck as wreck:
                events.append(f"caught {wreck}")
                sent = 100
            number += sent or 1  # None where nobody sends
    finally:
        events.append("counter ends")


@asynccontextmanager
async def _mooring(name: str) -> AsyncGenerator[str, None]:
    events.append(f"moor {name}")
    try:
        yield name
    except Wreck:
        events.append(f"lose {name}")
        if name == "safe":
            return
        raise
    finally:
        events.append(f"leave {name}")


async def _answer(text: str) -> str:
    events.append(f"answer {text}")
    await asyncio.sleep(0)
    return text.upper()


async def _later(ship: Ship) -> Ship:
    return ship


async def _stormy() -> AsyncIterator[int]:
    yield 1
    raise Wreck("in the storm")


async def _wreck() -> int:
    raise Wreck("on the rocks")


async def _becalmed() -> AsyncIterator[int]:
    yield 1
    try:
        await asyncio.Event().wait()
    finally:
        events.append("wind")


async def _drift() -> int:
    try:
        await asyncio.Event().wait()
    finally:
        events.append("tow")
    return 0


# -- beside callables


@beacon.wrap_class
@dataclass
class Shift:
    """Who is on duty, and how more are called."""

    on_duty: AsyncIterator[Ship]
    muster: Callable[[int], Awaitable[AsyncIterator[Ship]]]


async def _muster(count: int) -> AsyncIterator[Ship]:
    return _ships(count)


@beacon.wrap_function
async def shift() -> Shift:
    """Give a record of both."""
    return Shift(_ships(1), _muster)


@beacon.wrap_function
async def mustered(shift: Shift) -> list[str]:
    """Use a record of both, whoever made what is in it."""
    return [ship.called async for ship in await shift.muster(2)]


@beacon.wrap_function
@beacon_twins.wrap_function
async def drill(
    crew: Callable[[Callable[[int], Awaitable[int]], AsyncIterator[int]], Awaitable[int]],
) -> int:
    """Give a callback a callable and an iterator."""

    async def double(number: int) -> int:
        loops.append(asyncio.get_running_loop())
        return number * 2

    return await crew(double, _turns())


async def _turns() -> AsyncIterator[int]:
    async for turn in _lamp:
        yield turn


@beacon.wrap_function
def keeper(name: str) -> Callable[[int], Awaitable[int]] | Callable[[Ship], str]:
    """Give one that is awaited and does not say so, under the name "silent"."""
    if name == "plain":
        return _named
    return _kept if name == "told" else _silent


beacon_twins.wrap_function(keeper)


async def _kept(number: int) -> int:
    return number + 1


def _silent(number: int) -> Awaitable[int]:
    return _kept(number)


def _named(ship: Ship) -> str:
    return ship.called


@beacon.wrap_class
class Post:
    """Hears of what passes."""

    hear: Callable[[AsyncIterator[int]], Awaitable[int]]

    def __init__(self) -> None:
        self.hear = _total

    async def pass_by(self) -> int:
        return await self.hear(_turns())


async def _total(numbers: AsyncIterator[int]) -> int:
    return sum([number async for number in numbers])
