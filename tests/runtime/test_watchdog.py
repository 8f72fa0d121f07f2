"""The watchdog names the line that holds a loop, once for each stall, and ends with the loop."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import Synchronizer
from ambidex.runtime import runtime_of
from ambidex.runtime._diagnosis._stack import has_gil

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Literal

    from tests.programs import Ended

LIMIT_S = 0.05


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


@pytest.fixture(params=["asyncio", "caller", "uvloop"])
def watched(request: pytest.FixtureRequest) -> Iterator[Synchronizer]:
    """Give the test a synchronizer that is watched: asyncio's loop, also with callers that step, or uvloop."""
    if request.param == "uvloop":
        pytest.importorskip("uvloop", reason="uvloop is not installed", exc_type=ImportError)
    kind: Literal["asyncio", "uvloop"] = "uvloop" if request.param == "uvloop" else "asyncio"
    step: Literal["loop", "caller"] = "caller" if request.param == "caller" else "loop"
    name = f"test {request.node.name}"
    with Synchronizer(name, grace_s=0.3, loop=kind, first_step=step, watchdog_s=LIMIT_S) as own:
        yield own


def holding(reports: Reports) -> Any:
    """Return a coroutine function that holds its loop until the watchdog has spoken, and a while longer."""

    async def hold() -> None:
        while not reports.texts:
            time.sleep(LIMIT_S / 10)  # noqa: ASYNC251  what the test is about
        time.sleep(LIMIT_S * 4)  # noqa: ASYNC251  long enough for a second report of the same stall, if there were one

    return hold


def run_in_thread(function: Callable[[], object]) -> None:
    """Run a function on a thread that is not the main one, where a caller may step itself."""
    thread = threading.Thread(target=function)
    thread.start()
    thread.join(15)
    assert not thread.is_alive()


def test_stall_is_named_once_with_task_and_line(watched: Synchronizer, reports: Reports) -> None:
    """The warning names the task, and its innermost line is the one that holds the loop.

    Without a GIL a thread that runs cannot be looked at: there the line is the first of the function that holds it.
    """
    watched.run(asyncio.sleep, 0)
    run_in_thread(lambda: watched.run(holding(reports)))
    watched.run(asyncio.sleep, LIMIT_S * 2)
    (text,) = reports.texts
    assert f"the loop of the synchronizer {watched.name!r} is held for more than 0.05 s by the task" in text
    assert "hold" in text.splitlines()[0]
    if not has_gil():
        print("without a GIL: the line that holds the loop cannot be told, the function can")
    expected = "time.sleep(LIMIT_S / 10)" if has_gil() else "async def hold()"
    assert text.splitlines()[-1].strip().startswith(expected)


def test_two_stalls_are_two_reports(watched: Synchronizer, reports: Reports) -> None:
    """A loop that went on and is held again is named again."""
    for _ in range(2):
        reports.texts.clear()
        run_in_thread(lambda: watched.run(holding(reports)))
        assert len(reports.texts) == 1
        watched.run(asyncio.sleep, LIMIT_S)


def test_loop_that_is_idle_or_busy_with_short_callbacks_is_not_named(watched: Synchronizer, reports: Reports) -> None:
    """Waiting is not holding."""

    async def work() -> None:
        for _ in range(20):
            await asyncio.sleep(LIMIT_S / 10)

    watched.run(work)
    assert reports.texts == []


def test_watchdog_ends_with_its_loop_and_watches_the_next(reports: Reports) -> None:
    """Closing ends the watching thread, however long its limit is; the next loop is watched from its start."""
    own = Synchronizer("test watchdog ends", grace_s=0.3, watchdog_s=1000)
    name = "ambidex-test watchdog ends-watchdog"
    for _ in range(2):
        own.run(asyncio.sleep, 0)
        (thread,) = (thread for thread in threading.enumerate() if thread.name == name)
        own.close()
        thread.join(10)
        assert not thread.is_alive()
    assert runtime_of(own.name).thread is None


def test_running_loop_is_watched_from_the_moment_of_asking(synchronizer: Synchronizer, reports: Reports) -> None:
    """Whoever shares the name may ask for it while the loop runs."""
    synchronizer.run(asyncio.sleep, 0)
    Synchronizer(synchronizer.name, watchdog_s=LIMIT_S)
    synchronizer.run(holding(reports))
    assert len(reports.texts) == 1


@pytest.mark.parametrize("limit_s", [0, -1, float("inf"), float("nan")])
def test_limit_that_is_no_duration_is_refused(limit_s: float) -> None:
    """The message says what to write."""
    with pytest.raises(ValueError, match="write a number of seconds above 0"):
        Synchronizer("test limit", watchdog_s=limit_s)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_forked_child_is_watched_anew(run_program: Callable[..., Ended]) -> None:
    """The child's loop has a watchdog of its own; the parent's is left alone, and both processes end."""
    done = run_program("""
        import os, sys, threading, time, warnings
        from ambidex import Synchronizer
        warnings.simplefilter("ignore", DeprecationWarning)
        own = Synchronizer("own", grace_s=0.3, watchdog_s=0.05)
        async def hold(seconds):
            time.sleep(seconds)
        own.run(hold, 0)
        pid = os.fork()
        if pid == 0:
            own.run(hold, 0.5)
            sys.exit(0)
        _, status = os.waitpid(pid, 0)
        assert status == 0
        own.run(hold, 0)
        print(sorted(thread.name for thread in threading.enumerate() if "own" in thread.name))
    """)
    assert (done.code, done.out) == (0, "['ambidex-own', 'ambidex-own-watchdog']\n"), done.err
    assert done.err.count("is held for more than 0.05 s by the task 'hold'") == 1
