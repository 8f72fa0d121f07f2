"""Own what an event is, where it stands in its log, and what a log of events promises.

A cursor names the place of one event in its log. A log numbers its events from 1 on over all topics, without gaps; an
epoch is one life of a log: that of a memory log ends with its process, that of a database when the file is removed.
So a cursor of one topic is a moment in every other one, and the number 0 is the moment before the first event.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, Union, final

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_TOPIC = 255  # bytes in UTF-8: arbitrary, as long as the name of a file may be
TOPICS_REMEMBERED = 10_000  # without an event that is kept: arbitrary, some megabytes of names
_MOST = 2**63 - 1  # what SQLite and every codec take as an integer
_EPOCH = re.compile(r"[0-9a-f]{16}")
_TEXT = re.compile(r"([0-9a-f]{16})-(0|[1-9][0-9]{0,18})")  # in ASCII; 19 digits are enough for _MOST

T_co = TypeVar("T_co", covariant=True)


@final
@dataclass(frozen=True, order=False)
class Cursor:
    """Name the place of an event in its log: `epoch`, 16 hexadecimal digits, and `number`, 0 or more.

    Cursors of one epoch are in the order of their events. `str(cursor)` is a text to store, which `parse` reads.

    Raises:
        ValueError: the epoch or the number cannot be one; or cursors of two epochs are compared by order.
    """

    __slots__ = ("epoch", "number")

    epoch: str
    number: int

    def __post_init__(self) -> None:
        if type(self.epoch) is not str or _EPOCH.fullmatch(self.epoch) is None:
            raise ValueError(f"{self.epoch!r:.60} is no epoch of a cursor, which has 16 digits of 0 to 9 and a to f")
        if type(self.number) is not int or not 0 <= self.number <= _MOST:
            raise ValueError(f"{self.number!r:.60} is no number of a cursor, which is an integer from 0 to {_MOST}")

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """Return the cursor of which `text` is the `str`.

        Raises:
            ValueError: it is the text of no cursor.
        """
        match = _TEXT.fullmatch(text) if isinstance(text, str) else None  # pyright: ignore[reportUnnecessaryIsInstance]  it is foreign
        if match is None or int(match[2]) > _MOST:
            raise ValueError(
                f"{text!r:.60} is no cursor; one is written as str(cursor) gives it: 16 hexadecimal digits, -, a number"
            )
        return cls(match[1], int(match[2]))

    def __str__(self) -> str:
        return f"{self.epoch}-{self.number}"

    def __lt__(self, other: Cursor) -> bool:
        return self._number_beside(other) < other.number

    def __le__(self, other: Cursor) -> bool:
        return self._number_beside(other) <= other.number

    def __gt__(self, other: Cursor) -> bool:
        return self._number_beside(other) > other.number

    def __ge__(self, other: Cursor) -> bool:
        return self._number_beside(other) >= other.number

    def _number_beside(self, other: Cursor) -> int:
        if other.epoch != self.epoch:
            raise ValueError(f"{self} and {other} are of two epochs, which have no order; compare their .epoch first")
        return self.number

    def __reduce__(self) -> tuple[Any, ...]:  # Any: what pickle takes
        return Cursor, (self.epoch, self.number)


@final
@dataclass(frozen=True)
class Event(Generic[T_co]):
    """Hold one event: `cursor`, its place in the log, `topic`, and `value`, what was published."""

    __slots__ = ("cursor", "topic", "value")

    cursor: Cursor
    topic: str
    value: T_co

    def __repr__(self) -> str:
        shown = f"{self.value!r:.81}"
        return f"Event({self.cursor!r}, {self.topic!r}, {shown if len(shown) <= 80 else shown[:79] + '…'})"

    def __reduce__(self) -> tuple[Any, ...]:  # Any: what pickle takes
        return Event, (self.cursor, self.topic, self.value)


@final
@dataclass(frozen=True)
class EventsLost:
    """Say that events of a topic are gone: those after `from_`, up to `to` and with it; what follows comes next.

    `to` is a cursor of the log as it is now. `from_` is where the subscriber was: in the same epoch the place of the
    last event that it was given, or a later one up to which the topic had nothing for it. It may be in another epoch,
    of which nothing is known any more; or after `to`, where the log was replaced by an older copy of itself.
    """

    __slots__ = ("from_", "to")

    from_: Cursor
    to: Cursor

    def __reduce__(self) -> tuple[Any, ...]:  # Any: what pickle takes
        return EventsLost, (self.from_, self.to)


Delivery = Union[Event[bytes], EventsLost]  # what a subscriber is given


@final
@dataclass(frozen=True)
class Page:
    """Hold what a log has read of a topic: `events` in order, and how far it has looked.

    `reached` is the place up to which there are no further events of the topic: that of the last event where the page
    was full, otherwise the end that was asked for. `removed` is the place of the last event of the topic that is not
    kept any more, number 0 where all are.
    """

    __slots__ = ("events", "reached", "removed")

    events: Sequence[Event[bytes]]
    reached: Cursor
    removed: Cursor


@final
@dataclass(frozen=True)
class Kept:
    """Say what a log keeps: `events`, their `size_bytes`, and the cursor of the `last` event that it has had.

    The events are those with the numbers after `last.number - events`. `size_bytes` counts the values.
    """

    __slots__ = ("events", "last", "size_bytes")

    events: int
    size_bytes: int
    last: Cursor


class EventLog(Protocol):
    """Keep events in order; what serves a daemon's `publish` and its subscribers who come back.

    All methods are called on one loop. `append` is never called while another `append` is under way; `read` and `kept`
    are. Nothing is called before `open` or after `close`.
    """

    async def open(self) -> Cursor:
        """Make ready, and return the cursor of the last event; number 0 where there never was one."""
        ...

    async def append(self, events: Sequence[tuple[str, bytes]], /) -> Sequence[Cursor]:
        """Keep the values of topics as events, all or none, and return the cursor of each, in order.

        What it has returned survives what the log promises to survive. It removes what it does not keep any longer.
        """
        ...

    async def read(self, topic: str, after: Cursor, upto: Cursor, most_events: int, most_bytes: int, /) -> Page:
        """Return events of a topic that come after one place, up to another one and with it, both of this epoch.

        They are the first ones that are kept: as many as `most_events`, and `most_bytes` of values, but one at least.
        """
        ...

    async def kept(self) -> Kept:
        """Say what is kept."""
        ...

    async def close(self) -> None:
        """Let go of everything that is held; may be called twice."""
        ...


def new_epoch() -> str:
    """Return the name of a life of a log, which no other one has."""
    return os.urandom(8).hex()


def check_topic(topic: object) -> str:
    """Return a name that a topic can have: 1 to 255 bytes of UTF-8, of characters that can be printed.

    Raises:
        ValueError: it cannot be the name of a topic.
    """
    if type(topic) is not str:
        raise ValueError(f"{topic!r:.60} is no name of a topic, which is a string")
    if not topic or len(topic) > LONGEST_TOPIC or not topic.isprintable() or len(topic.encode()) > LONGEST_TOPIC:
        raise ValueError(
            f"{topic!r:.60} is no name of a topic, which has 1 to {LONGEST_TOPIC} bytes in UTF-8, "
            "and characters that can be printed"
        )
    return topic


def check_most(name: str, value: float | None, least: float) -> None:
    """Refuse a bound below `least`.

    Raises:
        ValueError: it is below.
    """
    if value is not None and not value >= least:
        raise ValueError(f"{name}={value!r}: write a number, {least} or more")
