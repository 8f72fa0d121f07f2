"""Own the awaiting callers of a session: each loop has one connection, for as long as it runs."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import functools
from time import perf_counter
from typing import TYPE_CHECKING, Any

from ...errors import DeadlineExceeded, NoRunningLoop
from ...runtime import loop_here
from ...transport import Connection
from .._messages import ROOT, outcome, size_of
from .._outgoing import ConnectionLost, Late, Outgoing, TurnedAway
from .._reading import StreamReader
from ._encoding import encode_sent
from ._lanes import VERDICT_S
from ._link import call_soon

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Sequence

    from ..._waiter import Waiter
    from ...protocol import Message
    from ...transport import Stream
    from .._carried import Carried
    from .._counters import Counters
    from ._link import Link


class _Road:
    """Hold what the calls of one loop go by."""

    __slots__ = ("connection", "loop", "outgoing", "recorder")

    def __init__(self, loop: asyncio.AbstractEventLoop, outgoing: Outgoing, counters: Counters) -> None:
        self.loop = loop
        self.outgoing = outgoing
        self.connection = outgoing.connection
        self.recorder = counters.take_for(outgoing)


class Loops:
    """Make calls from loops; each only from its own thread."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._by_loop: dict[asyncio.AbstractEventLoop, _Road] = {}
        self._last: _Road | None = None
        self._opening: dict[asyncio.AbstractEventLoop, asyncio.Task[_Road | None]] = {}

    async def call(
        self,
        name: str,
        target: int,
        payload: bytes,
        buffers: Sequence[memoryview],
        remaining_s: float | None,
        carried: Carried | None = None,
        flags: int = 0,
    ) -> Any:
        """Make a call from the running loop and await its result; `carried` is told when it is sent."""
        link, began = self._link, perf_counter()
        road = self._last
        if road is None or road.loop is not loop_here() or not road.connection.is_open:
            road = await self._road(name, target)
        recorder = road.recorder
        recorder.call_started(name)
        sent, received = size_of(payload, buffers) if buffers else len(payload), 0
        try:
            id_ = next(link.ids)
            if carried is not None:
                carried.is_sent = True
            try:
                reply: Any = road.outgoing.begin(id_, payload, buffers, flags)
            except ConnectionLost:
                if carried is not None:
                    carried.is_sent = False
                await link.until_known()
                link.raise_never_sent(name, target)
            try:
                message: Message | None = await (
                    reply if remaining_s is None else self._in_time(road.loop, reply, remaining_s)
                )
            except BaseException as error:  # any: it is passed on, or what says more
                await self._give_up(road.outgoing, id_, name, error, remaining_s)
                raise
            if message is None and road.outgoing.is_turned_away:
                raise link.turned_away(name, target, carried)  # noqa: TRY301  as below
            if message is None:
                raise link.died(name, id_)  # noqa: TRY301  many end so at once, and each frame more delays the last one
            received = size_of(message.payload, message.buffers) if message.buffers else len(message.payload)
            value = outcome(link.codec, message, link.kept)
        except BaseException as error:  # any: it is counted, and passed on
            recorder.call_failed(name, perf_counter() - began, error, sent, received)
            raise
        recorder.call_returned(name, perf_counter() - began, sent, received)
        return value

    async def _in_time(self, loop: asyncio.AbstractEventLoop, reply: Waiter, remaining_s: float) -> Message | None:
        """Await the verdict of the other side, and do without where it is late."""
        timer = loop.call_later(remaining_s + self._link.grace_s + VERDICT_S, reply.come, Late())
        try:
            message: Message | None = await reply
        finally:
            timer.cancel()
        return message

    async def _give_up(
        self, outgoing: Outgoing, id_: int, name: str, error: BaseException, limit_s: float | None
    ) -> None:
        """End a call whose wait has ended with an error; raise what says more than that."""
        await outgoing.give_up(id_, error, self._link.grace_s)
        if isinstance(error, Late):
            raise DeadlineExceeded(name, limit_s or 0.0) from None

    @contextlib.asynccontextmanager
    async def stream(
        self,
        name: str,
        target: int,
        payload: bytes,
        buffers: Sequence[memoryview],
        remaining_s: float | None,
        ahead: int,
        carried: Carried | None = None,
        flags: int = 0,
    ) -> AsyncGenerator[AsyncGenerator[Any, Any], None]:
        """Open a stream from the running loop, and give the generator of its items."""
        link, counters = self._link, self._link.counters
        began, sent = perf_counter(), size_of(payload, buffers)
        outgoing = (await self._road(name, target)).outgoing
        counters.call_started(name)
        try:
            if carried is not None:
                carried.is_sent = True
            moved = functools.partial(counters.bytes_moved, name)
            dumps = functools.partial(encode_sent, link.codec, target != ROOT)
            reader = StreamReader(link.codec, ahead, moved, dumps, link.kept)
            id_ = next(link.ids)
            bound_s = None if remaining_s is None else remaining_s + link.grace_s + VERDICT_S
            try:
                yield outgoing.stream(id_, payload, buffers, reader, link.grace_s, bound_s, flags)
            except ConnectionLost:
                if outgoing.is_turned_away:
                    raise link.turned_away(name, target, carried) from None
                link.raise_died(name, id_)
            except GeneratorExit as error:
                if reader.was_lost:
                    await link.until_known()
                    link.raise_died_at_close(name, id_, error)
                raise
            except Late:
                raise DeadlineExceeded(name, remaining_s or 0.0) from None
        except BaseException as error:  # any: it is counted, and passed on
            counters.call_failed(name, perf_counter() - began, error, sent)
            raise
        counters.call_returned(name, perf_counter() - began, sent, 0)

    # -- connections

    async def _road(self, name: str, target: int) -> _Road:
        """Return what the running loop's calls go by; a call that finds nothing is counted, too."""
        link, began = self._link, perf_counter()
        try:
            try:
                road = await self._road_here(name)
            except ConnectionLost:
                await link.until_known()
                link.raise_never_sent(name, target)
            except TurnedAway:
                raise link.turned_away(name, target) from None
        except BaseException as error:  # any: it is counted, and passed on
            link.count_refused(name, began, error)
            raise
        self._last = road
        return road

    async def _road_here(self, name: str) -> _Road:
        loop = loop_here()
        if loop is None:
            raise NoRunningLoop(f"{name} is awaited where no event loop of asyncio runs")
        road = self._by_loop.get(loop)
        if road is not None and road.connection.is_open:
            return road
        self._leave_closed_loops()
        opening = self._opening.get(loop)
        if opening is None:
            connecting = self._link.opening(name)
            if connecting is None:
                return self._connected(loop, *self._link.open(name))
            # A task of its own: it is for the other callers of this loop, too, when this one is cancelled
            opening = self._opening[loop] = contextvars.Context().run(loop.create_task, self._opened(loop, connecting))
        await asyncio.wait({opening})
        road = None if opening.cancelled() else opening.result()
        if road is None:
            raise ConnectionLost
        return road

    async def _opened(self, loop: asyncio.AbstractEventLoop, connecting: Awaitable[tuple[int, Stream]]) -> _Road | None:
        """Return a new road; None where the link is lost, which each caller finds out in its own words."""
        try:
            return self._connected(loop, *await connecting)
        except ConnectionLost:
            return None
        finally:
            del self._opening[loop]

    def _leave_closed_loops(self) -> None:
        for other in tuple(self._by_loop):
            left = self._by_loop.pop(other, None) if other.is_closed() else None  # None: another thread has it
            if left is not None:
                left.outgoing.is_given_up = True
                left.connection.close()
        for other in tuple(self._opening):
            if other.is_closed():
                self._opening.pop(other, None)

    def _connected(self, loop: asyncio.AbstractEventLoop, number: int, stream: Stream) -> _Road:
        link = self._link

        def ended(error: Exception | None) -> None:
            if outgoing.is_given_up or outgoing.is_turned_away:
                return
            link.lost(error)
            link.when_known(loop, outgoing.end)

        # In a context of its own: the connection is for later calls, too, and would keep what this one has in its own
        own = contextvars.Context()
        connection = own.run(Connection, loop, stream, link.limits, None, ended, link.sharing, number)
        link.begin(connection)
        outgoing = Outgoing(connection, link.codec)
        connection.receive = outgoing.receive
        road = self._by_loop[loop] = _Road(loop, outgoing, link.counters)

        def close() -> None:
            self._by_loop.pop(loop, None)
            connection.close()

        link.check_not_ended(close)
        return road

    # -- the end

    def end(self) -> None:
        """End every connection, and so every wait; any thread may do so, once, when the link has ended."""
        for loop, road in tuple(self._by_loop.items()):
            if not call_soon(loop, road.connection.close):
                road.connection.close()
        self._by_loop.clear()
        for loop, opening in tuple(self._opening.items()):
            call_soon(loop, opening.cancel)

    def forget(self) -> None:
        """Let go of every connection, in a process that was forked: they are the other process's, and go on there."""
        for road in tuple(self._by_loop.values()):
            road.connection.abandon()
        self._by_loop, self._last = {}, None
