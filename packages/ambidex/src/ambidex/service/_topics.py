"""Own the publishing of events: one writer that appends to the log, and the subscriptions that follow it."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, NamedTuple, final

from ..errors import RuntimeClosed, UsageError
from ._events import Event, check_most, check_topic
from ._feed import Feed
from ._memory_log import MemoryLog
from ._subscription import Subscription

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Literal

    from ._events import Cursor, EventLog

_BATCH_EVENTS = 1024  # appended at once; arbitrary: the cost of a commit is small beside that of so many
_BATCH_BYTES = 4 * 1024**2  # of values; arbitrary: a commit of so many takes some tens of milliseconds


class _Pending(NamedTuple):
    topic: str
    value: bytes
    waiting: asyncio.Future[Cursor]


@final
class Topics:
    """Publish events to topics, which a log keeps, and give them to subscriptions; on one loop.

    `log` is a `MemoryLog` by default. Of the last events as many stay in memory for the subscriptions to share as both
    `most_recent_events` and `most_recent_bytes` of values allow. A value has `most_event_bytes` at most.

    `async with` opens and closes it, as `open` and `close` do, and its log with it.

    Raises:
        ValueError: a bound is below 1.
    """

    def __init__(
        self,
        log: EventLog | None = None,
        *,
        most_event_bytes: int = 1024**2,
        most_recent_events: int = 1024,
        most_recent_bytes: int = 4 * 1024**2,
    ) -> None:
        check_most("most_event_bytes", most_event_bytes, 1)
        check_most("most_recent_events", most_recent_events, 1)
        check_most("most_recent_bytes", most_recent_bytes, 1)
        self._log: EventLog = MemoryLog() if log is None else log
        self._most_event_bytes = most_event_bytes
        self._most_recent = most_recent_events, most_recent_bytes
        self._feed: Feed | None = None
        # Not bounded here: each waits for its own, so there are as many as callers, whom the session bounds
        self._pending: deque[_Pending] = deque()
        self._writer: asyncio.Task[None] | None = None
        self._is_finished = False
        self._log_is_closed = False

    def __repr__(self) -> str:
        return f"<Topics of {self._log!r}>"

    async def open(self) -> None:
        """Open the log.

        Raises:
            UsageError: it was opened before.
            EventLogUnavailable: the log cannot be opened.
        """
        if self._feed is not None or self._is_finished:
            raise UsageError(f"{self!r} was opened before: make another one")
        last = await self._log.open()
        self._feed = Feed(self._log, last, *self._most_recent)

    @property
    def last(self) -> Cursor:
        """Return the cursor of the last event that was published; number 0 where there never was one."""
        return self._opened.last

    @property
    def log(self) -> EventLog:
        """Return the log, to ask what it keeps."""
        return self._log

    @property
    def subscriptions(self) -> int:
        """Return the number of subscriptions that are not closed."""
        return 0 if self._feed is None else len(self._feed.subscriptions())

    @property
    def _opened(self) -> Feed:
        if self._feed is None:
            raise UsageError(f"{self!r} is not open: use it in an async with block, or await its open() first")
        return self._feed

    async def publish(self, topic: str, value: bytes) -> Cursor:
        """Append an event to the log, and return its cursor when the log has it.

        Events that one task publishes one after the other have that order; those that wait at the same time are
        appended together. A caller who is cancelled does not know whether it was published.

        Raises:
            ValueError: it cannot be the name of a topic, or the value is too long.
            TypeError: the value is not bytes.
            RuntimeClosed: nothing is published any more; this was not.
            EventLogUnavailable: the log could not take it; it was not published.
        """
        check_topic(topic)
        if type(value) is not bytes:
            raise TypeError(f"an event of {topic!r} was to be a {type(value).__name__}; publish bytes")
        if len(value) > self._most_event_bytes:
            raise ValueError(
                f"an event of {topic!r} has {len(value)} bytes, and {self._most_event_bytes} is the most; "
                "publish where the rest is to be had, or set most_event_bytes="
            )
        _ = self._opened
        if self._is_finished:
            raise RuntimeClosed(f"the event of {topic!r} was not published: the service is closing")
        loop = asyncio.get_running_loop()
        pending = _Pending(topic, value, loop.create_future())
        self._pending.append(pending)
        if self._writer is None:
            self._writer = loop.create_task(self._write())
        return await pending.waiting

    async def _write(self) -> None:
        """Append what waits, until nothing does: one append at a time, so that the order is the log's."""
        try:
            while batch := self._next_batch():
                await self._append(batch)
                await asyncio.sleep(0)  # a log in memory would take batch after batch while nobody else runs
        finally:
            for pending in self._pending:  # the loop ends
                pending.waiting.cancel()
            self._pending.clear()
            self._writer = None
            if self._is_finished:
                self._opened.end()

    def _next_batch(self) -> list[_Pending]:
        batch: list[_Pending] = []
        size = 0
        while self._pending and len(batch) < _BATCH_EVENTS and size < _BATCH_BYTES:
            pending = self._pending.popleft()
            if not pending.waiting.done():  # it was cancelled
                batch.append(pending)
                size += len(pending.value)
        return batch

    async def _append(self, batch: Sequence[_Pending]) -> None:
        try:
            cursors = await self._log.append([(pending.topic, pending.value) for pending in batch])
            self._check_cursors(batch, cursors)
        except Exception as error:  # noqa: BLE001  it belongs to those who publish
            for pending in batch:
                if not pending.waiting.done():
                    pending.waiting.set_exception(error)
            return
        except BaseException:
            for pending in batch:
                pending.waiting.cancel()
            raise
        events = [Event(cursor, pending.topic, pending.value) for cursor, pending in zip(cursors, batch)]
        self._opened.add(events)
        for pending, cursor in zip(batch, cursors):
            if not pending.waiting.done():
                pending.waiting.set_result(cursor)

    def _check_cursors(self, batch: Sequence[_Pending], cursors: Sequence[Cursor]) -> None:
        last = self._opened.last
        numbers = [last.number, *(cursor.number for cursor in cursors)]
        is_ascending = all(one < other for one, other in zip(numbers, numbers[1:]))
        if len(cursors) != len(batch) or not is_ascending or any(cursor.epoch != last.epoch for cursor in cursors):
            raise UsageError(
                f"{self._log!r} has returned {len(cursors)} cursors for {len(batch)} events after {last}: they are to "
                "be as many, of that epoch, and to ascend; see EventLog.append"
            )

    def subscribe(self, topic: str, after: Cursor | Literal["beginning", "now"] = "now") -> Subscription:
        """Return a subscription to the events of a topic; close it when it is not needed any more.

        It begins after the place that a cursor names, of this topic or another one, with all that is kept, or with
        what comes next. Where a cursor's place is not known any more, `EventsLost` comes first; "beginning" loses
        nothing, whatever was removed before.

        Raises:
            ValueError: it cannot be the name of a topic, or `after` is none of these.
            RuntimeClosed: the service is closed.
        """
        feed = self._opened
        check_topic(topic)
        if self._log_is_closed:
            raise RuntimeClosed(f"no subscription to {topic!r} was made: the service is closed")
        return Subscription(feed, topic, after)

    def finish(self) -> None:
        """Publish no more, which `publish` says; subscriptions end after the last event. May be called twice."""
        self._is_finished = True
        if self._writer is None and self._feed is not None:
            self._feed.end()

    async def close(self) -> None:
        """Finish, append what waits, end all subscriptions where they are, and close the log. May be called twice."""
        self.finish()
        if self._writer is not None:
            await asyncio.wait({self._writer})  # not cancelled with this: its callers are to know what became of it
        self._log_is_closed = True
        for subscription in () if self._feed is None else self._feed.subscriptions():
            subscription.close()
        await self._log.close()

    async def __aenter__(self) -> Topics:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()
