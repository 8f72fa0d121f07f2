"""A worker that takes and gives long buffers, and tells what its process has of shared memory."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import pickle
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ambidex import ChildWorker
from ambidex.transport._arena import Outbound

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine

_MAPPED = "/memfd:ambidex-arena"


class Buffers(ChildWorker):
    """Keep what it is told to keep."""

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}
        self._order: list[str] = []

    async def echo(self, *values: Any) -> Any:
        """Return what was given."""
        return values[0] if len(values) == 1 else values

    def echo_on_thread(self, value: Any) -> Any:
        """Return what was given, from a thread."""
        return value

    async def made(self, length: int) -> Any:
        """Return a buffer that is read where it comes."""
        return pickle.PickleBuffer(bytearray(length))

    async def made_with_a_signal(self, length: int) -> Any:
        """Send a signal to the parent, and return a buffer."""
        os.kill(os.getppid(), signal.SIGUSR1)
        return pickle.PickleBuffer(bytearray(length))

    async def pieces(self, count: int, length: int) -> AsyncGenerator[Any, None]:
        """Yield buffers, each of its number."""
        for number in range(count):
            yield pickle.PickleBuffer(bytearray([number]) * length)

    async def is_readonly(self, value: Any) -> bool:
        """Tell of what has come."""
        with memoryview(value) as view:
            return view.readonly

    async def keep(self, name: str, value: Any) -> None:
        """Keep what was given."""
        self._kept[name] = value

    async def kept(self, name: str) -> bytes:
        """Return the first bytes of what is kept."""
        return bytes(memoryview(self._kept[name])[:8])

    async def let_go(self, name: str) -> None:
        """Keep it no longer."""
        del self._kept[name]

    async def show(self, to: Callable[[Any], Coroutine[Any, Any, int]], length: int) -> int:
        """Call back with a buffer."""
        return await to(pickle.PickleBuffer(bytearray(length)))

    async def hold(self) -> None:
        """Wait until it is cancelled, and note that."""
        try:
            await asyncio.Event().wait()
        finally:
            self._order.append("cancelled")

    async def take(self, value: Any) -> int:
        """Note that something has come."""
        self._order.append("taken")
        return len(value)

    async def order(self) -> list[str]:
        """Return what was noted."""
        return self._order

    async def slow(self, length: int) -> Any:
        """Return a buffer though it was cancelled."""
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return pickle.PickleBuffer(bytearray(length))

    async def used(self) -> tuple[int, int]:
        """Return how many slots of this process's arena are in use, and how many buffers were put into it."""
        (arena,) = (each for each in gc.get_objects() if isinstance(each, Outbound))
        statistics = arena.statistics()
        return statistics.slots, statistics.puts

    def mapped(self) -> int:
        """Return how many arenas are mapped here."""
        return Path("/proc/self/maps").read_text(encoding="utf-8").count(_MAPPED)

    def fork(self) -> int:
        """Fork; the other process lets go of all that is kept, and ends. Return its exit code."""
        pid = os.fork()
        if pid == 0:
            self._kept.clear()
            gc.collect()
            os._exit(7)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    async def die(self, value: Any = None) -> None:
        """End this process at once."""
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    Buffers().run()
