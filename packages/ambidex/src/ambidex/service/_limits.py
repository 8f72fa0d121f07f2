"""Own what a service takes of its clients."""

from __future__ import annotations

from typing import NamedTuple

from ..protocol import Limits


class ServiceLimits(NamedTuple):
    """Hold what a service takes of its clients, each and together; who asks for more is refused or dropped.

    `message`, `buffered`, `unsent` and `buffered_together` are in bytes, `greeting_s` is how long, in seconds, a
    connection may take to say who it is, and `silence_s` how long a client may say nothing; it is told that, and says
    something in time. Where all together pass `buffered_together`, who has most of it is dropped.
    """

    clients: int = 1024
    connections: int = 64  # of one client
    strangers: int = 256  # connections that have not said who they are
    greeting_s: float = 10.0
    silence_s: float = 60.0
    message: int = 64 * 1024 * 1024
    buffered: int = 128 * 1024 * 1024  # of one connection, of messages that are not whole
    unsent: int = 128 * 1024 * 1024  # that wait for one connection to take them
    buffered_together: int = 1024 * 1024 * 1024  # not whole, or unsent, of all connections: arbitrary
    calls: int = 1024  # open at a time, of one client
    calls_together: int = 16384  # open at a time, of all clients
    streams: int = 256  # likewise, of one client
    subscriptions: int = 64  # to events, likewise; each is one of the streams

    @property
    def of_connection(self) -> Limits:
        """What a client is told of them."""
        return Limits(self.message, self.buffered, 1024, self.calls, self.streams)
