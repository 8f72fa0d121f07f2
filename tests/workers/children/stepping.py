"""A worker whose calls stop at a certain step, and tell the test that they are there."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from ambidex import ChildWorker
from tests.workers.meeting import let_go, tell_there, wait_at, when_under_way

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

FOLDER, STEP = sys.argv[1:]
LONG = 64 << 20  # bytes: no socket and no ring of shared memory takes as many
SOCKET = 64 << 10  # bytes that are no small frame any more

if STEP == "before hello":
    tell_there(FOLDER)
    threading.Event().wait()


def stay() -> None:
    """Be there, and hold whoever calls this."""
    tell_there(FOLDER)
    time.sleep(1e6)


class Held:
    """Hold whoever lets go of this."""

    async def number(self) -> int:
        """Return the process's number."""
        return os.getpid()

    def __del__(self) -> None:
        stay()


class Stepping(ChildWorker):
    """Come to a step, and stay there."""

    async def setup(self) -> None:
        """Stay here, if this is it."""
        if STEP == "setup":
            tell_there(FOLDER)
            await asyncio.Event().wait()

    async def teardown(self) -> None:
        """As above."""
        if STEP == "close":
            tell_there(FOLDER)
            await asyncio.Event().wait()

    async def add(self, a: int, b: int) -> int:
        """Return a sum."""
        return a + b

    async def size_of(self, data: Any) -> int:
        """Return how much has come."""
        return len(data)

    async def wait(self) -> None:
        """Wait on the loop."""
        tell_there(FOLDER)
        await asyncio.Event().wait()

    def wait_on_thread(self) -> None:
        """Wait on a thread."""
        stay()

    async def hold_loop(self) -> None:
        """Hold the loop, in C."""
        stay()

    async def hold_loop_and_let_go(self) -> None:
        """Hold the loop, in C, and let the parent go on, which tells the test."""
        let_go(FOLDER, "go")
        time.sleep(1e6)  # noqa: ASYNC251  this is what holds it

    async def compute(self) -> None:
        """Hold the loop, in Python."""
        tell_there(FOLDER)
        while True:
            pass

    async def call_back(self, function: Callable[[int], Any]) -> Any:
        """Return what a function of the parent returns."""
        return await function(os.getpid())

    async def give_long(self) -> bytes:
        """Return more than can be under way."""
        when_under_way(1 if STEP.endswith("memory") else SOCKET, lambda: tell_there(FOLDER))
        return bytes(LONG)

    async def give_long_items(self) -> AsyncGenerator[bytes, None]:
        """Yield a short item, and when the parent reads no more a long one."""
        yield b"first"
        await asyncio.get_running_loop().run_in_executor(None, wait_at, FOLDER, "go")
        when_under_way(1 if STEP.endswith("memory") else SOCKET, lambda: tell_there(FOLDER))
        yield bytes(LONG)

    async def give_until_closed(self) -> AsyncGenerator[int, None]:
        """Yield, and stay when this is closed."""
        try:
            while True:
                yield 1
        finally:
            tell_there(FOLDER)
            await asyncio.Event().wait()

    async def lend(self) -> Any:
        """Return a function of an object that goes when the parent lets go of the function."""
        return Held().number
