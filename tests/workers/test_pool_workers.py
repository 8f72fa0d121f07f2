"""The workers of a pool come and go: as many as are needed, replaced when they are used up, kept for their objects."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import RuntimeClosed, UsageError, WorkerNotStarted, WorkerPool
from tests.limits import HANG_S
from tests.programs import LIBRARY, run_program
from tests.workers.fleet import Boat, harbour, harbours
from tests.workers.pooling import WORKER, make_pipe, pool_of, telling, wait_for_end

if TYPE_CHECKING:
    from tests.workers.pooling import Told

if sys.platform == "win32":
    pytest.skip("named pipes, by which the workers tell what they do, are not files there", allow_module_level=True)

ROOT = Path(__file__).resolve().parents[2]
GREAT = 64 * 1024 * 1024  # bytes: well above what an interpreter holds


# -- replaced


def test_worker_is_replaced_after_as_many_calls_as_it_may_take() -> None:
    """Of a thousand calls no process has had more than its share, and none was lost; what is counted was seen."""
    with pool_of(2, max_calls_per_worker=300) as pool:
        seen = Counter(pool.call.pid() for _ in range(300))
        seen.update(asyncio.run(call_often(pool, 700)))
        assert sum(seen.values()) == 1000
        assert max(seen.values()) == 300
        statistics = pool.statistics()
        replaced = [*seen.values()].count(300)
        assert 2 <= statistics.recycled <= replaced <= statistics.recycled + statistics.starting
        assert 4 <= len(seen) <= statistics.started <= statistics.recycled + 2


async def call_often(pool: Any, count: int) -> list[int]:
    """Return the processes of so many awaited calls, of which all wait at once."""
    pids: list[int] = await asyncio.gather(*[pool.acall.pid() for _ in range(count)])
    return pids


def test_worker_to_be_replaced_finishes_its_calls_and_takes_no_new_ones(tmp_path: Path) -> None:
    """Its last call goes on while the other worker takes the next ones; the clean-up of the worker runs."""
    with telling(tmp_path) as told, pool_of(2, told, calls_per_worker=2, max_calls_per_worker=2) as pool:

        async def main() -> None:
            held = [asyncio.ensure_future(pool.acall.hold(number)) for number in range(3)]
            place = {number: int(pid) for _, number, pid in await asyncio.to_thread(told.wait, "hold", 3)}
            assert place["0"] == place["2"] != place["1"]  # so that the first worker has had its last call
            held[1].cancel()
            await asyncio.wait({held[1]})
            others = [await pool.acall.pid() for _ in range(2)]  # the second one by the next process of that number
            assert others[0] == place["1"]
            assert len({*others, place["0"]}) == 3
            assert not held[0].done()
            assert not held[2].done()
            assert await asyncio.to_thread(told.pids, "teardown") == [place["1"]]
            held[0].cancel()
            await asyncio.wait({held[0]})
            assert pool.statistics().starting == 0  # it still has the other one
            held[2].cancel()
            await asyncio.wait(held)
            assert await asyncio.to_thread(told.pids, "teardown") == [place["0"]]
            await asyncio.to_thread(told.wait, "setup")

        told.wait("setup", 2)
        asyncio.run(main())


def test_worker_that_is_replaced_when_the_pool_is_closed_has_no_successor(tmp_path: Path) -> None:
    """Its clean-up goes on meanwhile, and is waited for; nothing is started behind the back of who has closed it."""
    leaves = make_pipe(tmp_path, "leaves")

    async def main(told: Told) -> None:
        pool = pool_of(1, env={"TOLD": str(told.path), "LEAVES": str(leaves)}, max_calls_per_worker=1, grace=HANG_S)
        async with pool:
            old = await pool.acall.pid()
            waits = asyncio.ensure_future(pool.acall.pid())
            assert await asyncio.to_thread(told.pids, "teardown") == [old]
            closing = asyncio.ensure_future(pool.close())
            with pytest.raises(RuntimeClosed, match="was closed while this call waited for a worker of it"):
                await waits
            assert not closing.done()
            await asyncio.to_thread(leaves.write_text, "")
            await closing
            wait_for_end(old)
        assert pool.pids == []
        assert pool.statistics().recycled == 1

    with telling(tmp_path) as told:
        asyncio.run(main(told))
        with told.path.open("a") as pipe:
            pipe.write("over\n")
        assert told.next() == ["over"], "another worker was started"


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of another process is read on Linux alone")
def test_worker_that_holds_too_much_memory_is_replaced() -> None:
    """After the call that made it so; another one is left alone."""
    with pool_of(1, max_memory_bytes=GREAT) as pool:
        small = pool.call.keep(1)
        assert pool.call.pid() == small
        great = pool.call.keep(2 * GREAT)
        assert great == small
        assert pool.call.pid() != great
        assert (pool.statistics().recycled, pool.statistics().started) == (1, 2)
        wait_for_end(great)


def test_replaced_worker_has_the_number_of_the_one_before() -> None:
    """So what belongs to a number, a device, is never used by two processes."""

    def variables(number: int) -> dict[str, str]:
        return {"NUMBER": str(number)}

    with pool_of(2, env=variables, max_calls_per_worker=2) as pool:
        seen = [(pool.call.variable("NUMBER")) for _ in range(12)]
        assert set(seen) == {"0", "1"}
        assert pool.statistics().recycled >= 4


# -- as many as are needed


def test_pool_grows_when_all_are_busy_and_shrinks_when_they_are_idle(tmp_path: Path) -> None:
    """From the least to the greatest number and back, and again; the calls that made it grow are not lost."""
    with telling(tmp_path) as told, pool_of(3, told, min_size=1, idle_timeout=0.2) as pool:
        assert pool.statistics().workers == 1
        told.wait("setup")

        async def main() -> None:
            held = [asyncio.ensure_future(pool.acall.hold(number)) for number in range(3)]
            pids = await asyncio.to_thread(told.pids, "hold", 3)
            assert len(set(pids)) == 3
            assert sorted(pool.pids) == sorted(pids)
            for each in held:
                each.cancel()
            await asyncio.wait(held)
            ended = await asyncio.to_thread(told.pids, "teardown", 2)
            for pid in ended:
                await asyncio.to_thread(wait_for_end, pid)
            assert pool.pids == list(set(pids) - set(ended))
            assert await pool.acall.pid() == pool.pids[0]
            assert pool.statistics().started == 3
            held = [asyncio.ensure_future(pool.acall.hold(number)) for number in range(3)]
            again = await asyncio.to_thread(told.pids, "hold", 3)
            assert len(set(again)) == 3  # as many as before, where idle ones were
            for each in held:
                each.cancel()
            await asyncio.wait(held)

        asyncio.run(main())


def test_pool_of_fixed_size_ends_none_for_idleness(tmp_path: Path) -> None:
    """Without a least size all stay, whatever the idle time."""
    with telling(tmp_path) as told, pool_of(2, told, idle_timeout=0.0) as pool:
        before = pool.pids
        assert {pool.call.pid() for _ in range(6)} == set(before)
        assert pool.statistics().started == 2


# -- starts that fail later


def test_worker_that_does_not_start_again_fails_what_waits_and_is_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The calls get the cause, no hang; the next call has it tried again."""
    worker = tmp_path / "worker.py"
    worker.write_text(WORKER.read_text())
    with (
        telling(tmp_path) as told,
        WorkerPool(worker, size=1, env={"TOLD": str(told.path)}, restart="temporary") as pool,
    ):
        (pid,) = told.pids("setup")
        worker.rename(tmp_path / "away.py")
        os.kill(pid, signal.SIGKILL)
        wait_for_end(pid)
        with pytest.raises((UsageError, WorkerNotStarted), match=r"worker\.py"):
            pool.call.pid()
        (tmp_path / "away.py").rename(worker)
        assert pool.call.pid() != pid
    assert "worker 0 of WorkerPool(" in caplog.text
    assert "did not start" in caplog.text


# -- objects


def fleet_of(size: int, told: Told | None = None, **options: Any) -> Any:
    """Return a pool whose workers can import the implementation of the faces."""
    variables = {"PYTHONPATH": os.pathsep.join([str(ROOT), str(LIBRARY)])}
    if told is not None:
        variables["TOLD"] = str(told.path)
    return pool_of(size, env=variables, **options)


def test_objects_are_spread_over_the_workers_and_stay_where_they_are() -> None:
    """Each is made where the fewest are; its calls go there, on both faces, and those it gives are there, too."""
    with fleet_of(3) as pool:
        boats = [pool.create(Boat, str(number)) for number in range(4)] + [pool.create(Boat.launch, "x")]

        async def main() -> list[int]:
            boats.append(await pool.create.aio(Boat, "y"))
            return [await boat.harbour.aio() for boat in boats]

        places = asyncio.run(main())
        assert sorted(Counter(places).values()) == [2, 2, 2]
        assert [boat.harbour() for boat in boats] == places
        assert [boat.twin().harbour() for boat in boats] == places
        gone = places[0]
        del boats[0], boats[2]
        gc.collect()
        fewest = Counter(places[1:3] + places[4:])
        assert fewest[pool.create(Boat, "z").harbour()] == min(fewest[pid] for pid in set(places))
        assert gone in pool.pids


def test_worker_with_objects_is_neither_replaced_nor_ended(tmp_path: Path) -> None:
    """It goes on taking calls beyond its number; when the objects have gone it is replaced at the next call's end."""
    with telling(tmp_path) as told, fleet_of(1, told, max_calls_per_worker=3) as pool:
        boat = pool.create(Boat, "a")
        home = boat.harbour()
        assert [pool.call.pid() for _ in range(6)] == [home] * 6
        assert boat.harbour() == home
        del boat
        gc.collect()
        assert pool.call.pid() == home
        assert told.pids("teardown") == [home]
        assert pool.call.pid() != home


def test_object_made_by_a_last_call_keeps_its_worker() -> None:
    """The call that gives it is the last one that the worker may take."""
    with fleet_of(1, max_calls_per_worker=1) as pool:
        boat = pool.function(Boat.launch)("a")
        home = boat.harbour()
        assert pool.call.pid() == home
        assert boat.harbour() == home


def test_functions_of_a_generated_module_are_placed_at_each_call() -> None:
    """Blocking, awaited, submitted, streams: each call takes a place, and they take turns."""
    with fleet_of(2) as pool:
        here = pool.function(harbour)
        assert {here() for _ in range(4)} == set(pool.pids)
        assert {here.submit().result() for _ in range(4)} == set(pool.pids)
        stream = pool.function(harbours)
        assert {next(iter(set(stream(3)))) for _ in range(4)} == set(pool.pids)

        async def main() -> set[int]:
            found = {await here.aio() for _ in range(4)}
            async for pid in stream.aio(2):
                found.add(pid)
            return found

        assert asyncio.run(main()) == set(pool.pids)
        assert pool.statistics().in_flight == 0


# -- another process


def test_pool_is_refused_in_a_forked_process(tmp_path: Path) -> None:
    """A call says to make another pool; leaving the `with` block there ends nothing."""
    program = f"""
import os
from ambidex import UsageError, WorkerPool

with WorkerPool({str(WORKER)!r}, size=2) as pool:
    pool.call.add(1, 2)
    pid = os.fork()
    if pid == 0:
        try:
            pool.call.add(1, 2)
        except UsageError as error:
            print(error, flush=True)
        pool.call.close()
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    print(pool.call.add(3, 4), flush=True)
"""
    ended = run_program(tmp_path, program)
    assert ended.code == 0, ended.err
    refusal, result = ended.out.splitlines()
    assert "add was called in a process that was forked from the one that has made WorkerPool(" in refusal
    assert result == "7"
