"""Own a client's sessions with one service, one after the other: when the next one is tried, and who waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import os
import random
import time
import weakref
from typing import TYPE_CHECKING, NamedTuple

from ..errors import PeerRefused, RuntimeClosed, SecurityError, UsageError
from ..rpc import TurnedAway
from ._health import HealthRecord
from ._reconnecting import Reconnecting, ReconnectPolicy, TryAgain
from ._session import ServiceSession

if TYPE_CHECKING:
    from ..rpc.calling import Counters, Spans
    from ..runtime import Runtime
    from ..transport.endpoints import Address
    from ._health import Health
    from ._ways import Way

_FINAL = (SecurityError, PeerRefused, UsageError)  # the same the next time
_SHORTEST_S, _LONGEST_S = 0.005, 1.0  # between attempts at a service that is leaving: arbitrary
_clock = time.monotonic


class Timing(NamedTuple):
    """Hold how long a client waits, in seconds, for what; `Remote` says more."""

    timeout_s: float
    grace_s: float
    heartbeat_s: float | None


class Sessions:
    """Have sessions with the service at an address; all but `current` and `health` is for the loop of the runtime.

    The first one begins when it is asked for. From then on a session that ends is followed by attempts at the next one,
    by the policy, until `close`, or until the service refuses this client for good.
    """

    def __init__(
        self,
        address: Address,
        way: Way,
        runtime: Runtime,
        counters: Counters,
        spans: Spans | None,
        timing: Timing,
        policy: ReconnectPolicy,
    ) -> None:
        self._address = address
        self._way = way
        self._runtime = runtime
        self._counters = counters
        self._spans = spans
        self._timing = timing
        self._record = HealthRecord(Reconnecting(policy, random.random), _clock())
        self._current: ServiceSession | None = None
        self._leaving: weakref.WeakSet[ServiceSession] = weakref.WeakSet()  # those before it, while calls are open
        self._opening: asyncio.Task[ServiceSession] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._refusal: Exception | None = None
        self._is_closed = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process = os.getpid()
        self._changed: asyncio.Future[None] | None = None  # done when there is a session, or will be none

    @property
    def current(self) -> ServiceSession | None:
        """The session that calls can be made in now."""
        session = self._current
        return None if session is None or session.is_over or session.is_leaving else session

    def health(self) -> Health:
        """Return how the connection is at this moment."""
        return self._record.health(_clock())

    async def session(self) -> ServiceSession:
        """Return the session; where there is none, try now to have one, whenever the next attempt was to be.

        Raises:
            RuntimeClosed: it was closed here.
            SecurityError: the keys are not the right ones, now or when it was tried last; that is not tried again.
            PeerRefused: likewise, another user listens there.
            OSError: nobody listens there, or not for this user.
            ProtocolError: something else does.
            ServiceLost: it has closed the connection.
        """
        session, delay_s = self.current, _SHORTEST_S
        while session is None:
            self._check_open()
            opening = self._attempt()
            await asyncio.wait({opening})
            if opening.cancelled():  # by `close`
                continue
            try:
                opening.result()
            except TurnedAway:  # one that is leaving listens for a moment longer
                await asyncio.sleep(delay_s)
                delay_s = min(2 * delay_s, _LONGEST_S)
            session = self.current
        return session

    async def next_session(self, after: ServiceSession | None) -> ServiceSession:
        """Wait for a session that is not `after`, however long that takes: the attempts go by the policy.

        Raises:
            RuntimeClosed: it was closed here.
            SecurityError: the keys are not the right ones.
            PeerRefused: another user listens there.
        """
        while True:
            session = self.current
            if session is not None and session is not after:
                return session
            self._check_open()
            if session is None and self._timer is None and self._opening is None:
                self._attempt()
            if self._changed is None or self._changed.done():
                self._changed = asyncio.get_running_loop().create_future()
            await asyncio.wait({self._changed})

    # -- attempts

    def _attempt(self) -> asyncio.Task[ServiceSession]:
        """Return the attempt that is under way, a new one where there is none."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._opening is None:
            self._loop = asyncio.get_running_loop()
            self._opening = self._loop.create_task(self._open())
            self._opening.add_done_callback(_look_at)
        return self._opening

    async def _open(self) -> ServiceSession:
        self._record.note_attempt(_clock())
        session = ServiceSession(
            self._address,
            self._way,
            self._runtime,
            self._counters,
            self._spans,
            self._timing,
            self._record,
            self._note_over,
        )
        try:
            await session.open()
        except BaseException as error:  # any: the attempt is over, and its error passed on
            if not self._is_closed:
                self._note_end(error)
            raise
        finally:
            self._opening = None
        if self._current is not None and not self._current.is_over:
            self._leaving.add(self._current)
        self._current = session
        self._record.note_connected(_clock())
        if self.current is None:  # it was told, before anybody was
            self._note_end(session.died("connect", "not_sent"))
        self._tell()
        return session

    def _note_over(self, session: ServiceSession, error: Exception) -> None:
        """Take note of the end of a session that was open."""
        if session is self._current and not self._is_closed:
            self._note_end(error)

    def _note_end(self, error: BaseException) -> None:
        is_final = isinstance(error, _FINAL)
        decision = self._record.note_end(_clock(), error, may_try_again=not is_final)
        if isinstance(decision, TryAgain):
            assert self._loop is not None
            self._timer = self._loop.call_later(decision.delay_s, self._attempt)
        elif isinstance(error, Exception):
            self._refusal = error
            self._tell()

    def _check_open(self) -> None:
        if self._is_closed:
            raise RuntimeClosed(f"the connection to {self._address} was closed here")
        if self._refusal is not None:
            raise copy.copy(self._refusal) from None  # each with a traceback of its own

    def _tell(self) -> None:
        if self._changed is not None and not self._changed.done():
            self._changed.set_result(None)

    # -- the end

    async def close(self) -> None:
        """Take leave of the service, and try no more."""
        self.stop()
        opening = self._opening
        if opening is not None:
            opening.cancel()
            await asyncio.wait({opening})
        for session in (*self._leaving, self._current):
            if session is not None:
                session.close()

    def stop(self) -> None:
        """Try no more; a session that is open goes on."""
        self._is_closed = True
        self._record.note_closed(_clock())
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._tell()

    def stop_soon(self) -> None:
        """Have the loop do that, from any thread: nobody refers to the client any more."""
        if self._loop is not None and os.getpid() == self._process:
            with contextlib.suppress(RuntimeError):  # it is closed
                self._loop.call_soon_threadsafe(self.stop)

    def forget(self) -> None:
        """Let go of the session in a process that was forked: it goes on, for the one that has opened it."""
        for session in (*self._leaving, self._current):
            if session is not None:
                session.forget()


def _look_at(opening: asyncio.Task[ServiceSession]) -> None:
    """See how an attempt has ended, for those that nobody waits for: what they raise is in the health."""
    with contextlib.suppress(asyncio.CancelledError):
        opening.exception()
