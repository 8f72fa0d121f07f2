"""Use contexts.py: hand in blocking context managers, async ones, and those that were given out."""

from __future__ import annotations

import asyncio
import io
import threading
from contextlib import asynccontextmanager, contextmanager
from typing import Any, AsyncGenerator, Generator, List

import contexts

oslo = contexts.Station("Oslo")
events: List[Any] = []


@contextmanager
def blocking(value: Any) -> Generator[Any, None, None]:
    events.append(threading.current_thread())
    try:
        yield value
    except contexts.Failed as error:
        events.append(error.station)
        if value is not None:
            raise
    finally:
        events.append("left")


@asynccontextmanager
async def awaited(value: Any) -> AsyncGenerator[Any, None]:
    loop = asyncio.get_running_loop()
    try:
        yield value
    finally:
        events.append(loop is asyncio.get_running_loop())


class Awaitable:
    """What entering gives is no more than that, though one could await it."""

    def __await__(self) -> Generator[None, None, int]:
        raise AssertionError("nobody awaits it")


assert contexts.within(blocking(oslo)) is oslo
assert events == [threading.main_thread(), "left"]
assert contexts.within(awaited(oslo)) is oslo
assert contexts.within(oslo) is oslo
number, found = contexts.doors(oslo)
assert number == 1
assert contexts.within(found["front"]) is oslo
assert contexts.total(None) == 0
assert contexts.total(blocking(1), awaited(2), blocking(3)) == 6
assert contexts.listed([blocking(1), awaited(2)]) == [1, 2]
assert contexts.either("four") == 4
assert contexts.either(awaited(5)) == contexts.either(blocking(5)) == 5
assert contexts.opened(io.StringIO("six")) == contexts.opened(awaited("six")) == "six"
contexts.listed([blocking(Awaitable())])

events.clear()
assert contexts.guarded(blocking(None), oslo)
assert events == [threading.main_thread(), oslo, "left"]
try:
    contexts.guarded(blocking(1), oslo)
except contexts.Failed as error:
    assert error.station is oslo
    assert error.__context__ is None

oslo.lock = blocking(7)
assert oslo.entered() == 7
oslo.lock = awaited(8)
lock = oslo.lock
assert lock is not None
with lock as number:
    assert number == 8


async def waiting() -> None:
    events.clear()
    assert await contexts.within.aio(awaited(oslo)) is oslo
    assert events == [True]
    assert await contexts.within.aio(blocking(oslo)) is oslo
    assert events[1] is not threading.main_thread()
    assert await contexts.total.aio(awaited(1), blocking(2)) == 3
    events.clear()
    assert await contexts.either.aio(awaited(5)) == 5
    assert await contexts.opened.aio(awaited("six")) == "six"
    assert events == [True, True]
    assert await contexts.guarded.aio(blocking(None), oslo)
    _, found = await contexts.doors.aio(oslo)
    async with found["front"] as station:
        assert station is oslo


asyncio.run(waiting())
