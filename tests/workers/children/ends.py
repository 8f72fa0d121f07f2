"""A worker that says how it is set up and torn down, and does so in the way that it is told to."""

from __future__ import annotations

import asyncio
import atexit
import os
import signal
import sys
import time
from pathlib import Path

from ambidex import ChildWorker

FILE, MODE = Path(sys.argv[1]), sys.argv[2]


def note(what: str) -> None:
    """Add a line to the file."""
    with FILE.open("a") as file:
        file.write(f"{what}\n")


class Ends(ChildWorker):
    """Begin and end."""

    def __init__(self) -> None:
        self._waits = asyncio.Event()

    async def setup(self) -> None:
        """Prepare, or not."""
        atexit.register(note, "exit")
        if MODE == "setup waits":
            note("setup")
            try:
                await asyncio.Event().wait()
            finally:
                note("setup cancelled")
        if MODE == "setup fails":
            raise ValueError("no model")

    def teardown(self) -> None:
        """Clean up."""
        note("teardown")
        if MODE == "teardown fails":
            raise ValueError("no clean-up")
        if MODE == "teardown hangs":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(1e6)

    async def pid(self) -> int:
        """Return the process's number."""
        return os.getpid()

    async def wait(self) -> None:
        """Wait, and clean up."""
        self._waits.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            note("call cancelled")

    async def wait_for_wait(self) -> None:
        """Return when a call of `wait` has begun."""
        await self._waits.wait()

    def stick(self) -> None:
        """Stick on a thread."""
        note("stuck")
        time.sleep(1e6)

    async def spin(self, seconds: float) -> int:
        """Hold the loop with Python for so many seconds of processor time."""
        end = time.process_time() + seconds
        count = 0
        while time.process_time() < end:
            count += 1
        return count

    async def sleep_on_loop(self, seconds: float) -> None:
        """Hold the loop with a call that lets other threads run."""
        time.sleep(seconds)  # noqa: ASYNC251  what this is for

    async def compute_in_c(self) -> int:
        """Compute, with the interpreter's lock kept for more than half a second."""
        digits = 30_000
        while True:
            begun = time.monotonic()
            value = 3 ** (digits * 10)
            length: int = len(f"{value:x}") + (value * value % 7) + pow(value, 3, (1 << digits) - 1) % 3
            if time.monotonic() - begun > 0.5:
                return length
            digits *= 2

    async def begin(self, command: list[str]) -> int:
        """Start a program, and return its process's number."""
        self._begun = await asyncio.create_subprocess_exec(*command)
        return self._begun.pid

    async def add_up(self, count: int) -> int:
        """Return the sum of so many numbers, with the interpreter's lock kept from the first to the last."""
        return sum(range(count))

    async def wait_in_c(self) -> None:
        """Wait, with the interpreter's lock kept."""
        import ctypes

        ctypes.PyDLL(None).sleep(1_000_000)


if MODE == "import waits":
    note("importing")
    time.sleep(1e6)

if __name__ == "__main__":
    Ends().run()
