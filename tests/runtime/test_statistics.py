"""The numbers of a synchronizer: each call is counted once, by the way it ended, and what is under way is told."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from ambidex import DeadlineExceeded, Synchronizer
from ambidex.runtime import Statistics
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from ambidex.runtime._loop._selector import FirstStep, LoopKind
    from tests.programs import Ended


async def succeed() -> int:
    """Return 1."""
    await asyncio.sleep(0)
    return 1


async def fail() -> None:
    """Raise."""
    raise ValueError


async def fail_late() -> None:
    """Raise what the library raises for a deadline that is somebody else's."""
    await asyncio.sleep(0)
    raise DeadlineExceeded("somebody", 1.0)


async def wait(begun: threading.Event | None = None) -> None:
    """Wait for good."""
    if begun is not None:
        begun.set()
    await asyncio.Event().wait()


async def numbers() -> AsyncGenerator[int, None]:
    """Yield 0, 1, 2."""
    for number in range(3):
        yield number


def cancel(synchronizer: Synchronizer) -> None:
    """Cancel a call that has begun."""
    begun = threading.Event()
    future = synchronizer.submit(wait, begun)
    assert begun.wait(HANG_S)
    future.cancel()
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(_wait_for(future))


async def _wait_for(future: object) -> None:
    await future  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]


def mix(synchronizer: Synchronizer) -> None:
    """Make 12 calls: 5 succeed, 4 fail, 2 are cancelled, 1 is late."""
    limited = synchronizer.with_options(timeout=0.01)
    for _ in range(5):
        assert synchronizer.run(succeed) == 1
    for function, error in ((fail, ValueError), (fail_late, DeadlineExceeded)) * 2:
        with pytest.raises(error):
            synchronizer.run(function)
    cancel(synchronizer)
    cancel(synchronizer)
    with pytest.raises(DeadlineExceeded):
        limited.run(wait)


def ended(found: Statistics) -> tuple[int, int, int, int]:
    """Return how calls have ended, having checked that the sum is right."""
    parts = (found.finished, found.failed, found.cancelled, found.deadline_exceeded)
    assert found.started == sum(parts) + found.in_flight
    return parts


def test_unused_synchronizer_counts_nothing(kind: str) -> None:
    """Asking starts no thread, and tells what the loop will be."""
    loop: LoopKind = "uvloop" if kind == "uvloop" else "asyncio"
    first_step: FirstStep = "caller" if kind == "first_step" else "loop"
    fresh = Synchronizer(f"unused {kind}", loop=loop, first_step=first_step)
    threads = threading.active_count()
    assert fresh.statistics() == Statistics(0, 0, 0, 0, 0, 0, 0, 0, None, None, 0, loop, first_step)
    assert threading.active_count() == threads


def test_each_end_is_counted_once(synchronizer: Synchronizer) -> None:
    """Values, failures, cancellations and deadlines, an error that only looks like one of them included."""
    mix(synchronizer)
    found = synchronizer.statistics()
    assert ended(found) == (5, 4, 2, 1)
    assert (found.started, found.in_flight) == (12, 0)


def test_eight_threads_lose_no_count(synchronizer: Synchronizer) -> None:
    """Callers that step ahead and the loop's own thread count together."""
    failures: list[BaseException] = []

    def work() -> None:
        try:
            mix(synchronizer)
            for _ in range(200):
                synchronizer.run(succeed)
        except BaseException as error:  # noqa: BLE001  shown below, on the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        ended(synchronizer.statistics())
        threads[0].join(0.01)
        threads = [thread for thread in threads if thread.is_alive()] or threads[:1]
    assert failures == []
    assert ended(synchronizer.statistics()) == (8 * 205, 8 * 4, 8 * 2, 8)


def test_call_that_never_began_is_none(synchronizer: Synchronizer) -> None:
    """What is cancelled behind a held loop was no call; what came too late to begin exceeded its deadline."""
    go, held = threading.Event(), threading.Event()

    async def hold() -> None:
        held.set()
        go.wait(HANG_S)

    first = synchronizer.submit(hold)
    assert held.wait(HANG_S)
    given_up = synchronizer.submit(succeed)
    late = synchronizer.with_options(timeout=0.0).submit(succeed)
    given_up.cancel()
    go.set()
    first.result(HANG_S)
    assert isinstance(late.exception(HANG_S), DeadlineExceeded)
    assert ended(synchronizer.statistics()) == (1, 0, 0, 1)


def test_work_under_way_is_told_with_the_oldest(synchronizer: Synchronizer) -> None:
    """The first of two calls, how old it is where it has a deadline, the tasks, and a stream until it ends."""
    begun = threading.Event()
    oldest = synchronizer.with_options(timeout=60).submit(wait, begun)
    assert begun.wait(HANG_S)
    begun.clear()
    other = synchronizer.submit(wait, begun)
    assert begun.wait(HANG_S)
    stream = synchronizer.iterate(numbers)
    assert next(stream) == 0
    found = synchronizer.statistics()
    assert (found.in_flight, found.streams, found.oldest) == (2, 1, "wait")
    assert found.tasks >= 3
    assert found.oldest_age_s is not None
    assert 0 <= found.oldest_age_s < 60
    assert list(stream) == [1, 2]
    oldest.cancel()
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(_wait_for(oldest))
    found = synchronizer.statistics()
    assert (found.in_flight, found.streams, found.oldest, found.oldest_age_s) == (1, 0, "wait", None)
    assert ended(found) == (4, 0, 1, 0)
    other.cancel()
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(_wait_for(other))


@pytest.mark.skipif(sys.platform != "linux", reason="callers take first steps on Linux alone")
def test_task_whose_first_step_was_its_last_is_not_counted() -> None:
    """Before 3.12 such a task ends in the loop's next pass, which nobody wakes the loop for."""

    async def at_once() -> int:
        return 1

    async def last(begun: threading.Event, go: asyncio.Event) -> None:
        begun.set()
        await go.wait()

    found: list[tuple[int, int]] = []

    def counted(expected: tuple[int, int]) -> tuple[int, int]:
        """Count until it is as expected: the loop's own thread may take the step, and be leaving it."""
        deadline = time.monotonic() + HANG_S
        while (count := (own.statistics().in_flight, own.statistics().tasks)) != expected:
            if time.monotonic() > deadline:
                break
            time.sleep(0)
        return count

    def call() -> None:
        begun, go = threading.Event(), own.run(make_event)
        own.run(at_once)
        found.append(counted((0, 0)))
        pending = own.submit(last, begun, go)
        assert begun.wait(HANG_S)
        own.run(at_once)
        found.append(counted((1, 1)))
        pending.cancel()

    async def make_event() -> asyncio.Event:
        return asyncio.Event()

    with Synchronizer("steps of callers", first_step="caller") as own:
        caller = threading.Thread(target=call)
        caller.start()
        caller.join()
    assert found == [(0, 0), (1, 1)]


def test_numbers_survive_a_restart_of_the_thread(synchronizer: Synchronizer) -> None:
    """Three threads in a row: one sum; what the closing cancels is counted as cancelled."""
    for _ in range(3):
        synchronizer.run(succeed)
        begun = threading.Event()
        future = synchronizer.submit(wait, begun)
        assert begun.wait(HANG_S)
        synchronizer.close()
        assert future.done()
        future.exception()
    found = synchronizer.statistics()
    assert ended(found) == (3, 0, 3, 0)
    assert (found.thread_starts, found.in_flight, found.tasks) == (3, 0, 0)


def test_held_loop_does_not_keep_the_numbers_back(synchronizer: Synchronizer) -> None:
    """They are told while the loop can do nothing."""
    go, held = threading.Event(), threading.Event()

    async def hold() -> None:
        held.set()
        go.wait(HANG_S)

    future = synchronizer.submit(hold)
    assert held.wait(HANG_S)
    found = synchronizer.statistics()
    go.set()
    future.result(HANG_S)
    assert (found.started, found.in_flight, found.oldest) == (
        1,
        1,
        "test_held_loop_does_not_keep_the_numbers_back.hold",
    )


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_fork_begins_anew_and_leaves_the_parents_numbers(run_program: Callable[..., Ended]) -> None:
    """The child counts its own calls alone."""
    ended = run_program(
        """
        import os
        from ambidex import Synchronizer

        async def one(): return 1
        s = Synchronizer("s")
        s.run(one); s.run(one)
        child = os.fork()
        if child == 0:
            before = s.statistics()
            s.run(one)
            after = s.statistics()
            ok = (before.started, before.thread_starts, after.started, after.thread_starts) == (0, 0, 1, 1)
            s.close()
            os._exit(0 if ok else 1)
        _, status = os.waitpid(child, 0)
        s.run(one)
        print(os.WEXITSTATUS(status), s.statistics().started, s.statistics().thread_starts)
        """,
        "-W",
        "ignore::DeprecationWarning",
    )
    assert (ended.code, ended.out, ended.err) == (0, "0 3 1\n", "")
