"""The implementation behind the faces of tests/environments/station.py: what every environment is asked to carry."""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from ambidex import Module

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="none")
module = Module("tests.environments.station", synchronizer="station")


@module.wrap_class
class Station:
    """A weather station."""

    name: str

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = asyncio.Lock()  # bound to one loop: calls from several loops share it only on the runtime's

    async def measure(self, value: int) -> int:
        """Return twice the value, holding a lock of the loop meanwhile."""
        async with self._lock:
            await asyncio.sleep(0.001)
        return value * 2

    async def readings(self, count: int) -> AsyncGenerator[int, None]:
        """Yield the numbers below `count`."""
        for number in range(count):
            await asyncio.sleep(0)
            yield number

    @asynccontextmanager
    async def session(self) -> AsyncGenerator[str, None]:
        """Open a session."""
        await asyncio.sleep(0)
        yield f"session of {self.name}"


@module.wrap_function
async def double(value: int) -> int:
    """Return twice the value."""
    await asyncio.sleep(0)
    return value * 2


@module.wrap_function
async def where() -> tuple[int, str]:
    """Return the process and the thread that runs this."""
    await asyncio.sleep(0)
    return os.getpid(), threading.current_thread().name


@module.wrap_function
async def who() -> str:
    """Return the caller's request id."""
    await asyncio.sleep(0)
    return request_id.get()


@module.wrap_function
async def fail(message: str) -> None:
    """Raise LookupError."""
    await asyncio.sleep(0)
    raise LookupError(message)


@module.wrap_function
async def meet(folder: str, count: int) -> int:
    """Return once `count` calls are here at once; files in `folder` would do across processes, a set does in one."""
    _met.setdefault(folder, set()).add(asyncio.current_task())
    arrived = _arrivals.setdefault(folder, asyncio.Event())
    if len(_met[folder]) == count:
        arrived.set()
    await asyncio.wait_for(arrived.wait(), 50)
    return count


@module.wrap_function
async def hold(cleaned_up: str) -> None:
    """Wait for ever, saying so; when cancelled, clean up, which takes a moment, and write the file `cleaned_up`."""
    try:
        print("holding", flush=True)
        await asyncio.Event().wait()
    finally:
        await asyncio.sleep(0.05)
        os.close(
            os.open(cleaned_up, os.O_CREAT)
        )  # here: at the interpreter's exit there are no helper threads any more


_met: dict[str, set[object]] = {}
_arrivals: dict[str, asyncio.Event] = {}
