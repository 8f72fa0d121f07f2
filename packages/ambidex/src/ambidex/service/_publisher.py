"""Own what a service publishes: values that are encoded once, into topics, and how one client is given them.

To a client this is a stream that it opens at the service itself (`ROOT`), asked for as "events" with a topic and where
to begin: "now", "beginning", or a cursor as text. Its items are pages:

    (position, entries)     position: the cursor, as text, after which the subscription stands behind the page
    an entry                (number, value): an event of that epoch, with its value encoded
                            (number, from_): events are lost, after the cursor `from_`, up to that number

The first page has no entries: it says where the subscription begins. The reader's credit says how many pages are on
their way.
"""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING, Any, Union, final

from ..errors import ProtocolError, RuntimeClosed, UsageError
from ..rpc import msgpack_codec, what_fails
from ..rpc.serving import Function, public_class_of
from ._events import Cursor, EventsLost, check_topic
from ._statistics import STATISTICS
from ._topics import Topics

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence

    from ..rpc import Codec
    from ..runtime import Runtime
    from ._events import Delivery, EventLog
    from ._statistics import ServiceStatistics
    from ._subscription import Subscription

    Entry = tuple[int, Union[bytes, str]]

EVENTS = "events"  # what a client asks the service itself for
_COUNT = struct.Struct("<I")  # of the buffers beside the payload, whose lengths follow
_LENGTH = struct.Struct("<Q")


@final
class Publisher:
    """Publish events for the clients of one service, from any thread or loop, while the service runs.

    It is given to the service as `events=`, and to the object that is served, or to whatever else publishes. `log`
    keeps the events: a `MemoryLog` by default. The encoded value of an event has `most_event_bytes` at most.

    Raises:
        ValueError: `most_event_bytes` is below 1.
    """

    def __init__(self, log: EventLog | None = None, *, most_event_bytes: int = 1024**2) -> None:
        self._log = log
        self._most_event_bytes = most_event_bytes
        self._codec = event_codec(None)
        self._topics: Topics | None = None
        self._runtime: Runtime | None = None
        self._process = 0
        Topics(log, most_event_bytes=most_event_bytes)  # it checks what it is given

    @property
    def last(self) -> Cursor | None:
        """The cursor of the last event that was published, number 0 before the first one; None where none can be."""
        topics = self._topics
        return None if topics is None else topics.last

    def __repr__(self) -> str:
        return f"<Publisher to {'memory' if self._log is None else self._log!r}>"

    def publish(self, topic: str, value: object) -> Cursor:
        """Publish plain data, and wait until the log has it; return its cursor.

        Raises:
            UsageError: the value cannot be sent, or no service runs that this is given to.
            ValueError: it cannot be the name of a topic, or the value is too long.
            RuntimeClosed: the service is closing; this was not published.
            EventLogUnavailable: the log could not take it; it was not published.
        """
        runtime, payload = self._runtime_for(topic), self._encoded(topic, value)
        instead = "await publisher.apublish(...)"
        cursor: Cursor = runtime.run(self._publish, (topic, payload), {}, "publish", instead)
        return cursor

    async def apublish(self, topic: str, value: object) -> Cursor:
        """Do the same, awaited, on any loop. Cancelled, nobody knows whether it was published."""
        runtime, payload = self._runtime_for(topic), self._encoded(topic, value)
        cursor: Cursor = await runtime.await_(self._publish, (topic, payload), {}, "apublish")
        return cursor

    async def _publish(self, topic: str, payload: bytes) -> Cursor:
        if self._topics is None:
            raise RuntimeClosed(f"the event of {topic!r} was not published: the service is closing")
        return await self._topics.publish(topic, payload)

    def _runtime_for(self, topic: str) -> Runtime:
        check_topic(topic)
        if self._runtime is None:
            raise UsageError(
                f"nothing can be published to {topic!r} as yet: give {self!r} to a Service as events=, and start that"
            )
        if os.getpid() != self._process:
            raise UsageError("an event was to be published in a process that was forked from that of the service")
        return self._runtime

    def _encoded(self, topic: str, value: object) -> bytes:
        try:
            payload, buffers = self._codec.dumps(value)
        except UsageError:
            raise
        except Exception as error:  # whatever an object's own code raises
            reason = what_fails(self._codec, (value,), "value") or f"{type(error).__name__}: {error}"
            raise UsageError(f"an event of {topic!r} cannot be published: {reason}") from error
        lengths = b"".join(_LENGTH.pack(len(buffer)) for buffer in buffers)
        return b"".join((_COUNT.pack(len(buffers)), lengths, *buffers, payload))

    # -- for the service

    async def open_on(self, runtime: Runtime) -> None:
        """Begin to publish, on the running loop, which is that of `runtime`.

        Raises:
            UsageError: another service has it.
            EventLogUnavailable: the log cannot be opened.
        """
        if self._topics is not None:
            raise UsageError(f"{self!r} is that of another service, which runs: make one for each")
        self._topics = topics = Topics(self._log, most_event_bytes=self._most_event_bytes)
        try:
            await topics.open()
        except BaseException:  # any: it is not open, and it is passed on
            self._topics = None
            raise
        self._runtime, self._process = runtime, os.getpid()

    async def shut(self) -> None:
        """Publish what waits, and no more; end all subscriptions, and close the log."""
        topics, self._topics = self._topics, None
        if topics is not None:
            await topics.close()

    def subscribe(self, topic: str, after: str) -> Subscription | None:
        """Return a subscription to a topic, which ends with the service; None where that ends at this moment.

        Raises:
            ValueError: it cannot be the name of a topic, or there is no such place.
        """
        begins = after if after in ("now", "beginning") else Cursor.parse(after)
        try:
            if self._topics is None:
                return None
            return self._topics.subscribe(topic, begins)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  it is one of the two
        except RuntimeClosed:  # it ends at this moment
            return None


def _page(found: Sequence[Delivery]) -> tuple[str, list[Entry]]:
    entries: list[Entry] = []
    for each in found:
        if isinstance(each, EventsLost):
            entries.append((each.to.number, str(each.from_)))
        else:
            entries.append((each.cursor.number, each.value))
    last = found[-1]
    return str(last.to if isinstance(last, EventsLost) else last.cursor), entries


@final
class Offered:
    """Give one client what the service itself has: its statistics, and its events, `most` subscriptions at a time."""

    def __init__(self, publisher: Publisher | None, most: int, statistics: Callable[[], ServiceStatistics]) -> None:
        self._publisher = publisher
        self._most = most
        self._statistics = statistics
        self._subscriptions: set[Subscription] = set()
        self._is_leaving = False

    def find(self, asked: str) -> Function:
        """Return what is asked of the service itself.

        Raises:
            UsageError: it has no such thing.
        """
        if asked == STATISTICS:
            return Function(STATISTICS, self._tell, "async", is_two_way=False, is_idempotent=True)
        if asked != EVENTS:
            raise UsageError("a service has an object, and neither functions nor classes to call by name")
        return Function(EVENTS, self._follow, "stream", is_two_way=False, is_idempotent=False)

    @property
    def subscriptions(self) -> int:
        """How many subscriptions it has."""
        return len(self._subscriptions)

    def leave(self) -> None:
        """End the subscriptions, where they are: the client goes on with them in its next session."""
        self._is_leaving = True
        for subscription in tuple(self._subscriptions):
            subscription.close()

    async def _tell(self) -> ServiceStatistics:
        return self._statistics()

    async def _follow(self, topic: str, after: str) -> AsyncGenerator[tuple[str, list[Entry]], None]:
        if self._publisher is None:
            raise UsageError("this service publishes no events: it is to be made as Service(..., events=MemoryLog())")
        if len(self._subscriptions) >= self._most:
            raise UsageError(
                f"this client has {len(self._subscriptions)} subscriptions, and the service takes no more (its limit "
                "`subscriptions`): close some"
            )
        subscription = None if self._is_leaving else self._publisher.subscribe(check_topic(topic), after)
        if subscription is None:
            return
        self._subscriptions.add(subscription)
        try:
            with subscription:
                yield str(subscription.position), []
                while found := await subscription.take():
                    yield _page(found)
        finally:
            self._subscriptions.discard(subscription)


def event_codec(find: Callable[[str], type | None] | None) -> Codec:
    """Return the codec of the values of events; `find` is asked for the classes that they may be of."""
    return msgpack_codec(_NothingStays(), find or _no_class)


def _no_class(name: str) -> type | None:
    _ = name
    return None


def decoded(codec: Codec, value: bytes) -> Any:
    """Return the value of an event, of what was published.

    Raises:
        ProtocolError: it is none.
    """
    try:
        (count,) = _COUNT.unpack_from(value)
        if count > len(value) // _LENGTH.size:
            raise ProtocolError(f"an event of {len(value)} bytes is said to have {count} buffers")
        at = _COUNT.size + count * _LENGTH.size
        view = memoryview(value)
        buffers: list[bytearray | memoryview] = []
        for index in range(count):
            (size,) = _LENGTH.unpack_from(value, _COUNT.size + index * _LENGTH.size)
            if size > len(value) - at:
                raise ProtocolError(f"an event of {len(value)} bytes is said to have a buffer of {size}")
            buffers.append(bytearray(view[at : at + size]))
            at += size
    except struct.error as error:
        raise ProtocolError(f"an event of {len(value)} bytes came, which is cut short") from error
    return codec.loads(view[at:], buffers)


class _NothingStays:
    """Refuse what would stay in the service: an event is kept for clients to come, and outlives the session."""

    def export(self, value: object) -> tuple[object, ...] | None:
        """Refuse objects of public classes; others are the codec's affair."""
        cls: Any = type(value)  # pyright: ignore[reportUnknownVariableType]  of any class
        if public_class_of(cls) is not None:
            raise UsageError(
                f"an event cannot have a {cls.__qualname__}, which is an object of the service that stays there: "
                "publish what clients are to know of it, as plain data"
            )
        return None

    def export_class(self, cls: type[Any]) -> tuple[object, ...] | None:
        """Leave classes to the codec, which refuses them."""
        _ = cls
        return None

    def resolve(self, token: tuple[object, ...]) -> object:
        """Refuse what stands for an object.

        Raises:
            ProtocolError: always.
        """
        _ = token
        raise ProtocolError("an event came with an object of the service in it")
