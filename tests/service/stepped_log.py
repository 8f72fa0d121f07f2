"""What tests of topics share: a log whose steps they let go, and ways to publish and to take."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from ambidex.service._events import Cursor, EventsLost, Page
from ambidex.service._memory_log import MemoryLog
from ambidex.service._topics import Topics
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence

    from ambidex.service._events import Delivery, Kept
    from ambidex.service._subscription import Subscription


FOREIGN = Cursor("f" * 16, 5)
STEPS = 12  # passes of the loop, arbitrary: more than anything here takes until it waits for the test


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run a test's coroutine."""
    asyncio.run(asyncio.wait_for(main, HANG_S))


async def settle() -> None:
    """Let everything run until it waits for what the test does next."""
    for _ in range(STEPS):
        await asyncio.sleep(0)


def told(deliveries: Sequence[Delivery]) -> list[int | tuple[int, int]]:
    """Return the numbers of events, and the pairs of numbers of what was lost."""
    return [
        (each.from_.number, each.to.number) if isinstance(each, EventsLost) else each.cursor.number
        for each in deliveries
    ]


async def take(subscription: Subscription, count: int) -> list[Delivery]:
    """Take until there are so many."""
    found: list[Delivery] = []
    while len(found) < count:
        found += await subscription.take(count - len(found))
    return found


async def fill(topics: Topics, topic: str, count: int, size: int = 1) -> None:
    """Publish so many events."""
    for _ in range(count):
        await topics.publish(topic, bytes(size))


class SteppedLog:
    """A log of a user's, in memory, each of whose operations waits until the test lets it go on, or fails it."""

    def __init__(self, log: MemoryLog) -> None:
        self.log = log
        self.is_stepped = False
        self.appends: list[asyncio.Future[None]] = []
        self.reads: list[asyncio.Future[None]] = []
        self.history: list[tuple[str, bytes]] = []  # all events that were appended

    async def open(self) -> Cursor:
        return await self.log.open()

    async def append(self, events: Sequence[tuple[str, bytes]], /) -> Sequence[Cursor]:
        await self._step(self.appends)
        self.history += events
        return await self.log.append(events)

    async def read(self, topic: str, after: Cursor, upto: Cursor, most_events: int, most_bytes: int, /) -> Page:
        await self._step(self.reads)
        page = await self.log.read(topic, after, upto, most_events, most_bytes)
        await self._step(self.reads)  # what was read waits to be given, too
        return page

    async def _step(self, waiting: list[asyncio.Future[None]]) -> None:
        if self.is_stepped:
            future = asyncio.get_running_loop().create_future()
            waiting.append(future)
            try:
                await future
            finally:
                if future in waiting:  # it was cancelled
                    waiting.remove(future)

    async def kept(self) -> Kept:
        return await self.log.kept()

    async def close(self) -> None:
        await self.log.close()
