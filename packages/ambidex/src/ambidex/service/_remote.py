"""Own `connect`: a service as its client sees it, over one session after the other."""

from __future__ import annotations

import math
import os
import weakref
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ..errors import ServiceLost, UsageError
from ..rpc import ROOT
from ..rpc.calling import Counters, Spans, note_existing
from ..runtime import forget_after_fork, runtime_of
from ..transport.endpoints import Address
from ._calls import RootCalls
from ._following import Events
from ._reconnecting import ReconnectPolicy
from ._sessions import Sessions, Timing
from ._statistics import STATISTICS, received
from ._subscriber import Subscriber
from ._ways import way_to

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from typing_extensions import Self

    from ..rpc.calling import Observer, Statistics
    from ._health import Health
    from ._identity import Identity
    from ._session import ServiceSession
    from ._statistics import ServiceStatistics
    from ._subscription import After

T = TypeVar("T")
RUNTIME = "ambidex services"  # the synchronizer whose loop has the connections; users' code never runs there
_GRACE_S = 5.0
_TIMEOUT_S = 10.0  # for a connection, and for the answer to the first message
_HEARTBEAT_S = 5.0  # arbitrary: a service that is cut off is noticed within half a minute
_POLICY = ReconnectPolicy()


class Remote:
    """Be a client of the service at an address: connected from the first call on, and again after each end.

    For tcp+tls:// `identity` is who this client is, and `pin` the key of the service. `timeout` is how long, in
    seconds, the service may take to be reached and to answer; `grace` how long the clean-up of a call is waited for
    that is given up. Every `heartbeat` seconds the service is asked whether it is there, and given up when four of them
    bring no answer; None for never. `reconnect` says when it is tried again. `observer` hears of each call,
    and `Spans`, given as it, makes each one a span.
    """

    def __init__(
        self,
        address: str,
        *,
        identity: Identity | None = None,
        pin: str | None = None,
        timeout: float = _TIMEOUT_S,
        grace: float = _GRACE_S,
        heartbeat: float | None = _HEARTBEAT_S,
        reconnect: ReconnectPolicy = _POLICY,
        observer: Observer | None = None,
    ) -> None:
        self._address = Address.parse(address)
        if heartbeat is not None and not 0 < heartbeat < math.inf:
            raise UsageError(f"connect(heartbeat={heartbeat!r}): write a number of seconds, more than 0, or None")
        way = way_to(self._address, timeout, identity, pin)
        self._counters = Counters(observer)
        self.runtime = runtime_of(RUNTIME)
        self._process = os.getpid()
        timing = Timing(timeout, grace, heartbeat)
        spans = observer if isinstance(observer, Spans) else None
        self._sessions = Sessions(self._address, way, self.runtime, self._counters, spans, timing, reconnect)
        self._is_closed = False
        self._roots: dict[tuple[str, str], RootCalls] = {}
        forget_after_fork(self)
        note_existing("client", self)
        weakref.finalize(self, self._sessions.stop_soon).atexit = False

    @property
    def address(self) -> str:
        """Where the service listens."""
        return str(self._address)

    def root(self, cls: type[T]) -> T:
        """Return the face of the object that is served, of a generated class; it is the same one each time.

        Nothing is sent as yet: where the service has another one, the first call says so.

        Raises:
            UsageError: it is no generated class.
        """
        info: Any = vars(cls).get("__ambidex_info__")
        if info is None or info.cls is not cls or info.is_users:
            raise UsageError(
                f"{cls.__qualname__} of {cls.__module__} is no generated class: give the face of what is served"
            )
        kind = (info.implementation.module, info.path)
        calls = self._roots.get(kind)
        if calls is None:
            calls = self._roots.setdefault(kind, RootCalls(self, cls, *kind))
        face: T = calls.face(cls)
        return face

    def statistics(self) -> Statistics:
        """Return what was counted of the calls, over all sessions; the service is not asked."""
        return self._counters.statistics()

    def health(self) -> Health:
        """Return how the connection is: its state, since when, attempts, round trips, and what went over it."""
        return self._sessions.health()

    def service_statistics(self, *, timeout: float | None = None) -> ServiceStatistics:
        """Ask the service what it does and has done, for all its clients: calls, bytes, clients, events.

        Raises:
            DeadlineExceeded: it took longer than `timeout` seconds.
            ProtocolError: what it tells are no statistics.
            OSError: nobody listens there, or not for this user.
            ServiceLost: the connection was closed meanwhile.
            SecurityError: the keys are not the right ones.
            RuntimeClosed: this was closed.
        """
        self._check_process(STATISTICS)
        instead = "await remote.aservice_statistics()"
        told: ServiceStatistics = self.runtime.run(self._ask, (), {}, "service_statistics", instead, timeout)
        return told

    async def aservice_statistics(self, *, timeout: float | None = None) -> ServiceStatistics:
        """Do the same, awaited, on any loop."""
        self._check_process(STATISTICS)
        told: ServiceStatistics = await self.runtime.await_(self._ask, (), {}, "aservice_statistics", timeout)
        return told

    async def _ask(self) -> ServiceStatistics:
        while True:
            session = await self._sessions.session()
            try:
                return received(await session.calls.acall(ROOT, STATISTICS, (), {}))
            except ServiceLost as error:
                if not session.has_left(error):
                    raise

    # -- events

    @overload
    def events(self, topic: str, *, after: After = "now", type: type[T]) -> Events[T]: ...

    @overload
    def events(self, topic: str, *, after: After = "now") -> Events[Any]: ...  # Any: whatever is published

    def events(self, topic: str, *, after: After = "now", type: Any = Any) -> Events[Any]:  # noqa: A002  as in `Event`
        """Return the events of a topic: from now on, from the beginning of what is kept, or after a cursor.

        They are iterated over, with `for` or `async for`. `type` is what their values are made of or refused for, as an
        argument is by an annotation; without it plain data comes, and classes that a generated module names which this
        client has the root of.

        Raises:
            ValueError: it cannot be the name of a topic, or `after` is none of these.
        """
        return Events(self._sessions, self.runtime, topic, after, type, self._modules, self._check_process)

    def subscribe(self, topic: str, function: Callable[[Any], object], *, after: After = "now") -> Subscriber:
        """Call a function, plain or async, with each `Event` or `EventsLost` of a topic, in order.

        Raises:
            ValueError: it cannot be the name of a topic, or `after` is none of these.
        """
        return Subscriber(self.events(topic, after=after), function)

    def _modules(self) -> set[str]:
        return {calls.module for calls in tuple(self._roots.values())}

    # -- sessions

    @property
    def current(self) -> ServiceSession | None:
        """The session that calls can be made in now."""
        return self._sessions.current

    def connected(self, name: str, timeout_s: float | None) -> ServiceSession:
        """Block until there is a session, for the call `name`; errors are those of `Sessions.session`.

        Raises:
            DeadlineExceeded: it took longer than `timeout_s` seconds.
        """
        self._check_process(name)
        session: ServiceSession = self.runtime.run(self._sessions.session, (), {}, name, "", timeout_s)
        return session

    async def aconnected(self, name: str, timeout_s: float | None) -> ServiceSession:
        """Await the same, on any loop."""
        self._check_process(name)
        session: ServiceSession = await self.runtime.await_(self._sessions.session, (), {}, name, timeout_s)
        return session

    def _check_process(self, name: str) -> None:
        if os.getpid() != self._process:
            raise UsageError(
                f"{name} was called in a process that was forked from the one that is connected to {self._address}; "
                "connect there"
            )

    def forget(self) -> None:
        """Let go of the session in a process that was forked: it goes on, for the one that has opened it."""
        self._sessions.forget()

    # -- the end

    def close(self) -> None:
        """Take leave of the service; open calls fail, and later ones raise `RuntimeClosed`. It may be done again."""
        if os.getpid() == self._process:
            self.runtime.run(self._close, (), {}, "close", "await remote.aclose()")

    async def aclose(self) -> None:
        """Do the same, awaited."""
        if os.getpid() == self._process:
            await self.runtime.await_(self._close, (), {}, "aclose")

    async def _close(self) -> None:
        self._is_closed = True
        await self._sessions.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        state = "closed" if self._is_closed else "not connected" if self.current is None else "connected"
        return f"<Remote {self._address}: {state}>"


def connect(
    address: str,
    *,
    identity: Identity | None = None,
    pin: str | None = None,
    timeout: float = _TIMEOUT_S,
    grace: float = _GRACE_S,
    heartbeat: float | None = _HEARTBEAT_S,
    reconnect: ReconnectPolicy = _POLICY,
    observer: Observer | None = None,
) -> Remote:
    """Return a client of the service at an address; nothing is sent before the first call. Arguments as for `Remote`.

    Raises:
        UsageError: it is no address, or keys are missing, or are none.
    """
    return Remote(
        address,
        identity=identity,
        pin=pin,
        timeout=timeout,
        grace=grace,
        heartbeat=heartbeat,
        reconnect=reconnect,
        observer=observer,
    )
