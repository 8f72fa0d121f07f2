"""A worker that does what workers should not, when it is asked to."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from typing import TYPE_CHECKING, Any

from ambidex import ChildWorker

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator


class Faults(ChildWorker):
    """Begin things that end with the process."""

    async def add(self, a: int, b: int) -> int:
        """Return a sum."""
        return a + b

    def sync_add(self, a: int, b: int) -> int:
        """Return a sum, from a thread."""
        return a + b

    async def pid(self) -> int:
        """Return the process's number."""
        return os.getpid()

    async def wait(self, file: str = "") -> None:
        """Wait for ever; `file`, a pipe, is opened first, so that others know that this runs."""
        tell(file)
        await asyncio.Event().wait()

    def wait_on_thread(self, file: str = "") -> None:
        """Wait for ever on a thread."""
        tell(file)
        time.sleep(1e6)

    def hold_loop(self, file: str = "") -> None:
        """Hold the interpreter busy, in Python."""
        tell(file)
        while True:
            pass

    async def count(self) -> AsyncGenerator[int, None]:
        """Yield one number, and wait for ever."""
        yield 1
        await asyncio.Event().wait()

    def sync_count(self) -> Generator[int, None, None]:
        """Yield one number from a thread, and wait for ever there."""
        yield 1
        time.sleep(1e6)

    async def call_back(self, function: Callable[[int], Any]) -> Any:
        """Return what a function of the parent returns."""
        return await function(os.getpid())

    async def say(self, *lines: str) -> None:
        """Write lines to stderr."""
        for line in lines:
            os.write(2, f"{line}\n".encode())

    async def leave(self, code: int) -> None:
        """End this process at once."""
        os._exit(code)

    async def stop(self) -> None:
        """Stop this process, until somebody lets it go on."""
        os.kill(os.getpid(), signal.SIGSTOP)


def tell(file: str) -> None:
    """Open and close a named pipe, which lets go whoever waits to read it."""
    if file:
        with open(file, "w", encoding="utf-8"):  # noqa: PTH123  as short as it can be
            pass


if __name__ == "__main__":
    Faults().run()
