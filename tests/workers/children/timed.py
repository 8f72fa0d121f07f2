"""A worker that knows how much time a call has left, and one that dies in calls that may run twice."""

from __future__ import annotations

import asyncio
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from ambidex import ChildWorker, ParentWorker, idempotent, remaining_time

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Generator


class Timed(ChildWorker):
    """Tell the time that is left, and use it up."""

    def __init__(self) -> None:
        self.is_released = threading.Event()

    async def left(self) -> float | None:
        """Tell it on the loop."""
        return remaining_time()

    def left_on_thread(self) -> float | None:
        """Tell it on a thread."""
        return remaining_time()

    async def left_of_stream(self) -> AsyncGenerator[float | None, None]:
        """Tell it in a stream."""
        yield remaining_time()

    def left_of_plain_stream(self) -> Generator[float | None, None, None]:
        """Tell it in a stream that runs on threads."""
        yield remaining_time()

    async def left_in_grandchild(self) -> float | None:
        """Tell what a call to another worker has."""
        async with ParentWorker(__file__) as worker:
            left: float | None = await worker.acall.left()
        return left

    async def left_in_parent(self, tell: Callable[[], Awaitable[float | None]]) -> float | None:
        """Tell what a call back has."""
        return await tell()

    async def wait(self, file: str) -> None:
        """Wait until somebody cancels, and note that."""
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            _tried(file, 0)

    async def wait_long(self, file: str) -> None:
        """Wait until somebody cancels, and take some time for the clean-up."""
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            await asyncio.sleep(0.3)
            _tried(file, 0)

    async def stay(self, file: str) -> str:
        """Take the cancellation, and give a value all the same."""
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            _tried(file, 0)
        return "stayed"

    async def last(self, file: str) -> AsyncGenerator[str, None]:
        """Do the same in a stream."""
        yield await self.stay(file)

    def hold(self) -> None:
        """Hold a thread until `release`."""
        self.is_released.wait()

    async def release(self) -> None:
        """Let go of all threads."""
        self.is_released.set()

    @idempotent
    def find(self, file: str, deaths: int) -> int:
        """Note the try, die as often as was said, and return how many tries there were."""
        return _tried(file, deaths)

    @idempotent
    async def fail(self, file: str) -> None:
        """Note the try, and raise."""
        _tried(file, 0)
        raise ConnectionError("no answer from the store")

    @idempotent
    async def lose_another(self, file: str) -> None:
        """Note the try, and lose a worker of one's own."""
        _tried(file, 0)
        async with ParentWorker(__file__, output="drop") as worker:
            await worker.acall.add(file + ".of_grandchild", 1)

    def add(self, file: str, deaths: int) -> int:
        """Do what nobody has declared idempotent."""
        return _tried(file, deaths)

    @idempotent
    async def watch(self) -> AsyncGenerator[int, None]:
        """Yield."""
        yield 1


def _tried(file: str, deaths: int) -> int:
    with Path(file).open("a", encoding="utf-8") as notes:
        notes.write("tried\n")
    tries = len(Path(file).read_text(encoding="utf-8").splitlines())
    if tries <= deaths:
        os._exit(3)
    return tries
