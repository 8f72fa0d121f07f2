"""Own `connect`: a service as its client sees it, over one session after the other."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import RuntimeClosed, UsageError
from ..rpc.calling import Counters
from ..runtime import forget_after_fork, runtime_of
from ..transport.endpoints import Address
from ._calls import RootCalls
from ._session import ServiceSession

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from ..rpc.calling import Observer, Statistics

T = TypeVar("T")
RUNTIME = "ambidex services"  # the synchronizer whose loop has the connections; users' code never runs there
_GRACE_S = 5.0
_TIMEOUT_S = 10.0  # for a connection, and for the answer to the first message


class Remote:
    """Be a client of the service at an address: connected with a call where it is not, so also after an end.

    `timeout` is how long, in seconds, the service may take to be reached and to answer; `grace` how long the clean-up
    of a call is waited for that is given up. `observer` hears of each call.
    """

    def __init__(
        self, address: str, *, timeout: float = _TIMEOUT_S, grace: float = _GRACE_S, observer: Observer | None = None
    ) -> None:
        self._address = Address.parse(address)
        self._timeout_s = timeout
        self._grace_s = grace
        self._counters = Counters(observer)
        self.runtime = runtime_of(RUNTIME)
        self._process = os.getpid()
        self._current: ServiceSession | None = None
        self._opening: asyncio.Task[ServiceSession] | None = None
        self._is_closed = False
        self._roots: dict[tuple[str, str], RootCalls] = {}
        forget_after_fork(self)

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

    # -- sessions

    @property
    def current(self) -> ServiceSession | None:
        """The session that calls can be made in now."""
        session = self._current
        return None if session is None or session.is_over else session

    def connected(self, name: str, timeout_s: float | None) -> ServiceSession:
        """Block until there is a session, for the call `name`; errors are those of `session`.

        Raises:
            DeadlineExceeded: it took longer than `timeout_s` seconds.
        """
        self._check_process(name)
        session: ServiceSession = self.runtime.run(self.session, (), {}, name, "", timeout_s)
        return session

    async def aconnected(self, name: str, timeout_s: float | None) -> ServiceSession:
        """Await the same, on any loop."""
        self._check_process(name)
        session: ServiceSession = await self.runtime.await_(self.session, (), {}, name, timeout_s)
        return session

    async def session(self) -> ServiceSession:
        """Return the session, a new one where there is none; on the loop of the runtime.

        Raises:
            RuntimeClosed: it was closed here.
            OSError: nobody listens there, or not for this user.
            ProtocolError: something else does.
            ServiceLost: it has closed the connection.
        """
        session = self.current
        while session is None:
            if self._is_closed:
                raise RuntimeClosed(f"the connection to {self._address} was closed here")
            opening = self._opening
            if opening is None:
                opening = self._opening = asyncio.ensure_future(self._open())
            await asyncio.wait({opening})
            session = opening.result()
        return session

    async def _open(self) -> ServiceSession:
        session = ServiceSession(self._address, self.runtime, self._counters, self._grace_s, self._timeout_s)
        try:
            await session.open()
        finally:
            self._opening = None
        self._current = session
        return session

    def _check_process(self, name: str) -> None:
        if os.getpid() != self._process:
            raise UsageError(
                f"{name} was called in a process that was forked from the one that is connected to {self._address}; "
                "connect there"
            )

    def forget(self) -> None:
        """Let go of the session in a process that was forked: it goes on, for the one that has opened it."""
        if self._current is not None:
            self._current.forget()

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
        opening = self._opening
        if opening is not None:
            await asyncio.wait({opening})
        if self._current is not None:
            self._current.close()

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
    address: str, *, timeout: float = _TIMEOUT_S, grace: float = _GRACE_S, observer: Observer | None = None
) -> Remote:
    """Return a client of the service at an address; nothing is sent before the first call. Arguments as for `Remote`.

    Raises:
        UsageError: it is no address.
    """
    return Remote(address, timeout=timeout, grace=grace, observer=observer)
