"""What comes to a stream between two of its steps: a cancellation, a failed child, another reader's step."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import Synchronizer
from ambidex.runtime import runtime_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator


HANG_S = 10  # a wait that takes longer hangs


@pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio has no task groups before 3.11")
def test_task_group_that_fails_between_two_steps_raises_in_the_next(synchronizer: Synchronizer) -> None:
    """A child's failure is not lost while nobody iterates."""
    failed = threading.Event()

    async def child() -> None:
        raise KeyError("child")

    def say_so(_: asyncio.Task[None]) -> None:
        failed.set()

    async def numbers_beside_a_child() -> AsyncIterator[int]:
        async with getattr(asyncio, "TaskGroup")() as group:  # noqa: B009  as below
            group.create_task(child()).add_done_callback(say_so)  # after the group's own
            yield 1
            yield 2

    items = synchronizer.iterate(numbers_beside_a_child)
    assert next(items) == 1
    assert failed.wait(HANG_S)
    with pytest.raises(Exception, match="TaskGroup") as info:
        next(items)
    assert isinstance(getattr(info.value, "exceptions")[0], KeyError)  # noqa: B009  its class is unknown to 3.9
    assert list(items) == []


class Survivor:
    """A generator that is cancelled between its first two steps, and goes on."""

    def __init__(self) -> None:
        self.has_gone_on = threading.Event()
        self.seen: list[BaseException] = []

    async def items(self) -> AsyncIterator[int]:
        """Yield 1, and in answer to the cancellation 2; then 3."""
        task = asyncio.current_task()
        assert task is not None
        loop = asyncio.get_running_loop()
        loop.call_soon(task.cancel)
        try:
            yield 1
        except asyncio.CancelledError:
            loop.call_soon(self.has_gone_on.set)  # when the item has been left
        try:
            yield 2
        except BaseException as error:
            self.seen.append(error)
            raise
        yield 3


def test_generator_that_survives_a_cancellation_between_two_steps_goes_on(synchronizer: Synchronizer) -> None:
    """What it yields in answer is the next item."""
    survivor = Survivor()
    items = synchronizer.iterate(survivor.items)
    assert next(items) == 1
    assert survivor.has_gone_on.wait(HANG_S)
    assert list(items) == [2, 3]


@pytest.mark.parametrize("passes", [0, 1])  # while it has more to run, a loop takes work in in every other pass
def test_cancellation_between_two_steps_comes_before_a_step_that_waits_for_the_loop(
    passes: int, synchronizer: Synchronizer
) -> None:
    """The step is taken in by the loop before the task wakes to its cancellation."""
    log: list[str] = []
    tasks: list[asyncio.Task[Any]] = []
    held, let_go = threading.Event(), threading.Event()

    async def numbers() -> AsyncIterator[int]:
        task = asyncio.current_task()
        assert task is not None
        tasks.append(task)
        try:
            yield 1
        except asyncio.CancelledError:
            log.append("cancelled")
        yield 2

    async def cancel_and_hold() -> None:
        for _ in range(passes):
            await asyncio.sleep(0)
        tasks[0].cancel()
        held.set()
        assert let_go.wait(HANG_S)

    items = synchronizer.iterate(numbers)
    assert next(items) == 1
    holding = synchronizer.submit(cancel_and_hold)
    assert held.wait(HANG_S)
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(next, items)
        thread: Any = runtime_of(synchronizer.name).thread
        deadline = time.monotonic() + HANG_S
        while not thread._inbox:
            assert time.monotonic() < deadline
        let_go.set()
        assert second.result(HANG_S) == 2
    assert log == ["cancelled"]
    assert holding.result(HANG_S) is None
    assert list(items) == []


@pytest.mark.parametrize("end", ["close", "throw"])
def test_item_left_by_a_cancellation_between_two_steps_is_not_in_the_way_of_an_end(
    synchronizer: Synchronizer, end: str
) -> None:
    """A close ends the generator and an error reaches it, where an item waits for the next step."""
    survivor = Survivor()
    items: Any = synchronizer.iterate(survivor.items)
    assert next(items) == 1
    assert survivor.has_gone_on.wait(HANG_S)
    if end == "close":
        items.close()
    else:
        with pytest.raises(KeyError):
            items.throw(KeyError("thrown"))
    assert [type(error) for error in survivor.seen] == [GeneratorExit if end == "close" else KeyError]
    assert list(items) == []


def test_step_that_comes_while_a_queued_one_is_under_way_waits_for_it(synchronizer: Synchronizer) -> None:
    """Tasks and threads may share a stream: steps are taken one after another, whichever way each began."""
    gates: list[asyncio.Event] = []

    async def numbers() -> AsyncGenerator[int, None]:
        gates.extend(asyncio.Event() for _ in range(3))
        for number, gate in enumerate(gates):
            await gate.wait()
            yield number

    async def open_gate(number: int) -> None:
        gates[number].set()

    async def pass_by() -> None:
        """Do nothing: what was offered before has reached the loop."""

    async def main() -> None:
        stream = synchronizer.aiterate(numbers)

        async def begin_step() -> asyncio.Future[int]:
            step = asyncio.ensure_future(stream.__anext__())
            await asyncio.sleep(0)
            await synchronizer.aio(pass_by)
            return step

        first, second = await begin_step(), await begin_step()
        await synchronizer.aio(open_gate, 0)
        assert await first == 0
        third = await begin_step()
        await synchronizer.aio(open_gate, 1)
        await synchronizer.aio(open_gate, 2)
        assert (await second, await third) == (1, 2)
        await stream.aclose()

    asyncio.run(main())
