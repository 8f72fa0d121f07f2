"""`run_async_task` and its one future class: what is taken, what is refused, and every way to wait."""

from __future__ import annotations

import asyncio
import concurrent.futures
import gc
import random
import signal
import sys
import threading
import traceback
import weakref
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlockError, Future, RuntimeClosed, Synchronizer, UsageError, get_synchronizer, run_async_task
from ambidex.runtime import wait_for_first
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator


async def one() -> int:
    """Return 1 after one pass of the loop."""
    await asyncio.sleep(0)
    return 1


async def fail(error: BaseException) -> None:
    """Raise `error`."""
    raise error


async def numbers() -> AsyncGenerator[int, None]:
    """Yield 1."""
    yield 1


class Awaitable:
    """An object with `__await__`."""

    def __await__(self) -> Generator[Any, None, int]:
        return one().__await__()


class Gate:
    """Work that waits until it is let go."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self._go = threading.Event()

    def open(self) -> None:
        """Let the work go."""
        self._go.set()

    async def wait(self) -> str:
        """Wait until the gate is open."""
        self.begun.set()
        while not self._go.is_set():  # noqa: ASYNC110  it is set on another thread
            await asyncio.sleep(0.001)
        return "passed"


@pytest.fixture
def gate() -> Generator[Gate, None, None]:
    """Return a gate that is open at the end of the test."""
    gate = Gate()
    yield gate
    gate.open()


# -- what is taken and what is refused


@pytest.mark.parametrize("make", [one, Awaitable], ids=["coroutine", "object with __await__"])
def test_run_async_task_takes_what_can_be_awaited(make: Callable[[], Any]) -> None:
    """A coroutine and any other awaitable give their result, or a future of it."""
    assert run_async_task(make()) == 1
    future = run_async_task(make(), fire_and_forget=True)
    assert type(future) is Future
    assert future.result(HANG_S) == 1


def test_run_async_task_takes_its_own_future_and_a_task_of_its_own_loop() -> None:
    """A future of ours, and a task that lives on the same loop, can be waited for again."""
    assert run_async_task(run_async_task(one(), fire_and_forget=True)) == 1

    async def start() -> asyncio.Task[int]:
        return asyncio.ensure_future(one())

    assert run_async_task(get_synchronizer("ambidex").run(start)) == 1


def test_run_async_task_keeps_the_positions_of_its_arguments() -> None:
    """`timeout` and `fire_and_forget` may be given by place."""
    assert run_async_task(one(), 10.0) == 1
    assert run_async_task(one(), 10.0, False) == 1
    assert run_async_task(one(), None, True).result(HANG_S) == 1


REFUSED: list[tuple[Any, str]] = [
    (one, r"the function was not called; write run_async_task\(one\(\.\.\.\)\)"),
    (numbers, "an async generator has many values"),
    (print, "a function that is not async"),
    (7, "not awaitable; pass a coroutine"),
    (None, "not awaitable; pass a coroutine"),
    (concurrent.futures.Future(), r"it runs already; write future\.result\(\)"),
]


@pytest.mark.parametrize("fire_and_forget", [False, True])
@pytest.mark.parametrize(("value", "message"), REFUSED, ids=lambda part: getattr(part, "__name__", None))
def test_run_async_task_refuses_what_cannot_be_awaited(value: Any, message: str, fire_and_forget: bool) -> None:
    """Anything else is a TypeError that says what to write instead."""
    with pytest.raises(TypeError, match=message):
        run_async_task(value, fire_and_forget=fire_and_forget)


def test_run_async_task_refuses_an_async_generator() -> None:
    """A generator has many values; the message names what iterates it."""
    with pytest.raises(TypeError, match="async generator has many values"):
        run_async_task(numbers())  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]


def test_run_async_task_refuses_a_task_of_another_loop() -> None:
    """A task can be awaited on its own loop alone, and the message says what to pass."""

    async def main() -> None:
        task = asyncio.ensure_future(one())
        with pytest.raises(UsageError, match="belongs to another event loop"):
            run_async_task(task)
        with pytest.raises(UsageError, match="belongs to another event loop"):
            run_async_task(task, fire_and_forget=True)
        assert await task == 1

    asyncio.run(main())


@pytest.mark.parametrize("context", ["script", "thread", "foreign loop", "own loop"])
def test_future_is_of_one_class_in_every_context(context: str) -> None:
    """A script, a thread, a running loop, the runtime's own loop: the same future class."""
    made: list[Future[int]] = []

    def make() -> None:
        made.append(run_async_task(one(), fire_and_forget=True))

    async def make_here() -> None:
        make()

    if context == "script":
        make()
    elif context == "thread":
        thread = threading.Thread(target=make)
        thread.start()
        thread.join(HANG_S)
    elif context == "foreign loop":
        asyncio.run(make_here())
    else:
        run_async_task(make_here())
    assert type(made[0]) is Future
    assert made[0].result(HANG_S) == 1


# -- waiting


def test_future_is_awaited_from_any_loop(gate: Gate, synchronizer: Synchronizer) -> None:
    """Several loops at once, and the runtime's own, await one future."""
    future = synchronizer.submit(gate.wait)

    async def wait() -> str:
        return await future

    on_its_own_loop = synchronizer.submit(wait)
    results: list[str] = []
    threads = [threading.Thread(target=lambda: results.append(asyncio.run(wait()))) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert gate.begun.wait(HANG_S)
    gate.open()
    for thread in threads:
        thread.join(HANG_S)
    assert results == ["passed"] * 3
    assert on_its_own_loop.result(HANG_S) == "passed"
    assert asyncio.run(wait()) == "passed"


def test_future_raises_its_exception_to_each_who_waits(synchronizer: Synchronizer) -> None:
    """Blocking and awaiting give the same exception object, each time."""
    error = ValueError("once")
    future = synchronizer.submit(fail, error)

    async def wait() -> None:
        await future

    for _ in range(2):
        with pytest.raises(ValueError, match="once") as raised:
            future.result(HANG_S)
        assert raised.value is error
        with pytest.raises(ValueError, match="once") as raised:
            asyncio.run(wait())
        assert raised.value is error
        assert future.exception() is error


@pytest.mark.parametrize("form", ["result", "exception", "await"])
@pytest.mark.parametrize("end", ["cancelled", "late", "failed"])
def test_traceback_of_a_wait_shows_no_frame_of_the_library(
    end: str, form: str, gate: Gate, synchronizer: Synchronizer
) -> None:
    """Whatever ends it, and however one waits."""
    if end == "failed":
        future: Future[Any] = synchronizer.submit(fail, ValueError("once"))
        if form == "exception":
            assert isinstance(future.exception(HANG_S), ValueError)  # it is given, not raised
            return
    else:
        future = synchronizer.submit(gate.wait)
    if end == "cancelled":
        future.cancel()
    timeout_s = 0.01 if end == "late" else HANG_S

    async def wait() -> None:
        await asyncio.wait_for(future, timeout_s)

    with pytest.raises(BaseException) as raised:  # noqa: PT011  of three kinds, and other names before 3.11
        asyncio.run(wait()) if form == "await" else getattr(future, form)(timeout_s)
    files = [frame.filename.replace("\\", "/") for frame in traceback.extract_tb(raised.value.__traceback__)]
    ours = [file.rpartition("/")[2] for file in files if "/ambidex/runtime/" in file]
    assert ours == [] or (sys.version_info < (3, 11) and ours == ["_future.py", "_stack.py"])  # before, two stay


def test_future_serves_asyncio_wrap_future(gate: Gate, synchronizer: Synchronizer) -> None:
    """`asyncio.wrap_future` passes result, exception and cancellation on."""

    async def main() -> None:
        assert await asyncio.wrap_future(synchronizer.submit(one)) == 1
        with pytest.raises(ValueError, match="passed on"):
            await asyncio.wrap_future(synchronizer.submit(fail, ValueError("passed on")))
        future = synchronizer.submit(gate.wait)
        wrapped = asyncio.wrap_future(future)
        wrapped.cancel()
        with pytest.raises(asyncio.CancelledError):
            await wrapped
        with pytest.raises((asyncio.CancelledError, concurrent.futures.CancelledError)):
            await asyncio.wrap_future(future)

    asyncio.run(main())


def test_futures_serve_concurrent_wait_and_as_completed(gate: Gate, synchronizer: Synchronizer) -> None:
    """The functions of `concurrent.futures` take them, done, failed, cancelled and pending."""
    pending = synchronizer.submit(gate.wait)
    futures: list[Future[Any]] = [synchronizer.submit(one), synchronizer.submit(fail, ValueError()), pending]
    concurrent.futures.wait(futures[:2], HANG_S)
    done, waiting = concurrent.futures.wait(futures, timeout=0.01)
    assert done == set(futures[:2])
    assert waiting == {pending}
    first, _ = concurrent.futures.wait(futures, HANG_S, concurrent.futures.FIRST_EXCEPTION)
    assert futures[1] in first
    gate.open()
    assert set(concurrent.futures.as_completed(futures, HANG_S)) == set(futures)
    endless = synchronizer.submit(Gate().wait)
    endless.cancel()
    done, waiting = concurrent.futures.wait([endless], HANG_S)
    assert done == {endless}
    assert futures[1].exception() is not None


def test_callbacks_of_a_future_run_once_in_order_and_failures_spare_the_others(
    gate: Gate, synchronizer: Synchronizer, caplog: pytest.LogCaptureFixture
) -> None:
    """Callbacks added before and after the end all run, each once; one that raises is logged."""
    future = synchronizer.submit(gate.wait)
    called: list[object] = []

    def fail_first(_: object) -> None:
        raise ValueError("in the callback")

    future.add_done_callback(fail_first)
    future.add_done_callback(called.append)
    future.add_done_callback(lambda done: called.append(done.result()))
    gate.open()
    assert future.result(HANG_S) == "passed"
    synchronizer.run(one)
    assert called == [future, "passed"]
    future.add_done_callback(called.append)
    assert called == [future, "passed", future]
    assert "in the callback" in caplog.text


@pytest.mark.parametrize("error", [asyncio.CancelledError, GeneratorExit, KeyboardInterrupt, SystemExit])
def test_whatever_a_callback_raises_the_loop_lives_on(
    error: type[BaseException], gate: Gate, synchronizer: Synchronizer, caplog: pytest.LogCaptureFixture
) -> None:
    """A `result()` of something cancelled, say: it is logged, the other callbacks run, and so do other calls."""
    future = synchronizer.submit(gate.wait)
    ran = threading.Event()

    def fail_here(_: object) -> None:
        raise error

    future.add_done_callback(fail_here)
    future.add_done_callback(lambda _: ran.set())
    gate.open()
    assert future.result(HANG_S) == "passed"
    assert ran.wait(HANG_S)
    assert synchronizer.with_options(timeout=HANG_S).run(asyncio.sleep, 0, "alive") == "alive"
    assert "a callback of the future of Gate.wait raised" in caplog.text


def test_callbacks_added_while_the_work_ends_all_run_once(synchronizer: Synchronizer) -> None:
    """None is lost and none runs twice, however the two threads meet."""
    for _ in range(300):
        future = synchronizer.submit(one)
        called: list[int] = []

        def call(_: object, called: list[int] = called) -> None:
            called.append(1)

        for _ in range(5):
            future.add_done_callback(call)
        future.result(HANG_S)
        synchronizer.run(one)
        assert len(called) == 5


def test_result_of_a_future_on_its_own_thread_is_refused(gate: Gate, synchronizer: Synchronizer) -> None:
    """Waiting there would wait for itself; a future that is done can be read."""
    done = synchronizer.submit(one)
    done.result(HANG_S)
    future = synchronizer.submit(gate.wait)

    async def wait() -> int:
        for read in (future.result, future.exception):
            with pytest.raises(DeadlockError, match=r"of the future of .*Gate\.wait .*write `await future`"):
                read()
        return done.result()

    assert synchronizer.run(wait) == 1


def test_future_settles_while_a_thread_holds_its_condition(gate: Gate, synchronizer: Synchronizer) -> None:
    """The loop waits for no lock of a future: one that an interrupt left locked holds nobody else."""
    future = synchronizer.submit(gate.wait)
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with future._condition:
            held.set()
            release.wait(HANG_S)

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(HANG_S)
    gate.open()
    assert future.result(HANG_S) == "passed"
    assert future.done()
    assert synchronizer.run(one) == 1
    release.set()
    thread.join(HANG_S)
    assert concurrent.futures.wait([future], HANG_S)[0] == {future}


def test_waiting_often_leaves_nothing_behind(gate: Gate, synchronizer: Synchronizer) -> None:
    """A loop of `result(timeout)` does not grow the future."""
    future = synchronizer.submit(gate.wait)
    for _ in range(100):
        with pytest.raises(concurrent.futures.TimeoutError):
            future.result(0)
    assert len(vars(future)["_waiting"]) == 0
    assert len(vars(future)["_callbacks"]) == 0


def test_repr_of_a_future_names_its_work_and_state(gate: Gate, synchronizer: Synchronizer) -> None:
    """A future says what it is the future of."""
    future = synchronizer.submit(gate.wait)
    assert repr(future) == "<Future of Gate.wait, pending>"
    gate.open()
    future.result(HANG_S)
    assert repr(future) == "<Future of Gate.wait, done>"


# -- dropping


class Listener:
    """Collect what the exception handler of a loop is told."""

    def __init__(self, synchronizer: Synchronizer) -> None:
        self.contexts: list[dict[str, Any]] = []
        self._synchronizer = synchronizer

        async def listen() -> None:
            asyncio.get_running_loop().set_exception_handler(lambda _, context: self.contexts.append(context))

        synchronizer.run(listen)

    def heard(self) -> list[dict[str, Any]]:
        """Return what was told, after everything that is on its way has arrived."""
        gc.collect()
        for _ in range(3):
            self._synchronizer.run(one)
        return self.contexts


def test_exception_of_a_dropped_future_is_reported_once(synchronizer: Synchronizer) -> None:
    """An exception that nobody read reaches the exception handler of the loop, once, with its name."""
    listener = Listener(synchronizer)
    future = synchronizer.submit(fail, ValueError("unread"))
    done, _ = concurrent.futures.wait([future], HANG_S)
    del done, future
    assert [str(context["exception"]) for context in listener.heard()] == ["unread"]
    assert "fail" in listener.contexts[0]["message"]


@pytest.mark.parametrize("read", ["result", "exception", "await", "wrap_future"])
def test_exception_of_a_future_that_was_read_is_not_reported(read: str, synchronizer: Synchronizer) -> None:
    """Each way of reading it counts."""
    listener = Listener(synchronizer)
    futures = [synchronizer.submit(fail, ValueError("read"))]

    async def wait() -> None:
        await (asyncio.wrap_future(futures[0]) if read == "wrap_future" else futures[0])

    if read == "exception":
        assert isinstance(futures[0].exception(HANG_S), ValueError)
    else:
        with pytest.raises(ValueError, match="read"):
            futures[0].result(HANG_S) if read == "result" else asyncio.run(wait())
    futures.clear()
    assert listener.heard() == []


def test_dropping_a_future_never_cancels_the_work(gate: Gate, synchronizer: Synchronizer) -> None:
    """Work goes on when nobody holds its future."""
    passed = threading.Event()

    async def work() -> None:
        await gate.wait()
        passed.set()

    future = synchronizer.submit(work)
    dead = weakref.ref(future)
    del future
    gc.collect()
    assert gate.begun.wait(HANG_S)
    gate.open()
    assert passed.wait(HANG_S)
    synchronizer.run(one)
    gc.collect()
    assert dead() is None


def test_future_of_a_closed_synchronizer_says_so(gate: Gate) -> None:
    """Closing settles every future, and none waits for good."""
    own = Synchronizer("closed under a future", grace_s=15)
    future = own.submit(gate.wait)
    assert gate.begun.wait(HANG_S)
    own.close()
    with pytest.raises(RuntimeClosed):
        future.result(HANG_S)


def test_first_of_several_futures_ends_the_wait_for_them(gate: Gate) -> None:
    """All the others may end at once behind it; one that has ended needs no wait; nothing is left entered."""
    slow = run_async_task(gate.wait(), fire_and_forget=True)
    quick = [run_async_task(one(), fire_and_forget=True) for _ in range(20)]
    wait_for_first([slow, *quick], HANG_S)
    assert any(each.done() for each in quick)
    wait_for_first([slow], 0.001)
    assert not slow.done()
    gate.open()
    wait_for_first([slow], HANG_S)
    assert slow.result() == "passed"
    assert [each.result() for each in quick] == [1] * 20
    wait_for_first([slow, *quick])
    entered: list[Any] = [each._waiting for each in (slow, *quick)]  # pyright: ignore[reportPrivateUsage]
    assert not any(entered)


@pytest.mark.skipif(sys.platform == "win32", reason="interrupts come by a timer of the kernel")
def test_interrupted_wait_for_several_futures_leaves_their_ends_to_be_heard_of() -> None:
    """At whatever line the interrupt comes: the next wait ends with the work."""

    def interrupt(number: int, frame: object) -> None:
        raise InterruptedError

    async def last() -> None:
        await asyncio.sleep(3600)

    rng = random.Random(1)
    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        for _ in range(300):
            futures = [run_async_task(last(), fire_and_forget=True) for _ in range(3)]
            try:
                signal.setitimer(
                    signal.ITIMER_REAL, rng.uniform(0.00001, 0.0005), 0.02
                )  # again, as one before a wait is lost
                wait_for_first(futures)
            except InterruptedError:
                pass
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
            for each in futures:
                each.cancel()
            while waiting := [each for each in futures if not each.done()]:
                wait_for_first(waiting, HANG_S)
    finally:
        signal.signal(signal.SIGALRM, before)
