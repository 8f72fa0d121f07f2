"""How a stream ends: left, collected, closed, cancelled or failed, it cleans up once and leaves nothing."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
import weakref
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import RuntimeClosed
from ambidex.runtime import runtime_of
from tests.limits import HANG_S
from tests.runtime.reports import Failures
from tests.runtime.sources import left_over
from tests.runtime.work import one

if TYPE_CHECKING:
    from collections.abc import Generator

    from ambidex import Synchronizer
    from tests.runtime.faces import Face
    from tests.runtime.sources import Source


def test_stream_left_early_cleans_up(source: Source, face: Face, synchronizer: Synchronizer) -> None:
    """Leaving a `for` lets the clean-up run on the loop, though nobody waits for it."""
    for number in face.iterate(source.count):
        if number == 2:
            break
    assert source.closed.wait(HANG_S)
    assert left_over(synchronizer) == 0
    assert len(source.tasks) == 1


def test_async_stream_left_early_cleans_up(source: Source, synchronizer: Synchronizer) -> None:
    """Leaving an `async for` does the same."""

    async def main() -> None:
        async for number in synchronizer.aiterate(source.count):
            if number == 2:
                break

    asyncio.run(main())
    assert source.closed.wait(HANG_S)
    assert left_over(synchronizer) == 0


def test_stream_in_a_cycle_cleans_up_when_it_is_collected(source: Source, face: Face) -> None:
    """The garbage collector ends a stream as the last reference does."""
    holder: list[Any] = [face.iterate(source.count)]
    next(holder[0])
    holder.append(holder)
    dead = weakref.ref(holder[0])
    del holder
    gc.collect()
    assert dead() is None
    assert source.closed.wait(HANG_S)


def test_stream_that_is_not_collected_survives_a_collection(source: Source, face: Face) -> None:
    """The loop keeps tasks weakly; a stream between two steps is kept by its consumer."""
    stream = face.iterate(source.count)
    assert next(stream) == 0
    gc.collect()
    assert next(stream) == 1
    assert not source.closed.is_set()
    stream.close()


def test_failure_of_a_clean_up_that_nobody_waits_for_is_reported_once(
    source: Source, face: Face, synchronizer: Synchronizer
) -> None:
    """An exception in the clean-up of a dropped stream reaches the loop's exception handler."""
    failures = Failures(synchronizer)
    stream = face.iterate(source.fail_to_close)
    next(stream)
    del stream
    assert failures.has_come.wait(HANG_S)
    synchronizer.run(one)
    assert len(failures.contexts) == 1
    assert isinstance(failures.contexts[0]["exception"], KeyError)
    assert "fail_to_close" in failures.contexts[0]["message"]


def test_failure_of_the_clean_up_is_raised_by_close(source: Source, face: Face) -> None:
    """Who waits for the clean-up gets its exception."""
    stream = face.iterate(source.fail_to_close)
    next(stream)
    with pytest.raises(KeyError, match="from the clean-up"):
        stream.close()


def test_closed_synchronizer_closes_its_streams_and_says_so_at_the_next_step(
    source: Source, face: Face, synchronizer: Synchronizer
) -> None:
    """Closing runs the clean-up of an open stream; a stream cannot move to the next loop."""
    stream = face.iterate(source.count)
    next(stream)
    synchronizer.close()
    assert source.closed.is_set()
    assert len(source.tasks) == 1
    with pytest.raises(RuntimeClosed, match=r"count ended because the synchronizer .* was closed"):
        next(stream)
    assert list(face.iterate(source.nothing)) == []


def test_cancelled_consumer_ends_a_stream_that_swallows_the_cancellation(
    source: Source, synchronizer: Synchronizer
) -> None:
    """A generator that takes the cancellation and goes on is closed: its consumer is gone."""

    async def main() -> None:
        stream = synchronizer.aiterate(source.swallow)
        assert await stream.__anext__() == 0
        step = asyncio.ensure_future(stream.__anext__())
        while not source.seen:  # noqa: ASYNC110  it is set on the other loop
            await asyncio.sleep(0.001)
        step.cancel()
        with pytest.raises(asyncio.CancelledError):
            await step

    asyncio.run(main())
    assert source.closed.wait(HANG_S)
    assert left_over(synchronizer) == 0


def test_step_cancelled_before_it_begins_leaves_no_task(source: Source, synchronizer: Synchronizer) -> None:
    """A stream whose very first step was cancelled is over, and nothing of it stays on the loop."""
    held, release = threading.Event(), threading.Event()

    async def hold() -> None:
        held.set()
        release.wait(HANG_S)

    synchronizer.submit(hold)
    assert held.wait(HANG_S)

    async def main() -> None:
        step = asyncio.ensure_future(synchronizer.aiterate(source.count).__anext__())
        await asyncio.sleep(0)
        step.cancel()
        asyncio.get_running_loop().call_later(0.01, release.set)
        with pytest.raises(asyncio.CancelledError):
            await step

    asyncio.run(main())
    assert left_over(synchronizer) == 0


def test_streams_by_the_hundred_leave_nothing(source: Source, face: Face, synchronizer: Synchronizer) -> None:
    """Streams that end, that are closed and that are dropped leave no task and no call."""
    for number in range(300):
        stream = face.iterate(source.count, 3)
        next(stream)
        if number % 3 == 0:
            list(stream)
        elif number % 3 == 1:
            stream.close()
        del stream
    thread = runtime_of(synchronizer.name).thread
    assert thread is not None
    assert left_over(synchronizer) == 0
    assert len(thread.calls) <= 1  # the count's own may still be ending


@pytest.mark.parametrize("kind_of_use", ["stream", "read ahead", "context"])
def test_delegating_generator_that_is_collected_on_the_loops_thread_lets_the_clean_up_run(
    kind_of_use: str, source: Source, synchronizer: Synchronizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can wait there, and nothing is printed."""
    ignored: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", ignored.append)

    def delegate() -> Generator[Any, Any, None]:
        if kind_of_use == "context":
            with synchronizer.context(asynccontextmanager(source.count)) as value:
                yield value
        else:
            yield from synchronizer.with_options(read_ahead=2 if kind_of_use == "read ahead" else None).iterate(
                source.count
            )

    async def collect() -> None:
        holder.pop().clear()

    generator = delegate()
    assert next(generator) == 0
    holder = [[generator]]
    del generator
    synchronizer.run(collect)
    assert source.closed.wait(HANG_S)
    assert ignored == []
