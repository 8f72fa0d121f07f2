"""A user's callables run where they belong, and may call the API again."""

from __future__ import annotations

import asyncio
import functools
import threading
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlockError
from tests.bridge import exchange
from tests.bridge.callables import here, here_later, thread_of_loop
from tests.bridge.exchange import Exchange, Line
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import Awaitable

pytestmark = pytest.mark.usefixtures("short_grace")


# -- where a blocking callable runs


def test_blocking_callable_runs_on_the_waiting_callers_own_thread() -> None:
    """What belongs to the caller's thread works in it."""
    local = threading.local()
    local.connection = "mine"
    assert exchange.call(lambda: (here(), local.connection)) == (here(), "mine")


def test_blocking_callable_does_not_hold_the_loop() -> None:
    """While it waits, other calls go on."""
    entered, others_done = threading.Event(), threading.Event()

    def work() -> bool:
        entered.set()
        return others_done.wait(HANG_S)

    def call_meanwhile() -> None:
        assert entered.wait(HANG_S)
        exchange.say()
        others_done.set()

    thread = threading.Thread(target=call_meanwhile)
    thread.start()
    assert exchange.call(work) is True
    thread.join(HANG_S)


def test_blocking_callable_of_an_awaiting_caller_runs_on_a_thread_of_its_own() -> None:
    """It holds neither the caller's loop nor the implementation's."""

    async def main() -> None:
        released = threading.Event()
        call = asyncio.ensure_future(exchange.call.aio(lambda: released.wait(HANG_S) and here()))
        assert await exchange.say.aio() == "nobody"
        released.set()
        assert await call not in (here(), thread)

    thread = thread_of_loop()
    asyncio.run(main())


def test_blocking_callable_of_a_submitted_call_runs_on_a_thread_of_its_own() -> None:
    """The submitter does not wait."""
    assert exchange.call.submit(here).result(HANG_S) not in (here(), thread_of_loop())


def test_callable_that_is_kept_runs_on_the_pool_after_its_call() -> None:
    """A subscriber is called when the call that subscribed it has long returned."""
    hub = Exchange()
    hub.subscribe(lambda line: here())
    (thread,) = hub.publish(1)
    assert thread not in (here(), thread_of_loop())


def test_callables_of_two_threads_with_one_function_run_on_each_ones_own_thread() -> None:
    """The same function, handed over by two callers at once, is run by the one whose call awaits it."""
    both_wait = threading.Barrier(2)
    ends: list[tuple[int, Any]] = []

    def work() -> int:
        both_wait.wait(HANG_S)
        return here()

    def run() -> None:
        ends.append((here(), exchange.call(work)))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANG_S)
    assert [given for _, given in ends] == [own for own, _ in ends]
    assert len({own for own, _ in ends}) == 2


def test_several_callables_at_once_are_run_one_after_another_by_the_waiting_caller() -> None:
    """The caller has one thread, and keeps its order."""
    log: list[tuple[str, int]] = []

    def work(number: int) -> int:
        log.append((f"begin {number}", here()))
        log.append((f"end {number}", here()))
        return number

    assert exchange.call_many(work, 5) == [0, 1, 2, 3, 4]
    assert log == [(f"{what} {number}", here()) for number in range(5) for what in ("begin", "end")]


def test_callables_that_call_again_run_one_after_another_on_the_waiting_callers_thread() -> None:
    """Once one has returned, its caller waits for the next, though it has been away meanwhile."""

    def work() -> int:
        exchange.say()
        return here()

    assert set(exchange.call_each({"all": [work] * 200})["all"]) == {here()}


@pytest.mark.parametrize("when", ["before it does", "after it did"])
def test_callable_behind_one_which_calls_again_moves_to_the_pool(when: str) -> None:
    """The first holds the thread while it waits for a call that needs the second: nobody waits for good."""
    hub = Exchange()
    posted = threading.Event() if when == "before it does" else None

    def first() -> tuple[bool, int]:
        if posted is not None:
            assert posted.wait(HANG_S)
        return hub.queue(), here()

    (queued, ran), other = hub.both(first, here, posted)
    assert queued
    assert ran == here()
    assert other not in (here(), thread_of_loop())


# -- calling again


def test_blocking_callables_call_again_at_depth_20() -> None:
    """Each level waits for the next one, on the same thread."""

    def level(depth: int) -> list[int]:
        return [here()] if depth == 0 else [here(), *exchange.call(lambda: level(depth - 1))]

    assert level(20) == [here()] * 21


def test_async_callables_call_again_at_depth_20() -> None:
    """Each level awaits the next one, back and forth between two loops."""

    async def level(depth: int) -> int:
        assert here() == own
        return 0 if depth == 0 else 1 + await exchange.call.aio(lambda: level(depth - 1))

    own = here()
    assert asyncio.run(level(20)) == 20


def test_blocking_callables_of_awaiting_callers_call_again_at_depth_20() -> None:
    """Each level holds a thread of the pool, which grows."""

    def level(depth: int) -> int:
        return 0 if depth == 0 else 1 + exchange.call.submit(lambda: level(depth - 1)).result(HANG_S)

    async def main() -> int:
        deepest: int = await exchange.call.aio(lambda: level(20))
        return deepest

    assert asyncio.run(main()) == 20


def test_fifty_callables_at_once_call_again() -> None:
    """All of them hold a thread at the same time."""
    all_there = threading.Barrier(50)

    def work(number: int) -> Any:
        all_there.wait(HANG_S)
        return exchange.call(lambda: number)

    async def main() -> None:
        assert await exchange.call_many.aio(work, 50) == list(range(50))

    asyncio.run(main())


def test_fifty_async_callables_at_once_call_again() -> None:
    """They share the caller's loop."""

    async def work(number: int) -> Any:
        return await exchange.call.aio(lambda: number)

    async def main() -> None:
        assert await exchange.call_many.aio(work, 50) == list(range(50))

    asyncio.run(main())


def test_method_of_a_face_serves_as_a_callable() -> None:
    """Both of its faces do, of blocking and of awaiting callers."""
    line = Line(7)
    for form in (line.ring, line.ring.aio):
        assert exchange.call(form) == 7

    async def main() -> None:
        for form in (line.ring, line.ring.aio):
            assert await exchange.call.aio(form) == 7

    asyncio.run(main())


# -- where an async callable runs


def test_async_callable_of_an_awaiting_caller_runs_on_the_callers_loop() -> None:
    """What it shares with the caller is bound to that loop."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        lock = asyncio.Lock()

        async def work() -> bool:
            async with lock:
                await asyncio.sleep(0)
            return asyncio.get_running_loop() is loop

        assert await exchange.call.aio(work) is True

    asyncio.run(main())


def test_async_callable_of_a_blocking_caller_runs_on_the_implementations_loop() -> None:
    """It has no other."""
    assert exchange.call(here_later) == thread_of_loop()


def test_callable_that_gives_an_awaitable_is_awaited_where_it_belongs() -> None:
    """A lambda that calls an async function is not an async function itself."""

    async def main() -> None:
        assert await exchange.call.aio(not_async) == here()
        assert await exchange.call.aio(functools.partial(here_later)) == here()

    def not_async() -> Awaitable[int]:
        return here_later()

    assert exchange.call(not_async) == thread_of_loop()
    asyncio.run(main())


def test_callable_object_with_an_async_call_runs_on_the_callers_loop() -> None:
    """Its class says that it is async."""

    class Handler:
        async def __call__(self) -> int:
            asyncio.get_running_loop()
            return here()

    async def main() -> None:
        assert await exchange.call.aio(Handler()) == here()

    asyncio.run(main())


def test_async_callable_that_is_kept_runs_on_the_loop_that_handed_it_over() -> None:
    """Also when it was handed over by a plain method, and is called from elsewhere."""

    async def main() -> None:
        async def note(line: Line) -> int:
            return here()

        hub = Exchange()
        hub.subscribe(note)
        assert await asyncio.to_thread(hub.publish, 1) == [here()]

    asyncio.run(main())


def test_async_callable_that_a_plain_method_starts_at_once_runs_on_the_loop_that_handed_it_over() -> None:
    """The caller's loop is free again as soon as the plain method has returned."""

    async def main() -> None:
        for _ in range(50):
            hub = Exchange()
            hub.start(here_later)
            assert await hub.finished.aio() == [here()]

    asyncio.run(main())


# -- declared to run on the loop, and plain ones


def test_callable_declared_to_run_on_the_loop_runs_there() -> None:
    """Blocking or async, of whichever caller; a blocking call from there is refused."""
    assert exchange.on_loop(here) == (thread_of_loop(),) * 2
    assert exchange.on_loop(here_later) == (thread_of_loop(),) * 2

    async def main() -> None:
        assert await exchange.on_loop.aio(here) == (thread,) * 2
        assert await exchange.on_loop.aio(here_later) == (thread,) * 2

    thread = thread_of_loop()
    asyncio.run(main())
    with pytest.raises(DeadlockError, match=r"say\.aio"):
        exchange.on_loop(exchange.say)


def test_plain_callable_is_called_on_the_loop_with_faces() -> None:
    """Its argument and its result are translated; a blocking call from there is refused."""
    line, other = Line(1), Line(2)
    seen: list[Any] = []

    def ring(given: Line) -> Line:
        given.ring()
        return given

    def change(given: Line) -> Line:
        seen.append((given, here()))
        return other

    assert exchange.plain(change, line) is other
    assert seen == [(line, thread_of_loop())]
    with pytest.raises(DeadlockError, match=r"ring\.aio"):
        exchange.plain(ring, line)


# -- streams


def test_stream_calls_its_callable_on_the_thread_that_takes_the_step() -> None:
    """Each step is a blocking call that waits."""
    threads: list[int] = []

    def work(number: int) -> int:
        threads.append(here())
        return number * 2

    stream = exchange.numbers(work, 4)
    assert [next(stream), next(stream)] == [0, 2]
    rest: list[int] = []
    thread = threading.Thread(target=lambda: rest.extend([here(), *stream]))
    thread.start()
    thread.join(HANG_S)
    assert rest[1:] == [4, 6]
    assert threads == [here()] * 2 + [rest[0]] * 2


def test_stream_of_an_awaiting_caller_calls_its_callable_where_that_belongs() -> None:
    """A blocking one off the loop, an async one on the caller's."""

    async def main() -> None:
        threads: list[int] = []

        async def work(number: int) -> int:
            threads.append(here())
            return number

        assert [number async for number in exchange.numbers.aio(work, 2)] == [0, 1]
        assert threads == [here()] * 2
        assert [number async for number in exchange.numbers.aio(abs, 2)] == [0, 1]

    asyncio.run(main())
