"""Own who comes to a service, and who is there: strangers, who have not said who they are, and clients."""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple, final

from ..errors import ProtocolError, SecurityError
from ..protocol import Kind
from ..rpc.calling import CountedCalls, Counters
from ..rpc.serving import OpenCalls
from ..transport import Backlog, BeyondLimit, Share
from ..transport.endpoints import tune
from ._guest import Guest
from ._key import KEY_BYTES, read_key
from ._publisher import Offered
from ._stranger import Stranger
from ._traffic import Meters

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..protocol import Message
    from ..rpc.calling import MethodStatistics, Observer
    from ..transport import Connection, Socket
    from ._callers import Visitor
    from ._gate import Gate
    from ._limits import ServiceLimits
    from ._publisher import Publisher
    from ._server import Service

_log = logging.getLogger(__name__)


class ReceptionStatistics(NamedTuple):
    """Hold the part of `ServiceStatistics`, which says more, that is about who comes and is there."""

    clients: int
    clients_so_far: int
    connections: int
    strangers: int
    turned_away: Mapping[str, int]
    dropped: Mapping[str, int]
    methods: Mapping[str, MethodStatistics]
    bytes_sent: int
    bytes_received: int
    messages_sent: int
    messages_received: int
    subscriptions: int


@final
class Reception:
    """Make clients of connections, where a gate lets them through; all but `statistics` is for the service's loop.

    While it `is_leaving`, nobody becomes a client.
    """

    def __init__(
        self,
        service: Service,
        root: object | None,
        gate: Gate,
        limits: ServiceLimits,
        events: Publisher | None,
        observer: Observer | None,
    ) -> None:
        self.guests: dict[bytes, Guest] = {}
        self.is_leaving = False
        self._service = service
        self._root = root
        self._gate = gate
        self._limits = limits
        self._events = events
        self._open_calls = OpenCalls(limits.calls_together)
        self._counters = Counters(observer)
        self._recorder = self._counters.take()  # the loop alone writes to it
        self._meters = Meters()
        self._backlog = Backlog(limits.buffered_together, self._drop_heaviest)
        self._strangers: set[Stranger] = set()
        self._ending: dict[asyncio.Task[None], Guest] = {}
        self._changed: asyncio.Future[None] | None = None
        self._clients_so_far = 0
        self._turned_away: Counter[str] = Counter()
        self._dropped: Counter[str] = Counter()

    def statistics(self) -> ReceptionStatistics:
        """Return what was done since this was made, and is at this moment; on any thread."""
        guests = tuple(self.guests.copy().values())
        return ReceptionStatistics(
            clients=len(guests),
            clients_so_far=self._clients_so_far,
            connections=sum(guest.count_connections() for guest in guests),
            strangers=len(self._strangers),
            turned_away=dict(self._turned_away.copy()),
            dropped=dict(self._dropped.copy()),
            methods=self._counters.statistics().methods,
            **self._meters.total()._asdict(),
            subscriptions=sum(guest.subscriptions for guest in guests),
        )

    # -- who comes

    def let_in(self, sock: Socket) -> None:
        """Have a connection that has not said who it is."""
        if len(self._strangers) >= self._limits.strangers:
            self.note_turned_away(BeyondLimit(f"{len(self._strangers)} have not said who they are", "strangers"))
            sock.close()
            return
        try:
            tune(sock)
        except OSError:  # it has left
            sock.close()
            return
        self._strangers.add(Stranger(self, sock, self._gate, self._limits.of_connection, self._limits.greeting_s))

    def count(self, connection: Connection) -> None:
        """Have what goes over a connection counted, and what waits there."""
        connection.meter = self._meters.take_for(connection)
        connection.count_in(Share(self._backlog))

    def count_turned_away(self, reason: str) -> None:
        """Count somebody who does not become a client."""
        self._turned_away[reason] += 1

    def note_turned_away(self, error: Exception) -> None:
        """Say in the log why somebody does not become a client, and count it."""
        self.count_turned_away(_reason_of(error))
        _log.warning("%s has turned somebody away: %s", self._service.address, error)

    def forget_stranger(self, stranger: Stranger) -> None:
        """Have one less that has not said who it is."""
        self._strangers.discard(stranger)
        self._note_change()

    def welcome(self, connection: Connection, message: Message, visitor: Visitor) -> None:
        """Have a new client, whose main connection this is.

        Raises:
            ProtocolError: it says no hello, or there is no room for one more.
            SecurityError: its key is allowed no more.
        """
        self._check(visitor)
        if self.is_leaving:
            connection.send(Kind.GOODBYE, 0)
            connection.close()
            return
        if len(self.guests) >= self._limits.clients:
            raise BeyondLimit(f"there are {len(self.guests)} clients, and no more are taken", "clients")
        key, told = os.urandom(KEY_BYTES), (self._note_left, self._note_change)
        offered = Offered(self._events, self._limits.subscriptions, self._service.statistics)
        whom = visitor.become_client()
        guest = Guest(self._root, connection, self._limits, self._open_calls, key, *told, whom, offered, self._counting)
        guest.greet(message)
        self.guests[guest.key] = guest
        self._clients_so_far += 1

    def _counting(self) -> CountedCalls:
        return CountedCalls(self._recorder)

    def join(self, connection: Connection, message: Message, visitor: Visitor) -> None:
        """Have one more connection of a client that is known by the key of its session, and has that of its own, too.

        Raises:
            ProtocolError: there is no such client, or it has as many as it may have.
            SecurityError: its key is allowed no more.
        """
        self._check(visitor)
        key = read_key(message.payload)
        guest = next((each for known, each in self.guests.items() if hmac.compare_digest(known, key)), None)
        if guest is None:
            connection.send(Kind.GOODBYE, 0)  # a client knows by that that nothing was run of what it has sent
        if guest is None or guest.client.key != visitor.key:
            raise ProtocolError("a connection was opened for a client that is not here")
        if guest.count_connections() >= self._limits.connections:
            raise BeyondLimit(
                f"a client has {guest.count_connections()} connections, and no more are taken", "connections"
            )
        visitor.client = guest.client
        guest.add(message.id, connection)

    def _check(self, visitor: Visitor) -> None:
        """See that a key which was allowed when TLS began is so still."""
        allowed = self._gate.allowed
        if allowed is not None and visitor.key not in allowed:
            raise SecurityError("the key of a client is not allowed any more", (), visitor.key)

    # -- who leaves

    def _note_left(self, guest: Guest, error: Exception | None) -> None:
        if error is not None:
            if guest.key in self.guests:
                self._dropped[_reason_of(error)] += 1
            _log.warning("%s has dropped a client: %s", self._service.address, error)
        self._end(guest)

    def _drop_heaviest(self) -> None:
        """Drop who has most in the backlog, one after the other, until all of it together is within its limit."""
        backlog = self._backlog
        while backlog.size > backlog.most:
            present: list[Stranger | Guest] = [*self._strangers, *self.guests.values(), *self._ending.values()]
            heaviest = max(present, key=_backlog_of, default=None)
            if heaviest is None or not heaviest.backlog_bytes:
                return  # it is all of one that is about to become a client: the next bytes that wait are too many
            share = f"{heaviest.backlog_bytes} of the {backlog.size} bytes that wait in connections are of this one"
            heaviest.cut(BeyondLimit(share, "buffered_together"))

    def _end(self, guest: Guest) -> None:
        if self.guests.pop(guest.key, None) is not None:
            task = asyncio.get_running_loop().create_task(guest.end())
            self._ending[task] = guest
            task.add_done_callback(self._note_ended)

    def _note_ended(self, task: asyncio.Task[None]) -> None:
        del self._ending[task]
        self._note_change()

    def expel(self, key: str) -> None:
        """End the clients that have shown a key, unless it is allowed again."""
        if self._gate.allowed is None or key in self._gate.allowed:
            return
        for guest in tuple(self.guests.values()):
            if guest.client.key == key:
                self._note_left(guest, SecurityError("the key of a client is not allowed any more", (), key))

    # -- the service's beginning and end

    def leave(self) -> None:
        """Have no new clients, and tell each that the service is leaving."""
        self.is_leaving = True
        for guest in tuple(self.guests.values()):
            guest.leave()

    @property
    def have_all_heard(self) -> bool:
        """Whether each client knows that the service is leaving, and opens no more connections."""
        return all(each.has_heard for each in self.guests.values())

    @property
    def is_empty(self) -> bool:
        """Whether nobody is here, and who was has ended."""
        return not (self.guests or self._strangers or self._ending)

    async def wait(self, condition: Callable[[], bool], timeout_s: float) -> None:
        """Wait until something of the above is so."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout_s
        while not condition() and loop.time() < end:
            self._changed = loop.create_future()
            await asyncio.wait({self._changed}, timeout=end - loop.time())

    def _note_change(self) -> None:
        if self._changed is not None and not self._changed.done():
            self._changed.set_result(None)

    async def close(self) -> None:
        """End each client: its calls are cancelled, and their clean-up is waited for."""
        for stranger in tuple(self._strangers):
            stranger.close()
        for guest in tuple(self.guests.values()):
            self._end(guest)
        if self._ending:
            await asyncio.wait(self._ending)


def _backlog_of(each: Stranger | Guest) -> int:
    return each.backlog_bytes


def _reason_of(error: Exception) -> str:
    return error.limit if isinstance(error, BeyondLimit) else type(error).__qualname__
