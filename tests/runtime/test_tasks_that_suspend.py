"""The task of a call that suspends is the call's own, whether it was made for it or has served others before."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import sys
import threading
import traceback
import weakref
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import Synchronizer
from tests.limits import HANG_S
from tests.runtime.marks import KINDS, Marks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Generator

_CALLS = 3  # the first makes a task; where tasks are kept, the next ones find it


class _Raw:
    """Wait for a future as no coroutine does, and tell how it is continued."""

    def __init__(self, future: asyncio.Future[Any]) -> None:
        self._future = future

    def __await__(self) -> Generator[Any, Any, str]:
        self._future._asyncio_future_blocking = True
        try:
            sent = yield self._future
        except ValueError as error:
            return f"thrown {error}"
        return f"sent {sent}"


def _later(do: Callable[[asyncio.Future[Any]], object]) -> asyncio.Future[Any]:
    future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(do, future)
    return future


def _end(future: asyncio.Future[Any]) -> None:
    future.set_result("ended")


def _fail(future: asyncio.Future[Any]) -> None:
    future.set_exception(ValueError("failed"))


async def _wait_in_a_task() -> None:
    await asyncio.get_running_loop().create_task(asyncio.sleep(0))


WAYS: dict[str, Callable[[], Awaitable[object]]] = {
    "bare yield": lambda: asyncio.sleep(0),
    "timer": lambda: asyncio.sleep(0.0001),
    "future": lambda: _later(_end),
    "raw future": lambda: _Raw(_later(_end)),
    "task": _wait_in_a_task,
    "shield": lambda: asyncio.shield(_later(_end)),
    "gather": lambda: asyncio.gather(_later(_end), asyncio.sleep(0)),
}
every_way = pytest.mark.parametrize("way", list(WAYS))


@pytest.fixture
def own(synchronizer: Synchronizer) -> Synchronizer:
    """Give the test a synchronizer that has served calls of each kind."""
    for way in WAYS.values():
        synchronizer.run(_wait, way)
    return synchronizer


async def _wait(way: Callable[[], Awaitable[object]]) -> object:
    return await way()


@every_way
def test_a_task_that_somebody_holds_serves_no_other_call(own: Synchronizer, way: str) -> None:
    """Each call has a task of its own while the ones before are known, and all of them end."""

    async def give_own() -> Any:
        await WAYS[way]()
        return asyncio.current_task()

    async def have_ended(tasks: list[asyncio.Task[Any]]) -> bool:
        await asyncio.wait(tasks, timeout=HANG_S)
        return all(task.done() and not task.cancelled() for task in tasks)

    tasks = [own.run(give_own) for _ in range(_CALLS)]
    assert len({id(task) for task in tasks}) == _CALLS
    assert own.run(have_ended, tasks)


@every_way
@pytest.mark.parametrize("when", ["before", "after"])
def test_what_is_left_with_a_task_is_not_found_by_the_next_call(own: Synchronizer, way: str, when: str) -> None:
    """Attributes, weak references and done callbacks belong to one call, left before it waits or after."""
    marks = Marks()

    async def work(how: str) -> None:
        if when == "before":
            marks.leave(how)
        await WAYS[way]()
        if when == "after":
            marks.leave(how)

    for how in KINDS * 2:
        own.run(work, how)
    own.run(asyncio.sleep, 0.001)
    assert marks.ended == ["callback", "callback"]


@every_way
def test_a_cancellation_that_was_taken_does_not_reach_the_next_call(own: Synchronizer, way: str) -> None:
    """A call that takes its cancellation, or ends before that can strike, leaves the next call alone."""

    def running() -> Any:
        return asyncio.current_task()

    async def cancel_own(strikes: bool) -> str:
        await WAYS[way]()
        assert sys.version_info < (3, 11) or running().cancelling() == 0
        if not strikes:
            assert running().cancel()
            return "ended"
        asyncio.get_running_loop().call_soon(running().cancel)  # no variable that would hold the task
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            return "struck"
        return "missed"

    for _ in range(_CALLS):
        assert own.run(cancel_own, False) == "ended"
        assert own.run(cancel_own, True) == "struck"
        own.run(_wait, WAYS[way])


@every_way
def test_a_call_is_cancelled_while_it_waits_for_the_first_time(own: Synchronizer, way: str) -> None:
    """The cancellation ends what the call waits for, and reaches the call; the next one is served."""

    async def wait_for_good(begun: threading.Event, waited: list[asyncio.Future[Any]]) -> None:
        waited.append(asyncio.get_running_loop().create_future())
        begun.set()
        try:
            await waited[0]
        except asyncio.CancelledError:
            waited.append(waited[0])
            raise

    for _ in range(_CALLS):
        begun = threading.Event()
        waited: list[asyncio.Future[Any]] = []
        future = own.submit(wait_for_good, begun, waited)
        assert begun.wait(HANG_S)
        assert future.cancel()
        with pytest.raises(CancelledError):
            future.result(HANG_S)
        assert waited[0].cancelled()
        assert len(waited) == 2
        own.run(_wait, WAYS[way])


def test_a_future_that_fails_fails_the_call_as_in_a_task_of_its_own(own: Synchronizer) -> None:
    """The error is the future's own object, with the work's line and no line of the library in its traceback."""

    async def fail() -> None:
        await _later(_fail)

    for _ in range(_CALLS):
        with pytest.raises(ValueError, match="failed") as caught:
            own.run(fail)
        lines = [frame.name for frame in traceback.extract_tb(caught.tb)]
        assert lines[-1] == "fail"
        assert "_spare_task.py" not in "".join(traceback.format_tb(caught.tb))


def test_a_future_that_fails_is_thrown_into_what_waits_for_it(own: Synchronizer) -> None:
    """An awaitable that is no coroutine is continued as a task continues it."""
    for _ in range(_CALLS):
        assert own.run(_wait, lambda: _Raw(_later(_fail))) == "thrown failed"
        assert own.run(_wait, lambda: _Raw(_later(_end))) == "sent None"


def test_a_future_that_no_task_may_wait_for_is_refused(own: Synchronizer) -> None:
    """A future of another loop, and the call's own task, are refused in asyncio's words."""
    other = asyncio.new_event_loop()

    async def wait_for_itself() -> None:
        task = asyncio.current_task()
        assert task is not None
        await task

    for _ in range(_CALLS):
        with pytest.raises(RuntimeError, match="attached to a different loop"):
            own.run(_wait, other.create_future)
        with pytest.raises(RuntimeError, match="await on itself"):
            own.run(wait_for_itself)
        assert own.run(_wait, WAYS["future"]) == "ended"
    other.close()


@pytest.mark.parametrize("what", ["no future", "future of another loop", "own task"])
@pytest.mark.parametrize("is_stream", [False, True], ids=["call", "stream"])
def test_a_cancelled_step_that_waits_for_what_no_task_may_is_cancelled(
    own: Synchronizer, what: str, is_stream: bool
) -> None:
    """The cancellation that was asked for before comes first, and what cannot be waited for is left alone."""
    other = asyncio.new_event_loop()
    foreign = other.create_future()

    class Odd:
        def __await__(self) -> Generator[Any, Any, str]:
            task: Any = asyncio.current_task()
            task.cancel()
            awaited: Any = {"no future": 42, "future of another loop": foreign, "own task": task}[what]
            if what != "no future":
                awaited._asyncio_future_blocking = True
            try:
                yield awaited
            except BaseException as error:  # noqa: BLE001  whatever the task says
                return type(error).__name__
            return "nothing"

    async def wait() -> str:
        return await Odd()

    async def numbers() -> AsyncIterator[str]:
        yield await Odd()

    limited = own.with_options(timeout=50)
    for _ in range(_CALLS):
        assert ([*limited.iterate(numbers)] if is_stream else [limited.run(wait)]) == ["CancelledError"]
        assert own.run(_wait, WAYS["future"]) == "ended"
    assert not foreign.cancelled()
    other.close()


def test_what_the_first_step_has_scheduled_runs_before_the_next(own: Synchronizer) -> None:
    """`sleep(0)` lets run what is scheduled already, and nothing is overtaken."""

    async def schedule() -> list[str]:
        order: list[str] = []
        asyncio.get_running_loop().call_soon(order.append, "scheduled")
        await asyncio.sleep(0)
        order.append("continued")
        return order

    own.run(asyncio.sleep, 0)
    assert [own.run(schedule) for _ in range(_CALLS)][-1] == ["scheduled", "continued"]


def test_a_task_says_what_it_waits_for(own: Synchronizer) -> None:
    """The `repr` of a task names the future that its first step waits for."""

    async def wait(begun: threading.Event) -> None:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        begun.set()
        await future

    async def others() -> list[str]:
        return [repr(task) for task in asyncio.all_tasks() - {asyncio.current_task()}]

    begun = threading.Event()
    waiting = own.submit(wait, begun)
    assert begun.wait(HANG_S)
    shown = [text for text in own.run(others) if "wait(" in text or "wait>" in text or ".wait" in text]
    assert any("wait_for=<Future pending" in text for text in shown)
    waiting.cancel()


def test_what_a_call_has_waited_for_is_freed_with_it(own: Synchronizer) -> None:
    """A task that waits for work keeps neither the future nor its result."""

    class Result:
        pass

    freed: list[bool] = []

    async def wait() -> None:
        result = Result()
        weakref.finalize(result, freed.append, True).atexit = False
        await _later(lambda future: future.set_result(result))

    for number in range(_CALLS):
        own.run(wait)
        own.run(asyncio.sleep, 0)
        gc.collect()
        assert len(freed) == number + 1


def test_a_loop_that_closes_ends_calls_in_their_first_wait(own: Synchronizer) -> None:
    """Closing cancels them, lets them clean up, and leaves no task."""
    cleaned: list[int] = []

    async def wait(number: int, begun: threading.Event) -> None:
        begun.set()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            cleaned.append(number)

    begun = [threading.Event() for _ in range(20)]
    futures = [own.submit(wait, number, event) for number, event in enumerate(begun)]
    assert all(event.wait(HANG_S) for event in begun)
    own.close()
    assert sorted(cleaned) == list(range(20))
    assert all(future.done() for future in futures)
    for future in futures:
        assert future.exception() is not None


def test_tasks_that_wait_at_once_are_each_their_calls(own: Synchronizer) -> None:
    """Calls in flight together each get their own result, however many, in whatever order they end."""

    async def give(value: int) -> tuple[int, str]:
        for _ in range(value % 4):
            await asyncio.sleep(0.0001 * (value % 3))
        task = asyncio.current_task()
        assert task is not None
        return value, task.get_name()

    for _ in range(_CALLS):
        found = [future.result(HANG_S) for future in [own.submit(give, value) for value in range(100)]]
        assert [value for value, _ in found] == list(range(100))
        assert all("give" in name for _, name in found)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="asyncio takes the first step there, and makes a task for it")
@every_way
def test_a_task_whose_work_has_suspended_serves_the_next_call(own: Synchronizer, way: str) -> None:
    """One task serves calls that come one after the other, where nobody has come to know it."""

    async def own_loop() -> asyncio.AbstractEventLoop:
        await WAYS[way]()
        return asyncio.get_running_loop()

    (loop,) = {own.run(own_loop) for _ in range(20)}
    has_settled = threading.Event()
    loop.call_soon_threadsafe(has_settled.set)  # a task whose last call has just been answered is not kept yet
    assert has_settled.wait(HANG_S)
    tasks: list[Any] = [thing for thing in gc.get_objects() if isinstance(thing, asyncio.Task)]
    waiting = [task for task in tasks if task.get_loop() is loop and not task.done()]
    assert len(waiting) == 1


def test_streams_are_not_served_by_tasks_of_calls(own: Synchronizer) -> None:
    """A stream that waits keeps its task for all of its steps, between other calls."""

    async def tasks() -> AsyncIterator[int]:
        for _ in range(3):
            await asyncio.sleep(0)
            yield id(asyncio.current_task())

    with contextlib.closing(own.iterate(tasks)) as stream:
        first = next(stream)
        for way in WAYS.values():
            own.run(_wait, way)
        assert [*stream] == [first, first]
