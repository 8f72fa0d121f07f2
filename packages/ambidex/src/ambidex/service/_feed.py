"""Own what subscriptions read: the log, and beside it its last events in memory, which all of them share.

Of a topic the events in memory are all there are after one number, `complete_after`. A subscription that stands there
or later finds what it lacks in memory; one that stands before it reads a page of the log, and stands later then. So
each event comes to a subscription by its number, whatever was published meanwhile: there is no seam between the two.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, final

from ..errors import UsageError
from ._memory_log import read_kept

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sequence

    from ._events import Cursor, Event, EventLog, Page
    from ._subscription import Subscription


@final
class Topic:
    """Hold the last events of a topic, of which there are no others after `complete_after`, and who waits for more."""

    __slots__ = ("complete_after", "events", "name", "subscriptions", "waiting")

    def __init__(self, name: str, complete_after: int) -> None:
        self.name = name
        self.complete_after = complete_after
        self.events: deque[Event[bytes]] = deque()
        self.subscriptions: set[Subscription] = set()
        self.waiting: set[asyncio.Future[None]] = set()

    def wake(self) -> None:
        """Wake who waits, of whom there are none then."""
        for future in self.waiting:
            if not future.done():
                future.set_result(None)
        self.waiting.clear()


@final
class Feed:
    """Give subscriptions their events; `last` is the cursor of the last one that they are to be given."""

    def __init__(self, log: EventLog, last: Cursor, most_events: int, most_bytes: int) -> None:
        self.log = log
        self.last = last
        self.is_over = False  # no more events come
        self._most_events = most_events  # in memory, over all topics
        self._most_bytes = most_bytes
        self._size = 0
        self._order: deque[Topic] = deque()  # the topic of each event in memory
        self._topics: dict[str, Topic] = {}  # with subscriptions, or events in memory

    def __len__(self) -> int:
        return len(self._topics)

    def add(self, events: Sequence[Event[bytes]]) -> None:
        """Take events that the log has, in their order, and wake who waits for them."""
        added: dict[str, Topic] = {}
        for event in events:
            topic = added[event.topic] = self._topic(event.topic)
            topic.events.append(event)
            self._order.append(topic)
            self._size += len(event.value)
            self.last = event.cursor
        for topic in added.values():
            topic.wake()
        while len(self._order) > self._most_events or self._size > self._most_bytes:
            self._remove_first()

    def _topic(self, name: str) -> Topic:
        topic = self._topics.get(name)
        if topic is None:
            topic = self._topics[name] = Topic(name, self.last.number)
        return topic

    def _remove_first(self) -> None:
        topic = self._order.popleft()
        event = topic.events.popleft()
        topic.complete_after = event.cursor.number
        self._size -= len(event.value)
        self._drop_idle(topic)

    def _drop_idle(self, topic: Topic) -> None:
        if not topic.subscriptions and not topic.events:
            del self._topics[topic.name]

    def enter(self, name: str, subscription: Subscription) -> Topic:
        """Return the topic of a subscription, which is there until `leave`."""
        topic = self._topic(name)
        topic.subscriptions.add(subscription)
        return topic

    def leave(self, topic: Topic, subscription: Subscription) -> None:
        """Let go of a subscription."""
        topic.subscriptions.remove(subscription)
        self._drop_idle(topic)

    def subscriptions(self) -> list[Subscription]:
        """Return all subscriptions that are not closed."""
        return [each for topic in self._topics.values() for each in topic.subscriptions]

    def end(self) -> None:
        """Have who waits know that no more events come."""
        self.is_over = True
        for topic in self._topics.values():
            topic.wake()

    def read_recent(self, topic: Topic, after: int, most_events: int, most_bytes: int) -> list[Event[bytes]]:
        """Return a page of the events in memory after a number, which is not before `complete_after`."""
        return read_kept(topic.events, after, self.last, most_events, most_bytes)[0]

    async def read_log(self, topic: Topic, after: Cursor, most_events: int, most_bytes: int) -> Page:
        """Return a page of the log, no further than `last` is.

        Raises:
            UsageError: the log has broken a rule, by which events could be lost or doubled.
        """
        upto = self.last
        page = await self.log.read(topic.name, after, upto, most_events, most_bytes)
        numbers = [after.number, *(event.cursor.number for event in page.events), page.reached.number]
        is_ascending = all(one < other for one, other in zip(numbers, numbers[1:-1]))
        cursors = [page.reached, page.removed, *(event.cursor for event in page.events)]
        is_elsewhere = any(cursor.epoch != upto.epoch for cursor in cursors)
        is_elsewhere = is_elsewhere or any(event.topic != topic.name for event in page.events)
        is_stuck = not page.events and page.reached.number < upto.number
        if not is_ascending or is_elsewhere or is_stuck or not numbers[-2] <= numbers[-1] <= upto.number:
            raise UsageError(
                f"{self.log!r} has read {len(page.events)} events of {topic.name!r} after {after} and reached "
                f"{page.reached}, where {upto} was asked for: they are to be of that topic and in order, and the page "
                "is to reach the end or its last event; see EventLog.read"
            )
        return page
