"""Own the log of events that lives as long as its process: the default."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, final

from ._events import TOPICS_REMEMBERED, Cursor, Event, Kept, Page, check_most, new_epoch

if TYPE_CHECKING:
    from collections.abc import Sequence


@final
class MemoryLog:
    """Keep the last events in memory, over all topics: `most_events` of them, and `most_bytes` of their values.

    They are gone with the process, and with `close`. A log that is opened again begins a new epoch. A topic with many
    events drives out those of the others; what has to be kept apart goes to a service of its own.

    Raises:
        ValueError: a bound is below 1.
    """

    def __init__(self, *, most_events: int = 10_000, most_bytes: int = 64 * 1024**2) -> None:
        check_most("most_events", most_events, 1)
        check_most("most_bytes", most_bytes, 1)
        self._most_events = most_events
        self._most_bytes = most_bytes
        self._start()

    def _start(self) -> None:
        self._last = Cursor(new_epoch(), 0)
        self._size = 0
        self._order: deque[_Topic] = deque()  # the topic of each event
        self._topics: dict[str, _Topic] = {}  # with events
        # Topics without events, in the order of their last one, by its number; and the number of the last topic's that
        # there was no room for here.
        self._emptied: dict[str, int] = {}
        self._forgotten = 0

    def __repr__(self) -> str:
        return f"MemoryLog(most_events={self._most_events}, most_bytes={self._most_bytes})"

    async def open(self) -> Cursor:
        """Begin an epoch, and return its start."""
        self._start()
        return self._last

    async def append(self, events: Sequence[tuple[str, bytes]], /) -> list[Cursor]:
        """Keep events, remove what is too much, and return the cursors."""
        cursors: list[Cursor] = []
        for name, value in events:
            self._last = cursor = Cursor(self._last.epoch, self._last.number + 1)
            cursors.append(cursor)
            topic = self._topics.get(name)
            if topic is None:
                topic = self._topics[name] = _Topic(name, self._emptied.pop(name, self._forgotten))
            topic.events.append(Event(cursor, name, value))
            self._order.append(topic)
            self._size += len(value)
        while len(self._order) > self._most_events or self._size > self._most_bytes:
            self._remove_first()
        return cursors

    def _remove_first(self) -> None:
        topic = self._order.popleft()
        event = topic.events.popleft()
        topic.removed = event.cursor.number
        self._size -= len(event.value)
        if topic.events:
            return
        del self._topics[topic.name]
        self._emptied[topic.name] = topic.removed
        if len(self._emptied) > TOPICS_REMEMBERED:
            self._forgotten = self._emptied.pop(next(iter(self._emptied)))

    async def read(self, topic: str, after: Cursor, upto: Cursor, most_events: int, most_bytes: int, /) -> Page:
        """Return a page of a topic's events."""
        epoch = self._last.epoch
        kept = self._topics.get(topic)
        if kept is None:
            return Page((), upto, Cursor(epoch, self._emptied.get(topic, self._forgotten)))
        events, reached = read_kept(kept.events, after.number, upto, most_events, most_bytes)
        return Page(events, reached, Cursor(epoch, kept.removed))

    async def kept(self) -> Kept:
        """Say what is kept."""
        return Kept(len(self._order), self._size, self._last)

    async def close(self) -> None:
        """Let go of the events."""
        self._start()


@final
class _Topic:
    """Hold the events of a topic that are kept, and the number of the last one that is not, 0 for none."""

    __slots__ = ("events", "name", "removed")

    def __init__(self, name: str, removed: int) -> None:
        self.name = name
        self.removed = removed
        self.events: deque[Event[bytes]] = deque()


def read_kept(
    events: deque[Event[bytes]], after: int, upto: Cursor, most_events: int, most_bytes: int
) -> tuple[list[Event[bytes]], Cursor]:
    """Return a page of events that are in memory, which come after one number and up to a place; and what it reaches.

    The page is full at `most_events`, and before an event of which the values would be more than `most_bytes`.
    """
    page: list[Event[bytes]] = []
    size = 0
    for index in range(_find(events, after), len(events)):
        event = events[index]
        if event.cursor.number > upto.number:
            break
        size += len(event.value)
        if page and (len(page) >= most_events or size > most_bytes):
            return page, page[-1].cursor
        page.append(event)
    return page, upto


def _find(events: deque[Event[bytes]], after: int) -> int:
    """Return the index of the first event after a number; mostly it is one of the last."""
    low, high = 0, len(events)
    if high and events[-1].cursor.number <= after:
        return high
    while low < high:
        middle = (low + high) // 2
        if events[middle].cursor.number > after:
            high = middle
        else:
            low = middle + 1
    return low
