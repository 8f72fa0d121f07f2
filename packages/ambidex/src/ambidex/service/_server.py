"""Own a service: where it listens, who may come in, and how it ends."""

from __future__ import annotations

import asyncio
import errno
import hmac
import logging
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from ..bridge import REMOTE, receiver_of
from ..errors import ProtocolError, SecurityError, UsageError
from ..protocol import Kind, Limits
from ..transport import Connection
from ..transport.endpoints import Address, listen, tune
from ._gate import gate_of
from ._guest import Guest, home_of
from ._key import KEY_BYTES, read_key
from ._publisher import Offered, Publisher

if TYPE_CHECKING:
    from collections.abc import Collection
    from types import TracebackType

    from typing_extensions import Self

    from ..protocol import Message
    from ..transport import Socket
    from ..transport.endpoints import Listener
    from ._events import Cursor, EventLog
    from ._gate import Gate
    from ._identity import Identity

_log = logging.getLogger(__name__)
_BACKLOG_S = 0.1  # how long nobody is let in when this process has no more descriptors
_NO_MORE = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_MOST_AT_ONCE = 64  # clients that are let in by one pass of the loop: arbitrary


class ServiceLimits(NamedTuple):
    """Hold what a service takes of its clients, each and together; who asks for more is refused or dropped.

    `message` and `buffered` are in bytes, `greeting_s` is how long, in seconds, a connection may take to say who it is,
    and `silence_s` how long a client may say nothing; it is told that, and says something in time.
    """

    clients: int = 1024
    connections: int = 64  # of one client
    strangers: int = 256  # connections that have not said who they are
    greeting_s: float = 10.0
    silence_s: float = 60.0
    message: int = 64 * 1024 * 1024
    buffered: int = 128 * 1024 * 1024  # of one connection, of messages that are not whole
    calls: int = 1024  # open at a time, of one client
    streams: int = 256  # likewise
    subscriptions: int = 64  # to events, likewise; each is one of the streams


_DEFAULT = ServiceLimits()


class Service:
    """Serve an object at an address, from `start` on, or for the time of an `async with` block.

    `obj` is of a class that a manifest makes public, or a face of one in this process. All of it runs on the loop of
    its synchronizer, as calls in this process do. `address` is "unix:///run/user/1000/weather.sock", a path, for this
    user's processes; or "tcp+tls://0.0.0.0:7000", for clients who have one of the keys in `allow`: `identity` is then
    who this service is. `events` keeps what is published, for clients to follow; it is a log, or a `Publisher` of one,
    which the object that is served may have, too.
    """

    def __init__(
        self,
        obj: object,
        address: str,
        *,
        identity: Identity | None = None,
        allow: Collection[str] = (),
        limits: ServiceLimits = _DEFAULT,
        events: EventLog | Publisher | None = None,
    ) -> None:
        self._events = events if isinstance(events, Publisher) or events is None else Publisher(events)
        self._root = receiver_of(obj)
        kind: type[Any] = type(self._root)  # pyright: ignore[reportUnknownVariableType]  of any class
        if getattr(kind, REMOTE, False):
            raise UsageError(f"{obj!r} is in another process, and is served there: serve an object of this one")
        self._home = home_of(self._root)
        self._asked = Address.parse(address)
        self._gate = gate_of(self._asked, identity, allow)
        self._limits = limits
        self._each = Limits(limits.message, limits.buffered, 1024, limits.calls, limits.streams)
        self._listener: Listener | None = None
        self._strangers: set[_Stranger] = set()
        self._guests: dict[bytes, Guest] = {}
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> str:
        """Where it listens."""
        return str(self._asked if self._listener is None else self._listener.address)

    @property
    def clients(self) -> int:
        """How many clients it has."""
        return len(self._guests)

    async def start(self) -> None:
        """Listen from now on; nothing happens where it does.

        Raises:
            UsageError: the address is none that can be served.
            OSError: the system refuses it.
            EventLogUnavailable: the log of events cannot be opened.
        """
        await self._home.await_(self._start, (), {}, "Service.start")

    async def _start(self) -> None:
        if self._listener is None:
            self._loop = asyncio.get_running_loop()
            if self._events is not None:
                await self._events.open_on(self._home)
            try:
                self._listener = listen(self._asked)
            except BaseException:  # any: it serves nothing, and it is passed on
                await self._shut()
                raise
            self._listen()

    async def close(self) -> None:
        """Let nobody in any more, and end each client: its calls are cancelled, and their clean-up is waited for."""
        await self._home.await_(self._close, (), {}, "Service.close")

    async def _close(self) -> None:
        listener, self._listener = self._listener, None
        if listener is None:
            return
        self._stop_listening(listener)
        listener.close()
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

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        state = f"{len(self._guests)} clients" if self._listener is not None else "not serving"
        return f"<Service at {self.address}: {state}>"

    # -- who comes

    def _listen(self) -> None:
        if self._listener is not None:
            for sock in self._listener.sockets:
                self._loop.add_reader(sock.fileno(), self._accept, sock)

    def _stop_listening(self, listener: Listener) -> None:
        for sock in listener.sockets:
            self._loop.remove_reader(sock.fileno())

    def _accept(self, listening: Socket) -> None:
        for _ in range(_MOST_AT_ONCE):
            if self._listener is None:
                return
            try:
                sock, _ = listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno not in _NO_MORE:
                    raise
                self._pause(error)
                return
            self._let_in(sock)

    def _pause(self, error: OSError) -> None:
        """Let nobody in for a moment: the system has no descriptor for one more, and others give theirs back."""
        assert self._listener is not None
        _log.warning("%s lets nobody in for %g s: %s", self.address, _BACKLOG_S, error)
        self._stop_listening(self._listener)
        self._loop.call_later(_BACKLOG_S, self._listen)

    def _let_in(self, sock: Socket) -> None:
        if len(self._strangers) >= self._limits.strangers:
            self.note_turned_away(f"{len(self._strangers)} have not said who they are")
            sock.close()
            return
        try:
            tune(sock)
        except OSError:  # it has left
            sock.close()
            return
        self._strangers.add(_Stranger(self, sock, self._gate, self._each, self._limits.greeting_s))

    def note_turned_away(self, error: object) -> None:
        """Say in the log why somebody does not become a client."""
        _log.warning("%s has turned somebody away: %s", self.address, error)

    def forget_stranger(self, stranger: _Stranger) -> None:
        """Have one less that has not said who it is."""
        self._strangers.discard(stranger)

    def welcome(self, connection: Connection, message: Message, peer: str | None) -> None:
        """Have a new client, whose main connection this is, and who has shown the key `peer`.

        Raises:
            ProtocolError: it says no hello, or there is no room for one more.
        """
        if len(self._guests) >= self._limits.clients:
            raise ProtocolError(f"there are {len(self._guests)} clients, and no more are taken (the limit `clients`)")
        key, silence_s = os.urandom(KEY_BYTES), self._limits.silence_s
        offered = Offered(self._events, self._limits.subscriptions)
        guest = Guest(self._root, connection, self._each, key, self._note_left, silence_s, peer, offered)
        guest.greet(message)
        self._guests[guest.key] = guest

    def join(self, connection: Connection, message: Message, peer: str | None) -> None:
        """Have one more connection of a client that is known by the key of its session, and has that of its own, too.

        Raises:
            ProtocolError: there is no such client, or it has as many as it may have.
        """
        key = read_key(message.payload)
        guest = next((each for known, each in self._guests.items() if hmac.compare_digest(known, key)), None)
        if guest is None or guest.peer != peer:
            raise ProtocolError("a connection was opened for a client that is not here")
        if guest.count_connections() >= self._limits.connections:
            raise ProtocolError(f"a client has {guest.count_connections()} connections, and no more are taken")
        guest.add(message.id, connection)

    def _note_left(self, guest: Guest, error: Exception | None) -> None:
        if error is not None:
            _log.warning("%s has dropped a client: %s", self.address, error)
        self._end(guest)

    def _end(self, guest: Guest) -> None:
        if self._guests.pop(guest.key, None) is not None:
            task = self._loop.create_task(guest.end())
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)


class _Stranger:
    """Hold a connection until it has said who it is, which it has some seconds for."""

    def __init__(self, service: Service, sock: Socket, gate: Gate, limits: Limits, greeting_s: float) -> None:
        self._service = service
        self._limits = limits
        self._peer: str | None = None
        self._connection: Connection | None = None
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(greeting_s, self.close)
        self._entering = self._loop.create_task(self._enter(sock, gate, greeting_s))

    async def _enter(self, sock: Socket, gate: Gate, greeting_s: float) -> None:
        try:
            stream, self._peer = await gate.enter(sock, greeting_s)
        except (OSError, ProtocolError, SecurityError) as error:
            self._ended(error)
        else:
            self._connection = Connection(self._loop, stream, self._limits, self._receive, self._ended)

    def close(self) -> None:
        """Let it go."""
        self._entering.cancel()
        if self._connection is not None:
            self._connection.close()
        self._leave()

    def _receive(self, message: Message) -> None:
        assert self._connection is not None
        if message.kind != Kind.HELLO:
            raise ProtocolError(f"the first message is of the kind {message.kind}, and no hello")
        self._leave()
        take = self._service.join if message.id else self._service.welcome
        take(self._connection, message, self._peer)

    def _ended(self, error: Exception | None) -> None:
        self._leave()
        if error is not None:
            self._service.note_turned_away(error)

    def _leave(self) -> None:
        self._timer.cancel()
        self._service.forget_stranger(self)


async def serve(
    obj: object,
    address: str,
    *,
    identity: Identity | None = None,
    allow: Collection[str] = (),
    limits: ServiceLimits = _DEFAULT,
    events: EventLog | Publisher | None = None,
) -> None:
    """Serve an object at an address until this is cancelled. Arguments as for `Service`.

    Raises:
        UsageError: no manifest makes the object public, or the address is none that can be served, or wants keys.
        OSError: the system refuses the address.
        EventLogUnavailable: the log of events cannot be opened.
    """
    async with Service(obj, address, identity=identity, allow=allow, limits=limits, events=events):
        await asyncio.get_running_loop().create_future()
