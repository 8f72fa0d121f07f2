"""What is given up early has ended in the child when its reader goes on, or had its grace; no item waits for more."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import ParentWorker
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

FILE = Path(__file__).with_name("children") / "leaving.py"
GRACE_S = 0.2  # of `brief`


@pytest.fixture(scope="module")
def worker(kept: None) -> Generator[ParentWorker, None, None]:
    """Give a child to all tests."""
    with ParentWorker(FILE) as worker:
        yield worker


@pytest.fixture(scope="module")
def brief(worker: ParentWorker) -> Generator[ParentWorker, None, None]:
    """Give one whose calls have a short time to clean up; `worker` is for the order of the checks."""
    del worker
    with ParentWorker(FILE, grace=GRACE_S) as brief:
        yield brief


def left(worker: ParentWorker, name: str, *args: object) -> None:
    """Leave a stream after an item, on the blocking face."""
    stream = getattr(worker.call, name)(*args)
    assert next(stream) == 0
    stream.close()


def left_awaited(worker: ParentWorker, name: str, *args: object) -> None:
    """Leave it on the async face."""

    async def main() -> None:
        stream = getattr(worker.acall, name)(*args)
        assert await stream.__anext__() == 0
        await stream.aclose()

    asyncio.run(main())


both = pytest.mark.parametrize("leave", [left, left_awaited])


def within_time(ask: Callable[[], Any]) -> Any:
    """Return what is given within a time that is too long for anybody, and no hang."""
    threads = ThreadPoolExecutor(1)
    try:
        return threads.submit(ask).result(HANG_S / 3)
    finally:
        threads.shutdown(wait=False)


@both
@pytest.mark.parametrize("name", ["slow", "slow_here"])
def test_clean_up_of_a_stream_has_ended_when_it_is_closed(
    worker: ParentWorker, leave: Callable[..., None], name: str, tmp_path: Path
) -> None:
    """However long it takes, within the grace."""
    leave(worker, name, str(tmp_path / "ended"))
    assert (tmp_path / "ended").exists()


@both
def test_error_of_the_clean_up_is_that_of_the_closing(worker: ParentWorker, leave: Callable[..., None]) -> None:
    """As it is in one process."""
    with pytest.raises(LookupError, match="the door is locked"):
        leave(worker, "failing")


@both
def test_clean_up_that_does_not_end_is_given_up(
    brief: ParentWorker, leave: Callable[..., None], tmp_path: Path
) -> None:
    """The reader goes on after the grace, what hangs is cancelled in the child, and the next calls are as ever."""
    file = str(tmp_path / "ended")
    within_time(lambda: leave(brief, "stuck", file))
    assert within_time(lambda: brief.call.wait_for(file))
    assert [brief.call.pid() for _ in range(3)] == [brief.pid] * 3


def test_cancelled_call_whose_clean_up_does_not_end_is_given_up(brief: ParentWorker, tmp_path: Path) -> None:
    """Its task goes on after the grace."""

    async def main() -> None:
        task = asyncio.ensure_future(brief.acall.stuck_call(str(tmp_path / "ended")))
        assert await brief.acall.pid() == brief.pid  # which came later, and has ended
        task.cancel()
        done, _ = await asyncio.wait({task}, timeout=HANG_S / 3)
        assert done
        assert task.cancelled()

    asyncio.run(main())


@pytest.mark.parametrize("name", ["slow", "wait_here"])
def test_items_are_there_before_their_generator_goes_on(name: str, tmp_path: Path) -> None:
    """They do not wait for those that it gives after a wait, on its loop or on a thread."""
    args = [str(tmp_path / "ended")] if name == "slow" else []
    with ParentWorker(FILE, grace=GRACE_S) as worker:
        stream = getattr(worker.call, name)(*args)
        assert within_time(lambda: [next(stream) for _ in range(3)]) == [0, 1, 2]
        stream.close()


@pytest.mark.skipif(sys.platform == "win32", reason="the other process is ended by a signal")
def test_worker_is_closed_though_a_process_that_it_leaves_has_its_outputs() -> None:
    """Who reads them waits for the child alone."""
    worker = ParentWorker(FILE)
    worker.call.start()
    pid = worker.call.leave_behind()
    try:
        within_time(worker.call.close)
    finally:
        os.kill(pid, signal.SIGKILL)
