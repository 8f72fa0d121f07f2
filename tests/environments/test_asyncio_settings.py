"""asyncio's own settings and errors: task factories, debug mode, and groups of exceptions."""

from __future__ import annotations

import asyncio
import gc
import sys
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import Synchronizer
from tests.environments.conftest import run, write
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
    from pathlib import Path

    Factory = Callable[..., "asyncio.Future[Any]"]
    AnyTask = asyncio.Task[Any]
else:
    AnyTask = asyncio.Task


class TracedTask(AnyTask):
    """A task of a user's own class."""


@pytest.fixture
def synchronizer() -> Iterator[Synchronizer]:
    """Give the test a synchronizer of its own."""
    with Synchronizer("of a factory", grace_s=15) as own:
        yield own


def set_factory(own: Synchronizer, factory: Factory | None) -> None:
    """Set the task factory of the synchronizer's loop, as its user would."""

    async def work() -> None:
        asyncio.get_running_loop().set_task_factory(factory)

    own.run(work)


async def own_task() -> str:
    """Return the kind of the task that runs this."""
    await asyncio.sleep(0)
    return type(asyncio.current_task()).__name__


async def own_tasks() -> AsyncGenerator[str, None]:
    """Yield the kind of the task that runs each step."""
    yield type(asyncio.current_task()).__name__
    await asyncio.sleep(0)
    yield type(asyncio.current_task()).__name__


def modern(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, Any], **options: Any) -> TracedTask:
    """Make a task as asyncio asks for it now: with every option handed on."""
    return TracedTask(coroutine, loop=loop, **options)


def of_before(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, Any]) -> TracedTask:
    """Make a task as factories were written before tasks took a context."""
    return TracedTask(coroutine, loop=loop)


@pytest.mark.parametrize("factory", [modern, of_before])
def test_task_factory_of_the_user_makes_the_tasks(factory: Factory, synchronizer: Synchronizer) -> None:
    """Calls, streams and submitted work run in the tasks that the user's factory makes."""
    set_factory(synchronizer, factory)
    assert synchronizer.run(own_task) == "TracedTask"
    assert list(synchronizer.iterate(own_tasks)) == ["TracedTask", "TracedTask"]
    assert synchronizer.submit(own_task).result(HANG_S) == "TracedTask"
    assert asyncio.run(synchronizer.aio(own_task)) == "TracedTask"
    set_factory(synchronizer, None)
    assert synchronizer.run(own_task) == "Task"


def test_task_factory_that_fails_fails_the_call(synchronizer: Synchronizer, caplog: pytest.LogCaptureFixture) -> None:
    """An error of the factory reaches the caller, who does not wait for a task that never was; the loop closes well."""

    def refuse(*_: Any, **__: Any) -> asyncio.Future[Any]:
        raise LookupError("no tasks today")

    set_factory(synchronizer, refuse)
    with pytest.raises(LookupError, match="no tasks today"):
        synchronizer.with_options(timeout=50).run(own_task)
    with pytest.raises(LookupError, match="no tasks today"):
        next(synchronizer.with_options(timeout=50).iterate(own_tasks))
    synchronizer.close()
    gc.collect()
    assert caplog.messages == []


if sys.version_info >= (3, 12):

    def test_eager_task_factory(synchronizer: Synchronizer) -> None:
        """Tasks that take their first step at once are begun, suspended, cancelled and finished as others are."""
        set_factory(synchronizer, asyncio.eager_task_factory)
        assert synchronizer.run(own_task) == "Task"
        assert list(synchronizer.iterate(own_tasks)) == ["Task", "Task"]
        with pytest.raises(TimeoutError):
            synchronizer.with_options(timeout=0.05).run(asyncio.sleep, 3600)
        assert synchronizer.submit(own_task).result(HANG_S) == "Task"


DEBUG = """
import asyncio, threading
from ambidex import Synchronizer, get_synchronizer, run_async_task
from tests.environments.station import Station, double, fail

async def debugs():
    asyncio.get_running_loop().slow_callback_duration = 60  # a busy machine is not what is tested
    return asyncio.get_running_loop().get_debug()

async def wait(begun):
    begun.set()
    await asyncio.Event().wait()

async def main():
    asyncio.get_running_loop().slow_callback_duration = 60
    assert await asyncio.gather(*(station.measure.aio(n) for n in range(8))) == [2 * n for n in range(8)]
    assert [n async for n in station.readings.aio(3)] == [0, 1, 2]
    async with station.session() as session:
        assert session == "session of north"
    begun = threading.Event()
    task = asyncio.ensure_future(get_synchronizer("station").aio(wait, begun))
    await asyncio.get_running_loop().run_in_executor(None, begun.wait)
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()

for name in ("ambidex", "station"):
    assert get_synchronizer(name).run(debugs)
station = Station("north")
assert station.measure(4) == 8 and double(21) == 42
assert next(station.readings(9)) == 0
with station.session():
    pass
try:
    fail("no such reading")
except LookupError:
    pass  # what is tested is that nothing is printed
try:
    get_synchronizer("station").with_options(timeout=0.05).run(asyncio.sleep, 3600)
except TimeoutError:
    pass  # as above
asyncio.run(main())
threads = [threading.Thread(target=station.measure, args=(n,)) for n in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert double.submit(21).result(60) == 42
get_synchronizer("station").submit(asyncio.sleep, 3600)  # and so to the end of the interpreter
print("whole")
"""


def test_debug_mode_says_nothing_of_its_own(tmp_path: Path) -> None:
    """Under PYTHONASYNCIODEBUG every road works, and asyncio has nothing to remark."""
    write(tmp_path, {"program.py": DEBUG})
    done = run(tmp_path, "-X", "dev", "-W", "error", "program.py", PYTHONASYNCIODEBUG="1")
    assert (done.returncode, done.stdout, done.stderr) == (0, "whole\n", "")


GROUPS = """
import asyncio
from ambidex import run_async_task

async def fail(error, after_s):
    await asyncio.sleep(after_s)
    raise error

first, second = LookupError("first"), KeyError("second")
failing = []  # what fails beside the stream

async def work():
    async with asyncio.TaskGroup() as group:
        group.create_task(fail(first, 0))
        group.create_task(fail(second, 0))

async def steps():
    async with asyncio.TaskGroup() as group:
        failing[:] = [group.create_task(fail(first, 0))]
        yield 1
        await asyncio.sleep(3600)

from ambidex import get_synchronizer
own = get_synchronizer("ambidex")

def check(group, *errors):
    assert group.message == "unhandled errors in a TaskGroup"
    assert len(group.exceptions) == len(errors) and all(a is b for a, b in zip(group.exceptions, errors))
    assert group.__context__ is None or group.__context__.__class__ is asyncio.CancelledError, group.__context__

async def awaiting():
    try:
        await own.aio(work)
    except* KeyError as caught:
        assert caught.exceptions[0] is second
        try:
            raise caught
        except* KeyError:
            pass  # it is taken apart and raised again, as any group
    except* LookupError as caught:
        assert caught.exceptions[0] is first

for call in (lambda: own.run(work), lambda: run_async_task(work()), lambda: own.submit(work).result(60),
             lambda: asyncio.run(own.aio(work))):
    try:
        call()
    except ExceptionGroup as group:
        check(group, first, second)
    else:
        raise AssertionError
for step in (list, lambda stream: next(stream) and own.run(asyncio.wait, failing) and list(stream)):
    try:
        step(own.iterate(steps))
    except ExceptionGroup as group:
        check(group, first)
    else:
        raise AssertionError
asyncio.run(awaiting())
print("whole")
"""


if sys.version_info >= (3, 11):

    def test_exception_groups_arrive_whole(tmp_path: Path) -> None:
        """What a TaskGroup raises is the same object on every road, with every error in it, and `except*` parts it."""
        write(tmp_path, {"program.py": GROUPS})
        done = run(tmp_path, "-W", "error", "program.py")
        assert (done.returncode, done.stdout, done.stderr) == (0, "whole\n", "")


TRIO = """
import trio
from ambidex import BlockingInAsyncWarning, NoRunningLoop
from tests.environments.station import Station, double, fail, where

async def refused(await_):
    try:
        await await_
    except NoRunningLoop as error:
        assert "trio is not supported" in str(error) and "trio.to_thread.run_sync" in str(error), error
        return True

async def main():
    station = await trio.to_thread.run_sync(Station, "north")
    assert await refused(double.aio(21))
    assert await refused(station.measure.aio(21))
    assert await refused(station.readings.aio(3).__anext__())
    assert await refused(station.session().__aenter__())
    assert await trio.to_thread.run_sync(double, 21) == 42
    assert await trio.to_thread.run_sync(station.measure, 21) == 42
    assert await trio.to_thread.run_sync(lambda: list(station.readings(3))) == [0, 1, 2]
    assert (await trio.to_thread.run_sync(where))[1] == "ambidex-station"
    try:
        await trio.to_thread.run_sync(fail, "no such reading")
    except LookupError as error:
        assert str(error) == "no such reading"
    answers = []

    async def measure(n):
        answers.append(await trio.to_thread.run_sync(station.measure, n))

    async with trio.open_nursery() as nursery:
        for n in range(8):
            nursery.start_soon(measure, n)
    assert sorted(answers) == [2 * n for n in range(8)]

trio.run(main)
print("whole")
"""


def test_trio_is_told_what_to_write_and_what_it_is_told_works(tmp_path: Path) -> None:
    """`.aio` under trio raises NoRunningLoop with the remedy, and the blocking face in a thread is that remedy."""
    write(tmp_path, {"program.py": TRIO})
    done = run(tmp_path, "-W", "error", "program.py")
    assert (done.returncode, done.stdout, done.stderr) == (0, "whole\n", "")
