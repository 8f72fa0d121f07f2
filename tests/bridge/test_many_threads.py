"""Eight threads use everything at once, at the same objects: nothing is lost, mixed up or made twice.

With a GIL this finds little; it is here for interpreters without one, where the threads run at the same moment.
"""

from __future__ import annotations

import asyncio
import contextvars
import itertools
import threading
import traceback
from typing import TYPE_CHECKING

import pytest

from ambidex import Synchronizer, get_synchronizer
from ambidex.runtime import runtime_of
from ambidex.runtime._synchronizer import all_runtimes
from tests.bridge.workshop import Tape, Tool, count

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

THREADS = 8
ROUNDS = 40
PATIENCE_S = 50  # arbitrary: a thread that has not ended by then waits for what never comes

variable = contextvars.ContextVar[int]("variable")
_names = (f"many threads {number}" for number in itertools.count())

pytestmark = pytest.mark.timeout(180)


def in_threads(work: Callable[[int], None]) -> None:
    """Call `work` with its number in each of the threads, all at the same moment; raise what the first one raised."""
    barrier = threading.Barrier(THREADS)
    errors: list[BaseException] = []

    def run(number: int) -> None:
        try:
            barrier.wait(PATIENCE_S)
            work(number)
        except BaseException as error:  # noqa: BLE001  it is raised again, in the thread of the test
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert [thread for thread in threads if thread.is_alive()] == []
    for error in errors:  # what one thread meets may end another's part first
        traceback.print_exception(type(error), error, error.__traceback__)
    for error in errors:
        raise error


async def numbers(stop: int) -> AsyncGenerator[int, None]:
    """Yield the numbers below `stop`, sometimes after a pass of the loop."""
    for number in range(stop):
        if number % 3 == 0:
            await asyncio.sleep(0)
        yield number


async def note(value: int) -> int:
    """Set the variable, and return what the caller had set."""
    before = variable.get(0)
    await asyncio.sleep(0)
    variable.set(value)
    return before


def test_threads_that_ask_for_the_same_object_always_get_the_same_face() -> None:
    """The face of an object is made and dropped all the time, and there is never a second one."""
    tool = Tool("hammer", Tool("Ada"))
    seconds: list[tuple[Tool | None, Tool | None]] = []

    def work(_: int) -> None:
        for _ in range(ROUNDS * 10):
            owner = tool.owner
            again = tool.owner
            if owner is not again:
                seconds.append((owner, again))
            del owner, again  # the last one to drop it lets it die, while another asks

    in_threads(work)
    assert seconds == []
    faces = Tool.__ambidex_info__.faces
    assert len(faces) == len({id(entry()) for entry in faces.copy().values()})


def test_threads_that_name_a_synchronizer_first_share_one_loop() -> None:
    """Threads that use a new name at the same moment start one thread; the table can be read meanwhile."""
    names = list(itertools.islice(_names, 30))
    loops: list[set[object]] = [set() for _ in names]

    async def here() -> object:
        return asyncio.get_running_loop()

    def work(number: int) -> None:
        for name, found in zip(names, loops):
            found.add(get_synchronizer(name).run(here))
            assert len(all_runtimes()) > 0

    in_threads(work)
    assert [len(found) for found in loops] == [1] * len(names)


def test_threads_that_mix_everything_get_each_their_own_answers() -> None:
    """Calls, deadlines, futures, streams, context managers, iterators and variables, at one object and one loop."""
    tool = Tool("hammer")
    synchronizer = Synchronizer("workshop")
    shared = synchronizer.iterate(numbers, THREADS * ROUNDS)
    taken: list[int] = []
    own_stream = Tape(THREADS * ROUNDS)

    def work(number: int) -> None:
        for turn in range(ROUNDS):
            value = number * ROUNDS + turn
            assert tool.use(value) == f"hammer used {value} times"
            assert tool.use.with_options(timeout=PATIENCE_S)(value) == f"hammer used {value} times"
            future = tool.use.submit(value)
            assert list(tool.turns(3)) == [0, 1, 2]
            with tool.held() as held:
                assert held is tool
            with tool as entered:
                assert entered is tool
            assert future.result(PATIENCE_S) == f"hammer used {value} times"
            assert count([tool, tool]) == 2
            assert next(own_stream) in range(THREADS * ROUNDS)
            assert next(tool.turns(3)) == 0  # dropped after one item
            with pytest.raises(ValueError, match="too hard"):
                tool.use(value, hard=True)
            variable.set(-value)
            assert synchronizer.run(note, value) == -value
            assert variable.get() == value
            taken.append(next(shared))
        assert asyncio.run(tool.use.aio(number)) == f"hammer used {number} times"

    in_threads(work)
    assert sorted(taken) == list(range(THREADS * ROUNDS))
    log = tool.log
    assert (log.count("held firmly"), log.count("put down")) == (THREADS * ROUNDS, THREADS * ROUNDS)
    assert (log.count("in"), log.count(None)) == (THREADS * ROUNDS, THREADS * ROUNDS)
    shared.close()
    thread = runtime_of("workshop").thread
    assert thread is not None

    async def left_over() -> tuple[int, int]:
        for _ in range(10):  # passes of the loop, in which the tasks of the streams that were dropped end
            await asyncio.sleep(0)
        return len(asyncio.all_tasks()) - 1, len(thread.calls) - 1

    assert synchronizer.run(left_over) == (0, 0)
