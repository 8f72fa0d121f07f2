"""The watchdog names the line that holds a loop, once for each stall, and ends with the loop."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import Synchronizer
from ambidex.runtime import runtime_of
from ambidex.runtime._diagnosis._stack import has_gil
from tests.limits import HANG_S
from tests.runtime.kinds import make_synchronizer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.programs import Ended

# A busy machine itself holds a loop for longer than the first of them now and then.
LIMITS_S = (0.05, 0.4, 2.0)


def judge(check: Callable[[float], None]) -> None:
    """Check with one limit after the other until the machine keeps still for long enough; the last one counts."""
    for limit_s in LIMITS_S[:-1]:
        with contextlib.suppress(AssertionError):
            check(limit_s)
            return
    check(LIMITS_S[-1])


class Reports(logging.Handler):
    """Keep what the watchdog says, and let a test wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.came = threading.Semaphore(0)

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())
        self.came.release()


@pytest.fixture
def reports() -> Iterator[Reports]:
    """Give the test what the watchdog reports."""
    log, handler = logging.getLogger("ambidex.runtime._diagnosis._watchdog"), Reports()
    log.addHandler(handler)
    yield handler
    log.removeHandler(handler)


@pytest.fixture
def watch(kind: str, request: pytest.FixtureRequest) -> Iterator[Callable[[float], Synchronizer]]:
    """Give the test a function that returns a synchronizer of each kind, watched with the limit that it is given."""
    with contextlib.ExitStack() as stack:

        def make(limit_s: float) -> Synchronizer:
            own = make_synchronizer(kind, f"test {request.node.name} {limit_s}", grace_s=15, watchdog_s=limit_s)
            return stack.enter_context(own)

        yield make


def holding(reports: Reports, limit_s: float) -> Any:
    """Return a coroutine function that holds its loop until the watchdog has spoken, and a while longer."""
    reports.texts.clear()

    async def hold() -> None:
        while not reports.texts:
            time.sleep(limit_s / 10)  # noqa: ASYNC251  what the test is about
        time.sleep(limit_s * 4)  # noqa: ASYNC251  long enough for a second report of the same stall, if there were one

    return hold


def run_in_thread(function: Callable[[], object]) -> None:
    """Run a function on a thread that is not the main one, where a caller may step itself."""
    thread = threading.Thread(target=function)
    thread.start()
    thread.join(40)
    assert not thread.is_alive()


def test_stall_is_named_once_with_task_and_line(watch: Callable[[float], Synchronizer], reports: Reports) -> None:
    """The warning names the task, and its innermost line is the one that holds the loop.

    Without a GIL a thread that runs cannot be looked at: there the line is the first of the function that holds it.
    """
    if not has_gil():
        print("without a GIL: the line that holds the loop cannot be told, the function can")
    expected = "time.sleep(limit_s / 10)" if has_gil() else "async def hold()"

    def check(limit_s: float) -> None:
        watched = watch(limit_s)
        watched.run(asyncio.sleep, 0)
        hold = holding(reports, limit_s)
        run_in_thread(lambda: watched.run(hold))
        watched.run(asyncio.sleep, limit_s * 2)
        assert len(reports.texts) == 1
        first, *_, last = reports.texts[0].splitlines()
        assert f"the loop of the synchronizer {watched.name!r} is held for more than {limit_s:g} s by the task" in first
        assert first.endswith("hold', at:")
        assert last.strip().startswith(expected)

    judge(check)


def test_two_stalls_are_two_reports(watch: Callable[[float], Synchronizer], reports: Reports) -> None:
    """A loop that went on and is held again is named again."""

    def check(limit_s: float) -> None:
        watched = watch(limit_s)
        for _ in range(2):
            hold = holding(reports, limit_s)
            run_in_thread(functools.partial(watched.run, hold))
            assert len(reports.texts) == 1
            watched.run(asyncio.sleep, limit_s)

    judge(check)


def test_loop_that_is_idle_or_busy_with_short_callbacks_is_not_named(
    watch: Callable[[float], Synchronizer], reports: Reports
) -> None:
    """Waiting is not holding."""

    async def work(pause_s: float) -> None:
        for _ in range(20):
            await asyncio.sleep(pause_s)

    def check(limit_s: float) -> None:
        reports.texts.clear()
        watch(limit_s).run(work, limit_s / 10)
        assert reports.texts == []

    judge(check)


def test_watchdog_ends_with_its_loop_and_watches_the_next(reports: Reports) -> None:
    """Closing ends the watching thread, however long its limit is; the next loop is watched from its start."""
    own = Synchronizer("test watchdog ends", grace_s=0.3, watchdog_s=1000)
    name = "ambidex-test watchdog ends-watchdog"
    for _ in range(2):
        own.run(asyncio.sleep, 0)
        (thread,) = (thread for thread in threading.enumerate() if thread.name == name)
        own.close()
        thread.join(HANG_S)
        assert not thread.is_alive()
    assert runtime_of(own.name).thread is None


def test_running_loop_is_watched_from_the_moment_of_asking(kind: str, reports: Reports) -> None:
    """Whoever shares the name may ask for it while the loop runs."""

    def check(limit_s: float) -> None:
        with make_synchronizer(kind, f"test moment of asking {kind} {limit_s}") as own:
            own.run(asyncio.sleep, 0)
            Synchronizer(own.name, watchdog_s=limit_s)
            own.run(holding(reports, limit_s))
            assert len(reports.texts) == 1

    judge(check)


@pytest.mark.parametrize("limit_s", [0, -1, float("inf"), float("nan")])
def test_limit_that_is_no_duration_is_refused(limit_s: float) -> None:
    """The message says what to write."""
    with pytest.raises(ValueError, match="write a number of seconds above 0"):
        Synchronizer("test limit", watchdog_s=limit_s)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_forked_child_is_watched_anew(run_program: Callable[..., Ended]) -> None:
    """The child's loop has a watchdog of its own; the parent's is left alone, and both processes end."""

    def check(limit_s: float) -> None:
        done = run_program(f"""
            import asyncio, os, sys, threading, time, warnings
            from ambidex import Synchronizer
            warnings.simplefilter("ignore", DeprecationWarning)
            own = Synchronizer("own", grace_s=15, watchdog_s={limit_s})
            async def hold():
                time.sleep({limit_s} * 10)
            own.run(asyncio.sleep, 0)
            pid = os.fork()
            if pid == 0:
                own.run(hold)
                sys.exit(0)
            _, status = os.waitpid(pid, 0)
            assert status == 0
            own.run(asyncio.sleep, 0)
            print(sorted(thread.name for thread in threading.enumerate() if "own" in thread.name))
        """)
        assert (done.code, done.out) == (0, "['ambidex-own', 'ambidex-own-watchdog']\n"), done.err
        assert done.err.count(f"is held for more than {limit_s:g} s by the task 'hold'") == 1, done.err

    judge(check)
