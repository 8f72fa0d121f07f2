"""The task of a call is the call's own, whatever the library does to make tasks cheap."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import gc
import inspect
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlineExceeded, Synchronizer
from tests.limits import HANG_S
from tests.runtime.marks import KINDS, Marks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

_CALLS = 3  # the first makes a task; where tasks are kept, the next ones find it


@pytest.fixture(params=[True, False], ids=["kept", "new"])
def prepare(request: pytest.FixtureRequest, synchronizer: Synchronizer) -> Callable[[], None]:
    """Have a task kept by a call before, or not."""

    def call() -> None:
        for _ in range(_CALLS if request.param else 0):
            synchronizer.run(_nothing)

    return call


@pytest.fixture(params=["main thread", "worker thread"])
def here(request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """Call on the main thread, or on another one, which may take first steps."""
    if request.param == "main thread":
        yield _call
        return
    with ThreadPoolExecutor(1) as pool:

        def call_there(function: Callable[..., Any], *args: Any) -> Any:
            return pool.submit(function, *args).result(HANG_S)

        yield call_there


def _call(function: Callable[..., Any], *args: Any) -> Any:
    return function(*args)


async def _nothing() -> None:
    pass


def test_a_task_that_is_kept_is_nobody_elses(
    synchronizer: Synchronizer, here: Callable[..., Any], prepare: Callable[[], None]
) -> None:
    """Two calls that both keep their task have two, and both end."""

    async def own() -> asyncio.Task[Any] | None:
        return asyncio.current_task()

    async def ended(tasks: list[asyncio.Task[Any]]) -> bool:
        await asyncio.wait(tasks, timeout=HANG_S)
        return all(task.done() and not task.cancelled() for task in tasks)

    tasks: list[Any] = []
    for _ in range(_CALLS):
        prepare()
        tasks.append(here(synchronizer.run, own))
    assert len(set(map(id, tasks))) == _CALLS
    assert synchronizer.run(ended, tasks)


def test_a_task_shows_nothing_of_the_library_in_its_first_step(
    synchronizer: Synchronizer, here: Callable[..., Any], prepare: Callable[[], None]
) -> None:
    """Its `repr` has its own name; before 3.12, it may say that a first step is taken ahead."""

    async def shown() -> str:
        return repr(asyncio.current_task())

    for _ in range(_CALLS):
        prepare()
        found = here(synchronizer.run, shown)
        assert "shown" in found
        own, _, waits_for = found.partition(" wait_for=")
        assert "ambidex" not in own
        assert waits_for in {"", "<its first step>>"}


def test_what_is_left_with_a_task_is_not_found_by_the_next_call(
    synchronizer: Synchronizer, here: Callable[..., Any], prepare: Callable[[], None]
) -> None:
    """Attributes, weak references and done callbacks belong to one call."""
    marks = Marks()

    async def leave(how: str) -> None:
        marks.leave(how)

    for how in KINDS * 2:
        prepare()
        here(synchronizer.run, leave, how)
    synchronizer.run(asyncio.sleep, 0.001)
    assert marks.ended == ["callback", "callback"]


def test_a_cancellation_that_a_call_asks_for_is_its_own(
    synchronizer: Synchronizer, here: Callable[..., Any], prepare: Callable[[], None]
) -> None:
    """A call that cancels its task, and ends before that can strike, leaves the next call alone."""

    async def cancel_own() -> str:
        task = asyncio.current_task()
        assert task is not None
        assert task.cancel()
        return "ended"

    async def suspend() -> str:
        await asyncio.sleep(0)
        return "suspended"

    async def cancel_and_suspend() -> str:
        await cancel_own()
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            return "struck"
        return "missed"

    for _ in range(_CALLS):
        prepare()
        assert here(synchronizer.run, cancel_own) == "ended"
        assert here(synchronizer.run, suspend) == "suspended"
        prepare()
        assert here(synchronizer.run, cancel_and_suspend) == "struck"


def test_a_call_stands_among_the_tasks_of_its_loop_while_it_runs(
    synchronizer: Synchronizer, here: Callable[..., Any]
) -> None:
    """`all_tasks` holds the running call from its first step on, under its name, and nothing that waits for work."""

    async def look(suspends: bool) -> tuple[bool, list[str]]:
        if suspends:
            await asyncio.sleep(0)
        task = asyncio.current_task()
        tasks = asyncio.all_tasks()
        return task in tasks, [each.get_name() for each in tasks if each is not task and not each.done()]

    for suspends in (False, True) * 2:
        is_known, others = here(synchronizer.run, look, suspends)
        assert is_known
        assert [name for name in others if "look" not in name and "_nothing" not in name] == []
    names = here(synchronizer.run, _name)
    assert names.endswith("_name")


async def _name() -> str:
    task = asyncio.current_task()
    assert task is not None
    return task.get_name()


def test_waiting_for_all_other_tasks_ends(synchronizer: Synchronizer, here: Callable[..., Any]) -> None:
    """`gather` of everything else that runs on the loop does not wait for what the library keeps."""

    async def drain() -> int:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others)
        return len(others)

    for _ in range(_CALLS):
        here(synchronizer.run, _nothing)
        here(synchronizer.with_options(timeout=20).run, drain)


def test_a_task_that_was_found_among_all_tasks_ends(synchronizer: Synchronizer) -> None:
    """Who has found the task of a call that has just ended, and waits for it later, does not wait for good."""
    found: set[asyncio.Task[Any]] = set()

    async def find() -> None:
        asyncio.get_running_loop().call_soon(look)  # after first steps that are taken with this one

    def look() -> None:
        found.update(asyncio.all_tasks())

    async def wait() -> None:
        await asyncio.sleep(0.001)
        if found:
            await asyncio.wait(found, timeout=HANG_S)

    for _ in range(_CALLS):
        for future in [synchronizer.submit(find) for _ in range(10)]:
            future.result(HANG_S)
        synchronizer.run(wait)
        assert [task for task in found if not task.done()] == []
        found.clear()
        synchronizer.close()  # the next one makes a new task first


def test_calls_that_suspend_and_calls_that_do_not_take_turns(
    synchronizer: Synchronizer, here: Callable[..., Any]
) -> None:
    """Each call gets its own result, and a deadline strikes its own call, whichever task serves it."""

    async def give(value: int, suspends: int) -> int:
        for _ in range(suspends):
            await asyncio.sleep(0)
        return value

    for value in range(60):
        assert here(synchronizer.run, give, value, value % 3) == value
    for _ in range(3):
        with pytest.raises(DeadlineExceeded):
            here(synchronizer.with_options(timeout=0.01).run, asyncio.sleep, 10)
        assert here(synchronizer.run, give, 1, 0) == 1


def test_the_variables_of_a_call_are_freed_with_it(synchronizer: Synchronizer, here: Callable[..., Any]) -> None:
    """What a caller's context holds is not kept by a task that waits for the next call."""

    class Held:
        pass

    variable: contextvars.ContextVar[Held] = contextvars.ContextVar("variable")

    def call() -> threading.Event:
        held, freed = Held(), threading.Event()
        weakref.finalize(held, freed.set).atexit = False
        contextvars.copy_context().run(_set_and_run, variable, held, synchronizer)
        return freed

    for _ in range(_CALLS):
        freed = here(call)
        deadline = time.monotonic() + 20
        while not freed.wait(0.05) and time.monotonic() < deadline:
            gc.collect()  # without a GIL what another thread has made waits for that thread, or for this
        assert freed.is_set()


def _set_and_run(variable: contextvars.ContextVar[Any], held: object, synchronizer: Synchronizer) -> None:
    variable.set(held)
    synchronizer.run(_nothing)


def test_a_closed_loop_leaves_no_task(synchronizer: Synchronizer) -> None:
    """The task that waits for the next call goes with its loop, and says nothing."""
    before = _count_tasks()
    for _ in range(_CALLS):
        synchronizer.run(_nothing)
    synchronizer.close()
    gc.collect()
    assert _count_tasks() <= before


def _count_tasks() -> int:
    gc.collect()
    return sum(isinstance(thing, asyncio.Task) for thing in gc.get_objects())


def test_the_state_of_a_calls_coroutine_can_be_asked_for(synchronizer: Synchronizer) -> None:
    """`inspect.getcoroutinestate` of a task's coroutine answers, from the inside and from another task."""

    async def state_of_own() -> str:
        task = asyncio.current_task()
        assert task is not None
        coroutine: Any = task.get_coro()
        return inspect.getcoroutinestate(coroutine)

    async def numbers() -> AsyncIterator[str]:
        yield await state_of_own()
        await asyncio.sleep(0)
        yield await state_of_own()

    async def states() -> list[str]:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        coroutines: list[Any] = [task.get_coro() for task in others]
        return [inspect.getcoroutinestate(coroutine) for coroutine in coroutines]

    waiting = synchronizer.submit(asyncio.sleep, 30)
    with contextlib.closing(synchronizer.iterate(numbers)) as stream:
        assert next(stream).startswith("CORO_")
        assert "CORO_SUSPENDED" in synchronizer.run(states)
        assert next(stream).startswith("CORO_")
    waiting.cancel()
