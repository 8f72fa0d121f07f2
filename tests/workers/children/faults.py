"""A worker that does what workers should not, when it is asked to."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import stat
import threading
import time
from typing import TYPE_CHECKING, Any

from ambidex import ChildWorker

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator


class Unpicklable(Exception):
    """Ask for two arguments, and keep one."""

    def __init__(self, first: int, second: int) -> None:
        super().__init__(first)
        self.second = second


class Faults(ChildWorker):
    """Begin things that end with the process."""

    def __init__(self) -> None:
        self._on_threads = threading.Semaphore(0)

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
        self._on_threads.release()
        tell(file)
        time.sleep(1e6)

    def hold_for(self, seconds: float) -> None:
        """Return after so many seconds."""
        time.sleep(seconds)

    async def wait_for_threads(self, count: int) -> None:
        """Return when so many more calls wait on a thread."""
        for _ in range(count):
            await asyncio.get_running_loop().run_in_executor(None, self._on_threads.acquire)

    async def hold_loop(self, file: str = "") -> None:
        """Hold the interpreter busy, in Python."""
        tell(file)
        while True:
            pass

    async def size_of(self, data: bytes) -> int:
        """Return how many bytes have come."""
        return len(data)

    async def give_long(self, size: int, file: str) -> bytes:
        """Return so many bytes; `file`, a pipe, is opened when the first of them have been sent."""
        asyncio.get_running_loop().call_later(0.05, tell, file)
        return bytes(size)

    async def count(self) -> AsyncGenerator[int, None]:
        """Yield one number, and wait for ever."""
        yield 1
        await asyncio.Event().wait()

    def sync_count(self) -> Generator[int, None, None]:
        """Yield one number from a thread, and wait for ever there."""
        yield 1
        time.sleep(1e6)

    async def lines_of(self, file: str) -> AsyncGenerator[str, None]:
        """Yield the lines of a file."""
        with open(file, encoding="utf-8") as opened:  # noqa: ASYNC230, PTH123  a test's, and short
            for line in opened:
                yield line

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

    async def write(self, size: int) -> int:
        """Write so many bytes to descriptor 1."""
        left = memoryview(b"x" * size)
        while left:
            left = left[os.write(1, left) :]
        return size

    def close_descriptors(self) -> None:
        """Close all that this process has, but the standard ones, and go on."""
        os.closerange(3, 4096)
        time.sleep(1e6)

    async def write_to_sockets(self, data: bytes, *, is_last: bool) -> None:
        """Write bytes to each socket that this process has, where nobody expects them."""
        for name in os.listdir("/proc/self/fd"):  # noqa: PTH208  a path would hold a descriptor open
            with contextlib.suppress(OSError):
                if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                    os.write(int(name), data)
        if is_last:
            os._exit(3)
        await asyncio.Event().wait()

    async def fork_apart(self) -> int:
        """Leave a process of a session of its own behind that has all that this one has, and return its number."""
        read, write = os.pipe()
        other = os.fork()
        if other == 0:
            os.setsid()
            os.write(write, b".")
            signal.pause()
        os.read(read, 1)
        return other

    async def give_lock(self) -> Any:
        """Return what cannot be sent."""
        return threading.Lock()

    async def fail_unpicklable(self) -> None:
        """Raise an exception that can be pickled, and not unpickled."""
        raise Unpicklable(1, 2)

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
