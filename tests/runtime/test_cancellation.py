"""Cancellation, both ways: the work ends, its clean-up is waited for, and what refuses is named."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import logging
import threading
from typing import TYPE_CHECKING

import pytest

from ambidex import Future, Synchronizer, run_async_task
from tests.limits import HANG_S
from tests.runtime.work import Work, late_with_clean_up_begun, one

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


def test_cancelled_caller_waits_for_the_clean_up(work: Work, synchronizer: Synchronizer) -> None:
    """Cancelling the awaiting task cancels the work, and the caller goes on when its clean-up has run."""

    async def main() -> None:
        task = asyncio.ensure_future(synchronizer.aio(work.wait))
        await asyncio.get_running_loop().run_in_executor(None, work.begun.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert work.cleaned_up.is_set()
        assert task.cancelled()

    asyncio.run(main())


def test_caller_cancelled_before_the_loop_takes_the_work_ends_it_unbegun(
    work: Work, synchronizer: Synchronizer
) -> None:
    """Work that was cancelled while it waited for the loop never begins."""
    holding = Work()
    held = synchronizer.submit(holding.hold)
    assert holding.begun.wait(HANG_S)

    async def main() -> None:
        task = asyncio.ensure_future(synchronizer.aio(work.wait))
        await asyncio.sleep(0)
        task.cancel()
        asyncio.get_running_loop().call_later(0.01, holding.release.set)
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert held.result(HANG_S) is None
    assert synchronizer.run(one) == 1
    assert not work.begun.is_set()


def test_exception_of_the_clean_up_reaches_the_cancelled_caller(synchronizer: Synchronizer) -> None:
    """What the clean-up raises instead of the cancellation is raised, as in a plain await."""
    begun = threading.Event()

    async def fail() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise ValueError("from the clean-up") from None

    async def main() -> None:
        task = asyncio.ensure_future(synchronizer.aio(fail))
        await asyncio.get_running_loop().run_in_executor(None, begun.wait)
        task.cancel()
        with pytest.raises(ValueError, match="from the clean-up"):
            await task

    asyncio.run(main())


def test_value_of_work_that_takes_its_cancellation_reaches_the_cancelled_caller(synchronizer: Synchronizer) -> None:
    """As in a plain await: what was acquired meanwhile is not lost."""
    begun = threading.Event()

    async def acquire() -> str:
        begun.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return "acquired"

    async def main() -> str:
        task = asyncio.ensure_future(synchronizer.aio(acquire))
        await asyncio.get_running_loop().run_in_executor(None, begun.wait)
        task.cancel()
        return await task

    assert asyncio.run(main()) == "acquired"


def test_cancelled_future_is_done_when_the_clean_up_is(work: Work, synchronizer: Synchronizer) -> None:
    """`Future.cancel()` ends the task; the future says cancelled once the clean-up has run."""
    future = synchronizer.submit(work.wait)
    assert work.begun.wait(HANG_S)
    assert future.running()
    assert future.cancel()
    with pytest.raises(concurrent.futures.CancelledError):
        future.result(HANG_S)
    assert work.cleaned_up.is_set()
    assert future.cancelled()
    assert future.done()
    assert future.cancel(), "it is cancelled"


def test_future_cancelled_before_the_loop_takes_the_work_ends_it_unbegun(
    work: Work, synchronizer: Synchronizer
) -> None:
    """A future whose work has not begun can be cancelled, and the work never begins."""
    holding = Work()
    synchronizer.submit(holding.hold)
    assert holding.begun.wait(HANG_S)
    future = synchronizer.submit(work.wait)
    assert future.cancel()
    holding.release.set()
    with pytest.raises(concurrent.futures.CancelledError):
        future.result(HANG_S)
    assert not work.begun.is_set()


def test_cancel_of_finished_work_says_no(synchronizer: Synchronizer) -> None:
    """Nothing is left to cancel, and the result stays."""
    future = synchronizer.submit(one)
    assert future.result(HANG_S) == 1
    assert not future.cancel()
    assert not future.cancelled()
    assert future.result() == 1


def test_unawaited_coroutine_cancelled_before_it_begins_leaves_no_warning() -> None:
    """A coroutine object whose task never ran is closed, not reported as never awaited."""
    shared = Synchronizer("ambidex")
    holding = Work()
    shared.submit(holding.hold)
    assert holding.begun.wait(HANG_S)
    future = run_async_task(one(), fire_and_forget=True)
    future.cancel()
    holding.release.set()
    with pytest.raises(concurrent.futures.CancelledError):
        future.result(HANG_S)


@pytest.mark.usefixtures("short_grace")
def test_task_that_ignores_cancellation_is_reported_with_its_place(
    work: Work, synchronizer: Synchronizer, caplog: pytest.LogCaptureFixture
) -> None:
    """The caller waits for the grace period; then the refusal is logged with the line where the task stands."""

    async def main() -> None:
        task = asyncio.ensure_future(synchronizer.aio(work.refuse))
        await asyncio.get_running_loop().run_in_executor(None, work.begun.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with caplog.at_level(logging.WARNING, "ambidex"):
        asyncio.run(main())
    assert not work.cleaned_up.is_set()
    assert "Work.refuse did not end within 0.3 s of being cancelled; it stands at" in caplog.text
    assert "in refuse" in caplog.text
    work.release.set()
    assert work.cleaned_up.wait(HANG_S)


def test_second_cancellation_does_not_wait_for_the_clean_up(work: Work, synchronizer: Synchronizer) -> None:
    """A caller that is cancelled again while it waits for the clean-up goes at once."""
    Synchronizer(synchronizer.name, grace_s=3600)

    async def main() -> None:
        task = asyncio.ensure_future(synchronizer.aio(work.refuse))
        await asyncio.get_running_loop().run_in_executor(None, work.begun.wait)
        task.cancel()
        await asyncio.get_running_loop().run_in_executor(None, work.refused.wait)
        assert not task.done()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert not work.cleaned_up.is_set()
    work.release.set()


def test_cancelled_awaiter_of_a_future_cancels_the_work(work: Work, synchronizer: Synchronizer) -> None:
    """`await future` passes cancellation on, as awaiting a task does, and waits for the clean-up."""

    async def main() -> Future[None]:
        future = synchronizer.submit(work.wait)
        await asyncio.get_running_loop().run_in_executor(None, work.begun.wait)

        async def wait() -> None:
            await future

        task = asyncio.ensure_future(wait())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert work.cleaned_up.is_set()
        return future

    assert asyncio.run(main()).cancelled()


def test_cancellation_that_the_work_makes_itself_passes_unchanged(synchronizer: Synchronizer) -> None:
    """A CancelledError that the work raises is its own: nobody asked it to end."""
    error = asyncio.CancelledError("the work's own")

    async def fail() -> None:
        raise error

    with pytest.raises(asyncio.CancelledError) as raised:
        synchronizer.run(fail)
    assert raised.value is error
    with pytest.raises(asyncio.CancelledError) as raised:
        synchronizer.with_options(timeout=3600).run(fail)
    assert raised.value is error


class Cleaning:
    """Work that stops in its clean-up until the test lets it go on."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.release = threading.Event()
        self.has_ended = False

    async def wait(self) -> None:
        """Wait without end, then clean up."""
        try:
            await asyncio.Event().wait()
        finally:
            self.begun.set()
            await asyncio.get_running_loop().run_in_executor(None, self.release.wait, HANG_S)
            self.has_ended = True

    async def items(self) -> AsyncIterator[int]:
        """Do so in the first step of a stream."""
        await self.wait()
        yield 1


@pytest.mark.parametrize("road", ["aio", "stream", "future"])
def test_cancellation_during_the_clean_up_of_a_deadline_is_not_lost(road: str, synchronizer: Synchronizer) -> None:
    """The caller is cancelled, once the clean-up has run to its end; the deadline tells nobody any more."""
    cleaning = Cleaning()

    async def call(hurried: Synchronizer) -> None:
        if road == "aio":
            await hurried.aio(cleaning.wait)
        elif road == "stream":
            await hurried.aiterate(cleaning.items).__anext__()
        else:
            await hurried.submit(cleaning.wait)

    async def main() -> None:
        task = await late_with_clean_up_begun(synchronizer, call, cleaning.begun)
        task.cancel()
        done, _ = await asyncio.wait({task}, timeout=0.05)
        assert not done
        cleaning.release.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert task.cancelled()
        assert cleaning.has_ended

    asyncio.run(main())


def test_error_of_a_clean_up_after_a_deadline_reaches_the_cancelled_caller(synchronizer: Synchronizer) -> None:
    """What the clean-up itself raises says more than the cancellation."""
    cleaning = Cleaning()

    async def fail() -> None:
        try:
            await cleaning.wait()
        finally:
            raise LookupError("in the clean-up")

    async def main() -> None:
        task = await late_with_clean_up_begun(synchronizer, lambda hurried: hurried.aio(fail), cleaning.begun)
        task.cancel()
        await asyncio.sleep(0)
        cleaning.release.set()
        with pytest.raises(LookupError, match="in the clean-up"):
            await task

    asyncio.run(main())
