"""A task that ignores its cancellation is named, with the line where it stands, on each road that gives it up.

The roads of an interrupt and of the interpreter's end need a process of their own: `test_interrupts` and
`test_exit_reports`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlineExceeded, RuntimeClosed, Synchronizer
from tests.limits import HANG_S
from tests.runtime.reports import heard
from tests.runtime.work import DEADLINES_S

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Generator

pytestmark = pytest.mark.usefixtures("short_grace")


class Work:
    """What refuses to end until the test lets it."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.ended = threading.Event()
        self.event: asyncio.Event
        self.loop: asyncio.AbstractEventLoop

    async def refuse(self) -> None:
        """Ignore every cancellation."""
        self.event, self.loop = asyncio.Event(), asyncio.get_running_loop()
        self.begun.set()
        while not self.event.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await self.event.wait()
        self.ended.set()

    async def refuse_in_stream(self) -> AsyncGenerator[int, None]:
        """Ignore every cancellation, in a step."""
        await self.refuse()
        yield 1

    def release(self) -> None:
        """Let it end, and wait for that."""
        self.loop.call_soon_threadsafe(self.event.set)
        assert self.ended.wait(HANG_S)


def cancel_when_begun(work: Work, waiting: Callable[[], Awaitable[Any]]) -> None:
    """Wait on a loop of our own, and cancel the wait when the work has begun."""

    async def main() -> None:
        task = asyncio.ensure_future(waiting())
        await asyncio.sleep(0)  # it waits now: what is cancelled before its first step waits for nothing
        await asyncio.get_running_loop().run_in_executor(None, work.begun.wait, HANG_S)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())


def cancelled_await(synchronizer: Synchronizer, work: Work) -> None:
    """Cancel what awaits the call."""
    cancel_when_begun(work, lambda: synchronizer.aio(work.refuse))


def cancelled_await_of_a_future(synchronizer: Synchronizer, work: Work) -> None:
    """Cancel what awaits the call's future."""
    future = synchronizer.submit(work.refuse)

    async def wait() -> None:
        await future

    cancel_when_begun(work, wait)


def cancelled_step(synchronizer: Synchronizer, work: Work) -> None:
    """Cancel what awaits a step of a stream."""
    stream = synchronizer.aiterate(work.refuse_in_stream)
    cancel_when_begun(work, stream.__anext__)


def cancelled_future(synchronizer: Synchronizer, work: Work) -> None:
    """Cancel a future that nobody waits for."""
    future = synchronizer.submit(work.refuse)
    assert work.begun.wait(HANG_S)
    assert future.cancel()


def exceed(synchronizer: Synchronizer, work: Work, call: Callable[[Synchronizer], object]) -> None:
    """Exceed the deadline of a call once it has begun."""
    for timeout_s in DEADLINES_S:
        with pytest.raises(DeadlineExceeded):
            call(synchronizer.with_options(timeout=timeout_s))
        if work.begun.is_set():
            return
    pytest.fail("the work has never begun")


def blocking_deadline(synchronizer: Synchronizer, work: Work) -> None:
    """Exceed the deadline of a blocking call."""
    exceed(synchronizer, work, lambda hurried: hurried.run(work.refuse))


def awaited_deadline(synchronizer: Synchronizer, work: Work) -> None:
    """Exceed the deadline of an awaited call."""
    exceed(synchronizer, work, lambda hurried: asyncio.run(hurried.aio(work.refuse)))


def submitted_deadline(synchronizer: Synchronizer, work: Work) -> None:
    """Exceed the deadline of a call that nobody waits for until then."""
    exceed(synchronizer, work, lambda hurried: hurried.submit(work.refuse).result(HANG_S))


def deadline_of_a_step(synchronizer: Synchronizer, work: Work) -> None:
    """Exceed the deadline of a stream in its first step."""
    exceed(synchronizer, work, lambda hurried: next(hurried.iterate(work.refuse_in_stream)))


@pytest.mark.parametrize(
    "give_up",
    [
        cancelled_await,
        cancelled_await_of_a_future,
        cancelled_step,
        cancelled_future,
        blocking_deadline,
        awaited_deadline,
        submitted_deadline,
        deadline_of_a_step,
    ],
    ids=lambda road: road.__name__,
)
def test_refusal_is_named_with_its_stack(
    give_up: Callable[[Synchronizer, Work], None], synchronizer: Synchronizer, caplog: pytest.LogCaptureFixture
) -> None:
    """After the grace period, once: the name of the call, and the line of the work's own code."""
    work = Work()
    with heard(caplog) as report:
        give_up(synchronizer, work)
        assert report.wait(HANG_S)
        synchronizer.run(asyncio.sleep, 0)  # what else the loop had to say, it has said
    (message,) = [line for line in caplog.messages if "did not end within 0.3 s of being cancelled" in line]
    assert message.startswith("Work.refuse")
    assert "in refuse" in message
    assert "await self.event.wait()" in message
    work.release()


@pytest.mark.parametrize("give_up", [cancelled_step, deadline_of_a_step], ids=lambda road: road.__name__)
def test_step_that_refuses_is_not_named_again_by_the_close_that_follows_it(
    give_up: Callable[[Synchronizer, Work], None], synchronizer: Synchronizer, caplog: pytest.LogCaptureFixture
) -> None:
    """A stream whose step was given up is closed; that waits for the same step."""
    work = Work()
    with caplog.at_level(logging.WARNING, "ambidex"):
        give_up(synchronizer, work)
        synchronizer.run(asyncio.sleep, 0.6)  # the close, which has begun before, has its grace period on the same loop
    (message,) = [line for line in caplog.messages if "did not end within" in line]
    assert "of being cancelled" in message
    work.release()


def closed(stream: Generator[int, None, None]) -> None:
    """Close a stream that blocks."""
    stream.close()


def collected(stream: Generator[int, None, None]) -> None:
    """Drop a stream."""
    del stream


@pytest.mark.parametrize("timeout_s", [None, 60])
@pytest.mark.parametrize("read_ahead", [None, 4])
@pytest.mark.parametrize("end", [closed, collected], ids=lambda road: road.__name__)
def test_a_clean_up_of_a_stream_that_does_not_end_is_named(
    end: Callable[[Generator[int, None, None]], None],
    read_ahead: int | None,
    timeout_s: float | None,
    synchronizer: Synchronizer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Who closes a stream waits for the grace period, whatever its deadline, and goes on."""
    work = Work()

    async def items() -> AsyncGenerator[int, None]:
        try:
            yield 1
        finally:
            await work.refuse()

    streams = [synchronizer.with_options(read_ahead=read_ahead, timeout=timeout_s).iterate(items)]
    assert next(streams[0]) == 1
    with heard(caplog) as report:
        end(streams.pop())
        assert report.wait(HANG_S)
        synchronizer.run(asyncio.sleep, 0)
    (message,) = [line for line in caplog.messages if "did not end within 0.3 s of being closed" in line]
    assert "items" in message.partition(" ")[0]
    assert "await self.event.wait()" in message
    work.release()


def test_aclose_waits_for_the_grace_period(synchronizer: Synchronizer, caplog: pytest.LogCaptureFixture) -> None:
    """And then goes on: the clean-up is named."""
    work = Work()

    async def items() -> AsyncGenerator[int, None]:
        try:
            yield 1
        finally:
            await work.refuse()

    async def main() -> None:
        stream = synchronizer.aiterate(items)
        assert await stream.__anext__() == 1
        await asyncio.wait_for(stream.aclose(), HANG_S)
        with pytest.raises(StopAsyncIteration):
            await stream.__anext__()

    asyncio.run(main())
    (message,) = [line for line in caplog.messages if "did not end within 0.3 s of being closed" in line]
    assert "await self.event.wait()" in message
    work.release()


def test_grace_counts_for_a_loop_that_runs(synchronizer: Synchronizer, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever names the loop again may change it for everybody."""
    synchronizer.run(asyncio.sleep, 0)
    Synchronizer(synchronizer.name, grace_s=0.2)
    work = Work()
    blocking_deadline(synchronizer, work)
    assert any("did not end within 0.2 s of being cancelled" in line for line in caplog.messages)
    work.release()


def test_refusal_to_be_closed_is_named_with_its_stack(
    synchronizer: Synchronizer, caplog: pytest.LogCaptureFixture
) -> None:
    """The loop ends without it: the name, the synchronizer, and the line of the work's own code."""
    work = Work()
    future = synchronizer.submit(work.refuse)
    assert work.begun.wait(HANG_S)
    with caplog.at_level(logging.WARNING, "ambidex"):
        synchronizer.close()
    (message,) = [line for line in caplog.messages if "did not end within 0.3 s of closing the synchronizer" in line]
    assert message.startswith("Work.refuse")
    assert repr(synchronizer.name) in message
    assert "await self.event.wait()" in message
    with pytest.raises(RuntimeClosed):
        future.result(HANG_S)
