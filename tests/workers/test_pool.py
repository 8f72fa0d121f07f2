"""A pool is used as one worker is; each call goes where the fewest run, waits where none is free, and is bounded."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlineExceeded, PoolFull, RuntimeClosed, UsageError, WorkerDied, WorkerNotStarted, WorkerPool
from tests.limits import HANG_S
from tests.workers.pooling import WORKER, make_pipe, pool_of, telling, wait_for_end

if TYPE_CHECKING:
    from pathlib import Path

if sys.platform == "win32":
    pytest.skip("named pipes, by which the workers tell what they do, are not files there", allow_module_level=True)

# -- the two faces


def test_blocking_calls_are_those_of_one_worker() -> None:
    """Results, errors, streams both ways, and the names of what there is."""
    with pool_of(2).sync as pool:
        assert pool.call.add(1, b=2) == 3
        assert list(pool.call.count(3)) == [0, 1, 2]
        with pytest.raises(ValueError, match="-1"):
            pool.call.fail(-1)
        assert pool.call.list_functions()[:3] == ["add", "count", "die"]
        with pytest.raises(AttributeError, match=r"call has no subtract: the workers have add, count"):
            _ = pool.call.subtract
        with pytest.raises(AttributeError, match="private"):
            _ = pool.call._kept
        echo = pool.call.echo()
        assert [next(echo), echo.send("a"), echo.send("b")] == [None, "a", "b"]
        echo.close()
        assert pool.statistics().in_flight == 0


def test_awaited_calls_are_those_of_one_worker() -> None:
    """Results, errors, streams both ways, and the names of what there is."""

    async def main() -> None:
        async with pool_of(2) as pool:
            assert await pool.acall.add(1, b=2) == 3
            assert [item async for item in pool.acall.count(3)] == [0, 1, 2]
            with pytest.raises(ValueError, match="-1"):
                await pool.acall.fail(-1)
            assert (await pool.acall.list_functions())[:2] == ["add", "count"]
            echo = pool.acall.echo()
            assert [await echo.__anext__(), await echo.asend("a"), await echo.asend(0)] == [None, "a", 0]
            assert pool.statistics().in_flight == 1
            await echo.aclose()
            assert pool.statistics().in_flight == 0

    asyncio.run(main())


def test_start_and_close_are_harmless_twice_and_a_pool_starts_again() -> None:
    """Both faces start and close the same pool; what is closed can be started anew."""
    pool = pool_of(2)
    pool.call.start()
    pool.call.start()
    first = pool.pids
    assert len(set(first)) == 2

    async def main() -> None:
        await pool.acall.start()
        assert pool.pids == first
        await pool.acall.close()
        assert pool.pids == []
        await pool.start()
        assert await pool.acall.pid() in set(pool.pids) - set(first)
        await pool.close()

    asyncio.run(main())
    pool.call.close()


def test_call_before_start_and_after_close_says_to_start_it() -> None:
    """The message names the call and the pool."""
    pool = pool_of(1)
    with pytest.raises(UsageError, match=r"add was called and WorkerPool\(.*pooled.py'\) does not run: start it"):
        pool.call.add(1, 2)
    with pool:
        pass
    with pytest.raises(UsageError, match=r"add was called and .* does not run: start it"):
        pool.call.add(1, 2)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"size": 0}, r"size=0\): write a whole number, 1 or more"),
        ({"size": 2, "min_size": 3}, r"min_size=3\): write a whole number, 1 to 2"),
        ({"size": 1, "calls_per_worker": 0}, "calls_per_worker=0"),
        ({"size": 1, "queue_size": -1}, "queue_size=-1"),
        ({"size": 1, "max_calls_per_worker": True}, "max_calls_per_worker=True"),
        ({"size": 1, "idle_timeout": -1}, "idle_timeout=-1"),
    ],
)
def test_option_out_of_range_is_refused(options: dict[str, Any], said: str) -> None:
    """Nothing is started with it."""
    with pytest.raises(UsageError, match=said):
        WorkerPool(WORKER, **options)


# -- placement


def test_calls_one_after_another_take_turns() -> None:
    """Of workers with equally many calls in flight, the one that was used the longest ago is next."""
    with pool_of(3) as pool:
        seen = [pool.call.pid() for _ in range(9)]
        assert seen == seen[:3] * 3
        assert sorted(seen[:3]) == sorted(pool.pids)


def test_call_goes_where_the_fewest_are_in_flight(tmp_path: Path) -> None:
    """A worker that has a call under way is passed over as long as another has none."""
    with telling(tmp_path) as told, pool_of(2, told, calls_per_worker=2) as pool:

        async def main() -> None:
            held = asyncio.ensure_future(pool.acall.hold())
            await asyncio.sleep(0)
            (busy,) = await asyncio.to_thread(told.pids, "hold")
            assert {await pool.acall.pid() for _ in range(5)} == set(pool.pids) - {busy}
            held.cancel()
            await asyncio.wait({held})
            assert {await pool.acall.pid() for _ in range(2)} == set(pool.pids)

        asyncio.run(main())


def test_threads_and_loops_share_the_places(tmp_path: Path) -> None:
    """Calls of several threads at once are in different workers, and all of them end."""
    pipes = [make_pipe(tmp_path, name) for name in ("one", "other")]
    with pool_of(3) as pool, ThreadPoolExecutor(3) as threads:
        waiting = [threads.submit(pool.call.wait_for, str(pipe)) for pipe in pipes]
        with pipes[0].open("w"), pipes[1].open("w"):
            assert len({pool.call.pid() for _ in range(4)}) == 1
        assert [each.result(HANG_S) for each in waiting] == ["", ""]
        thousand = list(threads.map(pool.call.add, range(1000), range(1000)))
        assert thousand == [2 * number for number in range(1000)]
        assert pool.statistics().in_flight == 0


# -- the queue


def test_calls_beyond_the_queue_are_refused_and_those_in_it_go_on(tmp_path: Path) -> None:
    """One runs, one waits; the third is told at once that the pool is full. It has room again afterwards."""
    with telling(tmp_path) as told, pool_of(1, told, queue_size=1) as pool:

        async def main() -> None:
            held = asyncio.ensure_future(pool.acall.hold())
            await asyncio.to_thread(told.wait, "hold")
            second = asyncio.ensure_future(pool.acall.add(1, 2))
            await asyncio.sleep(0)
            assert pool.statistics().waiting == 1
            with pytest.raises(PoolFull, match=r"add was not begun: .*\(1 at most\) are busy, and 1 calls") as refused:
                await pool.acall.add(1, 2)
            assert (refused.value.call, refused.value.size, refused.value.queue_size) == ("add", 1, 1)
            with pytest.raises(PoolFull):
                await asyncio.to_thread(pool.call.add, 1, 2)
            held.cancel()
            assert await second == 3
            assert await pool.acall.add(3, 4) == 7

        asyncio.run(main())


def test_calls_that_wait_are_served_in_their_order(tmp_path: Path) -> None:
    """Who came first is first."""
    with telling(tmp_path) as told, pool_of(1, told) as pool:

        async def main() -> None:
            held = [asyncio.ensure_future(pool.acall.hold(number)) for number in range(4)]
            for number in range(4):
                assert (await asyncio.to_thread(told.wait, "hold"))[0][1] == str(number)
                held[number].cancel()
            await asyncio.wait(held)

        asyncio.run(main())


def test_timeout_covers_the_waiting_for_a_worker(tmp_path: Path) -> None:
    """A call whose time is over before a worker is free ends, on both faces, and waits no more."""
    with telling(tmp_path) as told, pool_of(1, told) as pool:

        async def main() -> None:
            held = asyncio.ensure_future(pool.acall.hold())
            await asyncio.to_thread(told.wait, "hold")
            with pytest.raises(DeadlineExceeded, match=r"add did not end within 0\.05 s"):
                await pool.acall.with_options(timeout=0.05).add(1, 2)
            with pytest.raises(DeadlineExceeded, match=r"add did not end within 0\.05 s"):
                await asyncio.to_thread(pool.call.with_options(timeout=0.05).add, 1, 2)
            assert pool.statistics().waiting == 0
            held.cancel()
            await asyncio.wait({held})
            with pytest.raises(DeadlineExceeded, match="hold did not end"):
                await pool.acall.hold.with_options(timeout=0.05)()
            assert pool.statistics().in_flight == 0

        asyncio.run(main())


def test_cancelling_a_call_that_waits_takes_it_out_of_the_queue(tmp_path: Path) -> None:
    """Its place in the queue is free, and no worker is lost to it."""
    with telling(tmp_path) as told, pool_of(1, told, queue_size=1) as pool:

        async def main() -> None:
            held = asyncio.ensure_future(pool.acall.hold())
            await asyncio.to_thread(told.wait, "hold")
            for _ in range(3):
                waiting = asyncio.ensure_future(pool.acall.add(1, 2))
                await asyncio.sleep(0)
                waiting.cancel()
                await asyncio.wait({waiting})
            assert pool.statistics().waiting == 0
            held.cancel()
            await asyncio.wait({held})
            assert await pool.acall.add(1, 2) == 3

        asyncio.run(main())


# -- death


def test_death_of_a_worker_fails_its_call_alone_and_it_is_started_again(tmp_path: Path) -> None:
    """The call in the other worker goes on; the pool has two workers again."""
    with telling(tmp_path) as told, pool_of(2, told) as pool:

        async def main() -> None:
            held = [asyncio.ensure_future(pool.acall.hold(number)) for number in range(2)]
            lines = await asyncio.to_thread(told.wait, "hold", 2)
            place = {int(number): int(pid) for _, number, pid in lines}
            os.kill(place[0], signal.SIGKILL)
            with pytest.raises(WorkerDied, match="signal 9") as died:
                await held[0]
            assert died.value.pid == place[0]
            assert not held[1].done()
            (new,) = await asyncio.to_thread(told.pids, "setup")
            assert await pool.acall.pid() == new  # waits until that one is ready: the other is busy
            assert set(pool.pids) == {new, place[1]}
            held[1].cancel()
            await asyncio.wait({held[1]})

        told.wait("setup", 2)
        asyncio.run(main())
        assert pool.statistics().started == 3


def test_death_that_is_told_late_is_not_that_of_the_next_worker(tmp_path: Path) -> None:
    """A stream whose reader comes back when the worker runs again ends, and has nothing started anew."""
    with telling(tmp_path) as told, pool_of(1, told, calls_per_worker=2) as pool:
        late = pool.call.echo()
        assert next(late) is None
        (old,) = told.pids("echo")
        os.kill(old, signal.SIGKILL)
        wait_for_end(old)
        new = pool.call.pid()
        with pytest.raises(WorkerDied) as caught:
            next(late)
        assert caught.value.pid == old
        assert (pool.call.pid(), pool.pids) == (new, [new])
        assert (pool.statistics().started, pool.statistics().in_flight) == (2, 0)


def test_call_goes_elsewhere_where_its_worker_was_dead_already() -> None:
    """Nobody notices the death of an idle worker."""
    with pool_of(2) as pool:
        before = pool.pids
        os.kill(before[0], signal.SIGKILL)
        wait_for_end(before[0])
        assert {pool.call.pid() for _ in range(6)} & {before[0]} == set()
        assert list(pool.call.count(3)) == [0, 1, 2]

        async def main() -> None:
            for pid in pool.pids:
                os.kill(pid, signal.SIGKILL)
                wait_for_end(pid)
            assert [item async for item in pool.acall.count(3)] == [0, 1, 2]
            assert await pool.acall.add(1, 2) == 3

        asyncio.run(main())


def test_idempotent_call_is_tried_again_as_often_as_it_says(tmp_path: Path) -> None:
    """Without the option the death is the caller's; with it another worker does the work."""
    with pool_of(2) as pool:
        with pytest.raises(UsageError, match=r"die is not declared so: write `@ambidex.idempotent`"):
            pool.call.with_options(retry=1).die()
        with pytest.raises(WorkerDied):
            pool.call.die_at_first(str(tmp_path / "first"))
        assert pool.call.with_options(retry=1).die_at_first(str(tmp_path / "second")) > 0

        async def main() -> int:
            with pytest.raises(UsageError, match="die is not declared so"):
                await pool.acall.die.with_options(retry=1)()
            with pytest.raises(UsageError, match="count yields items"):
                pool.acall.count.with_options(retry=1)(3)
            result: int = await pool.acall.die_at_first.with_options(retry=1)(str(tmp_path / "third"))
            return result

        assert asyncio.run(main()) > 0


# -- start and end


def test_start_that_fails_for_one_worker_names_the_cause_and_leaves_none(tmp_path: Path) -> None:
    """The others are ended; their clean-up runs."""
    with telling(tmp_path) as told:

        def variables(number: int) -> dict[str, str | None]:
            return {"TOLD": str(told.path), "REFUSES": "" if number == 1 else None}

        pool = pool_of(3, env=variables)
        with pytest.raises(WorkerNotStarted, match="no such device"):
            pool.call.start()
        for pid in told.pids("setup", 3):
            wait_for_end(pid)
        assert pool.pids == []
        with pytest.raises(UsageError, match="start it first"):
            pool.call.add(1, 2)


@pytest.mark.parametrize("is_awaited", [False, True])
def test_closing_ends_a_start(tmp_path: Path, is_awaited: bool) -> None:
    """Who waits for it is told so, on either face, and no worker is left."""
    with telling(tmp_path) as told:
        never = make_pipe(tmp_path, "never")
        pool = pool_of(2, env={"TOLD": str(told.path), "ENTERS": str(never)}, grace=0.2)

        async def main() -> None:
            start = asyncio.ensure_future(pool.start() if is_awaited else asyncio.to_thread(pool.call.start))
            pids = await asyncio.to_thread(told.pids, "setup", 2)
            await pool.close()
            with pytest.raises(RuntimeClosed, match=r"^WorkerPool\(.*\) was closed before it was ready$"):
                await start
            for pid in pids:
                wait_for_end(pid)

        asyncio.run(main())
        assert pool.pids == []


def test_closing_ends_calls_that_run_and_calls_that_wait(tmp_path: Path) -> None:
    """Those that run fail as in one worker, after their clean-up; those that wait are told of the closing."""
    with telling(tmp_path) as told, pool_of(2, told) as pool:

        async def main() -> None:
            held = [asyncio.ensure_future(pool.acall.hold()) for _ in range(2)]
            await asyncio.to_thread(told.wait, "hold", 2)
            waiting = [asyncio.ensure_future(pool.acall.add(1, 2)) for _ in range(2)]
            await asyncio.sleep(0)
            await pool.close()
            for each in held:
                with pytest.raises((WorkerDied, asyncio.CancelledError)):
                    await each
            for each in waiting:
                with pytest.raises(RuntimeClosed, match="was closed while this call waited for a worker"):
                    await each
            assert pool.statistics().in_flight == 0

        asyncio.run(main())
        told.wait("left", 2)


def test_each_worker_has_the_variables_of_its_number() -> None:
    """Numbers go from 0 to one below the size."""

    def variables(number: int) -> dict[str, str]:
        return {"CUDA_VISIBLE_DEVICES": str(number)}

    with pool_of(3, env=variables) as pool:
        assert sorted(pool.call.variable("CUDA_VISIBLE_DEVICES") for _ in range(3)) == ["0", "1", "2"]
