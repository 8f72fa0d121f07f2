"""A child whose streams take their time, and their own way, to end."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

from ambidex import ChildWorker


def note(file: str) -> None:
    """Note that something has ended."""
    with Path(file).open("a", encoding="utf-8") as notes:
        notes.write("ended\n")


class Leaving(ChildWorker):
    """Yield 0, 1, 2, and wait."""

    async def slow(self, file: str) -> AsyncGenerator[int, None]:
        """Clean up for a while."""
        try:
            for number in range(3):
                yield number
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.3)
            note(file)

    def slow_here(self, file: str) -> Generator[int, None, None]:
        """Do so on threads, where nothing is waited for."""
        try:
            yield from range(1000)
        finally:
            time.sleep(0.3)
            if threading.current_thread() is not threading.main_thread():
                note(file)

    def wait_here(self) -> Generator[int, None, None]:
        """Wait on a thread."""
        yield from range(3)
        threading.Event().wait()

    async def failing(self) -> AsyncGenerator[int, None]:
        """Fail to clean up."""
        try:
            for number in range(1000):
                yield number
        finally:
            raise LookupError("the door is locked")

    async def failing_ahead(self) -> AsyncGenerator[int, None]:
        """Fail behind the first item, without waiting for its reader."""
        yield 0
        raise LookupError("the door is locked")

    async def deadly(self) -> AsyncGenerator[int, None]:
        """Yield one item, and die of the clean-up."""
        try:
            yield 0
            await asyncio.Event().wait()
        finally:
            os.kill(os.getpid(), signal.SIGKILL)

    async def echo(self, file: str) -> AsyncGenerator[int, int]:
        """Yield 0, and what is sent, one at a time."""
        sent = 0
        try:
            while True:
                sent = yield sent
        finally:
            note(file)

    async def stuck(self, file: str) -> AsyncGenerator[int, None]:
        """Never end, until somebody gives up."""
        try:
            for number in range(1000):
                yield number
        finally:
            try:
                await asyncio.Event().wait()
            finally:
                note(file)

    async def stuck_call(self, file: str) -> None:
        """Do the same in a call."""
        try:
            await asyncio.Event().wait()
        finally:
            try:
                await asyncio.Event().wait()
            finally:
                note(file)

    async def wait_for(self, file: str) -> bool:
        """Return when something was noted."""
        while not Path(file).exists():  # noqa: ASYNC110, ASYNC240  what is noted here
            await asyncio.sleep(0)
        return True

    async def leave_behind(self) -> int:
        """Start a process that has the outputs of this one, and leave it alone; return its number."""
        program = "import time; time.sleep(1000)"
        return subprocess.Popen([sys.executable, "-c", program], start_new_session=True).pid  # noqa: ASYNC220

    async def pid(self) -> int:
        """Return this process's number."""
        return os.getpid()


if __name__ == "__main__":
    Leaving().run()
