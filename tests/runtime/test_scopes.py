"""Cancellations between two steps of a stream, as those of a task group or a timeout held across a `yield`."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from ambidex import Synchronizer

HANG_S = 10  # a wait that takes longer hangs


class Reported(logging.Handler):
    """Tell when anything was logged."""

    def __init__(self) -> None:
        super().__init__()
        self.came = threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.came.set()


async def one() -> int:
    """Return 1."""
    return 1


async def fail_between_steps(struck: threading.Event) -> AsyncGenerator[int, None]:
    """Yield 1, then be cancelled by a scope of our own, which makes an error of that."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().call_soon(task.cancel)
    try:
        yield 1
    except asyncio.CancelledError:
        struck.set()
        raise LookupError("of the scope") from None


async def go_on_between_steps(struck: threading.Event) -> AsyncGenerator[object, None]:
    """Yield 1, be cancelled by a scope of our own, and go on with two more items."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().call_soon(task.cancel)
    try:
        yield 1
    except asyncio.CancelledError:
        struck.set()
        yield "cancelled"
    await asyncio.sleep(0)
    yield 2


@pytest.mark.parametrize("end", ["next", "throw", "close"])
def test_failure_between_two_steps_is_raised_once_by_the_next(end: str, synchronizer: Synchronizer) -> None:
    """What a task group or a timeout raises while nobody steps belongs to whoever takes the next step."""
    struck = threading.Event()
    stream = synchronizer.iterate(fail_between_steps, struck)
    assert next(stream) == 1
    assert struck.wait(HANG_S)
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
    struck = threading.Event()
    stream = synchronizer.iterate(fail_between_steps, struck)
    assert next(stream) == 1
    assert struck.wait(HANG_S)
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


def test_item_that_answers_a_cancellation_is_the_next_one(synchronizer: Synchronizer) -> None:
    """A generator that takes the cancellation of its scope and goes on loses no item."""
    struck = threading.Event()
    stream = synchronizer.iterate(go_on_between_steps, struck)
    assert next(stream) == 1
    assert struck.wait(HANG_S)
    assert list(stream) == ["cancelled", 2]


def test_cancellation_of_a_step_is_not_taken_for_one_between_two(synchronizer: Synchronizer) -> None:
    """A generator that answers the cancellation of a step under way with an item goes on from there."""

    async def stubborn() -> AsyncGenerator[object, None]:
        yield 1
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().call_soon(task.cancel)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            yield "taken"
        await asyncio.sleep(0)
        yield 2

    assert list(synchronizer.iterate(stubborn)) == [1, "taken", 2]
