"""Typed functions and class methods belong to the worker, or the pool, and are tried again where they may be."""

from __future__ import annotations

import asyncio
import gc
import os
import pickle
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlineExceeded, ParentWorker, UsageError, WorkerDied, WorkerPool
from ambidex.codegen import Target, compile_targets
from ambidex.deadlines import within
from ambidex.workers.parent import RestartPolicy
from tests.limits import HANG_S
from tests.workers.children.errands import Runner, add, find, left, lefts, pids

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from ambidex.rpc._observer import Outcome

ROOT = Path(__file__).resolve().parents[2]
CHILD = "tests.workers.children.atlas_child:Atlas"
POLICY = RestartPolicy(most=1000, first_delay_s=0.001, longest_delay_s=0.001)


@pytest.fixture(params=["worker", "pool"])
def place(request: pytest.FixtureRequest) -> Generator[ParentWorker | WorkerPool, None, None]:
    """Give a worker, and then a pool, that is started again at once."""
    if request.param == "worker":
        with ParentWorker(CHILD, cwd=ROOT, restart=POLICY) as worker:
            yield worker
        return
    with WorkerPool(CHILD, size=1, cwd=ROOT, restart=POLICY) as pool:
        yield pool


def tries(file: Path) -> int:
    """Return how often a function has run."""
    return len(file.read_text(encoding="utf-8").splitlines()) if file.exists() else 0


VERBS: dict[str, Callable[[Any, str, int], Any]] = {
    "blocking": lambda function, file, deaths: function(file, deaths),
    "awaited": lambda function, file, deaths: asyncio.run(function.aio(file, deaths)),
    "submitted": lambda function, file, deaths: function.submit(file, deaths).result(HANG_S),
}


def test_idempotent_function_is_tried_again_when_its_worker_has_died(
    place: ParentWorker | WorkerPool, tmp_path: Path
) -> None:
    """By whatever child comes next, whatever the verb; a class method too, whose object is one of that child."""
    eager = place.function(find.with_options(retry=2, timeout=HANG_S))
    for name, verb in VERBS.items():
        assert verb(eager, str(tmp_path / name), 2) == 3
    lost = tmp_path / "lost"
    with pytest.raises(WorkerDied, match="exit code 3"):
        place.function(find)(str(lost), 1)
    assert tries(lost) == 1
    runner = place.function(Runner.hire).with_options(retry=1)(str(tmp_path / "hired"), 1)
    assert runner.name == "runner 2"
    assert runner.pid() != os.getpid()


def test_function_that_is_not_declared_idempotent_is_not_tried(
    place: ParentWorker | WorkerPool, tmp_path: Path
) -> None:
    """The child refuses it before it runs."""
    file = tmp_path / "file"
    for verb in VERBS.values():
        with pytest.raises(UsageError, match="add is not declared so"):
            verb(place.function(add).with_options(retry=3), str(file), 0)
    assert tries(file) == 0


def test_function_of_a_worker_is_called_in_the_child_that_it_has_then(tmp_path: Path) -> None:
    """Also in one that is started later, or again; a call waits for that, and so does a stream."""
    worker = ParentWorker(CHILD, cwd=ROOT, restart=POLICY)
    placed, told = worker.function(find), worker.function(pids)
    with pytest.raises(UsageError, match="start it first"):
        placed(str(tmp_path / "file"), 0)

    def kill() -> None:
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGKILL)

    async def told_awaited() -> list[int]:
        return [pid async for pid in told.aio(2)]

    with worker:
        first = worker.pid
        assert list(told(2)) == [first, first]
        asks: list[Callable[[], Any]] = [
            lambda: placed(str(tmp_path / "file"), 0),
            lambda: asyncio.run(placed.aio(str(tmp_path / "file"), 0)),
            lambda: placed.submit(str(tmp_path / "file"), 0).result(HANG_S),
            lambda: list(told(2)),
            lambda: asyncio.run(told_awaited()),
        ]
        for ask in asks:
            object_there = worker.create(Runner, "Ann")
            kill()
            with pytest.raises(WorkerDied):
                object_there.pid()
            ask()
        assert list(told(1)) == [worker.pid] != [first]


def test_wait_for_the_restart_is_a_part_of_the_timeout() -> None:
    """The new child is told what is left of it."""
    ready: list[float] = []

    class Hearing:
        def call_started(self, method: str) -> None: ...

        def call_ended(self, method: str, seconds: float, outcome: Outcome, error: str | None) -> None: ...

        def bytes_moved(self, method: str, sent: int, received: int) -> None: ...

        def worker_started(self, pid: int) -> None:
            assert pid
            ready.append(time.monotonic())

        def worker_ended(self, pid: int, status: int | None) -> None: ...

    brief, briefs = left.with_options(timeout=1000), lefts.with_options(timeout=1000)
    with ParentWorker(CHILD, cwd=ROOT, restart=POLICY, observer=Hearing()) as worker:
        asks: list[Callable[[], float | None]] = [
            worker.function(brief),
            lambda: asyncio.run(worker.function(brief).aio()),
            lambda: worker.function(brief).submit().result(HANG_S),
            lambda: next(iter(worker.function(briefs)())),
        ]
        for number, ask in enumerate(asks, 2):
            runner = worker.create(Runner, "Ann")
            with pytest.raises(WorkerDied):
                runner.fall()
            begun = time.monotonic()
            left_s = ask()
            assert left_s is not None
            assert len(ready) == number
            assert 1000 - HANG_S < left_s < 1000 - (ready[-1] - begun) / 2  # some is this thread's own


def test_wait_for_the_restart_is_no_longer_than_the_call_around_it_has_time() -> None:
    """Also without a timeout of its own; here the child is not started again for a long time."""
    policy = RestartPolicy(first_delay_s=1e6, longest_delay_s=1e6)
    with ParentWorker(CHILD, cwd=ROOT, restart=policy) as worker:
        runner = worker.create(Runner, "Ann")
        with pytest.raises(WorkerDied):
            runner.fall()
        asks: list[Callable[[], Any]] = [
            worker.function(left),
            lambda: next(iter(worker.function(lefts)())),
        ]

        async def main() -> None:
            for each in [worker.function(left).aio(), *(asyncio.to_thread(ask) for ask in asks)]:
                with within(time.monotonic() + 0.05), pytest.raises(DeadlineExceeded):
                    await asyncio.wait_for(each, 10)

        asyncio.run(main())


def test_object_is_lost_with_its_worker_and_its_calls_are_not_tried_again(tmp_path: Path) -> None:
    """The option does no harm there, and the death is told at once."""
    with ParentWorker(CHILD, cwd=ROOT, restart=POLICY) as worker:
        runner = worker.create(Runner, "Ann").with_options(retry=1000)
        with pytest.raises(WorkerDied, match=r"exit code 3\) during Runner\.fall"):
            runner.fall()
        with pytest.raises(WorkerDied, match="make it again"):
            runner.fall()
        with pytest.raises(WorkerDied, match="make it again"):
            asyncio.run(runner.pid.aio())
        assert worker.statistics().methods["Runner.fall"].errors == {"WorkerDied": 2}  # what was sent to nobody, too
        assert worker.statistics().methods["Runner.pid"].errors == {"WorkerDied": 1}
        assert worker.function(find)(str(tmp_path / "file"), 0) == 1


def test_view_of_a_remote_object_is_counted_once() -> None:
    """The child lets go of the object when neither the face nor a view of it is there any more."""
    with ParentWorker(CHILD, cwd=ROOT) as worker:
        runner = worker.create(Runner, "Ann")
        view = runner.with_options(timeout=HANG_S)
        assert worker.count_objects() == 1
        del runner
        gc.collect()
        assert worker.count_objects() == 1
        assert view.pid() == worker.pid
        del view
        gc.collect()
        assert worker.count_objects() == 0


def test_face_of_a_worker_that_was_closed_says_so() -> None:
    """It has not died."""
    worker = ParentWorker(CHILD, cwd=ROOT)
    with worker:
        runner = worker.create(Runner, "Ann")
        pid = worker.pid
    with pytest.raises(WorkerDied, match=rf"^worker {pid} was closed before Runner\.pid was sent to it; ") as caught:
        runner.pid()
    assert caught.value.was_closed
    assert pickle.loads(pickle.dumps(caught.value)).was_closed


def test_generated_module_is_up_to_date() -> None:
    """It is what `ambidex generate -m tests.workers.children._errands -o .` writes."""
    texts = compile_targets([Target(("tests.workers.children._errands",), ROOT, None)]).texts
    (text,) = texts.values()
    assert (ROOT / "tests/workers/children/errands.py").read_text(encoding="utf-8") == text
