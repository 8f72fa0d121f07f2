"""Tasks that would await a loop that waits for them: the wait that closes the circle is refused, and no other one."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlockError, Synchronizer
from tests.limits import HANG_S
from tests.runtime.circles import await_call, numbers
from tests.runtime.work import one

if TYPE_CHECKING:
    from collections.abc import Callable

# What blocks here does so inside a loop.
pytestmark = pytest.mark.filterwarnings("ignore::ambidex.BlockingInAsyncWarning")


async def await_step(a: Synchronizer) -> int:
    """Await the first item of a stream."""
    async for number in a.aiterate(numbers):
        return number
    return 0


async def await_future(a: Synchronizer) -> int:
    """Await a future."""
    return await a.submit(one)


@pytest.mark.parametrize("await_it", [await_call, await_step, await_future])
def test_awaiting_on_a_loop_that_waits_for_this_task_is_refused(
    await_it: Callable[[Synchronizer], Any], loops: tuple[Synchronizer, ...]
) -> None:
    """A is blocked in the very call that awaits something on A: the error says what to write on A's side."""
    a, b, _ = loops

    async def on_b() -> None:
        await await_it(a)

    async def on_a() -> None:
        b.run(on_b)

    with pytest.raises(DeadlockError, match=r"awaited here, would never end.*blocked in .*on_b.*`await .*on_b, \.\.\."):
        a.run(on_a)
    assert a.run(one) == 1


@pytest.mark.parametrize("await_it", [await_call, await_step, await_future])
@pytest.mark.parametrize("waits_for_it", [True, False])
def test_blocking_until_a_task_ends_that_awaited_this_loop_before_is_refused(
    await_it: Callable[[Synchronizer], Any], waits_for_it: bool, loops: tuple[Synchronizer, ...]
) -> None:
    """The work that the task awaits has not begun, because its loop is held; other calls are none of the circle."""
    a, b, _ = loops

    async def on_b() -> int:
        value: int = await await_it(a)
        return value

    async def on_a() -> Any:
        future = b.submit(on_b)
        suspended = threading.Event()
        b.submit(one).add_done_callback(lambda _: suspended.set())  # the loop of B has come to the next work
        assert suspended.wait(HANG_S)
        if waits_for_it:
            with pytest.raises(DeadlockError, match="on_b would wait for good"):
                future.result()
        else:
            assert b.run(one) == 1
        return future

    assert a.run(on_a).result(HANG_S) == 1


def test_awaiting_through_a_third_loop_is_refused(loops: tuple[Synchronizer, ...]) -> None:
    """A is blocked in a call on B, that awaits one on C, and that awaits one on A."""
    a, b, c = loops

    async def on_b() -> int:
        return await c.aio(await_call, a)

    async def on_a() -> int:
        return b.run(on_b)

    with pytest.raises(DeadlockError, match="would never end"):
        a.run(on_a)


def test_blocking_until_a_task_ends_that_awaits_this_loop_is_refused(loops: tuple[Synchronizer, ...]) -> None:
    """The task on B awaits a call on A; that call then waits, blocking, for the future of the task."""
    a, b, _ = loops
    started = threading.Event()
    future: concurrent.futures.Future[None]

    async def on_a() -> None:
        await asyncio.get_running_loop().run_in_executor(None, started.wait, HANG_S)
        future.result()

    async def on_b() -> None:
        await a.aio(on_a)

    future = b.submit(on_b)
    started.set()
    with pytest.raises(
        DeadlockError, match=r"on_b would wait for good.*whose task awaits a call on the loop held here"
    ):
        future.result(HANG_S)


def test_awaiting_from_another_task_of_the_waited_for_loop_is_allowed(loops: tuple[Synchronizer, ...]) -> None:
    """A is blocked in a call on B; another task of B awaits A and has its answer as soon as A is free."""
    a, b, _ = loops
    blocked, free = threading.Event(), threading.Event()

    async def on_b() -> None:
        blocked.set()
        await asyncio.get_running_loop().run_in_executor(None, free.wait, HANG_S)

    async def on_a() -> None:
        b.run(on_b)

    held = a.submit(on_a)
    assert blocked.wait(HANG_S)
    other = b.submit(await_call, a)
    assert b.run(one) == 1
    assert not other.done()
    free.set()
    assert other.result(HANG_S) == 1
    held.result(HANG_S)
