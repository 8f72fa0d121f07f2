"""Many callers at once: nothing is lost, nothing is left over."""

from __future__ import annotations

import asyncio
import threading

import pytest

from ambidex import Future, get_synchronizer, run_async_task
from ambidex.runtime import runtime_of


async def echo(value: int) -> int:
    """Return `value` without suspending."""
    return value


async def suspend(value: int) -> int:
    """Return `value` after one pass of the loop."""
    await asyncio.sleep(0)
    return value


def _left_over(name: str) -> tuple[int, int]:
    """Return how many tasks and unfinished calls the loop of that synchronizer still has, the asking one left out."""
    synchronizer = get_synchronizer(name)
    thread = runtime_of(name).thread
    assert thread is not None

    async def count() -> tuple[int, int]:
        await asyncio.sleep(0)  # tasks that have delivered their result end on this pass of the loop
        return len(asyncio.all_tasks()) - 1, len(thread.calls) - 1

    return synchronizer.run(count)


def _run_in_threads(count: int, calls: int) -> list[int]:
    """Make `calls` calls in each of `count` threads that start together; return every answer."""
    synchronizer = get_synchronizer("many")
    barrier = threading.Barrier(count)
    answers: list[int] = []

    def work(number: int) -> None:
        barrier.wait()
        for step in range(calls):
            function = suspend if step % 2 else echo
            answers.append(synchronizer.run(function, number * calls + step))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.timeout(300)
def test_fifty_threads_making_a_thousand_calls_each_lose_nothing() -> None:
    """50 threads, 1,000 blocking calls each: every answer once, no task and no call left."""
    assert sorted(_run_in_threads(50, 1_000)) == list(range(50_000))
    assert _left_over("many") == (0, 0)


@pytest.mark.timeout(180)
def test_a_thousand_threads_making_one_call_each_lose_nothing() -> None:
    """1,000 threads at once, one blocking call each: every answer once, no task and no call left."""
    assert sorted(_run_in_threads(1_000, 1)) == list(range(1_000))
    assert _left_over("many") == (0, 0)


@pytest.mark.timeout(180)
def test_ten_thousand_tasks_in_flight_lose_nothing() -> None:
    """10,000 tasks wait at the same time and end each with its own result; no task and no call is left."""
    run_async_task(echo(0))
    gates: list[asyncio.Event] = []

    async def make_gate() -> None:
        gates.append(asyncio.Event())

    async def wait_for_the_gate(value: int) -> int:
        await gates[0].wait()
        return value

    async def open_gate() -> int:
        waiting = len(asyncio.all_tasks()) - 1
        gates[0].set()
        return waiting

    run_async_task(make_gate())
    futures: list[Future[int]] = [run_async_task(wait_for_the_gate(n), fire_and_forget=True) for n in range(10_000)]
    assert run_async_task(open_gate()) == 10_000
    assert [future.result() for future in futures] == list(range(10_000))
    assert _left_over("ambidex") == (0, 0)
