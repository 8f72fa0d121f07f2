"""A child that the tests of calls and streams ask for all kinds of things."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Generator
from typing import Any

from ambidex import ChildWorker


class Refused(Exception):
    """Be an exception whose class only the child knows."""


def nested(levels: int) -> list[Any]:
    """Return lists in lists, so many levels deep."""
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


class Works(ChildWorker):
    """Answer."""

    def __init__(self) -> None:
        self._ticking = threading.Event()  # which nobody sets
        self._ticked = threading.Event()
        self._seen: list[str] = []
        self._holds = asyncio.Event()
        self._has_come = False
        self._made = 0

    def seen(self) -> list[str]:
        """Return what was noted, and forget it."""
        seen, self._seen = self._seen, []
        return seen

    async def add(self, left: int, right: int = 1) -> int:
        """Return the sum."""
        return left + right

    def add_here(self, left: int, right: int = 1) -> int:
        """Return the sum, on a thread."""
        return left + right

    def is_on_main_thread(self) -> bool:
        """Tell where plain methods run."""
        return threading.current_thread() is threading.main_thread()

    @staticmethod
    async def twice(value: int) -> int:
        """Return the double."""
        return 2 * value

    @classmethod
    def name(cls) -> str:
        """Return the class's name."""
        return cls.__name__

    async def echo(self, value: Any) -> Any:
        """Return what was given."""
        return value

    async def give_nested(self, levels: int) -> Any:
        """Return lists in lists."""
        return nested(levels)

    async def give_lock(self) -> Any:
        """Return what nobody can send."""
        return {"locks": [threading.Lock()]}

    async def fail(self) -> None:
        """Raise an exception of a builtin class."""
        raise LookupError("no such city", 7)

    async def refuse(self) -> None:
        """Raise one of the child's own class."""
        raise Refused("closed today")

    async def hold(self) -> None:
        """Wait until it is cancelled, then clean up."""
        self._seen.append("held")
        self._holds.set()
        try:
            await asyncio.Event().wait()
        finally:
            self._holds.clear()
            await asyncio.sleep(0)
            self._seen.append("cleaned up")

    async def wait_for_hold(self) -> None:
        """Return when `hold` waits."""
        await self._holds.wait()

    async def meet(self) -> str:
        """Return when another call has come meanwhile."""
        if self._has_come:
            self._has_come = False
            return "second"
        self._has_come = True
        while self._has_come:  # noqa: ASYNC110  an event cannot be waited for to be cleared
            await asyncio.sleep(0)
        return "first"

    # -- streams

    async def count(self, stop: int) -> AsyncGenerator[int, None]:
        """Yield the numbers below `stop`."""
        try:
            for number in range(stop):
                self._made = number + 1
                yield number
        finally:
            self._seen.append("count ended")

    def count_here(self, stop: int) -> Generator[int, None, None]:
        """Yield the numbers below `stop`, on threads."""
        yield from range(stop)

    async def made(self) -> int:
        """Return how many numbers the last `count` has made."""
        return self._made

    async def total(self) -> AsyncGenerator[int, int]:
        """Yield the sum of what was sent."""
        total = 0
        while True:
            try:
                total += yield total
            except ValueError as error:
                self._seen.append(f"thrown: {error}")
                total = -1

    def total_here(self) -> Generator[int, int, None]:
        """Do the same on threads."""
        total = 0
        while True:
            total += yield total

    async def fail_after(self, count: int) -> AsyncGenerator[int, None]:
        """Yield some numbers, then raise."""
        for number in range(count):
            yield number
        raise LookupError("no more")

    async def give_locks(self) -> AsyncGenerator[Any, None]:
        """Yield what can be sent, then what cannot."""
        yield 1
        yield threading.Lock()

    async def refilled(self, count: int, length: int) -> AsyncGenerator[bytearray, None]:
        """Yield one buffer again and again, filled anew."""
        buffer = bytearray(length)
        for number in range(count):
            buffer[:] = bytes((number,)) * length
            yield buffer

    def refilled_here(self, count: int, length: int) -> Generator[list[int], None, None]:
        """Yield one list again and again, filled anew."""
        numbers: list[int] = []
        for number in range(count):
            numbers[:] = [number] * length
            yield numbers

    def first(self, items: list[Any]) -> Any:
        """Raise StopIteration where there is none."""
        return next(iter(items))

    def give_locks_here(self) -> Generator[Any, None, None]:
        """Yield what cannot be sent."""
        yield 1
        yield threading.Lock()

    def tick_here(self) -> Generator[int, None, None]:
        """Yield slowly, until it is closed."""
        try:
            while True:
                yield 1
                self._ticking.wait(0.3)
        finally:
            self._ticked.set()

    def wait_for_tick(self) -> bool:
        """Wait until the clean-up of `tick_here` has run."""
        return self._ticked.wait(60)


if __name__ == "__main__":
    Works().run()
