"""Own the count of what goes over the connections of a client, or of a service.

What is counted for each message goes to a `Meter`, which has one writer at a time, as the recorders of calls have: each
connection has one for itself, which the next one takes over. So no count is lost to another thread, without a lock, and
there are as many meters as there were connections at one moment.
"""

from __future__ import annotations

import weakref
from collections import deque
from typing import NamedTuple, final

from ..transport import Meter


class Traffic(NamedTuple):
    """Hold what went over several connections so far."""

    bytes_sent: int
    bytes_received: int
    messages_sent: int
    messages_received: int


@final
class Meters:
    """Count what goes over several connections, one after the other or at a time; on any thread."""

    __slots__ = ("_free", "_meters")

    def __init__(self) -> None:
        self._meters: list[Meter] = []  # all of them
        self._free: deque[Meter] = deque()

    def take_for(self, connection: object) -> Meter:
        """Return a meter that nobody else has as long as the connection is there; what it has counted stays counted."""
        try:
            meter = self._free.pop()
        except IndexError:
            meter = Meter()
            self._meters.append(meter)
        weakref.finalize(connection, self._free.append, meter).atexit = False
        return meter

    def total(self) -> Traffic:
        """Return what was counted; numbers may differ by the messages that go while they are read."""
        meters = self._meters.copy()
        return Traffic(
            sum(meter.bytes_sent for meter in meters),
            sum(meter.bytes_received for meter in meters),
            sum(meter.messages_sent for meter in meters),
            sum(meter.messages_received for meter in meters),
        )
