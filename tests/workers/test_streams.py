"""Streams of a child: items, what is sent and thrown in, early ends, backpressure."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ambidex import DeadlineExceeded, ParentWorker, UsageError

if TYPE_CHECKING:
    from collections.abc import Generator

WORKS = Path(__file__).parent / "children" / "works.py"
AHEAD = 64  # items that a one-way stream may be ahead of its reader


@pytest.fixture(scope="module")
def shared(kept: None) -> Generator[ParentWorker]:
    """Give a child to all tests."""
    with ParentWorker(WORKS) as worker:
        yield worker


@pytest.fixture
def worker(shared: ParentWorker) -> ParentWorker:
    """Give the child, which has seen nothing of other tests."""
    shared.call.seen()
    return shared


@pytest.mark.parametrize("name", ["count", "count_here"])
def test_items_come_in_order_and_all_of_them(worker: ParentWorker, name: str) -> None:
    """On both faces, from both kinds of generators."""

    async def read(stop: int) -> list[int]:
        return [item async for item in getattr(worker.acall, name)(stop)]

    for stop in (0, 1, 3, 1000):
        assert list(getattr(worker.call, name)(stop)) == list(range(stop))
        assert asyncio.run(read(stop)) == list(range(stop))


def test_unread_stream_stops_its_producer(worker: ParentWorker) -> None:
    """It is no more than a known number of items ahead."""
    stream = worker.call.count(100_000)
    assert next(stream) == 0
    assert 1 <= worker.call.made() <= AHEAD + 1
    for _ in range(500):
        next(stream)
    assert 501 <= worker.call.made() <= 501 + AHEAD
    stream.close()


@pytest.mark.parametrize("name", ["total", "total_here"])
def test_what_is_sent_reaches_the_generator(worker: ParentWorker, name: str) -> None:
    """A two-way stream goes step by step, as it does here."""
    stream = getattr(worker.call, name)()
    assert [next(stream), stream.send(5), stream.send(2)] == [0, 5, 7]
    stream.close()

    async def sent() -> list[int]:
        steps = getattr(worker.acall, name)()
        given = [await steps.__anext__(), await steps.asend(5), await steps.asend(2)]
        await steps.aclose()
        return given

    assert asyncio.run(sent()) == [0, 5, 7]


def test_what_is_thrown_reaches_the_generator(worker: ParentWorker) -> None:
    """It may catch the exception, and go on."""
    worker.call.seen()
    stream = worker.call.total()
    next(stream)
    assert stream.throw(ValueError("wrong")) == -1
    assert stream.send(3) == 2
    stream.close()
    assert worker.call.seen() == ["thrown: wrong"]

    async def thrown() -> list[int]:
        steps = worker.acall.total()
        given = [await steps.__anext__(), await steps.athrow(ValueError("wrong")), await steps.asend(3)]
        await steps.aclose()
        return given

    assert asyncio.run(thrown()) == [0, -1, 2]


def test_exception_it_does_not_catch_comes_back(worker: ParentWorker) -> None:
    """The stream is over then."""
    stream = worker.call.total()
    next(stream)
    with pytest.raises(KeyError):
        stream.throw(KeyError("other"))
    assert list(stream) == []


def test_stream_that_is_left_early_is_cleaned_up_before_that_is_over(worker: ParentWorker) -> None:
    """The generator's `finally` has run."""
    worker.call.seen()
    stream = worker.call.count(1000)
    next(stream)
    stream.close()
    assert worker.call.seen() == ["count ended"]

    async def left() -> list[str]:
        steps = worker.acall.count(1000)
        async for _ in steps:
            break
        await steps.aclose()
        seen: list[str] = await worker.acall.seen()
        return seen

    assert asyncio.run(left()) == ["count ended"]


def test_error_comes_after_the_items_before_it(worker: ParentWorker) -> None:
    """Nothing is lost."""
    stream = worker.call.fail_after(5)
    assert [next(stream) for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(LookupError, match="no more"):
        next(stream)


@pytest.mark.parametrize("name", ["give_locks", "give_locks_here"])
def test_item_that_cannot_be_sent_ends_the_stream_with_its_name(worker: ParentWorker, name: str) -> None:
    """The caller gets a sentence, and the child goes on."""
    stream = getattr(worker.call, name)()
    with pytest.raises(UsageError, match=rf"{name} gives cannot be sent.*lock"):
        list(stream)
    assert worker.call.add(1, 1) == 2


def test_cancelling_who_reads_cleans_the_stream_up(worker: ParentWorker) -> None:
    """The task that iterates is cancelled between two items."""

    async def cancelled() -> list[str]:
        await worker.acall.seen()
        read = asyncio.Event()

        async def iterate() -> None:
            async for _ in worker.acall.total():
                read.set()
                await asyncio.Event().wait()

        task = asyncio.ensure_future(iterate())
        await read.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return [str(task.cancelled())]

    assert asyncio.run(cancelled()) == ["True"]
    assert worker.call.add(1, 1) == 2


def test_stream_called_as_a_function_and_the_other_way_round(worker: ParentWorker) -> None:
    """What kind of function it is decides what a call gives."""
    assert next(worker.call.count(1)) == 0
    assert worker.call.add(1) == 2


def test_plain_generator_is_cleaned_up_where_its_deadline_passes_in_a_step(worker: ParentWorker) -> None:
    """Nothing ends the step; the clean-up comes when it has ended by itself."""
    with pytest.raises(DeadlineExceeded):
        list(worker.call.with_options(timeout=0.1).tick_here())
    assert worker.call.wait_for_tick()


@pytest.mark.parametrize(("name", "length"), [("refilled", 4), ("refilled", 300_000), ("refilled_here", 4)])
def test_item_is_what_it_was_when_it_was_yielded(worker: ParentWorker, name: str, length: int) -> None:
    """A generator that fills one buffer for each of its items is ahead of its reader, who gets copies."""
    blocking = [set(item) for item in getattr(worker.call, name)(20, length)]

    async def awaited() -> list[set[int]]:
        return [set(item) async for item in getattr(worker.acall, name)(20, length)]

    assert blocking == asyncio.run(awaited()) == [{number} for number in range(20)]
