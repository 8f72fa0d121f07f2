"""A worker that keeps what it gives, and changes it with its next call."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any

from ambidex import ChildWorker

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

LENGTH = 40 * 2**20


class Refilled(ChildWorker):
    """Give one buffer again and again."""

    def __init__(self) -> None:
        self._buffer = bytearray(LENGTH)

    def _filled(self, number: int) -> bytearray:
        self._buffer[:] = bytes((number,)) * LENGTH
        return self._buffer

    async def filled(self, number: int) -> bytearray:
        """Fill the buffer with a number, and return it."""
        return self._filled(number)

    def filled_on_thread(self, number: int) -> bytearray:
        """Do the same from a thread."""
        return self._filled(number)

    async def inside(self, number: int) -> tuple[int, memoryview]:
        """Return a view of the buffer inside another value."""
        return number, memoryview(self._filled(number))

    async def each(self, count: int) -> AsyncGenerator[Any, None]:
        """Yield views of it."""
        for number in range(count):
            yield memoryview(self._filled(number))

    async def fail(self, number: int) -> None:
        """Raise an exception with it."""
        raise LookupError(memoryview(self._filled(number)))

    async def echo(self, data: Any) -> Any:
        """Return what was given."""
        return data

    def echo_on_thread(self, data: Any) -> Any:
        """Do the same from a thread."""
        return data

    async def fresh(self, data: bytearray) -> bytearray:
        """Return what nobody has but who is given it."""
        return bytearray(data)

    async def fresh_items(self, data: bytearray) -> AsyncGenerator[Any, None]:
        """Yield it."""
        yield memoryview(bytearray(data))

    async def peak(self) -> int:
        """Return how many bytes of memory were in use at a time since the last question; the first one begins it."""
        tracemalloc.start()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        return peak


if __name__ == "__main__":
    Refilled().run()
