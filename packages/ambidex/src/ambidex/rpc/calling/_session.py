"""Own the calling side of a session: one other process, and as many connections to it as there are callers.

A blocking caller has a connection for the time of its call, out of those that are free. Each loop that awaits has one
for as long as it runs. What ends the session ends every connection, and so every wait.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Optional

from ...errors import DeadlockError
from ...runtime import Caller, check_blocking, current_caller
from .._carried import Carried
from .._deadlines import current_deadline, inherited_deadline, remaining_until
from .._forwarding import forwarded
from .._messages import outcome
from .._outgoing import ConnectionLost
from ._called import caller_of, is_held
from ._encoding import encode
from ._lanes import Lanes
from ._link import Link
from ._loops import Loops

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence

    from ...protocol import Limits
    from ...runtime import Callback, Runtime
    from ...transport import Meter, Sharing
    from .._codecs import Codec
    from .._counters import Counters
    from .._kept import Kept
    from .._outgoing import Outgoing
    from ._channel import RemoteChannel
    from ._link import Owner
    from ._making import Calls

    Encoded = tuple[bytes, Sequence[memoryview], Optional[Carried]]


class Session:
    """Make calls to another process.

    `grace_s` is how long, in seconds, the clean-up of a call is waited for that its caller gives up. `runtime` is the
    one whose loop the other side's calls come to, and `whose` names the other side. `counters` count the calls. With
    `sharing` long buffers go through shared memory.
    """

    def __init__(
        self,
        codec: Codec,
        limits: Limits,
        owner: Owner,
        grace_s: float,
        runtime: Runtime,
        whose: str,
        counters: Counters,
        sharing: Sharing | None = None,
        kept: Kept | None = None,
    ) -> None:
        self.codec = codec
        self.whose = whose
        self._runtime = runtime
        self._link = Link(codec, limits, owner, grace_s, counters, sharing, kept)
        self._lanes = Lanes(self._link)
        self._loops = Loops(self._link)
        self._open: deque[None] = deque()  # one for each call: append and pop are one operation each
        self._is_closed = False
        self._ended: Callable[[], object] | None = None
        self.back: Outgoing | None = None  # by which a callback asks for which the other side's loop stands still
        self.channel: RemoteChannel  # of the faces of its objects; who makes the session sets it

    def keep_to(self, limits: Limits) -> None:
        """Note what the other side takes, before the first call."""
        self._link.theirs = limits

    def count_traffic(self, meter_for: Callable[[object], Meter]) -> None:
        """Have each connection that is opened from now on count what goes over it; any thread may ask for a meter."""
        self._link.meter_for = meter_for

    def are_of(self, session: Calls) -> bool:
        """Tell whether the calls are made in that session."""
        return session is self

    # -- blocking callers

    def call(
        self,
        target: int,
        asked: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        timeout_s: float | None = None,
        name: str = "",
        flags: int = 0,
    ) -> Any:
        """Make a call from this thread and wait for its result; `name` is what its errors call it, if not `asked`.

        `flags` are those of the message.

        Raises:
            UsageError: an argument cannot be sent, or the session belongs to the process that this one was forked from.
            DeadlineExceeded: it did not end within `timeout_s` seconds.
        """
        name = name or asked
        remaining_s = remaining_of(timeout_s)
        payload, buffers, carried = encode(self.codec, target, asked, args, kwargs, remaining_s)
        is_back = is_held(self)
        self._open.append(None)
        try:
            if self._is_closed:
                raise self._link.turned_away(name, target)  # noqa: TRY301  noted as open before
            if carried is None and not is_back:
                return self._lanes.call(name, target, payload, buffers, remaining_s, None, flags)
            carried = Carried() if carried is None else carried
            carried.begin()
            if is_back:
                return self._call_back(carried, name, target, payload, buffers)
            if carried.handed:
                return self._call_handing_over(carried, name, target, payload, buffers, remaining_s, flags)
            return self._lanes.call(name, target, payload, buffers, remaining_s, carried, flags)
        except BaseException:  # any: it is passed on
            if carried is not None:
                carried.give_up()
            raise
        finally:
            if carried is not None:
                self._let_go(carried)
            self._open.pop()
            if self._ended is not None:
                self._ended()

    def _let_go(self, carried: Carried) -> None:
        """Note that a call has ended: what was raised of what it lent does not come home any more."""
        carried.end()
        if self._link.kept is not None:
            self._link.kept.remove(carried)

    def _call_back(
        self, carried: Carried, name: str, target: int, payload: bytes, buffers: Sequence[memoryview]
    ) -> Any:
        """Make a call from a callback that the other side does not await: it answers what needs no waiting."""
        outgoing, link = self.back, self._link
        if outgoing is None or not link.is_open:
            link.raise_never_sent(name, target)
        if carried.handed:
            self._hand_over(carried.handed)
        id_ = next(link.ids)
        carried.is_sent = True
        call = outgoing.call(id_, payload, buffers, link.grace_s)
        try:
            message = asyncio.run_coroutine_threadsafe(call, outgoing.connection.loop).result()
        except ConnectionLost:
            link.raise_died(name, id_)
        return outcome(self.codec, message, self._link.kept)

    def _call_handing_over(
        self,
        carried: Carried,
        name: str,
        target: int,
        payload: bytes,
        buffers: Sequence[memoryview],
        remaining_s: float | None,
        flags: int,
    ) -> Any:
        """Make a call that hands functions over: on the runtime's loop, so that they run on this thread meanwhile."""
        caller = Caller(self._runtime, None, is_remote=True)
        work = functools.partial(self._loops.call, name, target, payload, buffers, remaining_s, carried, flags)
        try:
            with caller:
                for each in carried.handed:
                    each.hand_over(caller)
                return caller.run(work, (), {}, name, "", None, is_sync=False)
        finally:
            caller.close()

    def stream(
        self,
        target: int,
        asked: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        timeout_s: float | None = None,
        ahead: int = 0,
        name: str = "",
        holds: object = None,  # noqa: ARG002  this frame refers to it
        flags: int = 0,
    ) -> Generator[Any, Any, None]:
        """Yield what a stream of the other side yields; each step blocks. Errors are those of `call`.

        `holds` is kept alive for as long.
        """
        name = name or asked
        remaining_s = remaining_of(timeout_s)
        payload, buffers, carried = self._encoded(name, target, asked, args, kwargs, remaining_s)
        with self._carrying(name, target, carried):
            yield from self._lanes.stream(name, target, payload, buffers, remaining_s, ahead, carried, flags)

    # -- awaiting callers

    async def acall(
        self,
        target: int,
        asked: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        timeout_s: float | None = None,
        name: str = "",
        flags: int = 0,
    ) -> Any:
        """Make a call from the running loop and await its result. Errors are those of `call`."""
        remaining_s = remaining_of(timeout_s)
        name = name or asked
        payload, buffers, carried = self._encoded(name, target, asked, args, kwargs, remaining_s)
        if carried is not None:
            with self._carrying(name, target, carried):
                return await self._loops.call(name, target, payload, buffers, remaining_s, carried, flags)
        self._open.append(None)
        try:
            if self._is_closed:
                raise self._link.turned_away(name, target)
            return await self._loops.call(name, target, payload, buffers, remaining_s, None, flags)
        finally:
            self._open.pop()
            if self._ended is not None:
                self._ended()

    def astream(
        self,
        target: int,
        asked: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        timeout_s: float | None = None,
        ahead: int = 0,
        name: str = "",
        holds: object = None,
        flags: int = 0,
    ) -> AsyncGenerator[Any, Any]:
        """Yield what a stream of the other side yields. Errors are those of `call`; `holds` is as in `stream`."""
        return forwarded([self._opened(target, asked, args, kwargs, timeout_s, ahead, name or asked, holds, flags)])

    @contextlib.asynccontextmanager
    async def _opened(
        self,
        target: int,
        asked: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        timeout_s: float | None,
        ahead: int,
        name: str,
        holds: object,  # noqa: ARG002  this frame refers to it
        flags: int,
    ) -> AsyncGenerator[AsyncGenerator[Any, Any], None]:
        remaining_s = remaining_of(timeout_s)
        payload, buffers, carried = self._encoded(name, target, asked, args, kwargs, remaining_s)
        with self._carrying(name, target, carried):
            opened = self._loops.stream(name, target, payload, buffers, remaining_s, ahead, carried, flags)
            async with opened as steps:
                yield steps

    def _encoded(
        self,
        name: str,
        target: int,
        asked: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        remaining_s: float | None,
    ) -> Encoded:
        if is_held(self):
            raise DeadlockError(
                f"{name} is called by a callback that {self.whose} waits for without awaiting it: nothing else runs "
                "there until the callback returns; call it later, or declare the callback as one that is awaited"
            )
        return encode(self.codec, target, asked, args, kwargs, remaining_s)

    @contextlib.contextmanager
    def _carrying(self, name: str, target: int, carried: Carried | None) -> Generator[None, None, None]:
        """Hand over what a call carries for the time of the block; take back what it lends where it is not sent."""
        caller = None
        self._open.append(None)
        try:
            if self._is_closed:
                raise self._link.turned_away(name, target)  # noqa: TRY301  noted as open before
            if carried is not None:
                carried.begin()
                caller = self._hand_over(carried.handed) if carried.handed else None
            yield
        except BaseException:  # any: it is passed on
            if carried is not None:
                carried.give_up()
            raise
        finally:
            if carried is not None:
                self._let_go(carried)
            if caller is not None:
                caller.close()
            self._open.pop()
            if self._ended is not None:
                self._ended()

    def _hand_over(self, handed: Sequence[Callback]) -> Caller:
        """Return the caller whose callables are handed over: the one whose call this is a part of, or a new one."""
        caller = caller_of(self._runtime, current_caller())
        for each in handed:
            each.hand_over(caller)
        return caller

    # -- the end

    def note_ends(self, ended: Callable[[], object]) -> None:
        """Call `ended` at each end of a call from now on, on its thread; the other side is leaving."""
        self._ended = ended

    def close_if_idle(self) -> bool:
        """Take no more calls, unless some are open; tell whether none is. For one thread.

        A call that begins at this moment either is seen here, or sees that it comes too late: it is noted before it
        looks, and this is told before it looks.
        """
        if not self._open:
            self._is_closed = True
            if self._open:
                self._is_closed = False
        return self._is_closed

    def settle(self, number: int) -> None:
        """Note that every call of a connection that was given up has ended; any thread may tell."""
        self._lanes.settle(number)

    def when_known(self, loop: asyncio.AbstractEventLoop, then: Callable[[], object]) -> None:
        """Call `then` on its loop once it is known how the other side ended: now, if it is."""
        self._link.when_known(loop, then)

    def end(self) -> None:
        """End every connection, and so every wait; any thread may do so, once."""
        self._link.is_open = False
        self._lanes.end()
        self._loops.end()

    def forget(self) -> None:
        """Let go of every connection, in a process that was forked: they are the other process's, and go on there."""
        self._lanes.forget()
        self._loops.forget()
        if self.back is not None:
            self.back.connection.abandon()
            self.back = None


def remaining_of(timeout_s: float | None) -> float | None:
    """Return how many seconds a call has: by its own limit, or that of the call it is part of, if that is shorter."""
    if timeout_s is None and current_deadline() is None:
        return None
    now = time.monotonic()
    return remaining_until(inherited_deadline(timeout_s, now), now)


def left_of(timeout_s: float | None, begun: float) -> float | None:
    """Return how many seconds are left of a limit that began at `begun`, by the monotonic clock: 0 or more."""
    return None if timeout_s is None else max(0.0, timeout_s - (time.monotonic() - begun))


def check_may_block(name: str) -> None:
    """Warn where a loop runs on this thread, which a blocking call would hold."""
    check_blocking(None, name, f"await {name.replace('.call.', '.acall.')}(...)")
