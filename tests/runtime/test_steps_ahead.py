"""Steps that are taken ahead of the task they belong to, on the loop's thread or the caller's, change nothing."""

from __future__ import annotations

import asyncio
import concurrent.futures
import gc
import threading
from typing import TYPE_CHECKING, Any

import pytest

from ambidex.runtime import runtime_of
from ambidex.runtime._loop._call import Call
from tests.limits import HANG_S
from tests.runtime.kinds import KNOWN, make_synchronizer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator

    from ambidex import Synchronizer


@pytest.fixture(params=KNOWN)
def own(request: pytest.FixtureRequest) -> Iterator[Synchronizer]:
    """Give the test a synchronizer of each kind."""
    with make_synchronizer(request.param, f"ahead {request.param}", grace_s=15) as own:
        yield own


class Held:
    """Hold the loop while a block runs, so that what is handed to it meanwhile is taken in at once."""

    def __init__(self, own: Synchronizer) -> None:
        self._own = own
        self._begun, self._release = threading.Event(), threading.Event()

    async def _hold(self) -> None:
        self._begun.set()
        self._release.wait(HANG_S)

    def __enter__(self) -> None:
        self._own.submit(self._hold)
        assert self._begun.wait(HANG_S)

    def __exit__(self, *_: object) -> None:
        self._release.set()


class Parent:
    """Work that waits for a task of its own."""

    def __init__(self) -> None:
        self.child: asyncio.Task[None] | None = None

    async def wait(self) -> None:
        """Wait for a child that never ends."""
        self.child = asyncio.ensure_future(self._never())
        await self.child

    async def items(self) -> AsyncGenerator[int, None]:
        """Wait for a child that never ends, in the first step."""
        await self.wait()
        yield 1

    async def cancel(self) -> None:
        """Cancel the task that waits, as any code on the loop may."""
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            if "Parent" in task.get_name() and task is not self.child:
                task.cancel()

    async def _never(self) -> None:
        await asyncio.Event().wait()


def in_thread(function: Callable[[], Any]) -> Any:
    """Call off the main thread, where callers may take first steps; one that hangs is an error."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(function).result(HANG_S)


@pytest.mark.parametrize("what", ["call", "stream"])
def test_cancellation_reaches_what_a_step_taken_ahead_waits_for(what: str, own: Synchronizer) -> None:
    """A task that is cancelled before it has taken a step over cancels what that step awaits, and leaves no child."""
    parent = Parent()

    def step() -> None:
        next(own.iterate(parent.items))

    own.run(asyncio.sleep, 0)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        with Held(own):
            waiting = own.submit(parent.wait) if what == "call" else pool.submit(step)
            while what == "stream" and not inbox_of(own):  # the pool's thread has to hand its step over first
                threading.Event().wait(0.001)
            own.submit(parent.cancel)
        with pytest.raises((asyncio.CancelledError, concurrent.futures.CancelledError)):
            waiting.result(HANG_S)
    assert parent.child is not None
    assert parent.child.cancelled()


def inbox_of(own: Synchronizer) -> Any:
    """Return the inbox of the loop, to see that another thread has handed something over."""
    thread = runtime_of(own.name).thread
    assert thread is not None
    return vars(thread)["_inbox"]


def test_step_that_suspends_goes_on_though_the_one_before_did_not(own: Synchronizer) -> None:
    """A stream whose first step has left nothing to do for the loop wakes it with its second."""

    async def numbers() -> AsyncGenerator[int, None]:
        yield 0
        await asyncio.sleep(0)
        yield 1

    def iterate() -> list[int]:
        return [number for _ in range(20) for number in own.iterate(numbers)]

    own.run(asyncio.sleep, 0)
    assert in_thread(iterate) == [0, 1] * 20


def test_stream_dropped_as_its_loop_closes_is_ended_by_the_closing(
    own: Synchronizer, caplog: pytest.LogCaptureFixture
) -> None:
    """A collection at the wrong moment takes no stream's task before the closing loop has ended it."""
    closed = threading.Event()

    async def numbers() -> AsyncGenerator[int, None]:
        try:
            yield 0
        finally:
            closed.set()

    class Collect:
        """Collects garbage when it is freed, on the thread that does that."""

        def __del__(self) -> None:
            gc.collect()

    async def never_begun(_: Collect) -> None:
        pytest.fail("it was offered to a closing loop")

    stream = own.iterate(numbers)
    assert next(stream) == 0
    closer = threading.Thread(target=own.close)
    with Held(own):
        thread = runtime_of(own.name).thread
        assert thread is not None
        closer.start()
        while runtime_of(own.name).thread is not None:  # it is asking the loop to close
            threading.Event().wait(0.001)
        del stream
        call = Call(never_begun, (Collect(),), {}, "never begun", None, int)
        assert thread.offer(call)
        del call
    closer.join(HANG_S)
    assert closed.is_set()
    assert caplog.messages == [], "its task was destroyed instead"
