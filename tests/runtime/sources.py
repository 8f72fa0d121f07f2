"""The generators that streams are made of, where the test is what happens to them, and what they leave on the loop."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from ambidex import Synchronizer


class Source:
    """Async generators that tell what happened to them."""

    def __init__(self) -> None:
        self.closed = threading.Event()
        self.seen: list[object] = []
        self.threads: set[int] = set()
        self.tasks: set[Any] = set()
        self.token = contextvars.ContextVar[int]("token")

    def _note(self) -> None:
        self.threads.add(threading.get_ident())
        self.tasks.add(asyncio.current_task())

    async def count(self, stop: int = 1_000_000) -> AsyncGenerator[Any, Any]:
        """Yield numbers, and take what is sent and thrown."""
        self._note()
        token = self.token.set(1)
        try:
            for number in range(stop):
                try:
                    self.seen.append((yield number))
                except ValueError as error:
                    self.seen.append(error)
                self._note()
        finally:
            await asyncio.sleep(0)
            self._note()
            self.token.reset(token)
            self.closed.set()

    async def fail(self) -> AsyncGenerator[int, None]:
        """Yield once, then fail."""
        yield 1
        raise KeyError("from the generator")

    async def nothing(self) -> AsyncGenerator[int, None]:
        """Return without a value."""
        return
        yield

    async def nones(self) -> AsyncGenerator[None, None]:
        """Yield None."""
        yield None
        yield None

    async def stubborn(self) -> AsyncGenerator[int, None]:
        """Yield in the clean-up, which a generator must not."""
        try:
            yield 1
        finally:
            yield 2

    async def swallow(self) -> AsyncGenerator[int, None]:
        """Take a cancellation and go on."""
        try:
            yield 0
            try:
                self.seen.append("waiting")
                self.token.set(1)
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                pass  # it goes on, which is what the name says
            yield 1
        finally:
            self.closed.set()

    async def fail_to_close(self) -> AsyncGenerator[int, None]:
        """Fail in the clean-up."""
        try:
            yield 1
        finally:
            self.closed.set()
            raise KeyError("from the clean-up")


def left_over(synchronizer: Synchronizer) -> int:
    """Return how many tasks the loop has besides the one that counts."""

    async def count() -> int:
        for _ in range(10):  # passes of the loop: what was told to end has ended after a few
            await asyncio.sleep(0)
        return len(asyncio.all_tasks()) - 1

    return synchronizer.run(count)
