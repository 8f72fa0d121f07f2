"""Deadlines of calls, streams and context managers: the work is cancelled, and the caller goes on once it has ended."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import logging
import threading
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlineExceeded, Synchronizer, run_async_task
from tests.limits import HANG_S
from tests.runtime.faces import HURRIED_ROADS, aio, run
from tests.runtime.kinds import KNOWN
from tests.runtime.work import DEADLINES_S, begin, one

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from tests.runtime.faces import Face
    from tests.runtime.work import Work

each_road = pytest.mark.parametrize("road", HURRIED_ROADS)


def wait_for_any(*conditions: Callable[[], bool]) -> None:
    """Wait until one of them holds."""
    hangs_at = time.monotonic() + HANG_S
    while not any(holds() for holds in conditions):
        assert time.monotonic() < hangs_at
        time.sleep(0.001)


def assert_cleaned_up(work: Work) -> None:
    """Check that the clean-up has run; where the deadline came before the beginning, there was nothing to clean."""
    assert work.cleaned_up.is_set() or not work.begun.is_set()


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
@pytest.mark.usefixtures("short_grace")
def test_deadline_of_a_task_that_ignores_it_still_lets_the_caller_go(
    road: Callable[..., Any], work: Work, synchronizer: Synchronizer, caplog: pytest.LogCaptureFixture
) -> None:
    """After deadline and grace period the caller goes on, and the refusal is logged."""
    synchronizer.run(one)
    for timeout_s in DEADLINES_S:
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
@pytest.mark.usefixtures("short_grace")
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


def test_asyncio_wait_for_around_an_awaited_call_is_its_own(work: Work, synchronizer: Synchronizer) -> None:
    """`asyncio.wait_for` around `.aio` cancels the work, waits for its clean-up, and raises its own TimeoutError."""

    async def main() -> None:
        with pytest.raises(asyncio.TimeoutError) as raised:
            await asyncio.wait_for(synchronizer.aio(work.wait), 0.2)
        assert not isinstance(raised.value, DeadlineExceeded)
        assert_cleaned_up(work)

    asyncio.run(main())


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
    begun, cancelled, finished = threading.Event(), threading.Event(), threading.Event()

    async def clean_up_past(deadline: float) -> None:
        finished.clear()
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            if time.monotonic() < deadline:  # it is not the deadline that cancels
                cancelled.set()
            await asyncio.sleep(max(0.0, deadline - time.monotonic()) + 0.05)
            finished.set()

    for timeout_s in DEADLINES_S:
        begun.clear()
        deadline = time.monotonic() + timeout_s
        future = synchronizer.with_options(timeout=timeout_s).submit(clean_up_past, deadline)
        wait_for_any(begun.is_set, future.done)
        future.cancel()
        if ends_by == "close":
            synchronizer.close()
        with pytest.raises((concurrent.futures.CancelledError, DeadlineExceeded)) as raised:
            future.result(HANG_S)
        if cancelled.is_set():
            assert not isinstance(raised.value, DeadlineExceeded)
            break
    assert cancelled.is_set()
    assert finished.is_set()


@pytest.mark.usefixtures("short_grace")
def test_cancellation_that_was_swallowed_does_not_stop_the_deadline(synchronizer: Synchronizer) -> None:
    """Work that took one cancellation and went on is cancelled again by its deadline."""
    begun, swallowed = threading.Event(), threading.Event()

    async def swallow() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            begun.set()
            await asyncio.Event().wait()
        swallowed.set()
        await asyncio.Event().wait()

    for timeout_s in DEADLINES_S:
        begun.clear()
        future = synchronizer.with_options(timeout=timeout_s).submit(swallow)
        wait_for_any(begun.is_set, future.done)
        future.cancel()
        with pytest.raises((concurrent.futures.CancelledError, DeadlineExceeded)):
            future.result(HANG_S)
        if swallowed.is_set():
            break
    assert swallowed.is_set()


# -- of streams and context managers


def wait_until(moment: float) -> None:
    """Wait for a moment of the monotonic clock."""
    threading.Event().wait(max(0.0, moment - time.monotonic()))


def test_deadline_of_a_stream_during_a_step_ends_it(work: Work, face: Face) -> None:
    """The deadline covers the whole stream; its clean-up has run when the consumer goes on."""
    stream, _ = begin(face, work.items)
    with pytest.raises(DeadlineExceeded):
        next(stream)
    assert work.cleaned_up.is_set()
    assert list(stream) == []


def test_deadline_of_a_stream_between_two_steps_ends_it_at_the_next(work: Work, face: Face) -> None:
    """A consumer that is too slow gets DeadlineExceeded at the next step, after the generator has cleaned up."""
    stream, deadline = begin(face, work.items)
    wait_until(deadline + 0.05)
    with pytest.raises(DeadlineExceeded):
        next(stream)
    assert work.cleaned_up.is_set()


def test_deadline_of_a_context_manager_inside_the_block_still_runs_its_exit(work: Work, face: Face) -> None:
    """A block that took too long is told so after the manager has cleaned up."""
    entered = threading.Event()

    def enter_and_wait(moment: float) -> None:
        entered.set()
        wait_until(moment)

    for timeout_s in DEADLINES_S:
        manager = face.with_options(timeout=timeout_s).context(asynccontextmanager(work.items))
        with pytest.raises(DeadlineExceeded), manager:
            enter_and_wait(time.monotonic() + timeout_s + 0.05)
        if entered.is_set():
            break
    assert entered.is_set()
    assert work.cleaned_up.is_set()


def test_close_after_the_deadline_of_a_stream_is_no_error(work: Work, face: Face) -> None:
    """Closing is what the deadline would do."""
    stream, deadline = begin(face, work.items)
    wait_until(deadline + 0.05)
    stream.close()
    assert work.cleaned_up.is_set()


@pytest.mark.parametrize("after_s", [-0.05, 0.05])
def test_clean_up_of_a_stream_that_is_closed_is_not_cut_short_by_the_deadline(after_s: float, face: Face) -> None:
    """Whether the deadline passes during the close or before it, what the clean-up awaits is awaited to its end."""
    log: list[str] = []

    async def items() -> AsyncGenerator[int, None]:
        log.clear()  # of one that came too late
        try:
            yield 1
        finally:
            try:
                await asyncio.sleep(0.1)
                log.append("cleaned up")
            except asyncio.CancelledError:
                log.append("cut short")
                raise

    stream, deadline = begin(face, items)
    wait_until(deadline + after_s)
    stream.close()
    assert log == ["cleaned up"]
