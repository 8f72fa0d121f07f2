"""Own one subscriber's way through the events of a topic."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Union, final

from ..errors import UsageError
from ._events import Cursor, EventsLost

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Literal

    from ._events import Delivery, Page
    from ._feed import Feed

    After = Union[Cursor, Literal["beginning", "now"]]

PAGE_EVENTS = 64  # arbitrary: at so many the cost of a page is small beside that of its events
PAGE_BYTES = 256 * 1024  # as long as a frame of the wire


@final
class Subscription:
    """Give the events of a topic in order, each once, and `EventsLost` in the place of those that are gone.

    It is a place in the log, and what is behind it is read from there: one that is slow holds no event, costs the
    others nothing, and goes on where it is however long that takes. It loses events only when the log keeps them no
    longer, and then is told. One task at a time takes from it, on the loop of its service; it ends with `close`, or
    after the last event of a service that publishes no more. Leaving a `with` block closes it.
    """

    def __init__(self, feed: Feed, topic: str, after: After) -> None:
        last = feed.last
        self._lost_from: Cursor | None = None  # where it was, in a log that is not this one any more
        # What was removed up to this number is no loss to it: it was before "beginning"
        self._forgiven = last.number if after == "beginning" else 0
        if isinstance(after, Cursor):
            is_known = after.epoch == last.epoch and after.number <= last.number
            self._lost_from = None if is_known else after
            self._at = min(after, last) if after.epoch == last.epoch else Cursor(last.epoch, 0)
        elif after in {"beginning", "now"}:
            self._at = last if after == "now" else Cursor(last.epoch, 0)
        else:
            raise ValueError(f'after={after!r:.60}: write a Cursor, "beginning", or "now"')
        self._feed = feed
        self._topic = feed.enter(topic, self)
        self._taken: deque[Delivery] = deque()  # for iteration: at most a page
        self._given = self._lost_from or self._at
        self._is_taking = False
        self._is_closed = False

    def __repr__(self) -> str:
        state = ", closed" if self._is_closed else ""
        return f"<Subscription to {self._topic.name!r} at {self.position}{state}>"

    @property
    def topic(self) -> str:
        """Return the name of the topic."""
        return self._topic.name

    @property
    def position(self) -> Cursor:
        """Return the cursor to go on after: that of what was given last, or of a later moment without events since."""
        is_at = not self._taken and self._lost_from is None and not self._is_closed
        return self._at if is_at else self._given

    @property
    def behind(self) -> int:
        """Return how many events, over all topics, the log has had that were not looked at for this one."""
        return 0 if self._is_closed else self._feed.last.number - self._at.number

    async def take(self, most_events: int = PAGE_EVENTS, most_bytes: int = PAGE_BYTES) -> list[Delivery]:
        """Wait until there is something, and return what there is, at most a page; nothing when it has ended.

        `most_bytes` is of values; a longer one comes alone. Cancelled, it has taken nothing.

        Raises:
            UsageError: another task is taking; or the log has broken a rule.
            EventLogUnavailable: the log cannot be read; take again to try again.
        """
        if self._is_taking:
            raise UsageError(f"two tasks take from {self!r}, and each would miss events; subscribe twice instead")
        if self._taken:
            return [self._give() for _ in range(min(most_events, len(self._taken)))]
        self._is_taking = True
        try:
            return await self._take(most_events, most_bytes)
        finally:
            self._is_taking = False

    async def _take(self, most_events: int, most_bytes: int) -> list[Delivery]:
        while not self._is_closed:
            if self._lost_from is not None or self._at.number < self._topic.complete_after:
                await asyncio.sleep(0)  # a log in memory would give page after page while nobody else runs
                page = await self._feed.read_log(self._topic, self._at, most_events, most_bytes)
                if found := [] if self._is_closed else self._advance(page):
                    return found
                continue
            if events := self._feed.read_recent(self._topic, self._at.number, most_events, most_bytes):
                self._at = events[-1].cursor
                self._forgiven = 0
                return [*events]
            self._at = self._feed.last
            if self._feed.is_over:
                self.close()
            else:
                await self._wait()
        return []

    def _advance(self, page: Page) -> list[Delivery]:
        """Stand where a page of the log ends, and return what it gives: what is lost comes first."""
        found: list[Delivery] = []
        kept_after = max(self._at, page.removed)
        if self._lost_from is not None or (kept_after > self._at and kept_after.number > self._forgiven):
            found.append(EventsLost(self._lost_from or self._at, kept_after))
        self._lost_from = None
        self._forgiven = 0
        found.extend(page.events)
        self._at = max(page.reached, kept_after)
        return found

    async def _wait(self) -> None:
        future = asyncio.get_running_loop().create_future()
        self._topic.waiting.add(future)
        try:
            await future  # for as long as nothing is published; `close` and the end of the service end it
        finally:
            self._topic.waiting.discard(future)

    def __aiter__(self) -> Subscription:
        return self

    async def __anext__(self) -> Delivery:
        if not self._taken:
            self._given = self.position
            self._taken.extend(await self.take())
        if self._is_closed or not self._taken:
            raise StopAsyncIteration
        return self._give()

    def _give(self) -> Delivery:
        given = self._taken.popleft()
        self._given = given.to if isinstance(given, EventsLost) else given.cursor
        return given

    def close(self) -> None:
        """End it: nothing more is given, and nothing of it is kept. Who waits for events is given none."""
        if self._is_closed:
            return
        self._given = self.position
        self._is_closed = True
        self._taken.clear()
        self._topic.wake()  # the others find nothing, and wait again
        self._feed.leave(self._topic, self)

    def __enter__(self) -> Subscription:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
