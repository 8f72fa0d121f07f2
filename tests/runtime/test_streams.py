"""Async generators as blocking and as async streams: the generator protocol, one task, one thread, no leftovers."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import sys
import threading
import traceback
import weakref
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import RuntimeClosed, Synchronizer
from ambidex.runtime import runtime_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable

    from tests.runtime.faces import Face

HANG_S = 10  # a wait that takes longer hangs


class Source:
    """Async generators that tell what happened to them."""

    def __init__(self) -> None:
        self.closed = threading.Event()
        self.seen: list[object] = []
        self.threads: set[int] = set()
        self.tasks: set[Any] = set()
        self.token = contextvars.ContextVar[int]("token")

    def _note(self) -> None:
        self.threads.add(threading.get_ident())
        self.tasks.add(asyncio.current_task())

    async def count(self, stop: int = 1_000_000) -> AsyncGenerator[Any, Any]:
        """Yield numbers, and take what is sent and thrown."""
        self._note()
        token = self.token.set(1)
        try:
            for number in range(stop):
                try:
                    self.seen.append((yield number))
                except ValueError as error:
                    self.seen.append(error)
                self._note()
        finally:
            await asyncio.sleep(0)
            self._note()
            self.token.reset(token)
            self.closed.set()

    async def fail(self) -> AsyncGenerator[int, None]:
        """Yield once, then fail."""
        yield 1
        raise KeyError("from the generator")

    async def nothing(self) -> AsyncGenerator[int, None]:
        """Return without a value."""
        return
        yield

    async def nones(self) -> AsyncGenerator[None, None]:
        """Yield None."""
        yield None
        yield None

    async def stubborn(self) -> AsyncGenerator[int, None]:
        """Yield in the clean-up, which a generator must not."""
        try:
            yield 1
        finally:
            yield 2

    async def swallow(self) -> AsyncGenerator[int, None]:
        """Take a cancellation and go on."""
        try:
            yield 0
            try:
                self.seen.append("waiting")
                self.token.set(1)
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                pass
            yield 1
        finally:
            self.closed.set()

    async def fail_to_close(self) -> AsyncGenerator[int, None]:
        """Fail in the clean-up."""
        try:
            yield 1
        finally:
            self.closed.set()
            raise KeyError("from the clean-up")


class Steps:
    """An async iterator that is no generator."""

    def __init__(self, stop: int) -> None:
        self._numbers = iter(range(stop))

    def __aiter__(self) -> Steps:
        return self

    async def __anext__(self) -> int:
        for number in self._numbers:
            return number
        raise StopAsyncIteration


class Steppable:
    """An async iterable that is no iterator."""

    def __aiter__(self) -> AsyncIterator[int]:
        return Steps(3)


@pytest.fixture
def source() -> Source:
    """Return generators that tell what happened to them."""
    return Source()


async def one() -> int:
    """Return 1."""
    return 1


def left_over(synchronizer: Synchronizer) -> int:
    """Return how many tasks the loop has besides the one that counts."""

    async def count() -> int:
        for _ in range(10):  # passes of the loop: what was told to end has ended after a few
            await asyncio.sleep(0)
        return len(asyncio.all_tasks()) - 1

    return synchronizer.run(count)


# -- the protocol


def test_stream_yields_each_item_in_order(source: Source, face: Face, synchronizer: Synchronizer) -> None:
    """A `for` gets what an `async for` would."""
    assert list(face.iterate(source.count, 5)) == [0, 1, 2, 3, 4]
    assert source.closed.is_set()
    assert left_over(synchronizer) == 0


def test_stream_without_items_is_empty(source: Source, face: Face) -> None:
    """A generator that returns at once gives an empty stream, and stays empty."""
    stream = face.iterate(source.nothing)
    assert list(stream) == []
    assert list(stream) == []


def test_stream_of_none_yields_none(source: Source, face: Face) -> None:
    """None is an item like any other."""
    assert list(face.iterate(source.nones)) == [None, None]


@pytest.mark.parametrize("make", [lambda: Steps(3), Steppable])
def test_stream_of_an_iterable_that_is_no_generator_is_read(
    make: Callable[[], Any], synchronizer: Synchronizer
) -> None:
    """Any async iterable serves, both ways."""

    async def main() -> list[int]:
        return [number async for number in synchronizer.aiterate(make)]

    assert list(synchronizer.iterate(make)) == [0, 1, 2]
    assert asyncio.run(main()) == [0, 1, 2]


def test_stream_takes_values_exceptions_and_close(source: Source, face: Face) -> None:
    """`send`, `throw` in its three forms and `close` do what a generator's do."""
    stream = face.iterate(source.count)
    assert next(stream) == 0
    assert stream.send("sent") == 1
    error = ValueError("thrown")
    assert stream.throw(error) == 2
    assert stream.throw(ValueError) == 3
    stream.close()
    assert source.closed.is_set()
    assert source.seen[0] == "sent"
    assert source.seen[1] is error
    assert isinstance(source.seen[2], ValueError)
    with pytest.raises(StopIteration):
        next(stream)
    with pytest.raises(KeyError, match="late"):
        stream.throw(KeyError("late"))
    stream.close()


def test_async_stream_takes_values_exceptions_and_aclose(source: Source, synchronizer: Synchronizer) -> None:
    """`asend`, `athrow` and `aclose` do what an async generator's do."""

    async def main() -> None:
        stream = synchronizer.aiterate(source.count)
        assert await stream.__anext__() == 0
        assert await stream.asend("sent") == 1
        error = ValueError("thrown")
        assert await stream.athrow(error) == 2
        await stream.aclose()
        assert source.closed.is_set()
        assert source.seen[0] == "sent"
        assert source.seen[1] is error
        with pytest.raises(StopAsyncIteration):
            await stream.__anext__()
        with pytest.raises(KeyError, match="late"):
            await stream.athrow(KeyError("late"))
        await stream.aclose()

    asyncio.run(main())
    assert left_over(synchronizer) == 0


def test_stream_that_never_began_runs_nothing(source: Source, face: Face) -> None:
    """Before the first step there is nothing to clean up."""
    stream = face.iterate(source.count)
    stream.close()
    del stream
    assert not source.tasks
    assert list(face.iterate(source.nothing)) == []


def test_first_value_sent_must_be_none(source: Source, face: Face) -> None:
    """A generator that has not begun takes no value; the error is Python's own, and the generator can still begin."""
    stream = face.iterate(source.count, 2)
    for _ in range(2):
        with pytest.raises(TypeError, match="can't send non-None value to a just-started async generator"):
            stream.send("early")
    assert not source.tasks
    assert list(stream) == [0, 1]


def test_exception_in_a_stream_is_raised_and_ends_it(source: Source, face: Face, synchronizer: Synchronizer) -> None:
    """An exception arrives at the step that met it, without frames of the library; then the stream is over."""
    stream = face.iterate(source.fail)
    assert next(stream) == 1
    with pytest.raises(KeyError, match="from the generator") as raised:
        next(stream)
    names = [frame.name for frame in traceback.extract_tb(raised.value.__traceback__)]
    if sys.version_info >= (3, 11) and not face.is_async:
        assert names == ["test_exception_in_a_stream_is_raised_and_ends_it", "fail"]
    assert list(stream) == []
    assert left_over(synchronizer) == 0


def test_exception_thrown_into_a_stream_and_not_caught_comes_back_itself(source: Source, face: Face) -> None:
    """The exception that was thrown is the one that is raised."""
    stream = face.iterate(source.count)
    next(stream)
    error = KeyError("thrown")
    with pytest.raises(KeyError) as raised:
        stream.throw(error)
    assert raised.value is error
    assert source.closed.is_set()


def test_stop_iteration_in_a_stream_arrives_as_python_turns_it(face: Face) -> None:
    """A generator that raises StopIteration or StopAsyncIteration has a bug, and its caller hears of it."""

    async def stop(error: type[Exception]) -> AsyncGenerator[int, None]:
        yield 1
        raise error

    for error in (StopIteration, StopAsyncIteration):
        stream = face.iterate(stop, error)
        assert next(stream) == 1
        with pytest.raises(RuntimeError, match="raised Stop"):
            next(stream)


def test_generator_that_yields_while_it_closes_is_reported_to_the_closer(source: Source, face: Face) -> None:
    """`close` raises what Python raises for a generator that ignores GeneratorExit."""
    stream = face.iterate(source.stubborn)
    next(stream)
    with pytest.raises(RuntimeError, match="ignored GeneratorExit"):
        stream.close()


# -- where it runs


def test_stream_runs_all_steps_and_the_clean_up_in_one_task_of_the_loop(
    source: Source, synchronizer: Synchronizer, kind: str
) -> None:
    """Blocking steps from several threads, and the closing, all happen in the stream's one task."""
    stream = synchronizer.iterate(source.count)
    items: list[object] = []
    for _ in range(3):
        thread = threading.Thread(target=lambda: items.append(next(stream)))
        thread.start()
        thread.join(HANG_S)
    stream.close()
    assert items == [0, 1, 2]

    async def where() -> int:
        return threading.get_ident()

    assert len(source.tasks) == 1
    if kind != "first_step":  # there the callers may run it up to where it suspends
        assert source.threads == {synchronizer.run(where)}


if sys.version_info >= (3, 11):

    def test_stream_may_hold_a_task_group_and_a_timeout_across_a_yield(face: Face) -> None:
        """What belongs to one task may stand around a `yield`."""

        async def numbers() -> AsyncGenerator[int, None]:
            async with asyncio.timeout(HANG_S), asyncio.TaskGroup() as group:
                task = group.create_task(one())
                yield 0
                yield await task

        assert list(face.iterate(numbers)) == [0, 1]

    def test_timeout_inside_a_stream_ends_the_step_it_strikes(face: Face) -> None:
        """A generator's own `asyncio.timeout` raises its own TimeoutError to the consumer."""

        async def numbers() -> AsyncGenerator[int, None]:
            async with asyncio.timeout(0.02):
                yield 0
                await asyncio.Event().wait()

        stream = face.iterate(numbers)
        assert next(stream) == 0
        with pytest.raises(TimeoutError):
            next(stream)


def test_stream_read_by_several_threads_gives_each_item_once_and_ends_for_all(
    source: Source, synchronizer: Synchronizer
) -> None:
    """Threads that share a stream share out its items; each of them sees the end."""
    stream = synchronizer.iterate(source.count, 2_000)
    taken: list[object] = []
    failures: list[BaseException] = []

    def read() -> None:
        try:
            taken.extend(stream)
        except BaseException as error:  # noqa: BLE001  the test reports it
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANG_S)
    assert failures == []
    assert sorted(taken, key=str) == sorted(range(2_000), key=str)


# -- the end


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
    reports: list[dict[str, Any]] = []
    reported = threading.Event()

    async def listen() -> None:
        def handle(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            reports.append(context)
            reported.set()

        asyncio.get_running_loop().set_exception_handler(handle)

    synchronizer.run(listen)
    stream = face.iterate(source.fail_to_close)
    next(stream)
    del stream
    assert reported.wait(HANG_S)
    synchronizer.run(one)
    assert len(reports) == 1
    assert isinstance(reports[0]["exception"], KeyError)
    assert "fail_to_close" in reports[0]["message"]


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


def test_misuse_of_a_stream_leaves_it_as_it_is(source: Source, synchronizer: Synchronizer) -> None:
    """A step refused on the loop's own thread, or outside any loop, is no step: the stream goes on."""
    stream = synchronizer.iterate(source.count)
    assert next(stream) == 0

    async def step_here() -> None:
        with pytest.raises(RuntimeError, match="would block the thread that has to run it"):
            next(stream)

    synchronizer.run(step_here)
    assert next(stream) == 1
    stream.close()


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
