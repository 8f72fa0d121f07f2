"""A loop that was held up while its child died finds that out by what it sends next, and each caller is told."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

import pytest

from ambidex import ParentWorker
from ambidex.errors import WorkerDied
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

if sys.platform == "win32":
    pytest.skip("processes are killed by signals here", allow_module_level=True)

pytestmark = pytest.mark.usefixtures("nothing_left")

FAULTS = Path(__file__).with_name("children") / "faults.py"


@pytest.fixture
def worker() -> Iterator[ParentWorker]:
    """Give a running worker whose child is not started again."""
    with ParentWorker(FAULTS, restart="temporary", output="drop") as started:
        yield started


def kill_unnoticed(worker: ParentWorker) -> None:
    """Kill the child, and hold the running loop until the loop of the workers knows of the end."""
    pid = worker.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + HANG_S
    while worker.pid is not None:
        assert time.monotonic() < until, "the death is not noticed"
        os.sched_yield()


def outcomes_of(work: Callable[[], Coroutine[Any, Any, list[Any]]]) -> list[str]:
    """Run what gives outcomes, and name them: an error by its class, and whether its call was not even sent."""

    async def main() -> list[Any]:
        return await asyncio.wait_for(work(), HANG_S)

    return [
        type(each).__name__ + (" not_sent" if isinstance(each, WorkerDied) and each.progress == "not_sent" else "")
        for each in asyncio.run(main())
    ]


async def under_way(worker: ParentWorker, count: int) -> list[asyncio.Task[Any]]:
    """Make calls that wait, all of which have begun."""
    calls = [asyncio.ensure_future(worker.acall.wait()) for _ in range(count)]
    assert await worker.acall.add(1, 2) == 3
    return calls


@pytest.mark.parametrize("count", [1, 3])
def test_call_that_finds_the_connection_over_was_not_sent(worker: ParentWorker, count: int) -> None:
    """Its first step does; what is made in the same pass finds that too."""

    async def work() -> list[Any]:
        assert await worker.acall.add(1, 2) == 3
        calls = [asyncio.ensure_future(worker.acall.add(1, 2)) for _ in range(count)]
        kill_unnoticed(worker)
        return await asyncio.gather(*calls, return_exceptions=True)

    assert outcomes_of(work) == ["WorkerDied not_sent"] * count


def test_cancel_that_finds_the_connection_over_ends_its_call_and_leaves_the_others_to_be_told(
    worker: ParentWorker,
) -> None:
    """One is cancelled, by a message that nobody reads; none of the others runs in its task."""

    async def work() -> list[Any]:
        calls = await under_way(worker, 4)
        calls[0].cancel()
        kill_unnoticed(worker)
        return await asyncio.gather(*calls, return_exceptions=True)

    assert outcomes_of(work) == ["CancelledError", *["WorkerDied"] * 3]


@pytest.mark.parametrize("leave", ["read on", "close"])
def test_stream_that_finds_the_connection_over_ends_alone(worker: ParentWorker, leave: str) -> None:
    """By asking for more, or by saying that it wants no more; the calls beside it are told."""

    async def work() -> list[Any]:
        calls = await under_way(worker, 2)
        items = worker.acall.count()
        assert await items.__anext__() == 1

        async def read_on() -> None:
            if leave == "close":
                await items.aclose()
            else:
                async for _ in items:
                    pass

        reading = asyncio.ensure_future(read_on())
        kill_unnoticed(worker)
        return await asyncio.gather(reading, *calls, return_exceptions=True)

    assert outcomes_of(work) == ["WorkerDied"] * 3


def test_caller_that_leaves_the_loop_takes_nobody_with_him(worker: ParentWorker) -> None:
    """`SystemExit` goes through the loop at once, which is run again: those who wait behind are told then."""
    loop = asyncio.new_event_loop()

    async def leave() -> None:
        try:
            await worker.acall.wait()
        except WorkerDied:
            sys.exit(3)

    async def work() -> list[asyncio.Task[Any]]:
        first = asyncio.ensure_future(leave())
        others = await under_way(worker, 3)
        os.kill(worker.pid or 0, signal.SIGKILL)
        return [first, *others]

    try:
        first, *others = loop.run_until_complete(work())
        with pytest.raises(SystemExit):
            loop.run_until_complete(asyncio.wait({first}))
        told = loop.run_until_complete(asyncio.wait_for(asyncio.gather(*others, return_exceptions=True), HANG_S))
        assert [type(each) for each in told] == [WorkerDied] * 3
        assert isinstance(first.exception(), SystemExit)
    finally:
        loop.close()


def test_limit_that_is_over_before_the_child_is_started_again_is_a_deadline() -> None:
    """The loop was held up for longer than the call may take."""

    async def work(worker: ParentWorker) -> list[Any]:
        kill_unnoticed(worker)
        call = asyncio.ensure_future(worker.acall.with_options(timeout=0.05).add(1, 2))
        await asyncio.sleep(0)
        held = time.monotonic() + 0.1
        while worker.pid is None or time.monotonic() < held:
            os.sched_yield()
        return [*await asyncio.gather(call, return_exceptions=True)]

    with ParentWorker(FAULTS, output="drop") as worker:
        assert outcomes_of(lambda: work(worker)) == ["DeadlineExceeded"]
