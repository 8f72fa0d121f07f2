"""Closing and starting again, by one thread or many at once: nothing hangs, nothing is lost silently."""

from __future__ import annotations

import _thread
import asyncio
import concurrent.futures
import contextlib
import gc
import logging
import os
import queue
import random
import sys
import threading
import time
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlineExceeded, RuntimeClosed, Synchronizer
from ambidex.runtime import close_all, runtime_of
from tests.interleaving import moments
from tests.limits import HANG_S
from tests.runtime.faces import aio, run, submit, submit_and_await
from tests.runtime.kinds import make_synchronizer
from tests.runtime.work import one

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator

    from tests.interleaving import Moment
    from tests.runtime.work import Work


async def numbers() -> AsyncGenerator[int, None]:
    """Yield 0 to 4."""
    for number in range(5):
        await asyncio.sleep(0)
        yield number


@pytest.fixture
def quick_switches() -> Iterator[None]:
    """Let the interpreter change threads a thousand times as often."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def elsewhere(function: Callable[[], object]) -> None:
    """Call a function on a thread of its own, and wait for its end."""
    thread = threading.Thread(target=function)
    thread.start()
    thread.join(HANG_S)


def thread_of(synchronizer: Synchronizer) -> list[threading.Thread]:
    """Return the living threads of a synchronizer."""
    return [thread for thread in threading.enumerate() if thread.name == f"ambidex-{synchronizer.name}"]


def test_close_ends_the_thread_and_the_next_use_starts_another(synchronizer: Synchronizer) -> None:
    """A closed synchronizer is as good as a new one."""
    for _ in range(3):
        assert synchronizer.run(one) == 1
        assert len(thread_of(synchronizer)) == 1
        synchronizer.close()
        assert thread_of(synchronizer) == []
    synchronizer.close()


def test_close_before_first_use_does_nothing() -> None:
    """What never ran need not end."""
    Synchronizer("never used").close()


def test_block_of_a_synchronizer_closes_it() -> None:
    """`with Synchronizer(...)` ends the thread."""
    with Synchronizer("in a block") as own:
        own.run(one)
    assert thread_of(own) == []


def test_close_frees_the_descriptors_of_the_loop(synchronizer: Synchronizer) -> None:
    """Starting and closing many times holds no more open files than once."""
    folder = Path("/proc/self/fd")
    if not folder.is_dir():
        return
    synchronizer.run(one)
    synchronizer.close()
    before = len(os.listdir(folder))  # noqa: PTH208  iterdir would hold its own descriptor open
    for _ in range(20):
        synchronizer.run(one)
        synchronizer.close()
    assert len(os.listdir(folder)) == before  # noqa: PTH208  as above


def test_close_all_closes_every_synchronizer() -> None:
    """One call ends all threads, whoever started them."""
    owns = [Synchronizer(f"one of {number}") for number in range(5)]
    for own in owns:
        own.run(one)
    close_all()
    assert [thread for own in owns for thread in thread_of(own)] == []
    assert owns[0].run(one) == 1


def test_close_waits_for_clean_up_that_starts_more_work(synchronizer: Synchronizer) -> None:
    """A task that a clean-up starts is ended too, before the thread ends."""
    ended: list[str] = []
    begun = threading.Event()

    async def late() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("late")

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            kept.append(asyncio.ensure_future(late()))
            await asyncio.sleep(0)
            ended.append("work")

    kept: list[Any] = []
    synchronizer.submit(work)
    assert begun.wait(HANG_S)
    synchronizer.close()
    assert sorted(ended) == ["late", "work"]


@pytest.mark.parametrize("road", [run, aio, submit, submit_and_await])
def test_close_ends_the_work_of_every_caller(road: Callable[..., Any], work: Work, synchronizer: Synchronizer) -> None:
    """Closing a synchronizer cancels what runs, waits for its clean-up, and tells each caller."""

    def close() -> None:
        work.begun.wait(HANG_S)
        synchronizer.close()

    closer = threading.Thread(target=close)
    closer.start()
    with pytest.raises(RuntimeClosed, match=r"Work\.wait was cancelled because the synchronizer .* was closed"):
        road(synchronizer, work.wait)
    assert work.cleaned_up.is_set()
    closer.join(HANG_S)
    assert synchronizer.run(one) == 1


@pytest.mark.usefixtures("short_grace")
def test_close_leaves_behind_and_names_what_refuses(
    synchronizer: Synchronizer, caplog: pytest.LogCaptureFixture
) -> None:
    """A task that ignores cancellation does not keep the thread; it is named with the line where it stands."""
    begun = threading.Event()

    async def refuse() -> None:
        begun.set()
        while True:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.Event().wait()

    future = synchronizer.submit(refuse)
    assert begun.wait(HANG_S)
    with caplog.at_level(logging.WARNING, "ambidex"):
        synchronizer.close()
    assert thread_of(synchronizer) == []
    assert "refuse did not end within 0.3 s of closing the synchronizer" in caplog.text
    with pytest.raises(RuntimeClosed):
        future.result(0)


class Shrinking(weakref.WeakSet[Any]):
    """Lose a member while somebody looks, the first times, as when another thread drops a generator."""

    def __init__(self, *members: Any) -> None:
        super().__init__(members)
        self.looks = 0

    def __iter__(self) -> Iterator[Any]:
        for number, item in enumerate(super().__iter__()):
            yield item
            if number == 0 and self.looks < 3:
                self.looks += 1
                self.discard(item)


@pytest.mark.parametrize("kind", ["asyncio", "first_step"])
def test_generators_that_other_threads_drop_meanwhile_do_not_stop_a_close(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A set that changes while it is looked at is looked at again, and what is still in it cleans up."""
    closed: list[int] = []
    kept: list[AsyncGenerator[int, None]] = []

    async def generate(number: int) -> AsyncGenerator[int, None]:
        try:
            yield number
        finally:
            closed.append(number)

    async def leave_open() -> Shrinking:
        for number in range(5):
            kept.append(generate(number))
            await kept[-1].__anext__()
        loop: Any = asyncio.get_running_loop()
        known = loop._asyncgens = Shrinking(*kept)
        return known

    own = make_synchronizer(kind, "generators")
    shrinking = own.run(leave_open)
    own.close()
    assert shrinking.looks == 3
    assert len(closed) == 2
    assert caplog.text == ""


@pytest.mark.parametrize("read_ahead", [None, 2])
def test_closing_a_stream_whose_synchronizer_has_closed_is_no_error(
    read_ahead: int | None, synchronizer: Synchronizer
) -> None:
    """The generator has ended with its loop; a step still says so, unless it is the `GeneratorExit` of a delegator."""
    ahead = synchronizer.with_options(read_ahead=read_ahead)
    streams = [ahead.iterate(numbers) for _ in range(3)]
    assert [next(stream) for stream in streams] == [0, 0, 0]
    awaited = synchronizer.aiterate(numbers)

    async def begin() -> None:
        await awaited.__anext__()

    asyncio.run(begin())
    synchronizer.close()
    streams[0].close()
    with pytest.raises(GeneratorExit):
        streams[1].throw(GeneratorExit())
    with pytest.raises(RuntimeClosed):
        list(streams[2])
    asyncio.run(awaited.aclose())


sampled = pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.slow)])


@pytest.mark.timeout(180)  # some hundred loops, each started and closed
@sampled
@pytest.mark.parametrize("read_ahead", [None, 2])
def test_stream_and_synchronizer_closed_at_once_are_no_error(read_ahead: int | None, kind: str, every: int) -> None:
    """Wherever a close stands when the loop closes, it ends like one that comes after it."""

    def attempt(moment: Moment) -> None:
        with make_synchronizer(kind, "closed with its stream") as own:
            stream = own.with_options(read_ahead=read_ahead).iterate(numbers)
            assert next(stream) == 0
            moment.run(stream.close, lambda: elsewhere(own.close))
            assert list(stream) == []

    for moment in moments(every):
        attempt(moment)


@pytest.mark.timeout(180)
@sampled
def test_awaited_stream_and_synchronizer_closed_at_once_are_no_error(kind: str, every: int) -> None:
    """The same of `aclose`."""

    def attempt(moment: Moment) -> None:
        with make_synchronizer(kind, "closed with its stream") as own:
            stream = own.aiterate(numbers)
            loop = asyncio.new_event_loop()
            assert loop.run_until_complete(stream.__anext__()) == 0
            closing = stream.aclose()
            try:
                moment.run(lambda: loop.run_until_complete(closing), lambda: elsewhere(own.close))
            finally:
                loop.close()

    for moment in moments(every):
        attempt(moment)


@pytest.mark.parametrize("read_ahead", [None, 2])
def test_stream_is_closed_where_no_python_code_has_called(read_ahead: int | None, synchronizer: Synchronizer) -> None:
    """The close may be a thread's own function, with nothing below it whose line could be shown."""
    done: queue.Queue[str] = queue.Queue()

    async def items() -> AsyncGenerator[int, None]:
        try:
            yield 1
            await asyncio.Event().wait()
        finally:
            done.put("closed")

    stream = synchronizer.with_options(read_ahead=read_ahead).iterate(items)
    assert next(stream) == 1
    threads: Callable[[], int] = vars(_thread)["_count"]
    before = threads()
    _thread.start_new_thread(stream.close, ())
    assert done.get(timeout=HANG_S) == "closed"
    stream.close()  # behind that one: it has its outcome then
    deadline = time.monotonic() + HANG_S
    while threads() > before:  # nothing else tells of the end of such a thread, which holds what it waited on
        assert time.monotonic() < deadline
        time.sleep(0.001)


@pytest.mark.usefixtures("short_grace")
def test_close_of_a_held_loop_is_bounded_and_names_the_line(
    synchronizer: Synchronizer, caplog: pytest.LogCaptureFixture
) -> None:
    """Closing returns although the implementation blocks the loop, and the report shows where."""
    begun, release = threading.Event(), threading.Event()

    async def hold() -> None:
        begun.set()
        release.wait(HANG_S)

    synchronizer.submit(hold)
    assert begun.wait(HANG_S)
    with caplog.at_level(logging.WARNING, "ambidex"):
        synchronizer.close()
    assert "in hold" in caplog.text
    release.set()
    for thread in thread_of(synchronizer):
        thread.join(HANG_S)


def test_loop_survives_what_its_own_tasks_raise(synchronizer: Synchronizer) -> None:
    """SystemExit and KeyboardInterrupt of a task that is nobody's call are reported, and the loop goes on."""
    reports: queue.Queue[dict[str, Any]] = queue.Queue()

    async def start(error: BaseException) -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: reports.put(context))

        async def fail() -> None:
            raise error

        kept.append(asyncio.ensure_future(fail()))

    kept: list[Any] = []
    for error in (SystemExit(3), KeyboardInterrupt()):
        synchronizer.run(start, error)
        assert synchronizer.run(one) == 1
        assert reports.get(timeout=HANG_S)["exception"] is error
    kept.clear()
    gc.collect()


def test_loop_survives_its_own_stop(synchronizer: Synchronizer) -> None:
    """An implementation that stops the loop it runs on stops nothing."""

    async def stop() -> None:
        asyncio.get_running_loop().stop()

    synchronizer.run(stop)
    assert synchronizer.run(one) == 1


def test_clean_up_may_call_the_synchronizer_that_closes(synchronizer: Synchronizer) -> None:
    """A call made by a clean-up while its own loop closes works or is refused, and hangs neither."""
    begun = threading.Event()
    outcomes: list[object] = []

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            try:
                outcomes.append(await synchronizer.aio(one))
            except RuntimeClosed as error:
                outcomes.append(error)

    synchronizer.submit(work)
    assert begun.wait(HANG_S)
    synchronizer.close()
    assert len(outcomes) == 1


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.usefixtures("quick_switches")
def test_calls_by_many_threads_while_others_close_all_end(seed: int, synchronizer: Synchronizer) -> None:
    """Mixed calls, cancellations, deadlines and closes at random: each ends, with a result or a reason."""
    stop = threading.Event()
    outcomes: list[str] = []
    failures: list[BaseException] = []

    async def suspend() -> int:
        for _ in range(3):
            await asyncio.sleep(0)
        return 1

    def cancel_some() -> object:
        future = synchronizer.submit(suspend)
        future.cancel()
        return future.result(HANG_S)

    def await_some() -> object:
        async def main() -> list[int]:
            return await asyncio.gather(*(synchronizer.aio(suspend) for _ in range(3)))

        return asyncio.run(main())

    def leave_early() -> object:
        return next(synchronizer.iterate(numbers))

    calls: list[Callable[[], object]] = [
        lambda: synchronizer.run(suspend),
        lambda: synchronizer.run(one),
        lambda: synchronizer.submit(suspend).result(HANG_S),
        lambda: synchronizer.with_options(timeout=HANG_S).run(suspend),
        lambda: synchronizer.with_options(timeout=0).run(suspend),
        lambda: list(synchronizer.iterate(numbers)),
        leave_early,
        cancel_some,
        await_some,
    ]

    def work(number: int) -> None:
        rng = random.Random(seed * 100 + number)
        for _ in range(150):
            try:
                rng.choice(calls)()
                outcomes.append("result")
            except (RuntimeClosed, DeadlineExceeded, concurrent.futures.CancelledError, asyncio.CancelledError) as end:
                outcomes.append(type(end).__name__)
            except BaseException as failure:  # noqa: BLE001  the test reports it
                failures.append(failure)

    def close() -> None:
        rng = random.Random(seed)
        while not stop.is_set():
            stop.wait(rng.uniform(0.0, 0.02))
            synchronizer.close()

    threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(6)]
    closers = [threading.Thread(target=close, daemon=True) for _ in range(2)]
    for thread in threads + closers:
        thread.start()
    for thread in threads:
        thread.join(HANG_S)
    stop.set()
    for thread in closers:
        thread.join(HANG_S)
    assert [thread.name for thread in threads if thread.is_alive()] == []
    assert failures == []
    assert len(outcomes) == 6 * 150
    assert outcomes.count("result") > 100
    gc.collect()
    synchronizer.close()
    assert thread_of(synchronizer) == []
    assert runtime_of(synchronizer.name).thread is None
