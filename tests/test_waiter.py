"""A task that waits by a `Waiter` can be ended, wherever an interrupt has struck in that wait before."""

from __future__ import annotations

import asyncio
import functools
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import _waiter
from ambidex._waiter import Waiter
from tests.interrupting import Interrupt, interrupted

if TYPE_CHECKING:
    from collections.abc import Generator


@pytest.fixture
def loop() -> Generator[asyncio.AbstractEventLoop, None, None]:
    """Give a loop."""
    made = asyncio.new_event_loop()
    yield made
    made.close()


def one_pass(loop: asyncio.AbstractEventLoop) -> None:
    """Run the loop once."""
    loop.call_soon(loop.stop)
    loop.run_forever()


async def wait_for(waiter: Waiter) -> Any:
    """Wait."""
    return await waiter


def begin(loop: asyncio.AbstractEventLoop) -> tuple[Waiter, asyncio.Task[Any]]:
    """Make a task that waits, once the loop has run."""
    waiter = Waiter(loop)
    return waiter, loop.create_task(wait_for(waiter))


@pytest.mark.parametrize("moment", ["beginning", "cancellation", "cancelled"])
def test_task_whose_wait_was_interrupted_is_cancelled_all_the_same(
    loop: asyncio.AbstractEventLoop, moment: str
) -> None:
    """As `asyncio.run` does at its end; also where the cancellation itself is what was interrupted."""
    number = 0
    is_interrupted = True
    while is_interrupted:
        number += 1
        _, task = begin(loop)
        if moment != "beginning":
            one_pass(loop)
        if moment == "cancelled":
            task.cancel()
        work = task.cancel if moment == "cancellation" else lambda: one_pass(loop)
        is_interrupted = interrupted(_waiter, number, work)
        task.cancel()
        one_pass(loop)
        one_pass(loop)
        one_pass(loop)
        assert task.done(), f"interrupted at place {number}"
        assert task.cancelled() or isinstance(task.exception(), Interrupt)
    assert number > 2


def test_value_that_comes_after_an_interrupted_one_is_not_waited_for_in_vain(loop: asyncio.AbstractEventLoop) -> None:
    """Where nothing was given yet, the next value is taken; the task runs in the pass in which it comes."""
    number = 0
    is_interrupted = True
    while is_interrupted:
        number += 1
        waiter, task = begin(loop)
        one_pass(loop)
        is_interrupted = interrupted(_waiter, number, functools.partial(waiter.come, "first"))
        waiter.come("second")
        if not task.done():  # interrupted between both: what ends the program ends the task
            task.cancel()
            one_pass(loop)
            one_pass(loop)
        assert task.done(), f"interrupted at place {number}"
        assert is_interrupted or task.result() == "first"
    assert number > 2


@pytest.mark.parametrize("first", ["value", "cancellation"])
def test_cancelled_wait_gives_no_value(loop: asyncio.AbstractEventLoop, first: str) -> None:
    """Also where the value comes in the same pass, before or after; the cancellation that was asked for is not lost."""
    waiter, task = begin(loop)
    one_pass(loop)
    if first == "value":
        loop.call_soon(waiter.come, "a value")
        task.cancel("why")
    else:
        task.cancel("why")
        waiter.come("a value")
    one_pass(loop)
    assert task.cancelled()


def test_value_that_is_there_first_is_given(loop: asyncio.AbstractEventLoop) -> None:
    """Before the task waits, and between its step and its wait, as where a step is taken ahead of its task."""
    waiter, task = begin(loop)
    waiter.come("early")
    assert loop.run_until_complete(task) == "early"
    waiter = Waiter(loop)
    steps = wait_for(waiter)
    assert steps.send(None) is waiter
    waiter.come("between")
    ran: list[Any] = []
    waiter.add_done_callback(ran.append, context=None)
    assert not ran
    one_pass(loop)
    assert len(ran) == 1
    with pytest.raises(StopIteration) as stopped:
        steps.send(None)
    assert stopped.value.value == "between"
