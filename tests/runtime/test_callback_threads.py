"""The threads of blocking callbacks: reused, bounded, ended."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from ambidex import UsageError
from ambidex.runtime._callbacks._threads import CallbackThreads
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def pool() -> Iterator[CallbackThreads]:
    """Give the test a small pool, and close it."""
    own = CallbackThreads("test", limit=3)
    yield own
    own.close()


def run(pool: CallbackThreads) -> threading.Thread:
    """Run something on the pool to its end and return the thread."""
    ran: list[threading.Thread] = []
    done = threading.Event()

    def job() -> None:
        ran.append(threading.current_thread())
        done.set()

    pool.start(job, "job")
    assert done.wait(HANG_S)
    return ran[0]


def wait_until_idle(pool: CallbackThreads, count: int = 1) -> None:
    """Wait until that many threads are idle; only the threads themselves can tell, a step at a time."""
    deadline = time.monotonic() + HANG_S
    while len(pool.idle) < count:
        assert time.monotonic() < deadline
        time.sleep(0)


def test_idle_thread_is_used_again(pool: CallbackThreads) -> None:
    """The second job takes the thread of the first."""
    first = run(pool)
    wait_until_idle(pool)
    assert run(pool) is first
    assert first.daemon
    assert first.name == "ambidex-test-callback-1"


def test_busy_threads_are_not_waited_for(pool: CallbackThreads) -> None:
    """Each job gets a thread at once; one too many is refused, and when one has ended there is room again."""
    released = threading.Event()
    entered = threading.Semaphore(0)

    def job() -> None:
        entered.release()
        released.wait(HANG_S)

    for _ in range(3):
        pool.start(job, "job")
    for _ in range(3):
        assert entered.acquire(timeout=HANG_S)
    with pytest.raises(UsageError, match="late cannot run: 3 blocking callbacks of the synchronizer 'test' run"):
        pool.start(job, "late")
    released.set()
    wait_until_idle(pool, 3)
    run(pool)


def test_idle_thread_ends_after_a_while() -> None:
    """Nothing has to be done for it, and the next job gets a new one."""
    pool = CallbackThreads("test", idle_s=0.01)
    first = run(pool)
    first.join(HANG_S)
    assert not first.is_alive()
    assert not pool.idle
    assert not pool.workers
    assert run(pool) is not first
    pool.close()


def test_jobs_that_come_while_threads_expire_are_all_run() -> None:
    """A thread that is chosen in the moment it gives up runs the job."""
    pool = CallbackThreads("test", idle_s=0.0001)
    for _ in range(500):
        run(pool)
    pool.close()


def test_closed_pool_ends_its_threads(pool: CallbackThreads) -> None:
    """The idle one at once, a busy one when its job is done, a late one after its job."""
    released = threading.Event()
    busy: list[threading.Thread] = []
    entered = threading.Event()

    def job() -> None:
        busy.append(threading.current_thread())
        entered.set()
        released.wait(HANG_S)

    pool.start(job, "job")
    assert entered.wait(HANG_S)
    idle = run(pool)
    wait_until_idle(pool)
    pool.close()
    idle.join(HANG_S)
    late = run(pool)
    late.join(HANG_S)
    assert busy[0].is_alive()
    released.set()
    busy[0].join(HANG_S)
    assert [thread.is_alive() for thread in (idle, late, busy[0])] == [False] * 3
