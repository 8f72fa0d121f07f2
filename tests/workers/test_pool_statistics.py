"""A pool tells what was counted of its calls, by method, over all the workers that it has had."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlineExceeded, PoolFull, WorkerDied
from tests.workers.fleet import Boat, harbour, harbours
from tests.workers.pooling import pool_of, telling, wait_for_end
from tests.workers.test_counted_calls import Heard
from tests.workers.test_pool_workers import fleet_of

if TYPE_CHECKING:
    from pathlib import Path

    from ambidex import MethodStatistics
    from ambidex.workers.parent import PoolStatistics

if sys.platform == "win32":
    pytest.skip("named pipes, by which the workers tell what they do, are not files there", allow_module_level=True)


def counts(told: PoolStatistics) -> dict[str, tuple[int, int]]:
    """Return how many calls of each method were made, and how many of them gave a result."""
    return {name: (each.calls, each.returned) for name, each in told.methods.items()}


def test_calls_of_all_workers_are_counted_by_method() -> None:
    """On both faces, streams and maps too; results, errors by class, bytes, latencies, and the sums of all."""
    with pool_of(2) as pool:
        pids = {pool.call.pid() for _ in range(6)}
        assert pids == set(pool.pids)
        for number in (-1, -2):
            with pytest.raises(ValueError, match=str(number)):
                pool.call.fail(number)

        async def main() -> None:
            assert await asyncio.gather(*[pool.acall.add(number, 1) for number in range(5)]) == [1, 2, 3, 4, 5]
            assert [item async for item in pool.acall.count(3)] == [0, 1, 2]

        asyncio.run(main())
        assert list(pool.call.count(3)) == [0, 1, 2]
        assert list(pool.call.add.map(range(7), range(7))) == [2 * number for number in range(7)]
        assert sorted(pool.call.fail.as_completed([1, 2, 3])) == [1, 2, 3]
        told = pool.statistics()
        assert counts(told) == {"pid": (6, 6), "fail": (5, 3), "add": (12, 12), "count": (2, 2)}
        assert told.methods["fail"].errors == told.total.errors == {"ValueError": 2}
        assert (told.total.calls, told.total.returned, told.total.in_flight, told.restarts) == (25, 23, 0, 0)
        assert told.methods["pid"].latencies.count == 6
        assert told.methods["pid"].bytes_sent > 0
        assert told.total.bytes_received > told.methods["pid"].bytes_received > 0
    assert pool.statistics().total == told.total  # of a closed pool as well


def test_calls_in_flight_and_waiting_are_told_by_method(tmp_path: Path) -> None:
    """A call that waits is in no other number; one that is refused, or ends while it waits, is one that raised."""
    with telling(tmp_path) as told, pool_of(1, told, queue_size=2) as pool:

        def seen(name: str) -> MethodStatistics:
            return pool.statistics().methods[name]

        async def main() -> None:
            held = asyncio.ensure_future(pool.acall.hold())
            await asyncio.to_thread(told.wait, "hold")
            waiting = [asyncio.ensure_future(pool.acall.add(1, 2)), asyncio.ensure_future(pool.acall.pid())]
            await asyncio.sleep(0)
            assert (seen("hold").in_flight, seen("hold").waiting) == (1, 0)
            assert (seen("add").calls, seen("add").waiting, seen("pid").waiting) == (0, 1, 1)
            assert pool.statistics().total.waiting == pool.statistics().waiting == 2
            with pytest.raises(PoolFull):
                await pool.acall.add(1, 2)
            with pytest.raises(PoolFull):
                await asyncio.to_thread(pool.call.add, 1, 2)
            assert (seen("add").calls, seen("add").errors, seen("add").waiting) == (2, {"PoolFull": 2}, 1)
            waiting[1].cancel()
            await asyncio.wait({waiting[1]})
            assert (seen("pid").calls, seen("pid").cancelled) == (1, 1)
            for call in (pool.acall, pool.call):
                late: Any = call.with_options(timeout=0.05).pid
                with pytest.raises(DeadlineExceeded):
                    await (late() if call is pool.acall else asyncio.to_thread(late))
            assert (seen("pid").calls, seen("pid").deadline_exceeded, seen("pid").latencies.count) == (3, 2, 2)
            held.cancel()
            await asyncio.wait({held})
            assert await waiting[0] == 3

        asyncio.run(main())
        assert (seen("hold").cancelled, seen("hold").in_flight) == (1, 0)
        assert (seen("add").calls, seen("add").returned, seen("add").waiting) == (3, 1, 0)
        assert pool.statistics().total.calls == 7


def test_calls_of_a_worker_that_has_died_stay_counted() -> None:
    """Those it has answered, that which has seen its death, and those of the process after it; restarts are counted."""
    with pool_of(1) as pool:
        first = pool.call.pid()
        with pytest.raises(WorkerDied):
            pool.call.die()
        second = pool.call.pid()
        os.kill(second, signal.SIGKILL)
        wait_for_end(second)
        third = pool.call.pid()
        assert len({first, second, third}) == 3
        told = pool.statistics()
        assert told.methods["pid"].returned == 3
        assert told.methods["die"].errors == {"WorkerDied": 1}
        assert (told.restarts, told.started, told.recycled, told.total.in_flight) == (2, 3, 0, 0)


def test_calls_of_a_worker_that_was_given_up_stay_counted() -> None:
    """The one that takes its place is a new beginning, and no restart."""
    with pool_of(1, restart="temporary") as pool:
        first = pool.call.pid()
        with pytest.raises(WorkerDied):
            pool.call.die()
        assert pool.call.pid() != first
        told = pool.statistics()
        assert counts(told) == {"pid": (2, 2), "die": (1, 0)}
        assert (told.restarts, told.started) == (0, 2)


def test_each_try_of_a_call_is_counted(tmp_path: Path) -> None:
    """The one that a death has ended, and the one that has answered."""
    with pool_of(1) as pool:
        pool.call.with_options(retry=2).die_at_first(str(tmp_path / "died"))
        told = pool.statistics().methods["die_at_first"]
        assert (told.calls, told.returned, told.errors) == (2, 1, {"WorkerDied": 1})


def test_calls_of_a_replaced_worker_stay_counted() -> None:
    """Ten calls of which a process takes two each."""
    with pool_of(1, max_calls_per_worker=2) as pool:
        pids = [pool.call.pid() for _ in range(10)]
        told = pool.statistics()
        assert len(set(pids)) == 5
        assert (told.methods["pid"].returned, told.restarts) == (10, 0)
        assert told.recycled in (4, 5)  # the last one is replaced behind the calls


def test_calls_of_objects_and_typed_functions_are_counted() -> None:
    """By the name of the member; objects hold no place."""
    with fleet_of(2) as pool:
        boats = [pool.create(Boat, "a"), pool.create(Boat, "b"), pool.create(Boat.launch, "c")]
        for boat in boats:
            boat.harbour()
        for _ in range(4):
            pool.function(harbour)()
        assert len(list(pool.function(harbours)(3))) == 3
        told = pool.statistics()
        assert counts(told) == {
            "Boat": (2, 2),
            "Boat.launch": (1, 1),
            "Boat.harbour": (3, 3),
            "harbour": (4, 4),
            "harbours": (1, 1),
        }
        assert (told.in_flight, told.total.in_flight) == (0, 0)


def test_object_that_waits_to_be_made_is_told_by_the_name_it_is_counted_under(tmp_path: Path) -> None:
    """A class, and a class method."""
    with telling(tmp_path) as told, fleet_of(1, told, queue_size=2) as pool:

        async def main() -> None:
            held = asyncio.ensure_future(pool.acall.hold())
            await asyncio.to_thread(told.wait, "hold")
            making = [asyncio.ensure_future(pool.create.aio(make, "a")) for make in (Boat, Boat.launch)]
            await asyncio.sleep(0)
            seen = pool.statistics().methods
            assert {name: each.waiting for name, each in seen.items() if each.waiting} == {"Boat": 1, "Boat.launch": 1}
            with pytest.raises(PoolFull, match="Boat was not begun"):
                await pool.create.aio(Boat, "b")
            held.cancel()
            await asyncio.gather(*making)
            await asyncio.wait({held})

        asyncio.run(main())
        assert counts(pool.statistics()) == {"hold": (1, 0), "Boat": (2, 1), "Boat.launch": (1, 1)}


def test_observer_hears_of_each_call_of_a_pool_once(tmp_path: Path) -> None:
    """Of those that came to no worker too."""
    heard = Heard()
    with telling(tmp_path) as told, pool_of(1, told, queue_size=0, observer=heard) as pool:

        async def main() -> None:
            held = asyncio.ensure_future(pool.acall.hold())
            await asyncio.to_thread(told.wait, "hold")
            with pytest.raises(PoolFull):
                await pool.acall.pid()
            held.cancel()
            await asyncio.wait({held})

        asyncio.run(main())
        pool.call.pid()
    assert heard.calls == [
        ("hold", "started"),
        ("pid", "started"),
        ("pid", "failed", "PoolFull"),
        ("hold", "cancelled"),
        ("pid", "started"),
        ("pid", "returned"),
    ]
    assert [event for event, _ in heard.workers] == ["started", "ended"]
