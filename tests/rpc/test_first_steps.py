"""The first step of a call is taken at once, as a task's, and a task that nobody has noticed serves the next call."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import gc
from typing import TYPE_CHECKING, Any, Callable

from ambidex._waiter import Waiter
from ambidex.rpc.serving._first_step import FirstSteps
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import Coroutine

_number: contextvars.ContextVar[int] = contextvars.ContextVar("number", default=0)


def on_loop(run: Callable[[FirstSteps], Coroutine[Any, Any, None]]) -> None:
    """Start `run` from a callback of a loop, as what has arrived is; then let the loop end all that is left."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        first_steps = FirstSteps(loop)

        def begin() -> None:
            try:
                follow = run(first_steps)
            except BaseException as error:  # noqa: BLE001  for the test
                done.set_exception(error)
            else:
                following.append(loop.create_task(follow))
                following[0].add_done_callback(lambda _: done.set_result(None))

        following: list[asyncio.Task[None]] = []
        loop.call_soon(begin)
        await done
        following[0].result()

    asyncio.run(main(), debug=False)


async def nothing() -> None:
    """Follow with nothing."""


def test_call_that_waits_for_nothing_is_over_at_once_in_a_context_of_its_own() -> None:
    """The task is the current one, and `all_tasks` has it."""
    seen: list[tuple[int, bool]] = []

    async def work() -> None:
        task = asyncio.current_task()
        seen.append((_number.get(), task in asyncio.all_tasks()))
        _number.set(7)

    def run(first_steps: FirstSteps) -> Coroutine[Any, Any, None]:
        assert [first_steps.take(work()) for _ in range(3)] == [None] * 3
        return nothing()

    on_loop(run)
    assert seen == [(0, True)] * 3


def test_call_that_waits_goes_on_as_the_same_task_in_the_same_context() -> None:
    """Also where an earlier call was over at once, and after its task has had a pass of the loop to itself."""
    seen: list[tuple[object, int]] = []

    async def quick() -> None:
        pass

    async def work() -> None:
        task = asyncio.current_task()
        _number.set(_number.get() + 1)
        for _ in range(2):
            await asyncio.sleep(0)
            seen.append((asyncio.current_task() is task, _number.get()))
        await asyncio.sleep(0.001)

    def run(first_steps: FirstSteps) -> Coroutine[Any, Any, None]:
        async def follow() -> None:
            for _ in range(3):
                assert first_steps_take(quick()) is None
                task = first_steps_take(work())
                assert task is not None
                assert task in asyncio.all_tasks()
                await asyncio.wait({task})
                assert task.exception() is None

        def first_steps_take(each: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
            task: asyncio.Task[None] | None = outside_of_tasks(lambda: first_steps.take(each))
            return task

        return follow()

    on_loop(run)
    assert seen == [(True, 1)] * 6


def outside_of_tasks(call: Callable[[], Any]) -> Any:
    """Call as the loop itself does, though a task runs."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    tasks: Any = asyncio.tasks
    tasks._leave_task(loop, task)
    try:
        return call()
    finally:
        tasks._enter_task(loop, task)


def test_task_that_somebody_has_noticed_ends_with_its_call() -> None:
    """By a reference, by a callback, and by a cancellation: none of them is seen by the next call."""
    kept: list[Any] = []
    told: list[object] = []

    async def keeps() -> None:
        kept.append(asyncio.current_task())

    async def asks() -> None:
        task = asyncio.current_task()
        assert task is not None
        task.add_done_callback(lambda _: told.append("done"))

    async def cancels() -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()

    async def is_new() -> None:
        task: Any = asyncio.current_task()
        told.append(task in kept)
        await asyncio.sleep(0.001)

    def run(first_steps: FirstSteps) -> Coroutine[Any, Any, None]:
        async def follow() -> None:
            for each in (keeps, asks, cancels):
                for turn in range(2):  # by a task that is new, and by one that has had its own first step
                    assert outside_of_tasks(functools.partial(first_steps.take, each())) is None
                    await asyncio.sleep(0.001)
                    assert each is not asks or told.count("done") == turn + 1
                    waiting = outside_of_tasks(lambda: first_steps.take(is_new()))
                    await asyncio.wait({waiting})
                    assert not waiting.cancelled()
                    assert outside_of_tasks(lambda: first_steps.take(nothing())) is None
                    await asyncio.sleep(0)
            assert all(task.done() for task in kept)

        return follow()

    on_loop(run)
    assert True not in told


def test_cancelled_call_is_told_where_it_waits() -> None:
    """By a task that is new, and by one that has served a call before."""
    seen: list[str] = []

    async def work() -> None:
        task = asyncio.current_task()
        _number.set(5)
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            seen.append(f"cancelled {_number.get()} {asyncio.current_task() is task}")
            raise

    def run(first_steps: FirstSteps) -> Coroutine[Any, Any, None]:
        tasks = [first_steps.take(nothing()), first_steps.take(work()), first_steps.take(work())]

        async def follow() -> None:
            for task in filter(None, tasks):
                task.cancel()
            await asyncio.wait(set(filter(None, tasks)))
            assert all(task is None or task.cancelled() for task in tasks)

        return follow()

    on_loop(run)
    assert seen == ["cancelled 5 True"] * 2


def test_answer_that_comes_in_the_same_pass_as_the_call_is_given_to_it() -> None:
    """The task that goes on with the call, which has not begun as yet, finds it there."""
    got: list[object] = []

    def run(first_steps: FirstSteps) -> Coroutine[Any, Any, None]:
        reply = Waiter(asyncio.get_running_loop())

        async def work() -> None:
            got.append(await reply)

        task = first_steps.take(work())
        reply.come("an answer")

        async def follow() -> None:
            assert task is not None
            await asyncio.wait_for(task, HANG_S)

        return follow()

    on_loop(run)
    assert got == ["an answer"]


def test_call_that_is_cancelled_at_once_cancels_what_it_waits_for() -> None:
    """Before its task has had a step of its own; by one that is new, and by one that has served a call before."""
    waited: list[asyncio.Future[None]] = []

    async def work() -> None:
        waited.append(asyncio.get_running_loop().create_future())
        await waited[-1]

    def run(first_steps: FirstSteps) -> Coroutine[Any, Any, None]:
        tasks = [first_steps.take(work()), first_steps.take(nothing()), first_steps.take(work())]
        for task in filter(None, tasks):
            task.cancel()

        async def follow() -> None:
            await asyncio.wait(set(filter(None, tasks)))
            assert [task is None or task.cancelled() for task in tasks] == [True] * 3

        return follow()

    on_loop(run)
    assert [each.cancelled() for each in waited] == [True, True]


def test_task_that_waits_for_a_call_ends_when_none_comes() -> None:
    """It is told so; nothing that is pending is left to the collector."""

    def pending() -> set[int]:
        tasks: list[Any] = [each for each in gc.get_objects() if issubclass(type(each), asyncio.Task)]
        return {id(each) for each in tasks if not each.done() and each not in asyncio.all_tasks()}

    def run(first_steps: FirstSteps) -> Coroutine[Any, Any, None]:
        before = pending()
        assert first_steps.take(nothing()) is None

        async def follow() -> None:
            await asyncio.sleep(0)
            first_steps.close()
            for _ in range(3):
                await asyncio.sleep(0)
            assert pending() <= before

        return follow()

    on_loop(run)


def test_task_that_waits_for_a_call_is_nobodys_to_wait_for_and_ends_with_its_loop() -> None:
    """`all_tasks` has it not, so nobody waits for it in vain; that it never ends is no news."""

    def run(first_steps: FirstSteps) -> Coroutine[Any, Any, None]:
        assert first_steps.take(nothing()) is None

        async def follow() -> None:
            await asyncio.sleep(0)
            names = [each for each in asyncio.all_tasks() if each is not asyncio.current_task()]
            assert len(names) == 1  # that of `asyncio.run`

        return follow()

    on_loop(run)
    gc.collect()


def test_loop_with_a_task_factory_makes_the_task() -> None:
    """As it does for every other task; the first step comes with the next pass."""
    made: list[asyncio.Task[Any]] = []
    seen: list[bool] = []

    def make(loop: asyncio.AbstractEventLoop, work: Any, **options: Any) -> asyncio.Task[Any]:
        task = asyncio.Task(work, loop=loop, **options)
        made.append(task)
        return task

    async def work() -> None:
        seen.append(asyncio.current_task() in made)

    def run(first_steps: FirstSteps) -> Coroutine[Any, Any, None]:
        asyncio.get_running_loop().set_task_factory(make)
        task = first_steps.take(work())
        assert [task] == made
        assert seen == []
        return asyncio.wait_for(made[0], 5)

    on_loop(run)
    assert seen == [True]


def test_nothing_is_kept_where_a_call_ends_the_connection() -> None:
    """A task that would serve the next call ends, though it is in use at that moment."""
    left: list[asyncio.Task[Any]] = []

    def run(first_steps: FirstSteps) -> Coroutine[Any, Any, None]:
        async def work() -> None:
            first_steps.close()

        assert first_steps.take(work()) is None

        async def follow() -> None:
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            known = asyncio.all_tasks()
            loop = asyncio.get_running_loop()
            found: list[Any] = [each for each in gc.get_objects() if isinstance(each, asyncio.Task)]
            left.extend(each for each in found if each.get_loop() is loop and not each.done() and each not in known)

        return follow()

    on_loop(run)
    assert left == []
