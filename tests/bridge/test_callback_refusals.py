"""An async callable whose own loop has closed, or is held by its caller, is refused; else it waits for its loop."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
import traceback
import warnings
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlockError, RuntimeClosed
from tests.bridge import exchange
from tests.bridge.callables import here, here_later, here_later_with, running, wait_until
from tests.bridge.exchange import Exchange, Line
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

pytestmark = pytest.mark.usefixtures("short_grace")


LOOP_IS_CLOSED = "the event loop that ran where it was handed over has closed"


def test_async_callable_whose_loop_has_closed_fails_clearly() -> None:
    """The error says what to do."""
    hub = Exchange()

    async def main() -> None:
        hub.subscribe(note)

    async def note(line: Line) -> None:
        """Never runs."""

    asyncio.run(main())
    with pytest.raises(RuntimeClosed, match=LOOP_IS_CLOSED):
        hub.publish(1)


def test_async_callable_whose_loop_closes_before_it_begins_fails_clearly() -> None:
    """What a closing loop drops is not waited for."""
    hub = Exchange()
    loop = asyncio.new_event_loop()

    async def subscribe() -> None:
        hub.subscribe(here_later_with)

    loop.run_until_complete(subscribe())
    published = hub.publish.submit(1)
    exchange.say()  # a round trip: the callable has been handed to the loop that does not run
    loop.close()
    gc.collect()
    with pytest.raises(RuntimeClosed, match=LOOP_IS_CLOSED):
        published.result(HANG_S)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # asyncio's words for a lost task
def test_async_callable_whose_loop_closes_while_it_runs_fails_clearly() -> None:
    """Its task is collected with the loop, and asyncio reports that; the implementation must not wait for good."""
    hub = Exchange()
    loop = asyncio.new_event_loop()

    async def main() -> None:
        entered = asyncio.Event()

        async def hang(line: Line) -> None:
            entered.set()
            await asyncio.get_running_loop().create_future()

        hub.subscribe(hang)
        published.append(hub.publish.submit(1))
        await entered.wait()

    published: list[Any] = []
    loop.run_until_complete(main())
    loop.close()
    del loop
    gc.collect()
    with pytest.raises(RuntimeClosed, match=LOOP_IS_CLOSED):
        published[0].result(HANG_S)


@pytest.mark.filterwarnings("ignore:.*blocks the event loop:RuntimeWarning")
def test_async_callable_of_a_blocking_caller_inside_its_own_loop_is_refused() -> None:
    """The loop that it belongs to is held by the very call; the error says so instead of hanging."""

    async def main() -> None:
        with pytest.raises(
            DeadlockError,
            match=r"belongs to the event loop that the blocking call .* holds; write `await call\.aio\(\.\.\.\)` for",
        ):
            exchange.call(here_later)
        assert exchange.call(here) == here()

    asyncio.run(main())


def refuse(*_: object) -> Any:
    """Raise, as a user's callable may."""
    raise KeyError("no")


async def refuse_later(*_: object) -> Any:
    """Raise, after a step of the loop."""
    await asyncio.sleep(0)
    raise KeyError("no")


CALLED_THROUGH: dict[str, tuple[Callable[[], Any], list[str]]] = {
    "blocking": (lambda: exchange.call(refuse), ["call", "refuse"]),
    "async": (lambda: exchange.call(refuse_later), ["call", "refuse_later"]),
    "on the loop": (lambda: exchange.on_loop(refuse), ["on_loop", "refuse"]),
    "async on the loop": (lambda: exchange.on_loop(refuse_later), ["on_loop", "refuse_later"]),
    "plain": (lambda: exchange.plain(refuse, Line(1)), ["plain", "refuse"]),
    "pool": (lambda: exchange.call.submit(refuse).result(HANG_S), ["call", "refuse"]),
    "awaited, blocking": (lambda: asyncio.run(await_(exchange.call.aio, refuse)), ["await_", "call", "refuse"]),
    "awaited, async": (
        lambda: asyncio.run(await_(exchange.call.aio, refuse_later)),
        ["await_", "call", "refuse_later"],
    ),
}


async def await_(function: Callable[..., Awaitable[Any]], *args: Any) -> Any:
    """Await the call."""
    return await function(*args)


@pytest.mark.parametrize("case", CALLED_THROUGH)
def test_traceback_goes_from_the_caller_through_the_implementation_to_the_callable(case: str) -> None:
    """What a callable raises shows none of our frames between it and the implementation, nor further out."""
    use, expected = CALLED_THROUGH[case]
    with pytest.raises(KeyError) as caught:
        use()
    frames = traceback.extract_tb(caught.value.__traceback__)
    ours = [frame for frame in frames if f"{os.sep}ambidex{os.sep}" in frame.filename]
    # before 3.11 the two frames stay that hide the others, on the way to the implementation and to the caller
    assert len(ours) == (0 if sys.version_info >= (3, 11) else 4)
    theirs = [frame.name for frame in frames if frame not in ours and "asyncio" not in frame.filename]
    assert theirs[2:] == expected


@pytest.mark.filterwarnings("ignore:.*blocks the event loop:RuntimeWarning")
def test_async_callable_whose_loop_is_held_by_a_later_blocking_call_is_refused() -> None:
    """The call that handed it over has ended; the one that holds its loop waits for the task that calls it."""

    async def main() -> None:
        hub = Exchange()
        hub.subscribe(here_later_with)
        with pytest.raises(
            DeadlockError, match=r"here_later_with is async .* Exchange\.publish, .*publish\.aio"
        ) as refused:
            hub.publish(1)
        assert "`await Exchange.publish.aio(...)` there" in str(refused.value)
        with pytest.raises(DeadlockError, match=r"here_later_with is async"):  # through another callable, and its call
            exchange.call(lambda: hub.publish(1))
        assert await hub.publish.aio(1) == [here()]
        assert exchange.call(here) == here()

    asyncio.run(main())


@pytest.mark.filterwarnings("ignore:.*blocks the event loop:RuntimeWarning")
def test_blocking_a_loop_until_a_task_ends_that_awaits_its_callable_is_refused() -> None:
    """Whoever comes second is refused: here the wait for the future, when the callable is on its way already."""

    async def main() -> None:
        begun, go = asyncio.Event(), asyncio.Event()

        async def subscriber(line: Line) -> int:
            begun.set()
            await go.wait()
            return here()

        hub = Exchange()
        hub.subscribe(subscriber)
        published = hub.publish.submit(1)
        await asyncio.wait_for(begun.wait(), HANG_S)
        with pytest.raises(DeadlockError, match="publish"):
            published.result()
        go.set()
        assert await published == [here()]

    asyncio.run(main())


def test_async_callable_whose_loop_is_held_for_another_reason_waits_for_it() -> None:
    """The call that holds the loop does not wait for the callable: it ends, and then the callable runs."""

    async def main() -> None:
        hub = Exchange()
        hub.subscribe(here_later_with)
        begun, ended, mine = threading.Event(), asyncio.Event(), asyncio.get_running_loop()

        def publish() -> None:
            begun.set()
            published.extend(hub.publish(1))
            mine.call_soon_threadsafe(ended.set)

        published: list[int] = []
        publisher = threading.Thread(target=publish)
        publisher.start()
        assert begun.wait(HANG_S)
        wait_until(lambda: "Exchange.publish" in running())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert exchange.say() == "nobody"
        await asyncio.wait_for(ended.wait(), HANG_S)
        publisher.join(HANG_S)
        assert published == [here()]

    asyncio.run(main())
