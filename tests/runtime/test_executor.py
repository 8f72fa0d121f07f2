"""The loop's default executor: what its jobs are called and leave, and how its end is waited for."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import functools
import gc
import logging
import os
import threading
import traceback
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import Synchronizer
from tests.limits import HANG_S
from tests.runtime.work import late_with_clean_up_begun

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from tests.programs import Ended


async def run_job(job: Callable[[], Any]) -> Any:
    """Run a job in the default executor of the loop that this runs on."""
    return await asyncio.get_running_loop().run_in_executor(None, job)


@contextlib.contextmanager
def ending(synchronizer: Synchronizer, go_on: threading.Event) -> Generator[None, None, None]:
    """Let the jobs go on in the end, and wait for the threads that run them."""
    try:
        yield
    finally:
        left = threads_of(synchronizer)
        go_on.set()
        for thread in left:
            thread.join(HANG_S)


def threads_of(synchronizer: Synchronizer) -> list[threading.Thread]:
    """Return the threads of its executor."""
    return [thread for thread in threading.enumerate() if f"{synchronizer.name}-executor" in thread.name]


@pytest.mark.parametrize("before", ["no job", "a job"])
def test_close_without_grace_says_nothing_where_nothing_runs(
    before: str, synchronizer: Synchronizer, caplog: pytest.LogCaptureFixture
) -> None:
    """A thread that only has to end is waited for all the same, and is no news."""
    Synchronizer(synchronizer.name, grace_s=0)
    synchronizer.run(run_job, int) if before == "a job" else synchronizer.run(asyncio.sleep, 0)
    with caplog.at_level(logging.WARNING, "ambidex"):
        synchronizer.close()
    assert caplog.messages == []
    for thread in threads_of(synchronizer):  # it has said so, and returns
        thread.join(HANG_S)
        assert not thread.is_alive()


def left_behind(synchronizer: Synchronizer) -> str:
    """Return what a report of the closing synchronizer begins with."""
    return f"the synchronizer {synchronizer.name!r} closed without waiting longer for"


class Nameless:
    """A callable that fails when it is asked for a name, as proxies do that load what they stand for."""

    def __init__(self, job: Callable[[], Any]) -> None:
        self._job = job

    def __call__(self) -> Any:
        """Do the job."""
        return self._job()

    def __repr__(self) -> str:
        raise LookupError("no name")

    def __getattr__(self, name: str) -> Any:
        if name == "__qualname__":
            raise LookupError("no name")
        raise AttributeError(name)


class Answering(Nameless):
    """A callable that answers to every name, with what is no text."""

    def __getattr__(self, name: str) -> Any:
        return Nameless(int)


def partial(job: Callable[[], Any]) -> Callable[[], Any]:
    """Wrap a job that has a name."""
    return functools.partial(job)


def partial_of_nameless(job: Callable[[], Any]) -> Callable[[], Any]:
    """Wrap one that has none."""
    return functools.partial(Nameless(job))


@pytest.mark.parametrize(
    ("wrap", "name"),
    [
        (Nameless, "a Nameless"),
        (Answering, "a Answering"),
        (partial, "Event.wait"),
        (partial_of_nameless, "a partial"),
    ],
)
@pytest.mark.usefixtures("short_grace")
def test_job_of_any_kind_is_run_and_named(
    wrap: Callable[[Any], Callable[[], Any]], name: str, synchronizer: Synchronizer, caplog: pytest.LogCaptureFixture
) -> None:
    """What a job answers when it is asked for a name is its own affair: it costs no caller the result."""
    assert synchronizer.run(run_job, wrap(int)) == 0
    begun, go_on = threading.Event(), threading.Event()

    async def work() -> None:
        loop = asyncio.get_running_loop()
        loop.run_in_executor(None, wrap(go_on.wait))
        loop.run_in_executor(None, begun.set)

    synchronizer.run(work)
    assert begun.wait(HANG_S)
    with ending(synchronizer, go_on), caplog.at_level(logging.WARNING, "ambidex"):
        synchronizer.close()
    assert caplog.messages == [f"{left_behind(synchronizer)} what runs in its default executor: {name}"]


def test_exception_of_a_job_has_the_frames_of_the_user_alone(synchronizer: Synchronizer) -> None:
    """Neither the executor nor the bridge stands between the call and what has failed."""

    def fail() -> None:
        raise LookupError("in the job")

    with pytest.raises(LookupError, match="in the job") as caught:
        synchronizer.run(run_job, fail)
    names = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert names[-2:] == ["run_job", "fail"]


@pytest.mark.usefixtures("short_grace")
def test_jobs_that_have_not_begun_within_the_grace_period_are_dropped(
    synchronizer: Synchronizer, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody waits for them any more: they are counted in the report, and never run."""
    go_on = threading.Event()
    ran: list[int] = []

    async def fill() -> None:
        loop = asyncio.get_running_loop()
        for _ in range((os.cpu_count() or 1) + 4):  # as many threads as there may be
            loop.run_in_executor(None, go_on.wait, HANG_S)
        for number in range(3):
            loop.run_in_executor(None, ran.append, number)

    synchronizer.run(fill)
    with ending(synchronizer, go_on), caplog.at_level(logging.WARNING, "ambidex"):
        synchronizer.close()
    (message,) = caplog.messages
    assert message.endswith("Event.wait, 3 that had not begun")
    assert ran == []


def test_job_that_ends_after_its_loop_tells_nobody(run_program: Callable[..., Ended]) -> None:
    """Its result, or exception, had a loop to go to, which has closed."""
    ended = run_program("""
    import asyncio, threading
    from ambidex import Synchronizer

    own = Synchronizer("own", grace_s=0)
    go_on, running = threading.Event(), threading.Semaphore(0)

    def give():
        running.release()
        go_on.wait()

    def fail():
        give()
        raise LookupError

    async def start():
        for job in (give, fail):
            asyncio.get_running_loop().run_in_executor(None, job)

    own.run(start)
    threads = [thread for thread in threading.enumerate() if "executor" in thread.name]
    running.acquire(), running.acquire()
    own.close()
    go_on.set()
    for thread in threads:
        thread.join()
    print(len(threads))
    """)
    assert (ended.code, ended.out) == (0, "2\n")
    assert ended.err.splitlines() == [
        "the synchronizer 'own' closed without waiting longer for what runs in its default executor: fail, give"
    ]


@pytest.mark.usefixtures("short_grace")
def test_executor_that_the_loop_was_given_is_waited_for(
    synchronizer: Synchronizer, caplog: pytest.LogCaptureFixture
) -> None:
    """As asyncio's own runner waits for it, and within the grace period of the other one."""
    begun, go_on = threading.Event(), threading.Event()
    given = concurrent.futures.ThreadPoolExecutor(1)

    async def work() -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(given)
        loop.run_in_executor(None, begun.set)
        loop.run_in_executor(None, go_on.wait, HANG_S)

    synchronizer.run(work)
    assert begun.wait(HANG_S)
    with ending(synchronizer, go_on), caplog.at_level(logging.WARNING, "ambidex"):
        synchronizer.close()
    # not what `concurrent.futures` logs before 3.11, where a thread ends whose loop has closed
    told = [each.getMessage() for each in caplog.records if each.name.startswith("ambidex.")]
    assert told == [f"{left_behind(synchronizer)} the default executor that it was given"]
    given.shutdown()
    gc.collect()


def test_deadline_is_not_reported_where_the_reader_of_its_future_was_cancelled_twice(
    synchronizer: Synchronizer,
) -> None:
    """The second cancellation leaves the clean-up behind, whose end nobody waits for."""
    reports: list[dict[str, Any]] = []
    cleaning, go_on = threading.Event(), threading.Event()

    async def work() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: reports.append(context))
        try:
            await asyncio.Event().wait()
        finally:
            cleaning.set()
            await loop.run_in_executor(None, go_on.wait, HANG_S)

    async def read(hurried: Synchronizer) -> None:
        await hurried.submit(work)

    async def main() -> None:
        task = await late_with_clean_up_begun(synchronizer, read, cleaning)
        for _ in range(2):
            task.cancel()
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    go_on.set()
    synchronizer.close()
    gc.collect()
    assert reports == []


def test_first_call_of_a_program_may_come_from_an_exit_handler(run_program: Callable[..., Ended]) -> None:
    """The handlers that are registered after the import may make calls, though no executor can be made any more."""
    ended = run_program("""
    import atexit, asyncio
    import ambidex

    async def give():
        await asyncio.sleep(0)
        return 42

    atexit.register(lambda: print(ambidex.run_async_task(give())))
    """)
    if ended.err:  # CPython 3.12 lets no thread start from then on
        assert ended.code == 0
        assert "RuntimeClosed: the synchronizer 'ambidex' cannot start its thread: can't create new thread" in ended.err
    else:
        assert (ended.code, ended.out) == (0, "42\n")


def test_executor_ends_once_whenever_a_job_comes_meanwhile(run_program: Callable[..., Ended]) -> None:
    """A job of another thread that is refused, or taken at the last moment: the loop hears of the end one time."""
    ended = run_program(
        """
import itertools, sys, threading
from ambidex.runtime._loop._executor import LoopExecutor

def end(number):
    # End an executor; before the opcode of that number let another thread bring a job. False when there are fewer.
    executor, left, ends = LoopExecutor("own"), number, []
    bringing = threading.Thread(target=bring, args=(executor,))

    def trace(frame, event, _):
        nonlocal left
        if not frame.f_code.co_filename.endswith("_executor.py"):
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            left -= 1
            if left == 0:
                bringing.start()
                bringing.join(0.05)  # or it waits for what the tracing thread holds: then it comes later
        return trace

    sys._getframe().f_trace_opcodes = True
    sys.settrace(trace)
    try:
        executor.drain(lambda: ends.append(number))
    finally:
        sys.settrace(None)
    if left > 0:
        return False
    bringing.join()
    for worker in executor._workers:
        worker.join()
    assert ends == [number], (number, ends)
    return True

def bring(executor):
    try:
        executor.submit(int)
    except RuntimeError as refusal:
        assert "shutdown" in str(refusal), refusal

print(next(number for number in itertools.count(1) if not end(number)) > 20)
"""
    )
    assert (ended.code, ended.out, ended.err) == (0, "True\n", "")
