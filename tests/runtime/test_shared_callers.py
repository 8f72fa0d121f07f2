"""One stream that hands callables over, iterated by several threads at once, or by what it calls."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlockError
from ambidex.runtime import BlockingStream, Callback, Caller, StreamCall, runtime_of
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from ambidex import Synchronizer

READERS = 3


def open_stream(
    synchronizer: Synchronizer, function: Callable[..., AsyncIterator[Any]], work: Callable[[], Any]
) -> BlockingStream[Any, None]:
    """Return a stream to which `work` is handed over, as the bridge does it."""
    runtime = runtime_of(synchronizer.name)
    caller = Caller(runtime, None)
    callback = Callback(work)
    callback.hand_over(caller)
    return BlockingStream(StreamCall(runtime, function, (callback,), {}, "items", "async for", caller=caller))


def read_at_once(stream: BlockingStream[Any, None]) -> tuple[set[int], list[Any]]:
    """Let several threads iterate it to its end; return those that came there, and what they have got together."""
    ended: set[int] = set()
    taken: list[Any] = []
    all_there = threading.Barrier(READERS)  # else one may have ended, and the next have its ident

    def read() -> None:
        all_there.wait(HANG_S)
        taken.extend(stream)
        ended.add(threading.get_ident())

    threads = [threading.Thread(target=read, daemon=True) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + HANG_S
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return ended, taken


def wait_for_all(synchronizer: Synchronizer) -> None:
    """Hold this thread until each reader has a step under way, or behind that."""
    deadline = time.monotonic() + HANG_S
    while synchronizer.statistics().in_flight < READERS:
        assert time.monotonic() < deadline
        time.sleep(0)


def test_threads_that_share_a_stream_run_its_callables_and_all_come_to_the_end(synchronizer: Synchronizer) -> None:
    """Each step wakes the thread that waits for it, and no callable goes to the pool while one of them waits."""
    stop = 20

    async def items(callback: Callback) -> AsyncIterator[int]:
        for _ in range(stop):
            yield await callback.run((), {})

    numbers = iter(range(stop))

    def work() -> int:
        if next(numbers) < stop - READERS:  # the others wait meanwhile, each for its own step
            wait_for_all(synchronizer)
        return threading.get_ident()

    ended, ran = read_at_once(open_stream(synchronizer, items, work))
    assert len(ended) == READERS
    assert len(ran) == stop
    assert set(ran) <= ended


def test_threads_that_share_a_stream_are_woken_by_steps_without_callables(synchronizer: Synchronizer) -> None:
    """What is handed over need not be called in each step."""
    stop = 200

    async def items(callback: Callback) -> AsyncIterator[int]:
        for number in range(stop):
            await (asyncio.sleep(0) if number % 10 else callback.run((), {}))
            yield number

    ended, taken = read_at_once(open_stream(synchronizer, items, threading.get_ident))
    assert len(ended) == READERS
    assert sorted(taken) == list(range(stop))


@pytest.mark.parametrize("way", ["next", "send", "throw", "within a call of the callable's"])
def test_callable_that_its_own_stream_waits_for_gets_no_item(way: str, synchronizer: Synchronizer) -> None:
    """It is told so, and the stream goes on."""

    async def items(callback: Callback) -> AsyncIterator[Any]:
        yield await callback.run((), {})
        yield "last"

    def call(work: Callable[[], Any]) -> Any:
        caller = Caller(runtime_of(synchronizer.name), None)
        callback = Callback(work)
        with contextlib.closing(caller), caller:
            callback.hand_over(caller)
            return caller.run(callback.run, ((), {}), {}, "call", "await call", None, False)

    def ask() -> Any:
        if way == "within a call of the callable's":
            return call(lambda: next(stream))
        return {
            "next": lambda: next(stream),
            "send": lambda: stream.send(None),
            "throw": lambda: stream.throw(KeyError),
        }[way]()

    def work() -> str:
        with pytest.raises(DeadlockError, match="items is asked for its next item by a callback that one of its own"):
            ask()
        return "first"

    stream = open_stream(synchronizer, items, work)
    assert list(stream) == ["first", "last"]


def test_callable_that_outlives_its_step_gets_the_next_item(synchronizer: Synchronizer) -> None:
    """The step has ended, though its thread does not know of that before the callable returns."""
    taken: list[Any] = []

    async def items(callback: Callback) -> AsyncIterator[int]:
        task = asyncio.ensure_future(callback.run((), {}))
        await begun.wait()
        yield 1
        yield 2
        await task

    def work() -> None:
        asyncio.run_coroutine_threadsafe(set_begun(), loop).result(HANG_S)
        deadline = time.monotonic() + HANG_S
        while synchronizer.statistics().in_flight:
            assert time.monotonic() < deadline
            time.sleep(0)
        taken.append(next(stream))

    async def set_begun() -> None:
        begun.set()

    async def open_event() -> tuple[asyncio.AbstractEventLoop, asyncio.Event]:
        return asyncio.get_running_loop(), asyncio.Event()

    loop, begun = synchronizer.run(open_event)
    stream = open_stream(synchronizer, items, work)
    assert [next(stream), *taken] == [1, 2]
    assert list(stream) == []
