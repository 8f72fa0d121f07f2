"""What a call of a pool has gone through before it is answered: the wait for a worker, and workers that were dead."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from ambidex import DeadlineExceeded, WorkerDied, WorkerPool
from ambidex.deadlines import within
from ambidex.options import CallOptions
from ambidex.workers._attempts import Attempts
from tests.limits import HANG_S
from tests.workers.pooling import make_pipe, pool_of, wait_for_end

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

if sys.platform == "win32":
    pytest.skip("named pipes, by which the workers tell what they do, are not files there", allow_module_level=True)

# -- the wait for a worker


def test_call_that_has_waited_has_what_is_left_of_its_timeout(tmp_path: Path) -> None:
    """Calls and streams, on both faces, are told so in the worker."""
    asks: list[Callable[[WorkerPool], list[float]]] = [
        lambda pool: [pool.call.with_options(timeout=1000).left()],
        lambda pool: list(pool.call.with_options(timeout=1000).lefts()),
        lambda pool: asyncio.run(awaited(pool)),
        lambda pool: asyncio.run(iterated(pool)),
    ]

    async def awaited(pool: WorkerPool) -> list[float]:
        return [await pool.acall.with_options(timeout=1000).left()]

    async def iterated(pool: WorkerPool) -> list[float]:
        return [left async for left in pool.acall.with_options(timeout=1000).lefts()]

    with pool_of(1) as pool, ThreadPoolExecutor() as threads:
        for number, ask in enumerate(asks):
            pipe = make_pipe(tmp_path, f"pipe {number}")
            held = threads.submit(pool.call.wait_for, str(pipe))
            with pipe.open("w", encoding="utf-8") as end:
                asked = threads.submit(ask, pool)
                while not pool.statistics().waiting:
                    pass
                time.sleep(0.1)  # what it waits for a worker, not what the test waits for
                end.write("go")
            held.result(HANG_S)
            (left_s,) = asked.result(HANG_S)
            assert 1000 - HANG_S < left_s <= 1000 - 0.1


def test_call_that_has_waited_for_a_worker_and_is_late_says_its_own_limit(tmp_path: Path) -> None:
    """And not what was left of that when it was sent."""
    with pool_of(1) as pool, ThreadPoolExecutor(2) as threads:
        pipe = make_pipe(tmp_path, "pipe")
        held = threads.submit(pool.call.wait_for, str(pipe))
        with pipe.open("w", encoding="utf-8") as end:
            late = threads.submit(pool.call.with_options(timeout=1.25).hold)
            while not pool.statistics().waiting:
                pass
            time.sleep(0.1)  # what it waits for a worker, not what the test waits for
            end.write("go")
        held.result(HANG_S)
        with pytest.raises(DeadlineExceeded, match=r"^hold did not end within 1\.25 s"):
            late.result(HANG_S)


def test_call_within_another_one_waits_no_longer_than_that_has_time() -> None:
    """The deadline around it is its own where that is the shorter one."""
    with pool_of(1) as pool:

        async def main() -> None:
            held = asyncio.ensure_future(pool.acall.hold())
            while not pool.statistics().in_flight:  # noqa: ASYNC110  another process tells nobody
                await asyncio.sleep(0)
            with within(time.monotonic() + 0.05):
                with pytest.raises(DeadlineExceeded, match="add did not end within"):
                    await asyncio.wait_for(pool.acall.add(1, 2), 10)
                with pytest.raises(DeadlineExceeded, match="add did not end within"):
                    await asyncio.wait_for(asyncio.to_thread(pool.call.add, 1, 2), 10)
            held.cancel()
            await asyncio.wait({held})
            assert pool.statistics().in_flight == 0

        asyncio.run(main())


# -- workers that are dead


def test_stream_goes_elsewhere_where_its_worker_is_found_dead_before_it_is_sent() -> None:
    """On both faces; the death is not known yet where the stream begins: the loop that sees it is held."""
    with pool_of(1) as pool:

        async def main() -> list[int]:
            stream = pool.acall.count(3)
            step = asyncio.ensure_future(stream.__anext__())
            await asyncio.sleep(0)
            assert not step.done()
            release.set()
            return [await step, *[item async for item in stream]]

        for read in (lambda: asyncio.run(main()), lambda: list(pool.call.count(3))):
            (pid,) = pool.pids
            release = hold_loop_of(pool)
            os.kill(pid, signal.SIGKILL)
            wait_for_end(pid)
            with ThreadPoolExecutor() as threads:
                reading = threads.submit(read)
                while not (pool.statistics().in_flight or reading.done()):
                    pass
                release.set()
                assert reading.result(HANG_S) == [0, 1, 2]
            assert pool.call.pid() != pid


def hold_loop_of(pool: WorkerPool) -> threading.Event:
    """Hold the loop that sees to the workers, until the event is set."""
    is_held, release = threading.Event(), threading.Event()

    async def hold() -> None:
        is_held.set()
        release.wait(HANG_S)

    pool.runtime.submit(hold, (), {}, "hold")
    assert is_held.wait(HANG_S)
    return release


def test_death_of_a_worker_of_the_child_s_own_is_an_answer(tmp_path: Path) -> None:
    """Nobody is started again for it, and nothing is tried again."""
    file = tmp_path / "tried"
    with pool_of(1) as pool:
        before = pool.pids
        with pytest.raises(WorkerDied, match="during die") as caught:
            pool.call.with_options(retry=3).lose_another(str(file))
        assert caught.value.pid not in before
        assert file.read_text(encoding="utf-8") == "tried\n"
        assert (pool.pids, pool.statistics().started) == (before, 1)


def test_call_is_told_of_a_crash_loop_when_it_has_found_four_workers_dead() -> None:
    """It has been sent to none of them; what was sent is not tried again without the option."""
    attempts = Attempts(pool_of(1).crew, "add", CallOptions())
    assert [attempts.may_repeat(WorkerDied(1, -9, "add", "not_sent")) for _ in range(4)] == [True] * 3 + [False]
    assert not Attempts(pool_of(1).crew, "add", CallOptions()).may_repeat(WorkerDied(1, -9, "add", "started"))
