"""What is measured: this library, its peers from the package index, and the floor that none of them can pass.

The floor of a blocking call is two threads that hand a lock back and forth: the least that changing threads costs. The
floor of an awaited call is the plain await, without any change of threads.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from _thread import allocate_lock
from typing import TYPE_CHECKING

import _measured
import measured
from anyio.from_thread import start_blocking_portal
from asgiref.sync import async_to_sync
from synchronicity import Synchronizer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterable, Iterator
    from typing import Any

    from measure import Operation

FLOOR = "two threads and a lock"
PLAIN_AWAIT = "plain await, no thread"
STDLIB = "asyncio.run_coroutine_threadsafe"


class Sections:
    """The operations of each section, by candidate."""

    def __init__(
        self, blocking: dict[str, Operation], awaited: dict[str, Operation], streamed: dict[str, Operation]
    ) -> None:
        self.blocking = blocking
        self.awaited = awaited
        self.streamed = streamed


@contextlib.contextmanager
def open_sections() -> Generator[Sections]:
    """Start every candidate's threads and loops, and end them afterwards."""
    with contextlib.ExitStack() as stack:
        loop = stack.enter_context(_loop_in_thread())
        portal = stack.enter_context(start_blocking_portal())
        caller = stack.enter_context(contextlib.closing(asyncio.new_event_loop()))
        ping_pong = stack.enter_context(_ping_pong())
        peer: Any = Synchronizer()  # the peer does not type what it makes
        peer_echo, peer_count = peer.create_blocking(_measured.echo), peer.create_blocking(_measured.count)
        asgiref_echo = async_to_sync(_measured.echo)

        def await_each(function: Callable[[int], Awaitable[object]]) -> Operation:
            async def run(n: int) -> None:
                for _ in range(n):
                    await function(1)

            return lambda n: caller.run_until_complete(run(n))

        def stdlib(value: int) -> int:
            return asyncio.run_coroutine_threadsafe(_measured.echo(value), loop).result()

        async def stdlib_awaited(value: int) -> int:
            return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_measured.echo(value), loop))

        def stdlib_stream(stop: int) -> Iterator[int]:
            items = _measured.count(stop)

            async def step() -> int | None:
                return await _next_or_none(items)

            while (item := asyncio.run_coroutine_threadsafe(step(), loop).result()) is not None:
                yield item

        def portal_stream(stop: int) -> Iterator[int]:
            items = _measured.count(stop)
            while (item := portal.call(_next_or_none, items)) is not None:
                yield item

        def portal_echo(value: int) -> int:
            return portal.call(_measured.echo, value)

        yield Sections(
            blocking={
                FLOOR: ping_pong,
                "ambidex": _each(measured.echo),
                STDLIB: _each(stdlib),
                "synchronicity": _each(peer_echo),
                "anyio blocking portal": _each(portal_echo),
                "asgiref async_to_sync": _each(asgiref_echo),
            },
            awaited={
                "wrap_future(run_coroutine_threadsafe)": await_each(stdlib_awaited),
                "ambidex": await_each(measured.echo.aio),
                "synchronicity": await_each(peer_echo.aio),
                PLAIN_AWAIT: await_each(_measured.echo),
            },
            streamed={
                FLOOR: ping_pong,
                "ambidex": _consume(measured.count),
                STDLIB: _consume(stdlib_stream),
                "synchronicity": _consume(peer_count),
                "anyio blocking portal": _consume(portal_stream),
            },
        )


def _each(function: Callable[[int], object]) -> Operation:
    def run(n: int) -> None:
        for _ in range(n):
            function(1)

    return run


def _consume(stream: Callable[[int], Iterable[object]]) -> Operation:
    def run(n: int) -> None:
        for _ in stream(n):
            pass

    return run


async def _next_or_none(items: AsyncIterator[int]) -> int | None:
    try:
        return await items.__anext__()
    except StopAsyncIteration:
        return None


@contextlib.contextmanager
def _loop_in_thread() -> Generator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@contextlib.contextmanager
def _ping_pong() -> Generator[Operation]:
    there, back = allocate_lock(), allocate_lock()
    there.acquire()
    back.acquire()
    is_over = False

    def answer() -> None:
        while True:
            there.acquire()
            if is_over:
                return
            back.release()

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()

    def run(n: int) -> None:
        for _ in range(n):
            there.release()
            back.acquire()

    yield run
    is_over = True
    there.release()
    thread.join()
