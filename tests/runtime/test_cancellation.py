"""Cancellation, both ways, and deadlines: the work ends, its clean-up is waited for, and what refuses is named."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import logging
import threading
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlineExceeded, Future, RuntimeClosed, Synchronizer, run_async_task
from tests.runtime.faces import HURRIED_ROADS, aio, run, submit, submit_and_await
from tests.runtime.kinds import KNOWN

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from tests.runtime.faces import Face

HANG_S = 10  # a wait that takes longer hangs


class Work:
    """Async functions that tell what happened to them."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.cleaned_up = threading.Event()
        self.release = threading.Event()

    async def wait(self) -> None:
        """Wait for good; clean up slowly."""
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.02)
            self.cleaned_up.set()

    async def refuse(self) -> str:
        """Ignore every cancellation until it is released."""
        self.begun.set()
        while not self.release.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(0.001)
        self.cleaned_up.set()
        return "released"

    async def hold(self) -> None:
        """Hold the loop's thread until it is released."""
        self.begun.set()
        self.release.wait(HANG_S)

    async def items(self) -> AsyncGenerator[int, None]:
        """Yield one item, then wait for good."""
        try:
            yield 1
            await self.wait()
        finally:
            self.cleaned_up.set()


@pytest.fixture
def work() -> Work:
    """Return work that tells what happened to it."""
    return Work()


async def one() -> int:
    """Return 1."""
    return 1


def assert_cleaned_up(work: Work) -> None:
    """Check that the clean-up has run; where the deadline came before the beginning, there was nothing to clean."""
    assert work.cleaned_up.is_set() or not work.begun.is_set()


# -- cancelling


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
        await asyncio.sleep(0.01)
        assert not task.done()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert not work.cleaned_up.is_set()
    Synchronizer(synchronizer.name, grace_s=0.3)
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


def test_asyncio_wait_for_around_an_awaited_call_is_its_own(work: Work, synchronizer: Synchronizer) -> None:
    """`asyncio.wait_for` around `.aio` cancels the work, waits for its clean-up, and raises its own TimeoutError."""

    async def main() -> None:
        with pytest.raises(asyncio.TimeoutError) as raised:
            await asyncio.wait_for(synchronizer.aio(work.wait), 0.2)
        assert not isinstance(raised.value, DeadlineExceeded)
        assert_cleaned_up(work)

    asyncio.run(main())


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


# -- deadlines


each_road = pytest.mark.parametrize("road", HURRIED_ROADS)


@each_road
def test_deadline_cancels_the_work_and_waits_for_its_clean_up(
    road: Callable[..., Any], work: Work, synchronizer: Synchronizer
) -> None:
    """When the time is up the work itself is cancelled, cleans up, and the caller gets DeadlineExceeded."""
    synchronizer.run(one)
    with pytest.raises(DeadlineExceeded, match=r"Work\.wait did not end within 0\.2 s and was cancelled") as raised:
        road(synchronizer.with_options(timeout=0.2), work.wait)
    assert_cleaned_up(work)
    assert (raised.value.call, raised.value.timeout_s) == ("Work.wait", 0.2)


@each_road
def test_deadline_of_nothing_ends_the_work_unbegun(
    road: Callable[..., Any], work: Work, synchronizer: Synchronizer
) -> None:
    """`timeout=0` is a deadline that has passed."""
    with pytest.raises(DeadlineExceeded):
        road(synchronizer.with_options(timeout=0), work.wait)
    assert not work.begun.is_set()


@each_road
@pytest.mark.parametrize("error_type", [TimeoutError, asyncio.TimeoutError, concurrent.futures.TimeoutError])
def test_timeout_that_the_work_raises_itself_passes_unchanged(
    road: Callable[..., Any], error_type: type[Exception], synchronizer: Synchronizer
) -> None:
    """The work's own TimeoutError is never mistaken for the deadline."""
    error = error_type("the work's own")

    async def fail() -> None:
        raise error

    with pytest.raises(error_type) as raised:
        road(synchronizer.with_options(timeout=3600), fail)
    assert raised.value is error


@each_road
def test_deadline_of_a_task_that_ignores_it_still_lets_the_caller_go(
    road: Callable[..., Any], work: Work, synchronizer: Synchronizer, caplog: pytest.LogCaptureFixture
) -> None:
    """After deadline and grace period the caller goes on, and the refusal is logged."""
    synchronizer.run(one)
    for timeout_s in (0.2, 1, 5):  # what a busy machine does not begin in time has nothing to refuse
        with caplog.at_level(logging.WARNING, "ambidex"), pytest.raises(DeadlineExceeded):
            road(synchronizer.with_options(timeout=timeout_s), work.refuse)
        if work.begun.is_set():
            break
    assert work.begun.is_set()
    assert "in refuse" in caplog.text
    assert not work.cleaned_up.is_set()
    work.release.set()
    assert work.cleaned_up.wait(HANG_S)


@pytest.mark.parametrize(
    ("kind", "road"),
    # With first_step="caller" it is the awaiting caller's own thread that such an implementation holds.
    [(kind, road) for kind in KNOWN for road in (run, aio) if (kind, road) != ("first_step", aio)],
)
def test_deadline_while_the_implementation_holds_the_loop_lets_the_caller_go(
    road: Callable[..., Any], work: Work, synchronizer: Synchronizer
) -> None:
    """A loop that is held cannot keep the deadline; the caller does not depend on it."""
    with pytest.raises(DeadlineExceeded):
        road(synchronizer.with_options(timeout=0.01), work.hold)
    work.release.set()
    assert synchronizer.run(one) == 1


@pytest.mark.parametrize("kind", [kind for kind in KNOWN if kind != "uvloop"])  # uvloop does not tell its timers
def test_deadline_that_is_met_changes_nothing(synchronizer: Synchronizer) -> None:
    """A call that ends in time gives its result, and leaves no timer."""
    hurried = synchronizer.with_options(timeout=3600)
    assert hurried.run(one) == 1

    async def timers() -> int:
        scheduled: list[asyncio.TimerHandle] = vars(asyncio.get_running_loop())["_scheduled"]
        return len([timer for timer in scheduled if not timer.cancelled()])

    assert synchronizer.run(timers) == 0


@pytest.mark.parametrize("timeout", [-1, -0.001, float("nan")])
def test_timeout_that_is_no_time_is_refused(timeout: float, synchronizer: Synchronizer) -> None:
    """A timeout is a number of seconds, zero or more."""
    with pytest.raises(ValueError, match="write a number of seconds"):
        synchronizer.with_options(timeout=timeout)
    with pytest.raises(ValueError, match="write a number of seconds"):
        run_async_task(one(), timeout=timeout)
    with pytest.raises(ValueError, match="write a number of seconds"):
        run_async_task(one(), timeout=timeout, fire_and_forget=True)


@pytest.mark.parametrize("timeout", [None, float("inf"), 1e300, 10])
def test_timeout_without_end_is_no_deadline(timeout: float | None, synchronizer: Synchronizer) -> None:
    """None, infinity and any number that the platform cannot wait for are accepted."""
    assert synchronizer.with_options(timeout=timeout).run(one) == 1
    assert asyncio.run(synchronizer.with_options(timeout=timeout).aio(one)) == 1
    assert run_async_task(one(), timeout=timeout) == 1


@pytest.mark.parametrize("fire_and_forget", [False, True])
def test_timeout_of_run_async_task_cancels_the_work(fire_and_forget: bool, work: Work) -> None:
    """Both modes of `run_async_task` keep the deadline."""

    def call() -> None:
        if fire_and_forget:
            run_async_task(work.wait(), timeout=0.1, fire_and_forget=True).result()
        else:
            run_async_task(work.wait(), timeout=0.1)

    with pytest.raises(DeadlineExceeded):
        call()
    assert_cleaned_up(work)


def test_timeout_of_result_limits_the_waiting_alone(work: Work, synchronizer: Synchronizer) -> None:
    """`future.result(timeout)` gives up waiting; the work goes on and its result can still be had."""
    future = synchronizer.submit(work.refuse)
    for wait in (future.result, future.exception):
        with pytest.raises(concurrent.futures.TimeoutError) as raised:
            wait(0.01)
        assert not isinstance(raised.value, DeadlineExceeded)
    with pytest.raises(concurrent.futures.TimeoutError):
        future.result(0)
    work.release.set()
    assert future.result(HANG_S) == "released"


@pytest.mark.parametrize("ends_by", ["deadline", "close"])
def test_clean_up_of_a_cancelled_future_is_not_cut_short(ends_by: str, synchronizer: Synchronizer) -> None:
    """A deadline or a close that comes while a cancelled task cleans up does not cancel it again."""
    begun, finished = threading.Event(), threading.Event()

    async def clean_up_past_the_deadline() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.25)
            finished.set()

    synchronizer.run(one)
    future = synchronizer.with_options(timeout=0.2).submit(clean_up_past_the_deadline)
    assert begun.wait(HANG_S)
    future.cancel()
    if ends_by == "close":
        synchronizer.close()
    with pytest.raises(concurrent.futures.CancelledError):
        future.result(HANG_S)
    assert finished.is_set()


def test_cancellation_that_was_swallowed_does_not_stop_the_deadline(synchronizer: Synchronizer) -> None:
    """Work that took one cancellation and went on is cancelled again by its deadline."""
    begun = threading.Event()

    async def swallow() -> None:
        begun.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()

    synchronizer.run(one)
    future = synchronizer.with_options(timeout=0.5).submit(swallow)
    assert begun.wait(HANG_S)
    future.cancel()
    with pytest.raises((concurrent.futures.CancelledError, DeadlineExceeded)):
        future.result(HANG_S)


# -- deadlines of streams


def test_deadline_of_a_stream_during_a_step_ends_it(work: Work, face: Face, synchronizer: Synchronizer) -> None:
    """The deadline covers the whole stream; its clean-up has run when the consumer goes on."""
    synchronizer.run(one)
    stream = face.with_options(timeout=0.3).iterate(work.items)
    assert next(stream) == 1
    with pytest.raises(DeadlineExceeded):
        next(stream)
    assert work.cleaned_up.is_set()
    assert list(stream) == []


def test_deadline_of_a_stream_between_two_steps_ends_it_at_the_next(work: Work, face: Face) -> None:
    """A consumer that is too slow gets DeadlineExceeded at the next step, after the generator has cleaned up."""
    stream = face.with_options(timeout=0.3).iterate(work.items)
    assert next(stream) == 1
    assert not threading.Event().wait(0.35)
    with pytest.raises(DeadlineExceeded):
        next(stream)
    assert work.cleaned_up.is_set()


def test_deadline_of_a_context_manager_inside_the_block_still_runs_its_exit(work: Work, face: Face) -> None:
    """A block that took too long is told so after the manager has cleaned up."""
    from contextlib import asynccontextmanager

    manager = face.with_options(timeout=0.3).context(asynccontextmanager(work.items))
    with pytest.raises(DeadlineExceeded), manager:
        assert not threading.Event().wait(0.35)
    assert work.cleaned_up.is_set()


def test_close_after_the_deadline_of_a_stream_is_no_error(work: Work, face: Face) -> None:
    """Closing is what the deadline would do."""
    stream = face.with_options(timeout=0.3).iterate(work.items)
    assert next(stream) == 1
    assert not threading.Event().wait(0.35)
    stream.close()
    assert work.cleaned_up.is_set()


# -- closing


@pytest.mark.parametrize("road", [run, aio, submit, submit_and_await])
def test_close_ends_the_work_of_every_caller(road: Callable[..., Any], work: Work, synchronizer: Synchronizer) -> None:
    """Closing a synchronizer cancels what runs, waits for its clean-up, and tells each caller."""

    def close() -> None:
        work.begun.wait(HANG_S)
        synchronizer.close()

    closer = threading.Thread(target=close)
    closer.start()
    with pytest.raises(RuntimeClosed, match=r"Work\.wait was cancelled because the synchronizer .* was closed"):
        road(synchronizer, work.wait)
    assert work.cleaned_up.is_set()
    closer.join(HANG_S)
    assert synchronizer.run(one) == 1
