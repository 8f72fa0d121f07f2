"""Own the awaiting callers of a session: each loop has one connection, for as long as it runs."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
from time import perf_counter
from typing import TYPE_CHECKING, Any

from ...errors import DeadlineExceeded, NoRunningLoop
from ...transport import Connection
from .._messages import size_of
from .._outgoing import ConnectionLost, Outgoing
from .._reading import StreamReader
from ._lanes import VERDICT_S
from ._link import call_soon

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from ...protocol import Message
    from ._link import Link


class Loops:
    """Make calls from loops; each only from its own thread."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._by_loop: dict[asyncio.AbstractEventLoop, Outgoing] = {}
        self._last: tuple[asyncio.AbstractEventLoop | None, Outgoing | None] = (None, None)

    async def call(
        self, name: str, target: int, payload: bytes, buffers: Sequence[memoryview], remaining_s: float | None
    ) -> Any:
        """Make a call from the running loop and await its result."""
        link = self._link
        sent, began = size_of(payload, buffers), perf_counter()
        link.counters.call_started(name)
        try:
            outgoing = await self._outgoing(name, target)
            id_ = next(link.ids)
            call = outgoing.call(id_, payload, buffers, link.grace_s)
            try:
                message = await call if remaining_s is None else await self._within(call, name, remaining_s)
            except ConnectionLost:
                link.raise_died(name, id_)
        except BaseException as error:  # any: it is counted, and passed on
            link.counters.call_failed(name, perf_counter() - began, error, sent)
            raise
        return link.outcome(name, began, message, sent)

    async def _within(self, call: Any, name: str, remaining_s: float) -> Message:
        """Await the verdict of the other side, and do without where it is late."""
        task = asyncio.ensure_future(call)
        try:
            done, _ = await asyncio.wait({task}, timeout=remaining_s + self._link.grace_s + VERDICT_S)
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.wait({task})
            raise
        if not done:
            task.cancel()
            raise DeadlineExceeded(name, remaining_s)
        ended: Message = await task
        return ended

    @contextlib.asynccontextmanager
    async def stream(
        self, name: str, target: int, payload: bytes, buffers: Sequence[memoryview], ahead: int
    ) -> AsyncGenerator[AsyncGenerator[Any, Any], None]:
        """Open a stream from the running loop, and give the generator of its items."""
        link, counters = self._link, self._link.counters
        began, sent = perf_counter(), size_of(payload, buffers)
        counters.call_started(name)
        try:
            reader = StreamReader(link.codec, ahead, functools.partial(counters.bytes_moved, name))
            outgoing = await self._outgoing(name, target)
            id_ = next(link.ids)
            try:
                yield outgoing.stream(id_, payload, buffers, reader, link.grace_s)
            except ConnectionLost:
                link.raise_died(name, id_)
        except BaseException as error:  # any: it is counted, and passed on
            counters.call_failed(name, perf_counter() - began, error, sent)
            raise
        counters.call_returned(name, perf_counter() - began, sent, 0)

    # -- connections

    async def _outgoing(self, name: str, target: int) -> Outgoing:
        """Return the running loop's calls; without a step of that where they are there."""
        try:
            return self._outgoing_here(name)
        except ConnectionLost:
            await self._link.until_known()
            self._link.raise_never_sent(name, target)

    def _outgoing_here(self, name: str) -> Outgoing:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise NoRunningLoop(f"{name} is awaited where no event loop of asyncio runs") from None
        last_loop, last = self._last
        if last_loop is loop and last is not None and last.connection.is_open and os.getpid() == self._link.process:
            return last
        outgoing = self._by_loop.get(loop)
        if outgoing is None or not outgoing.connection.is_open:
            outgoing = self._connect(loop, name)
        self._last = (loop, outgoing)
        return outgoing

    def _connect(self, loop: asyncio.AbstractEventLoop, name: str) -> Outgoing:
        for other in tuple(self._by_loop):
            left = self._by_loop.pop(other, None) if other.is_closed() else None  # None: another thread has it
            if left is not None:
                left.is_given_up = True
                left.connection.close()
        link = self._link
        _, sock = link.open(name)

        def receive(message: Message) -> None:
            outgoing.receive(message)

        def ended(error: Exception | None) -> None:
            if outgoing.is_given_up:
                return
            link.lost(error)
            link.when_known(loop, outgoing.end)

        outgoing = self._by_loop[loop] = Outgoing(Connection(loop, sock, link.limits, receive, ended), link.codec)
        return outgoing

    # -- the end

    def end(self) -> None:
        """End every connection, and so every wait; any thread may do so, once, when the link has ended."""
        for loop, outgoing in tuple(self._by_loop.items()):
            if not call_soon(loop, outgoing.connection.close):
                outgoing.connection.close()
        self._by_loop.clear()

    def forget(self) -> None:
        """Let go of every connection, in a process that was forked: they are the other process's, and go on there."""
        for outgoing in tuple(self._by_loop.values()):
            outgoing.connection.abandon()
        self._by_loop, self._last = {}, (None, None)
