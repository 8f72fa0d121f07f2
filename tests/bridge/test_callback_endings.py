"""A user's callable ends as it would in a plain call: by its value, its error, a cancellation or a deadline."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import gc
import threading
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlineExceeded, Synchronizer
from tests.bridge import exchange
from tests.bridge.callables import here, running, telling, thread_of_loop, wait_until
from tests.bridge.exchange import Exchange
from tests.limits import HANG_S
from tests.runtime.work import DEADLINES_S

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

pytestmark = pytest.mark.usefixtures("short_grace")


class Special(BaseException):
    """Be no Exception."""


async def cancel_when(entered: asyncio.Event, call: Awaitable[Any]) -> None:
    """Await a call, and cancel it when its callable has been entered."""
    task = asyncio.ensure_future(call)
    await entered.wait()
    task.cancel()
    await task


@pytest.mark.parametrize(
    "error", [ValueError("x"), KeyboardInterrupt(), SystemExit(3), GeneratorExit(), Special()], ids=repr
)
def test_what_a_callable_raises_reaches_the_implementation_and_its_caller(error: BaseException) -> None:
    """The same object, from a blocking and from an async one, on every road."""

    def fail() -> None:
        raise error

    async def fail_later() -> None:
        raise error

    async def main() -> None:
        for work in (fail, fail_later):
            with pytest.raises(type(error)) as caught:
                await exchange.call_shielded.aio(work, log)
            assert caught.value is error

    log: list[str] = []
    for work in (fail, fail_later):
        with pytest.raises(type(error)) as caught:
            exchange.call_shielded(work, log)
        assert caught.value is error
    with pytest.raises(type(error)) as caught:
        exchange.call_shielded.submit(fail, log).result(HANG_S)
    assert caught.value is error
    asyncio.run(main())
    assert log == [repr(error)] * 5


def test_stop_iteration_ends_as_in_an_async_function() -> None:
    """The language turns it into a RuntimeError."""
    with pytest.raises(RuntimeError) as caught:
        exchange.call(lambda: next(iter(())))
    assert isinstance(caught.value.__cause__, StopIteration)


def test_cancelled_await_cancels_the_async_callable_and_waits_for_its_clean_up() -> None:
    """Its clean-up is done before the caller goes on."""

    async def main() -> None:
        log: list[str] = []
        entered = asyncio.Event()

        async def work() -> None:
            entered.set()
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0)
                log.append("cleaned up")

        with pytest.raises(asyncio.CancelledError):
            await cancel_when(entered, exchange.call_shielded.aio(work, log))
        assert log == ["cleaned up", "CancelledError()"]

    asyncio.run(main())


def test_async_callable_that_waits_for_what_only_it_knows_is_not_collected() -> None:
    """A loop refers to its tasks weakly; somebody has to hold this one."""

    async def main() -> None:
        entered = asyncio.Event()

        async def work() -> None:
            entered.set()
            await asyncio.Event().wait()

        call = asyncio.ensure_future(exchange.call.aio(work))
        await entered.wait()
        await asyncio.sleep(0)  # the task waits now
        gc.collect()
        await asyncio.sleep(0)
        assert not call.done()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    asyncio.run(main())


def test_what_the_clean_up_of_a_cancelled_async_callable_raises_reaches_the_caller() -> None:
    """As in a plain await."""

    async def main() -> None:
        entered = asyncio.Event()

        async def work() -> None:
            entered.set()
            try:
                await asyncio.Event().wait()
            finally:
                raise ValueError("in the clean-up")

        with pytest.raises(ValueError, match="in the clean-up"):
            await cancel_when(entered, exchange.call.aio(work))

    asyncio.run(main())


def test_async_callable_that_ignores_its_cancellation_is_named() -> None:
    """The implementation waits for the grace period, not for good."""
    Synchronizer("exchange", grace_s=0.2)

    logged = threading.Event()

    async def main() -> None:
        entered, released = asyncio.Event(), asyncio.Event()

        async def stubborn() -> None:
            entered.set()
            while not released.is_set():
                with contextlib.suppress(asyncio.CancelledError):
                    await released.wait()

        with pytest.raises(asyncio.CancelledError):
            await cancel_when(entered, exchange.call.aio(stubborn))
        assert await asyncio.to_thread(logged.wait, HANG_S)
        released.set()

    with telling(logged, "stubborn did not end within 0.2 s of being cancelled") as messages:
        asyncio.run(main())
    assert "await released.wait()" in messages[0]


def test_cancelled_await_leaves_a_blocking_callable_alone_and_logs_its_late_error() -> None:
    """It cannot be cancelled: the await ends at once, and what it raises later is not lost."""
    entered, released, logged = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        entered.set()
        assert released.wait(HANG_S)
        raise ValueError("too late")

    with telling(logged, "failed when nobody waited for it any more") as messages:
        future = exchange.call.submit(work)
        assert entered.wait(HANG_S)
        future.cancel()
        with pytest.raises(concurrent.futures.CancelledError):
            future.result(HANG_S)
        assert not logged.is_set()
        released.set()
        assert logged.wait(HANG_S)
    assert len(messages) == 1
    assert "ValueError: too late" in messages[0]


def exceed(begun: threading.Event, call: Callable[[float], object]) -> None:
    """Make a call with a deadline that it exceeds, with a later one until it has begun before."""
    for timeout_s in DEADLINES_S:
        with pytest.raises(DeadlineExceeded):
            call(timeout_s)
        if begun.is_set():
            return
    pytest.fail("the callable has never begun")


def test_deadline_ends_the_call_when_the_callable_returns_to_its_thread() -> None:
    """The caller's own thread runs the callable: it cannot leave before."""
    begun, over = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        wait_until(lambda: "call" not in running())
        over.set()

    exceed(begun, lambda timeout_s: exchange.call.with_options(timeout=timeout_s)(work))
    assert over.is_set()


def test_callables_that_wait_for_their_turn_when_the_call_is_cancelled_never_begin() -> None:
    """Nobody wants their result."""
    begun = threading.Event()
    numbers: list[int] = []

    def work(number: int) -> None:
        begun.set()
        numbers.append(number)
        wait_until(lambda: "call_many" not in running())

    exceed(begun, lambda timeout_s: exchange.call_many.with_options(timeout=timeout_s)(work, 3))
    exchange.call.submit(here).result(HANG_S)
    assert numbers == [0]


def test_async_callable_that_is_cancelled_before_its_loop_begins_it_never_begins() -> None:
    """Its loop was held meanwhile."""

    async def main() -> None:
        call = asyncio.ensure_future(exchange.call.with_options(timeout=1).aio(work))
        await asyncio.sleep(0)  # the call is handed to the loop of the implementation; then this one stands still
        wait_until(lambda: running().get("call") == "deadline")
        for _ in range(2):  # two round trips: the callable's loop has been asked to cancel it
            wait_until(exchange.say.submit().done)
        with pytest.raises(DeadlineExceeded):
            await call

    async def work() -> None:
        begun.append(here())

    begun: list[int] = []
    asyncio.run(main())
    assert begun == []


def test_callable_in_a_clean_up_runs_while_the_interrupted_caller_waits_for_that() -> None:
    """The caller of a call that is cancelled by its deadline still serves it."""
    begun = threading.Event()
    log: list[tuple[str, int]] = []

    def call(timeout_s: float) -> None:
        log.clear()
        exchange.call_at_end.with_options(timeout=timeout_s)(lambda word: log.append((word, here())), begun.set)

    exceed(begun, call)
    assert log == [("end", here())]


def test_closing_the_synchronizer_ends_the_call_and_the_pool() -> None:
    """The idle threads end at once; the next use starts anew."""
    hub = Exchange()
    hub.subscribe(lambda line: threading.current_thread())
    (worker,) = hub.publish(1)
    Synchronizer("exchange").close()
    worker.join(HANG_S)
    assert not worker.is_alive()
    (other,) = hub.publish(1)
    assert other is not worker


def test_callables_that_outlive_their_call_end_on_the_pool() -> None:
    """The caller leaves when its callable returns; what waits behind that one runs on a thread of its own."""
    begun, left = threading.Event(), threading.Event()
    hub = Exchange()

    def first() -> int:
        begun.set()
        assert left.wait(HANG_S)
        return here()

    hub.leave(first, here, begun, left)
    ends = hub.finished()
    assert ends[0] == here()
    assert ends[1] not in (here(), thread_of_loop())


def test_callable_of_a_task_that_nobody_waits_for_runs_on_the_pool() -> None:
    """The call that caused it has ended."""
    hub = Exchange()
    hub.subscribe(lambda line: here())
    hub.publish_in_background(5)
    ((thread,),) = hub.finished()
    assert thread not in (here(), thread_of_loop())
