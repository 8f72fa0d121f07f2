"""Async generators as blocking and as async streams: the generator protocol, one task, one thread."""

from __future__ import annotations

import asyncio
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Any

import pytest

from tests.limits import HANG_S
from tests.runtime.sources import left_over
from tests.runtime.work import one

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable

    from ambidex import Synchronizer
    from tests.runtime.faces import Face
    from tests.runtime.sources import Source


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


class Closing(Steps):
    """An async iterator that can be closed."""

    def __init__(self, log: list[str]) -> None:
        super().__init__(3)
        self.log = log

    async def aclose(self) -> None:
        self.log.append("closed")


class ClosingByProperty(Closing):
    """One whose `aclose` is looked up."""

    @property
    def aclose(self) -> Callable[[], Any]:  # pyright: ignore[reportIncompatibleMethodOverride]
        return super().aclose


class ClosingByItself(Closing):
    """One whose `aclose` is the object's own."""

    def __init__(self, log: list[str]) -> None:
        super().__init__(log)

        async def aclose() -> None:
            log.append("closed")

        self.aclose = aclose  # type: ignore[method-assign]

    async def aclose(self) -> None:
        raise AssertionError("the object has its own")


def closing_without_itself(log: list[str]) -> Closing:
    """Return one whose `aclose` takes no object."""

    class Static(Closing):
        @staticmethod
        async def aclose() -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            log.append("closed")

    return Static(log)


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


@pytest.mark.parametrize(
    "make",
    [Closing, ClosingByProperty, ClosingByItself, closing_without_itself],
    ids=lambda make: make.__name__,
)
def test_iterator_that_is_left_early_is_closed_as_it_closes_itself(
    make: Callable[[list[str]], Any], face: Face
) -> None:
    """What `await iterator.aclose()` would call is called, once, whatever it is."""
    log: list[str] = []
    stream = face.iterate(make, log)
    assert next(stream) == 0
    stream.close()
    assert log == ["closed"]


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
            async with asyncio.timeout(None) as limit:
                yield 0
                limit.reschedule(asyncio.get_running_loop().time() + 0.02)
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
