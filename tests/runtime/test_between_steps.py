"""What comes to a stream between two of its steps: a cancellation, a failed child, another reader's step.

The cancellations are those of a scope, as a task group or a timeout that is held across a `yield`.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from ambidex.runtime import runtime_of
from tests.limits import HANG_S
from tests.runtime.work import one

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator

    from ambidex import Synchronizer


class Reported(logging.Handler):
    """Tell when anything was logged."""

    def __init__(self) -> None:
        super().__init__()
        self.came = threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.came.set()


def begin(
    synchronizer: Synchronizer, function: Callable[[threading.Event], AsyncIterator[Any]]
) -> Generator[Any, Any, Any]:
    """Take the first item of a stream, and wait until its generator tells that something has come to it since."""
    struck = threading.Event()
    stream = synchronizer.iterate(function, struck)
    assert next(stream) == 1
    assert struck.wait(HANG_S)
    return stream


def cancel_soon() -> None:
    """Cancel the running task when it has suspended, as a scope of its own does."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().call_soon(task.cancel)


# -- a failure


async def fail_between_steps(struck: threading.Event) -> AsyncGenerator[int, None]:
    """Yield 1, then be cancelled by a scope of our own, which makes an error of that."""
    cancel_soon()
    try:
        yield 1
    except asyncio.CancelledError:
        struck.set()
        raise LookupError("of the scope") from None


@pytest.mark.parametrize("end", ["next", "throw", "close"])
def test_failure_between_two_steps_is_raised_once_by_the_next(end: str, synchronizer: Synchronizer) -> None:
    """What a task group or a timeout raises while nobody steps belongs to whoever takes the next step."""
    stream = begin(synchronizer, fail_between_steps)
    calls: dict[str, Callable[[], object]] = {
        "next": lambda: next(stream),
        "throw": lambda: stream.throw(RuntimeError("of the caller")),
        "close": stream.close,
    }
    with pytest.raises(LookupError, match="of the scope"):
        calls[end]()
    assert list(stream) == []


def test_failure_between_two_steps_of_an_async_stream_is_raised_by_the_next(synchronizer: Synchronizer) -> None:
    """The async face raises it as the blocking one does."""
    struck = threading.Event()

    async def read() -> None:
        stream = synchronizer.aiterate(fail_between_steps, struck)
        async for _ in stream:
            assert await asyncio.to_thread(struck.wait, HANG_S)

    with pytest.raises(LookupError, match="of the scope"):
        asyncio.run(read())


def test_failure_inside_a_context_manager_is_raised_at_the_end_of_the_block(synchronizer: Synchronizer) -> None:
    """A background task of a context manager that fails during the block makes the block fail."""
    struck = threading.Event()

    def use() -> None:
        with synchronizer.context(asynccontextmanager(fail_between_steps), struck) as value:
            assert value == 1
            assert struck.wait(HANG_S)

    with pytest.raises(LookupError, match="of the scope"):
        use()


def test_failure_that_nobody_steps_to_is_reported(synchronizer: Synchronizer, caplog: pytest.LogCaptureFixture) -> None:
    """A stream that is dropped after it failed does not lose the failure."""
    stream = begin(synchronizer, fail_between_steps)
    reported = Reported()
    logging.getLogger("asyncio").addHandler(reported)
    try:
        del stream
        gc.collect()
        assert reported.came.wait(HANG_S)
    finally:
        logging.getLogger("asyncio").removeHandler(reported)
    assert synchronizer.run(one) == 1
    assert "fail_between_steps failed; nobody waited for it" in caplog.text
    assert "LookupError: of the scope" in caplog.text


@pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio has no task groups before 3.11")
def test_task_group_that_fails_between_two_steps_raises_in_the_next(synchronizer: Synchronizer) -> None:
    """A child's failure is not lost while nobody iterates."""

    async def child() -> None:
        raise KeyError("child")

    async def numbers_beside_a_child(failed: threading.Event) -> AsyncIterator[int]:
        async with getattr(asyncio, "TaskGroup")() as group:  # noqa: B009  as below
            task: asyncio.Task[None] = group.create_task(child())
            task.add_done_callback(lambda _: failed.set())  # after the group's own
            yield 1
            yield 2

    items = begin(synchronizer, numbers_beside_a_child)
    with pytest.raises(Exception, match="TaskGroup") as info:
        next(items)
    assert isinstance(getattr(info.value, "exceptions")[0], KeyError)  # noqa: B009  its class is unknown to 3.9
    assert list(items) == []


# -- a cancellation that the generator survives


async def go_on_between_steps(struck: threading.Event) -> AsyncGenerator[object, None]:
    """Yield 1, be cancelled by a scope of our own, and go on with two more items; tell before the first of them."""
    cancel_soon()
    try:
        yield 1
    except asyncio.CancelledError:
        struck.set()
        yield "cancelled"
    await asyncio.sleep(0)
    yield 2


class Survivor:
    """A generator that is cancelled between its first two steps, and goes on."""

    def __init__(self) -> None:
        self.seen: list[BaseException] = []

    async def items(self, has_gone_on: threading.Event) -> AsyncIterator[int]:
        """Yield 1, and in answer to the cancellation 2; then 3. Tell when 2 has been left for the next step."""
        cancel_soon()
        try:
            yield 1
        except asyncio.CancelledError:
            asyncio.get_running_loop().call_soon(has_gone_on.set)
        try:
            yield 2
        except BaseException as error:
            self.seen.append(error)
            raise
        yield 3


def test_item_that_answers_a_cancellation_is_the_next_one(synchronizer: Synchronizer) -> None:
    """A generator that takes the cancellation of its scope and goes on loses no item."""
    assert list(begin(synchronizer, go_on_between_steps)) == ["cancelled", 2]


def test_generator_that_survives_a_cancellation_between_two_steps_goes_on(synchronizer: Synchronizer) -> None:
    """What it yields in answer is left for whoever takes the next step."""
    assert list(begin(synchronizer, Survivor().items)) == [2, 3]


@pytest.mark.parametrize("end", ["close", "throw"])
def test_item_left_by_a_cancellation_between_two_steps_is_not_in_the_way_of_an_end(
    synchronizer: Synchronizer, end: str
) -> None:
    """A close ends the generator and an error reaches it, where an item waits for the next step."""
    survivor = Survivor()
    items = begin(synchronizer, survivor.items)
    if end == "close":
        items.close()
    else:
        with pytest.raises(KeyError):
            items.throw(KeyError("thrown"))
    assert [type(error) for error in survivor.seen] == [GeneratorExit if end == "close" else KeyError]
    assert list(items) == []


def test_cancellation_of_a_step_is_not_taken_for_one_between_two(synchronizer: Synchronizer) -> None:
    """A generator that answers the cancellation of a step under way with an item goes on from there."""

    async def stubborn() -> AsyncGenerator[object, None]:
        yield 1
        cancel_soon()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            yield "taken"
        await asyncio.sleep(0)
        yield 2

    assert list(synchronizer.iterate(stubborn)) == [1, "taken", 2]


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


# -- another reader's step


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
