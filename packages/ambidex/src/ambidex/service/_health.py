"""Own what a client tells of its connection: whether it has one, since when, and what went over it.

A message costs two additions, in the `Meter` of its connection; the clock is asked for round trips alone.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, final

from ..rpc.calling import Latencies, bucket_of
from ._traffic import Meters

if TYPE_CHECKING:
    from ._reconnecting import Decision, Reconnecting, State

ROUND_TRIPS = 256  # arbitrary: the last ones, which tell how it is now


@dataclass(frozen=True)
class Health:
    """What a client knows of its connection at one moment; times are in seconds, and lengths of time.

    `state` is "idle" (it has not begun), "connecting", "connected", "waiting" (for its next attempt), "refused" (it
    tries no more) or "closed" (by its user), and has been for `since_s`. `attempts` is how often it has tried since it
    was connected last, the attempt under way included; `connections` how often it was connected, all in all. The next
    attempt is in `next_try_s`, None where it does not wait for one, 0 where it is late.

    `p50_s` and `p95_s` are what half and 95 of 100 of the last round trips did not exceed, off by a factor of
    2**(1/32), 2.2 %, or less; None where there was none. Bytes and messages are those of all connections so far.
    `last_error` is the last one that has ended a connection or an attempt, its class and what it says; it stays when
    the client is connected again. It is text, since an exception would keep what its frames held: a connection, too.
    """

    state: State
    since_s: float
    attempts: int = 0
    connections: int = 0
    next_try_s: float | None = None
    p50_s: float | None = None
    p95_s: float | None = None
    bytes_sent: int = 0
    bytes_received: int = 0
    messages_sent: int = 0
    messages_received: int = 0
    last_error: str | None = None


class _Seen(NamedTuple):
    """What the last event has made of a client: one object, so that another thread sees all of it or nothing."""

    state: State
    since_s: float
    next_s: float | None
    attempts: int
    connections: int
    last_error: str | None


@final
class HealthRecord:
    """Keep the health of one client: tell it the events of the client, in the place of its `Reconnecting`.

    Events are told by one thread, the client's loop; `health` and `meters` are for any thread. `now` is a
    time of the clock of the events, and is that at which the client was made, here.
    """

    __slots__ = ("_reconnecting", "_round_trips", "_seen", "meters")

    def __init__(self, reconnecting: Reconnecting, now: float) -> None:
        self._reconnecting = reconnecting
        self._seen = _Seen(reconnecting.state, now, None, 0, 0, None)
        self.meters = Meters()
        self._round_trips: deque[int] = deque(maxlen=ROUND_TRIPS)  # their buckets

    def note_attempt(self, now: float) -> None:
        """Tell that the client begins to connect, for the first time or again."""
        self._reconnecting.note_attempt(now)
        self._see()

    def note_connected(self, now: float) -> None:
        """Tell that the service has taken the client; round trips of an earlier connection say nothing of this one."""
        self._reconnecting.note_connected(now)
        self._round_trips.clear()
        self._see(connections=self._seen.connections + 1)

    def note_end(self, now: float, error: BaseException, *, may_try_again: bool) -> Decision:
        """Tell what has ended an attempt or a connection, and return what to do."""
        decision = self._reconnecting.note_end(now, may_try_again=may_try_again)
        self._see(last_error=f"{type(error).__qualname__}: {error}" if str(error) else type(error).__qualname__)
        return decision

    def note_closed(self, now: float) -> None:
        """Tell that the client's user has closed it; harmless when repeated."""
        self._reconnecting.note_closed(now)
        self._see()

    def note_round_trip(self, seconds: float) -> None:
        """Count how long the service took to answer what asks for nothing but that."""
        self._round_trips.append(bucket_of(seconds))

    def health(self, now: float) -> Health:
        """Return how it is at this moment; numbers may differ by the messages that go while they are read."""
        seen, traffic = self._seen, self.meters.total()
        round_trips = Latencies(tuple(sorted(Counter(self._round_trips.copy()).items())))
        return Health(
            state=seen.state,
            since_s=max(0.0, now - seen.since_s),
            attempts=seen.attempts,
            connections=seen.connections,
            next_try_s=None if seen.next_s is None else max(0.0, seen.next_s - now),
            p50_s=round_trips.quantile_s(0.5),
            p95_s=round_trips.quantile_s(0.95),
            **traffic._asdict(),
            last_error=seen.last_error,
        )

    def _see(self, connections: int | None = None, last_error: str | None = None) -> None:
        now, seen = self._reconnecting, self._seen
        self._seen = _Seen(
            now.state,
            now.since_s,
            now.next_s,
            now.attempts,
            seen.connections if connections is None else connections,
            seen.last_error if last_error is None else last_error,
        )
