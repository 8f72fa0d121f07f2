"""Own a service: where it listens, who may come in, and how it ends."""

from __future__ import annotations

import asyncio
import errno
import hmac
import logging
import os
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, final

from ..bridge import REMOTE, receiver_of
from ..errors import ProtocolError, UsageError
from ..protocol import Kind
from ..rpc.calling import CountedCalls, Counters, note_existing
from ..rpc.serving import OpenCalls
from ..runtime import runtime_of
from ..transport import BeyondLimit
from ..transport.endpoints import Address, listen, tune
from ._gate import gate_of
from ._guest import Guest, home_of
from ._key import KEY_BYTES, read_key
from ._limits import ServiceLimits
from ._publisher import Offered, Publisher
from ._remote import RUNTIME
from ._statistics import ServiceStatistics
from ._stranger import Stranger
from ._traffic import Meters

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from types import TracebackType

    from typing_extensions import Self

    from ..protocol import Message
    from ..rpc.calling import Observer
    from ..transport import Connection, Socket
    from ..transport.endpoints import Listener
    from ._events import Cursor, EventLog
    from ._identity import Identity
    from ._statistics import ProgramStatistics, State

_log = logging.getLogger(__name__)
_BACKLOG_S = 0.1  # how long nobody is let in when this process has no more descriptors
_NO_MORE = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_HEARD_S = 1.0  # how long a client that does not listen keeps others from the next process: arbitrary
DRAIN_S = 30.0  # arbitrary: well below the 90 s after which systemd kills what it has asked to end
_MOST_AT_ONCE = 64  # clients that are let in by one pass of the loop: arbitrary


_DEFAULT = ServiceLimits()
NO_SOCKETS = (
    "a service manager has handed no sockets to this process: start it by a socket unit, or give an address to listen "
    "at, as in unix:///run/user/1000/weather.sock"
)


@final
class Program:
    """Stand for a program where it is served in the place of an object: it has statistics, and nothing to call.

    `told` returns them, given the service that is asked.
    """

    def __init__(self, told: Callable[[Service], ProgramStatistics]) -> None:
        self.told = told


class Service:
    """Serve an object at an address, from `start` on, or for the time of an `async with` block.

    `obj` is of a class that a manifest makes public, or a face of one in this process. All of it runs on the loop of
    its synchronizer, as calls in this process do. `address` is "unix:///run/user/1000/weather.sock", a path, for this
    user's processes; or "tcp+tls://0.0.0.0:7000", for clients who have one of the keys in `allow`: `identity` is then
    who this service is. Instead of an address it may be what `inherited_sockets()` gives: sockets that a service
    manager has opened, all on Unix addresses or all on TCP. `events` keeps what is published, for clients to follow; it
    is a log, or a `Publisher` of one, which the object that is served may have, too. `observer` hears of each call of
    a client, on that loop.

    Raises:
        UsageError: no manifest makes the object public, the address is none, no sockets were inherited, or keys are
            missing, or are none.
    """

    def __init__(
        self,
        obj: object,
        address: str | Sequence[Listener],
        *,
        identity: Identity | None = None,
        allow: Collection[str] = (),
        limits: ServiceLimits = _DEFAULT,
        events: EventLog | Publisher | None = None,
        observer: Observer | None = None,
    ) -> None:
        self._events = events if isinstance(events, Publisher) or events is None else Publisher(events)
        self._program = obj if isinstance(obj, Program) else None
        self._root = None if self._program else receiver_of(obj)
        kind: type[Any] = type(self._root)  # pyright: ignore[reportUnknownVariableType]  of any class
        if getattr(kind, REMOTE, False):
            raise UsageError(f"{obj!r} is in another process, and is served there: serve an object of this one")
        self._home = runtime_of(RUNTIME) if self._program else home_of(self._root)
        self._asked = Address.parse(address) if isinstance(address, str) else None
        self._inherited = () if isinstance(address, str) else tuple(address)
        if self._asked is None and not self._inherited:
            raise UsageError(NO_SOCKETS)
        self._gate = gate_of(
            [self._asked] if self._asked else [each.address for each in self._inherited], identity, allow
        )
        self._limits = limits
        self._each = limits.of_connection
        self._open_calls = OpenCalls(limits.calls_together)
        self._listeners: tuple[Listener, ...] = ()
        self._is_leaving = False
        self._strangers: set[Stranger] = set()
        self._guests: dict[bytes, Guest] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._changed: asyncio.Future[None] | None = None
        self._counters = Counters(observer)
        self._recorder = self._counters.take()  # the loop alone writes to it
        self._meters = Meters()
        self._since = 0.0
        self._clients_so_far = 0
        self._turned_away: Counter[str] = Counter()
        self._dropped: Counter[str] = Counter()

    @property
    def address(self) -> str:
        """Where it listens, the first place of several."""
        return self.addresses[0]

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where it listens: more than one place where it has inherited several sockets."""
        listeners = self._listeners or self._inherited
        return tuple(str(each.address) for each in listeners) or (str(self._asked or "inherited sockets"),)

    @property
    def clients(self) -> int:
        """How many clients it has."""
        return len(self._guests)

    @property
    def tells_program(self) -> bool:
        """Whether it serves no object, and tells of the program."""
        return self._program is not None

    def statistics(self) -> ServiceStatistics:
        """Return what it has done since it was made, and does at this moment; on any thread."""
        guests = tuple(self._guests.copy().values())
        state: State = "stopped"
        if self._listeners or guests:
            state = "leaving" if self._is_leaving else "serving"
        return ServiceStatistics(
            state=state,
            addresses=self.addresses,
            pid=os.getpid(),
            since_s=0.0 if state == "stopped" else time.monotonic() - self._since,
            clients=len(guests),
            clients_so_far=self._clients_so_far,
            connections=sum(guest.count_connections() for guest in guests),
            strangers=len(self._strangers),
            turned_away=dict(self._turned_away.copy()),
            dropped=dict(self._dropped.copy()),
            methods=self._counters.statistics().methods,
            **self._meters.total()._asdict(),
            subscriptions=sum(guest.subscriptions for guest in guests),
            last_event=None if self._events is None else self._events.last,
            program=None if self._program is None else self._program.told(self),
        )

    async def start(self) -> None:
        """Listen from now on; nothing happens where it does.

        Raises:
            UsageError: the address is none that can be served, or the inherited sockets were closed.
            OSError: the system refuses it.
            EventLogUnavailable: the log of events cannot be opened.
        """
        await self._home.await_(self._start, (), {}, "Service.start")

    async def _start(self) -> None:
        if self._listeners:
            return
        self._loop = asyncio.get_running_loop()
        if self._events is not None:
            await self._events.open_on(self._home)
        try:
            self._listeners = self._opened()
        except BaseException:  # any: it serves nothing, and it is passed on
            await self._shut()
            raise
        self._is_leaving = False
        self._since = time.monotonic()
        note_existing("service", self)
        self._listen()

    def _opened(self) -> tuple[Listener, ...]:
        if self._asked is not None:
            return (listen(self._asked),)
        inherited, self._inherited = self._inherited, ()
        if not inherited:
            raise UsageError("the sockets that were inherited are closed: a service on them starts once")
        return inherited

    async def drain(self, timeout_s: float = DRAIN_S) -> None:
        """Let nobody in any more, let what is open end for up to `timeout_s` seconds, and `close`.

        Each client is told: its open calls and streams go on, its next ones go to whoever serves the address then.
        Inherited sockets stay open for the next process, where their manager has them, too: nobody is refused.
        """
        await self._home.await_(self._drain, (timeout_s,), {}, "Service.drain")

    async def _drain(self, timeout_s: float) -> None:
        if not self._listeners:
            return
        self._is_leaving = True
        for guest in tuple(self._guests.values()):
            guest.leave()
        end = self._loop.time() + timeout_s
        # What a client has begun to open before it has heard of this is to be let in; another one is not waited for
        await self._wait(lambda: all(each.has_heard for each in self._guests.values()), min(timeout_s, _HEARD_S))
        self._stop(is_in_order=True)
        if not self._is_empty:
            await self._wait(lambda: self._is_empty, end - self._loop.time())
            if not self._is_empty:
                _log.warning("%s ends %d clients that have not left in %g s", self.address, self.clients, timeout_s)
        await self._close()

    @property
    def _is_empty(self) -> bool:
        return not (self._guests or self._strangers or self._ending)

    async def _wait(self, condition: Callable[[], bool], timeout_s: float) -> None:
        """Wait until something is so, which it can become where `_note_change` is called."""
        end = self._loop.time() + timeout_s
        while not condition() and self._loop.time() < end:
            self._changed = self._loop.create_future()
            await asyncio.wait({self._changed}, timeout=end - self._loop.time())

    def _note_change(self) -> None:
        if self._changed is not None and not self._changed.done():
            self._changed.set_result(None)

    async def close(self) -> None:
        """Let nobody in any more, and end each client: its calls are cancelled, and their clean-up is waited for."""
        await self._home.await_(self._close, (), {}, "Service.close")

    async def _close(self) -> None:
        self._stop(is_in_order=False)
        for stranger in tuple(self._strangers):
            stranger.close()
        for guest in tuple(self._guests.values()):
            self._end(guest)
        if self._ending:
            await asyncio.wait(self._ending)
        await self._shut()

    async def _shut(self) -> None:
        if self._events is not None:
            await self._events.shut()

    # -- events

    def publish(self, topic: str, value: object) -> Cursor:
        """Publish plain data to a topic, from blocking code; return its cursor when the log has it.

        Raises:
            UsageError: the value cannot be sent, or the service does not run, or was made without `events`.
            ValueError: it cannot be the name of a topic, or the value is too long.
            RuntimeClosed: the service is closing; this was not published.
            EventLogUnavailable: the log could not take it; it was not published.
        """
        return self._published.publish(topic, value)

    async def apublish(self, topic: str, value: object) -> Cursor:
        """Do the same, awaited, on any loop."""
        return await self._published.apublish(topic, value)

    @property
    def _published(self) -> Publisher:
        if self._events is None:
            raise UsageError(f"{self!r} publishes no events: make it as Service(..., events=MemoryLog())")
        return self._events

    def _stop(self, *, is_in_order: bool) -> None:
        """Listen no more; in order, who has connected is let in before."""
        listeners, self._listeners = self._listeners, ()
        self._is_leaving = True
        for listener in listeners:
            for sock in listener.sockets:
                self._loop.remove_reader(sock.fileno())
                while is_in_order and self._accept(sock):
                    pass
            listener.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        state = "not serving"
        if self._listeners or self._guests:
            state = f"{len(self._guests)} clients" + (", leaving" if self._is_leaving else "")
        return f"<Service at {self.address}: {state}>"

    # -- who comes

    def _listen(self) -> None:
        for listener in self._listeners:
            for sock in listener.sockets:
                self._loop.add_reader(sock.fileno(), self._accept, sock)

    def _accept(self, listening: Socket) -> bool:
        """Let in who has connected, some at a time; tell whether there may be more."""
        for _ in range(_MOST_AT_ONCE):
            try:
                sock, _ = listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return False
            except OSError as error:
                if error.errno not in _NO_MORE:
                    raise
                self._pause(error)
                return False
            self._let_in(sock)
        return True

    def _pause(self, error: OSError) -> None:
        """Let nobody in for a moment: the system has no descriptor for one more, and others give theirs back."""
        _log.warning("%s lets nobody in for %g s: %s", self.address, _BACKLOG_S, error)
        for listener in self._listeners:
            for sock in listener.sockets:
                self._loop.remove_reader(sock.fileno())
        self._loop.call_later(_BACKLOG_S, self._listen)

    def _let_in(self, sock: Socket) -> None:
        if len(self._strangers) >= self._limits.strangers:
            self.note_turned_away(BeyondLimit(f"{len(self._strangers)} have not said who they are", "strangers"))
            sock.close()
            return
        try:
            tune(sock)
        except OSError:  # it has left
            sock.close()
            return
        self._strangers.add(Stranger(self, sock, self._gate, self._each, self._limits.greeting_s))

    def count_traffic(self, connection: Connection) -> None:
        """Have what goes over a connection counted."""
        connection.meter = self._meters.take_for(connection)

    def count_turned_away(self, reason: str) -> None:
        """Count somebody who does not become a client."""
        self._turned_away[reason] += 1

    def note_turned_away(self, error: Exception) -> None:
        """Say in the log why somebody does not become a client, and count it."""
        self.count_turned_away(_reason_of(error))
        _log.warning("%s has turned somebody away: %s", self.address, error)

    def forget_stranger(self, stranger: Stranger) -> None:
        """Have one less that has not said who it is."""
        self._strangers.discard(stranger)
        self._note_change()

    def welcome(self, connection: Connection, message: Message, peer: str | None) -> None:
        """Have a new client, whose main connection this is, and who has shown the key `peer`.

        Raises:
            ProtocolError: it says no hello, or there is no room for one more.
        """
        if self._is_leaving:
            connection.send(Kind.GOODBYE, 0)
            connection.close()
            return
        if len(self._guests) >= self._limits.clients:
            raise BeyondLimit(f"there are {len(self._guests)} clients, and no more are taken", "clients")
        key, told = os.urandom(KEY_BYTES), (self._note_left, self._note_change)
        offered = Offered(self._events, self._limits.subscriptions, self.statistics)
        guest = Guest(self._root, connection, self._limits, self._open_calls, key, *told, peer, offered, self._counting)
        guest.greet(message)
        self._guests[guest.key] = guest
        self._clients_so_far += 1

    def _counting(self) -> CountedCalls:
        return CountedCalls(self._recorder)

    def join(self, connection: Connection, message: Message, peer: str | None) -> None:
        """Have one more connection of a client that is known by the key of its session, and has that of its own, too.

        Raises:
            ProtocolError: there is no such client, or it has as many as it may have.
        """
        key = read_key(message.payload)
        guest = next((each for known, each in self._guests.items() if hmac.compare_digest(known, key)), None)
        if guest is None:
            connection.send(Kind.GOODBYE, 0)  # a client knows by that that nothing was run of what it has sent
        if guest is None or guest.peer != peer:
            raise ProtocolError("a connection was opened for a client that is not here")
        if guest.count_connections() >= self._limits.connections:
            raise BeyondLimit(
                f"a client has {guest.count_connections()} connections, and no more are taken", "connections"
            )
        guest.add(message.id, connection)

    def _note_left(self, guest: Guest, error: Exception | None) -> None:
        if error is not None:
            if guest.key in self._guests:
                self._dropped[_reason_of(error)] += 1
            _log.warning("%s has dropped a client: %s", self.address, error)
        self._end(guest)

    def _end(self, guest: Guest) -> None:
        if self._guests.pop(guest.key, None) is not None:
            task = self._loop.create_task(guest.end())
            self._ending.add(task)
            task.add_done_callback(self._note_ended)

    def _note_ended(self, task: asyncio.Task[None]) -> None:
        self._ending.discard(task)
        self._note_change()


def _reason_of(error: Exception) -> str:
    return error.limit if isinstance(error, BeyondLimit) else type(error).__qualname__


async def serve(
    obj: object,
    address: str | Sequence[Listener],
    *,
    identity: Identity | None = None,
    allow: Collection[str] = (),
    limits: ServiceLimits = _DEFAULT,
    events: EventLog | Publisher | None = None,
    observer: Observer | None = None,
) -> None:
    """Serve an object at an address until this is cancelled. Arguments as for `Service`.

    Raises:
        UsageError: no manifest makes the object public, or the address is none that can be served, or wants keys.
        OSError: the system refuses the address.
        EventLogUnavailable: the log of events cannot be opened.
    """
    async with Service(obj, address, identity=identity, allow=allow, limits=limits, events=events, observer=observer):
        await asyncio.get_running_loop().create_future()
