"""What blocking iteration with `read_ahead` promises: every item once and in order, a bound, and an orderly end."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import signal
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from ambidex import DeadlineExceeded, DeadlockError, Synchronizer
from ambidex.runtime import Callback, Caller, runtime_of
from tests.limits import HANG_S
from tests.runtime.kinds import make_synchronizer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ambidex import Synchronizer


async def count(stop: int) -> AsyncIterator[int]:
    """Yield the numbers below `stop`."""
    for number in range(stop):
        yield number


async def count_slowly(stop: int) -> AsyncIterator[int]:
    """Yield the numbers below `stop`, suspending before each."""
    for number in range(stop):
        await asyncio.sleep(0)
        yield number


@pytest.mark.parametrize("limit", [1, 2, 3, 64])
@pytest.mark.parametrize("stop", [0, 1, 2, 5, 1000])
@pytest.mark.parametrize("function", [count, count_slowly])
def test_every_item_comes_once_and_in_order(
    synchronizer: Synchronizer, function: type[AsyncIterator[int]], stop: int, limit: int
) -> None:
    """Whatever the bound and the length, nothing is lost, repeated or reordered."""
    assert list(synchronizer.with_options(read_ahead=limit).iterate(function, stop)) == list(range(stop))


def test_an_item_arrives_before_the_buffer_is_full(synchronizer: Synchronizer) -> None:
    """A slow producer's item is not held back."""
    go_on = threading.Event()

    async def two() -> AsyncIterator[int]:
        yield 1
        await asyncio.get_running_loop().run_in_executor(None, go_on.wait, HANG_S)
        yield 2

    items = synchronizer.with_options(read_ahead=10).iterate(two)
    assert next(items) == 1
    go_on.set()
    assert list(items) == [2]


def test_the_generator_is_never_further_ahead_than_the_bound(synchronizer: Synchronizer) -> None:
    """The buffer is bounded."""
    produced: list[int] = []
    furthest: list[int] = []

    async def produce() -> AsyncIterator[int]:
        for number in range(200):
            produced.append(number)
            yield number

    for taken, _ in enumerate(synchronizer.with_options(read_ahead=8).iterate(produce), 1):
        furthest.append(len(produced) - taken)
    assert 1 <= max(furthest) <= 8


def test_an_exception_arrives_after_the_items_before_it(synchronizer: Synchronizer) -> None:
    """What was produced before a failure is delivered before it."""

    async def fail() -> AsyncIterator[int]:
        yield 1
        yield 2
        raise KeyError("third")

    taken: list[int] = []
    items = synchronizer.with_options(read_ahead=10).iterate(fail)
    with pytest.raises(KeyError, match="third"):
        taken.extend(items)  # a list keeps what it has taken
    assert taken == [1, 2]
    assert list(items) == []


def test_close_cancels_what_the_generator_waits_for_and_waits_for_its_clean_up(synchronizer: Synchronizer) -> None:
    """An early end reaches a generator that is ahead."""
    ends: list[str] = []

    async def endless() -> AsyncIterator[int]:
        try:
            yield 1
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ends.append("cleaned up")

    items = synchronizer.with_options(read_ahead=10).iterate(endless)
    assert next(items) == 1
    items.close()
    assert ends == ["cleaned up"]
    assert list(items) == []


def test_collecting_the_iterator_ends_a_generator_that_waits_for_ever(synchronizer: Synchronizer) -> None:
    """Leaving a `for` early leaks nothing."""
    ended = threading.Event()

    async def endless() -> AsyncIterator[int]:
        try:
            yield 1
            await asyncio.Event().wait()
        finally:
            ended.set()

    for item in synchronizer.with_options(read_ahead=10).iterate(endless):
        assert item == 1
        break
    gc.collect()
    assert ended.wait(HANG_S)


def test_a_deadline_ends_the_stream(synchronizer: Synchronizer) -> None:
    """The stream's deadline covers the reading ahead."""

    async def endless() -> AsyncIterator[int]:
        yield 1
        await asyncio.Event().wait()

    items = synchronizer.with_options(read_ahead=10, timeout=0.05).iterate(endless)
    with pytest.raises(DeadlineExceeded):
        list(items)


def test_throw_ends_the_generator_and_raises(synchronizer: Synchronizer) -> None:
    """An exception thrown in comes back at once, with the generator ended."""
    items = synchronizer.with_options(read_ahead=10).iterate(count, 100)
    assert next(items) == 0
    with pytest.raises(KeyError):
        items.throw(KeyError("mine"))
    assert list(items) == []


def test_items_that_a_step_adds_while_the_stream_is_closed_are_not_given(synchronizer: Synchronizer) -> None:
    """The step under way may take its cancellation and go on for a while."""
    waits = threading.Event()

    async def stubborn() -> AsyncIterator[int]:
        yield 0
        try:
            waits.set()
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            yield 1
        yield 2

    items = synchronizer.with_options(read_ahead=10).iterate(stubborn)
    assert next(items) == 0
    assert waits.wait(HANG_S)
    items.close()
    assert list(items) == []


def test_nothing_can_be_sent(synchronizer: Synchronizer) -> None:
    """Sending a value is refused, with the reason."""
    items = synchronizer.with_options(read_ahead=10).iterate(count, 3)
    with pytest.raises(TypeError, match="reads ahead"):
        items.send(1)
    assert items.send(None) == 0
    items.close()


def test_context_variables_come_back(synchronizer: Synchronizer) -> None:
    """The generator sees the caller's variables, and the caller what it has set."""
    variable: contextvars.ContextVar[int] = contextvars.ContextVar("variable", default=0)
    variable.set(5)

    async def read() -> AsyncIterator[int]:
        yield variable.get()
        variable.set(6)

    assert list(synchronizer.with_options(read_ahead=10).iterate(read)) == [5]
    assert variable.get() == 6


def test_iterating_on_the_loop_itself_is_refused(synchronizer: Synchronizer) -> None:
    """Waiting for the own thread is a deadlock."""

    async def iterate() -> list[int]:
        return list(synchronizer.with_options(read_ahead=10).iterate(count, 3))

    with pytest.raises(DeadlockError):
        synchronizer.run(iterate)


def test_closing_the_synchronizer_ends_the_stream(synchronizer: Synchronizer) -> None:
    """The reader is told that the synchronizer was closed."""

    async def endless() -> AsyncIterator[int]:
        yield 1
        await asyncio.Event().wait()

    items = synchronizer.with_options(read_ahead=10).iterate(endless)
    assert next(items) == 1
    synchronizer.close()
    with pytest.raises(RuntimeError, match="closed"):
        next(items)


@pytest.mark.parametrize("limit", [0, -1, 1.5, True, "3"])
def test_a_bound_that_is_none_is_refused(synchronizer: Synchronizer, limit: object) -> None:
    """The bound is a positive whole number."""
    with pytest.raises(ValueError, match="read_ahead"):
        synchronizer.with_options(read_ahead=limit)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@pytest.mark.usefixtures("short_grace")
def test_deadline_lets_the_reader_go_while_the_loop_is_held(synchronizer: Synchronizer) -> None:
    """A generator that blocks the loop cannot be ended, and the wait for it can."""
    go_on = threading.Event()

    async def hold() -> AsyncIterator[int]:
        yield 1
        go_on.wait(HANG_S)
        yield 2

    items = synchronizer.with_options(read_ahead=4, timeout=0.05).iterate(hold)
    try:
        with pytest.raises(DeadlineExceeded):
            list(items)
    finally:
        go_on.set()


@pytest.mark.filterwarnings("ignore::ambidex.BlockingInAsyncWarning")
def test_circle_of_two_loops_is_refused(synchronizer: Synchronizer) -> None:
    """One loop waits for an item that the other one's generator needs the first loop for."""
    with Synchronizer("read ahead elsewhere", grace_s=15) as other:

        async def leaf() -> int:
            return 1

        async def items() -> AsyncIterator[int]:
            yield synchronizer.run(leaf)

        async def top() -> list[int]:
            return list(other.with_options(read_ahead=4).iterate(items))

        with pytest.raises(DeadlockError):
            synchronizer.with_options(timeout=HANG_S).run(top)


@pytest.mark.parametrize("limit", [1, 3, 64])
def test_threads_that_share_a_stream_share_out_its_items_and_all_see_the_end(
    synchronizer: Synchronizer, limit: int
) -> None:
    """As in lock-step: nothing is lost or repeated, and nobody is left waiting."""
    items = synchronizer.with_options(read_ahead=limit).iterate(count_slowly, 2_000)
    taken: list[int] = []
    ended: list[object] = []

    def read() -> None:
        try:
            taken.extend(items)
            ended.append("at the end")
        except BaseException as error:  # noqa: BLE001  the test reports it
            ended.append(error)

    threads = [threading.Thread(target=read, daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANG_S)
    assert ended == ["at the end"] * len(threads)
    assert sorted(taken) == list(range(2_000))


def test_threads_that_share_a_stream_all_stop_at_its_failure(synchronizer: Synchronizer) -> None:
    """One of them is told, after the items before it; for the others the stream is over."""

    async def fail_after(stop: int) -> AsyncIterator[int]:
        async for number in count_slowly(stop):
            yield number
        raise LookupError

    items = synchronizer.with_options(read_ahead=3).iterate(fail_after, 500)
    taken: list[int] = []
    ended: list[str] = []

    def read() -> None:
        try:
            taken.extend(items)  # what came before the failure stays
            ended.append("at the end")
        except LookupError:
            ended.append("by the failure")

    threads = [threading.Thread(target=read, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANG_S)
    assert sorted(ended) == ["at the end"] * (len(threads) - 1) + ["by the failure"]
    assert sorted(taken) == list(range(500))


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot send itself a signal there")
def test_interrupt_waits_for_the_clean_up_and_no_longer(kind: str) -> None:
    """As in lock-step: the exception reaches the caller when the clean-up has ended, and not after its grace period."""
    ends: list[str] = []
    ended_by_then: list[str] = []
    synchronizer = make_synchronizer(kind, f"interrupted {kind}", grace_s=3600)  # more than a test may take
    main, wanted = threading.get_ident(), threading.Event()

    def hear(*_: object) -> None:
        if wanted.is_set():  # once: a second interrupt would end a wait that is too long
            wanted.clear()
            raise KeyboardInterrupt

    def insist(after_s: float) -> None:
        threading.Event().wait(after_s)
        while wanted.is_set():  # CPython hears no signal that comes in the instant before it waits for a lock
            signal.pthread_kill(main, signal.SIGUSR1)
            threading.Event().wait(0.1)

    def wait_and_be_interrupted(after_s: float) -> None:
        wanted.set()
        insisting = threading.Thread(target=insist, args=(after_s,))
        insisting.start()
        try:
            next(items)
        except KeyboardInterrupt:
            ended_by_then.extend(ends)
            raise
        finally:
            wanted.clear()
            insisting.join()

    async def endless() -> AsyncIterator[int]:
        try:
            yield 1
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.1)
            ends.append("cleaned up")

    items = synchronizer.with_options(read_ahead=10).iterate(endless)
    assert next(items) == 1
    before = signal.signal(signal.SIGUSR1, hear)
    try:
        for after_s in (0.1, 1, 5):
            with pytest.raises(KeyboardInterrupt):
                wait_and_be_interrupted(after_s)
            if ended_by_then:  # else it came before the wait, and the stream is as it was
                break
    finally:
        wanted.clear()
        signal.signal(signal.SIGUSR1, before)
    assert ended_by_then == ["cleaned up"]
    assert list(items) == []
    synchronizer.close()


def test_callback_that_reads_ahead_leaves_those_behind_it_to_the_pool(synchronizer: Synchronizer) -> None:
    """The caller's thread waits for an item inside a callback, and the item for another callback of the same call."""
    posted = threading.Event()
    runtime = runtime_of(synchronizer.name)

    async def wait_for_post() -> AsyncIterator[bool]:
        yield await asyncio.get_running_loop().run_in_executor(None, posted.wait, HANG_S)

    async def both(first: Callback, second: Callback) -> list[object]:
        return list(await asyncio.gather(first.run((), {}), second.run((), {})))

    def read() -> list[bool]:
        return list(synchronizer.with_options(read_ahead=2).iterate(wait_for_post))

    caller = Caller(runtime, None)
    callbacks = [Callback(read), Callback(posted.set)]
    for callback in callbacks:
        callback.hand_over(caller)
    with caller:
        assert caller.run(both, callbacks, {}, "both", "await both()", None, False) == [[True], None]
    caller.close()
