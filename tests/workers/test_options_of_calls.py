"""A call keeps to its options: its deadline is known where it runs, and ends it there; by `retry` it is tried again."""

from __future__ import annotations

import asyncio
import math
import os
import queue
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlineExceeded, ParentWorker, UsageError, WorkerDied, WorkerNotStarted, remaining_time
from tests.limits import HANG_S
from tests.runtime.work import DEADLINES_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FILE = Path(__file__).parent / "children" / "timed.py"
THREADS = 32  # of a child, for sync methods
SHORT_S = 0.1  # what is not waited for: it ends a call that would never end


class Watcher:
    """Start the worker again whenever its child has died."""

    def __init__(self) -> None:
        self.ended: queue.SimpleQueue[bool] = queue.SimpleQueue()

    def watch(self, worker: ParentWorker) -> None:
        while self.ended.get():
            worker.call.start()

    def worker_ended(self, pid: int, status: int | None) -> None:
        self.ended.put(pid != status)

    def worker_started(self, pid: int) -> None: ...

    def call_started(self, method: str) -> None: ...

    def call_ended(self, method: str, seconds: float, outcome: str, error: str | None) -> None: ...

    def bytes_moved(self, method: str, sent: int, received: int) -> None: ...


@pytest.fixture(scope="module")
def worker(kept: None) -> Iterator[ParentWorker]:
    """Give a worker to all tests that leave it as it is."""
    with ParentWorker(FILE, output="drop") as worker:
        yield worker


@pytest.fixture
def mortal() -> Iterator[ParentWorker]:
    """Give a worker of the test's own, which is started again when it dies."""
    watcher = Watcher()
    with ParentWorker(FILE, output="drop", observer=watcher) as worker:
        thread = threading.Thread(target=watcher.watch, args=(worker,))
        thread.start()
        try:
            yield worker
        finally:
            watcher.ended.put(False)
            thread.join()


def blocking(worker: ParentWorker, name: str, *args: object, **options: Any) -> Any:
    """Call by the blocking face."""
    return getattr(worker.call.with_options(**options), name)(*args)


def awaited(worker: ParentWorker, name: str, *args: object, **options: Any) -> Any:
    """Call by the async face, on a loop of its own."""

    async def call() -> Any:
        return await getattr(worker.acall.with_options(**options), name)(*args)

    return asyncio.run(call())


def awaited_retried_here(worker: ParentWorker, name: str, *args: object, **options: Any) -> Any:
    """Call by a function that has its options itself."""

    async def call() -> Any:
        return await getattr(worker.acall, name).with_options(**options)(*args)

    return asyncio.run(call())


both = pytest.mark.parametrize("call", [blocking, awaited], ids=["blocking", "awaited"])


def tries(file: Path) -> int:
    """Return how often a method has run."""
    return len(file.read_text(encoding="utf-8").splitlines()) if file.exists() else 0


# -- deadlines


@both
@pytest.mark.parametrize("name", ["left", "left_on_thread", "left_in_grandchild"])
def test_callee_knows_the_time_that_is_left(worker: ParentWorker, call: Callable[..., Any], name: str) -> None:
    """On the loop, on a thread, and in a worker of its own; without a deadline there is nothing to know."""
    assert call(worker, name) is None
    left_s = call(worker, name, timeout=1000)
    assert 1000 - HANG_S < left_s < 1000


@pytest.mark.parametrize("name", ["left_of_stream", "left_of_plain_stream"])
def test_stream_knows_the_time_that_is_left(worker: ParentWorker, name: str) -> None:
    """The deadline is of the whole stream."""
    assert list(getattr(worker.call, name)()) == [None]
    [left_s] = getattr(worker.call, name).with_options(timeout=1000)()
    assert 1000 - HANG_S < left_s < 1000


@both
def test_call_back_has_no_more_time_than_the_call_it_is_part_of(worker: ParentWorker, call: Callable[..., Any]) -> None:
    """So what it calls in its turn ends in time, too."""

    def tell() -> float | None:
        return remaining_time()

    async def tell_awaited() -> float | None:
        return remaining_time()

    for each in (tell, tell_awaited) if call is awaited else (tell,):
        assert call(worker, "left_in_parent", each) is None
        left_s = call(worker, "left_in_parent", each, timeout=1000)
        assert left_s is not None
        assert 1000 - HANG_S < left_s < 1000
    assert remaining_time() is None  # it does not stay where it was called back


def test_nobody_has_a_deadline_outside_of_calls() -> None:
    """A program asks in vain."""
    assert remaining_time() is None


@both
@pytest.mark.parametrize("name", ["wait", "wait_long"])
def test_deadline_ends_the_work_and_its_clean_up_is_waited_for(
    worker: ParentWorker, call: Callable[..., Any], tmp_path: Path, name: str
) -> None:
    """The caller goes on when both are over."""
    file = tmp_path / "file"
    for timeout_s in DEADLINES_S:
        with pytest.raises(DeadlineExceeded, match=f"{name} did not end within") as caught:
            call(worker, name, str(file), timeout=timeout_s)
        if tries(file):  # it has begun in time
            notes: list[str] = getattr(caught.value, "__notes__", [""])
            assert f"in {name}" in notes[0]  # by the child, that is, and not by its caller, who would be late
            break
    assert tries(file) == 1


def test_cancellation_ends_the_work_and_its_clean_up_is_waited_for(worker: ParentWorker, tmp_path: Path) -> None:
    """The task goes on when both are over."""

    async def main() -> None:
        file = tmp_path / "file"
        task = asyncio.ensure_future(worker.acall.wait_long(str(file)))
        await worker.acall.left()  # which came later, and has ended
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert tries(file) == 1

    asyncio.run(main())


@both
def test_value_of_a_call_that_takes_its_cancellation_is_its_callers(
    worker: ParentWorker, call: Callable[..., Any], tmp_path: Path
) -> None:
    """Also where it was the deadline that has cancelled it: as in one process, and as in a plain await."""
    file = tmp_path / "file"
    for timeout_s in DEADLINES_S:
        try:
            given = call(worker, "stay", str(file), timeout=timeout_s)
        except DeadlineExceeded:
            assert tries(file) == 0  # it has not begun
        else:
            assert given == "stayed"
            break
    assert tries(file) == 1


@both
@pytest.mark.parametrize("name", ["add", "fail"])
def test_call_whose_deadline_has_come_never_begins(
    worker: ParentWorker, call: Callable[..., Any], tmp_path: Path, name: str
) -> None:
    """Neither on a thread nor on the loop, however fast it would be; as in one process."""
    file = tmp_path / "file"
    with pytest.raises(DeadlineExceeded, match=f"{name} did not end within 0 s"):
        call(worker, name, str(file), *([0] if name == "add" else []), timeout=0)
    assert tries(file) == 0


@both
@pytest.mark.parametrize("timeout", [-1, math.nan, True, "5", -math.inf])
def test_timeout_out_of_range_is_refused(worker: ParentWorker, call: Callable[..., Any], timeout: object) -> None:
    """Before anything is sent."""
    before = worker.statistics().total.calls
    with pytest.raises(ValueError, match="write a number of seconds"):
        call(worker, "left", timeout=timeout)
    assert worker.statistics().total.calls == before


@both
@pytest.mark.parametrize("timeout", [None, math.inf])
def test_infinite_timeout_is_none(worker: ParentWorker, call: Callable[..., Any], timeout: float | None) -> None:
    """Both take a deadline back that was set before."""
    assert call(worker, "left", timeout=timeout) is None
    assert worker.call.with_options(timeout=5).with_options(timeout=timeout).left() is None
    assert worker.call.left.with_options(timeout=5).with_options(retry=0)() is not None


def test_sync_method_that_overruns_leaves_its_caller_in_time_and_keeps_its_thread(mortal: ParentWorker) -> None:
    """A thread cannot be stopped: when all of them are held no other sync method runs, and async ones do."""
    held = [threading.Thread(target=exceed, args=(mortal, "hold")) for _ in range(THREADS)]
    began = time.monotonic()
    for thread in held:
        thread.start()
    for thread in held:
        thread.join()
    assert time.monotonic() - began < HANG_S
    exceed(mortal, "left_on_thread")
    assert mortal.call.left() is None
    mortal.call.release()
    assert mortal.call.left_on_thread() is None
    assert mortal.statistics().methods["hold"].deadline_exceeded == THREADS


def exceed(worker: ParentWorker, name: str) -> None:
    """Call what does not end in time."""
    with pytest.raises(DeadlineExceeded):
        getattr(worker.call.with_options(timeout=SHORT_S), name)()


@pytest.mark.skipif(sys.platform == "win32", reason="no process is stopped there by a signal")
def test_deadline_is_kept_where_the_child_says_nothing() -> None:
    """One that is stopped tells no verdict: calls and streams end without it, on both faces, and it serves on later."""
    with ParentWorker(FILE, output="drop", heartbeat=None, grace=0.05) as worker:
        pid, brief = worker.pid, worker.call.with_options(timeout=SHORT_S)
        assert pid is not None

        async def read() -> None:
            async for _ in worker.acall.with_options(timeout=SHORT_S).left_of_stream():
                pass

        asks: list[Callable[[], object]] = [
            brief.left,
            lambda: awaited(worker, "left", timeout=SHORT_S),
            lambda: list(brief.left_of_stream()),
            lambda: asyncio.run(read()),
        ]
        os.kill(pid, signal.SIGSTOP)
        try:
            for ask in asks:
                with pytest.raises(DeadlineExceeded, match=r"did not end within 0\.1"):
                    ask()
        finally:
            os.kill(pid, signal.SIGCONT)
        assert list(worker.call.left_of_stream()) == [None]
        found = worker.statistics().methods["left_of_stream"]
        assert (found.deadline_exceeded, found.in_flight) == (2, 0)


def test_options_do_not_leak_between_threads(worker: ParentWorker) -> None:
    """Each thread keeps a deadline of its own for the same worker, by one lane after the other."""
    numbers = range(1, 9)
    begin = threading.Barrier(len(numbers))
    found: dict[int, list[float]] = {number: [] for number in numbers}

    def work(number: int) -> None:
        options = worker.call.with_options(timeout=number * 1000)
        begin.wait()
        for _ in range(50):
            found[number].append(options.left())
            assert worker.call.left() is None

    threads = [threading.Thread(target=work, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in numbers:
        assert len(found[number]) == 50
        assert all(number * 1000 - HANG_S < left_s < number * 1000 for left_s in found[number])


def test_options_do_not_leak_between_tasks(worker: ParentWorker) -> None:
    """All of them over one connection at a time."""

    async def ask(number: int) -> float:
        left_s: float = await worker.acall.with_options(timeout=number * 1000).left()
        return left_s

    async def ask_all() -> list[float]:
        return await asyncio.gather(*map(ask, range(1, 50)))

    for number, left_s in enumerate(asyncio.run(ask_all()), 1):
        assert number * 1000 - HANG_S < left_s < number * 1000


# -- further tries


@pytest.mark.parametrize("call", [blocking, awaited, awaited_retried_here])
def test_idempotent_call_is_tried_again_when_its_worker_has_died(
    mortal: ParentWorker, call: Callable[..., Any], tmp_path: Path
) -> None:
    """By the child that comes after it, until it answers."""
    file = tmp_path / "file"
    assert call(mortal, "find", str(file), 2, retry=1000, timeout=HANG_S) == 3
    assert tries(file) == 3


@both
def test_call_is_tried_no_more_often_than_was_said(
    mortal: ParentWorker, call: Callable[..., Any], tmp_path: Path
) -> None:
    """The last death is what is raised."""
    file = tmp_path / "file"
    with pytest.raises(WorkerDied, match="exit code 3"):
        call(mortal, "find", str(file), 1000, retry=0)
    assert tries(file) == 1
    with pytest.raises(WorkerDied):
        call(mortal, "find", str(file), 1000, retry=2)
    assert 1 + 1 < tries(file) <= 1 + 3  # a child that died as the call was sent to it has not run it


@both
def test_tries_end_with_the_deadline(mortal: ParentWorker, call: Callable[..., Any], tmp_path: Path) -> None:
    """It covers all of them."""
    began = time.monotonic()
    with pytest.raises((WorkerDied, DeadlineExceeded)):
        call(mortal, "find", str(tmp_path / "file"), 10**9, retry=10**9, timeout=1.0)
    assert time.monotonic() - began < HANG_S


@both
@pytest.mark.parametrize(("name", "error"), [("fail", ConnectionError), ("lose_another", WorkerDied)])
def test_call_that_has_answered_is_not_tried_again(
    worker: ParentWorker, call: Callable[..., Any], tmp_path: Path, name: str, error: type[Exception]
) -> None:
    """An exception is an answer, also where it is of the death of another worker."""
    file = tmp_path / "file"
    with pytest.raises(error):
        call(worker, name, str(file), retry=5)
    assert tries(file) == 1


@both
def test_retry_of_what_is_not_declared_idempotent_is_refused(
    worker: ParentWorker, call: Callable[..., Any], tmp_path: Path
) -> None:
    """It has not run, and is called as ever without the option."""
    file = tmp_path / "file"
    with pytest.raises(UsageError, match=r"add is not declared so: write `@ambidex.idempotent`"):
        call(worker, "add", str(file), 0, retry=1)
    assert tries(file) == 0
    assert call(worker, "add", str(file), 0) == 1


def test_retry_of_a_stream_is_refused(worker: ParentWorker) -> None:
    """Items that were read cannot be taken back."""
    with pytest.raises(UsageError, match="watch yields items"):
        worker.call.watch.with_options(retry=1)()
    assert list(worker.call.watch()) == [1]


# -- names


def test_methods_with_the_names_of_call_itself_are_refused_when_the_child_starts(tmp_path: Path) -> None:
    """All of them are listed; otherwise nobody could call them, or start the worker."""
    file = tmp_path / "taken.py"
    names = ("close", "list_functions", "start", "with_options")
    methods = "".join(f"    def {name}(self): ...\n" for name in names)
    file.write_text(f"from ambidex import ChildWorker\nclass Taken(ChildWorker):\n{methods}", encoding="utf-8")
    with pytest.raises(WorkerNotStarted, match=rf"Taken has methods that .* themselves: {', '.join(names)}; give them"):
        ParentWorker(file, output="drop").call.start()
