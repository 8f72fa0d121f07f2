"""A user's callables run where they belong, may call the API again, and end as they would in a plain call."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import contextvars
import functools
import gc
import inspect
import logging
import os
import sys
import threading
import time
import traceback
import warnings
import weakref
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlineExceeded, DeadlockError, RuntimeClosed, Synchronizer
from ambidex.runtime import runtime_of
from tests.bridge import exchange
from tests.bridge._exchange import VOICE
from tests.bridge.exchange import Exchange, Line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Iterator

LIMIT_S = 10.0  # of each wait: what takes longer hangs


@pytest.fixture(autouse=True)
def own_grace() -> Iterator[None]:
    """Give the synchronizer a short grace period."""
    Synchronizer("exchange", grace_s=2.0)
    yield
    Synchronizer("exchange", grace_s=5.0)


def here() -> int:
    """Return the thread that runs this."""
    return threading.get_ident()


async def here_later() -> int:
    """Return the thread that runs this, after a step of the loop."""
    await asyncio.sleep(0)
    return threading.get_ident()


def running() -> dict[str, str | None]:
    """Return the calls that run on the loop, with the reason why they were asked to end."""
    thread = runtime_of("exchange").thread
    return {} if thread is None else {call.name: call.end_reason for call in tuple(thread.calls)}


def wait_until(is_so: Callable[[], bool]) -> None:
    """Hold this thread until something is so that nothing tells; a step at a time."""
    deadline = time.monotonic() + LIMIT_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0)


@contextlib.contextmanager
def telling(logged: threading.Event, text: str) -> Generator[list[str], None, None]:
    """Set `logged` when a message with that text is logged; give the list of such messages, with their tracebacks."""
    messages: list[str] = []

    class Notice(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if text in record.getMessage():
                messages.append(self.format(record))
                logged.set()

    notice, logger = Notice(), logging.getLogger("ambidex")
    logger.addHandler(notice)
    try:
        yield messages
    finally:
        logger.removeHandler(notice)


def thread_of_loop() -> int:
    """Return the thread of the implementation's loop."""
    return exchange.on_loop(int)[1]


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
        return others_done.wait(LIMIT_S)

    def call_meanwhile() -> None:
        assert entered.wait(LIMIT_S)
        exchange.say()
        others_done.set()

    thread = threading.Thread(target=call_meanwhile)
    thread.start()
    assert exchange.call(work) is True
    thread.join(LIMIT_S)


def test_blocking_callable_of_an_awaiting_caller_runs_on_a_thread_of_its_own() -> None:
    """It holds neither the caller's loop nor the implementation's."""

    async def main() -> None:
        released = threading.Event()
        call = asyncio.ensure_future(exchange.call.aio(lambda: released.wait(LIMIT_S) and here()))
        assert await exchange.say.aio() == "nobody"
        released.set()
        assert await call not in (here(), thread)

    thread = thread_of_loop()
    asyncio.run(main())


def test_blocking_callable_of_a_submitted_call_runs_on_a_thread_of_its_own() -> None:
    """The submitter does not wait."""
    assert exchange.call.submit(here).result(LIMIT_S) not in (here(), thread_of_loop())


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
        both_wait.wait(LIMIT_S)
        return here()

    def run() -> None:
        ends.append((here(), exchange.call(work)))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT_S)
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


@pytest.mark.parametrize("when", ["before it does", "after it did"])
def test_callable_behind_one_which_calls_again_moves_to_the_pool(when: str) -> None:
    """The first holds the thread while it waits for a call that needs the second: nobody waits for good."""
    hub = Exchange()
    posted = threading.Event() if when == "before it does" else None

    def first() -> tuple[bool, int]:
        if posted is not None:
            assert posted.wait(LIMIT_S)
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
        return 0 if depth == 0 else 1 + exchange.call.submit(lambda: level(depth - 1)).result(LIMIT_S)

    async def main() -> int:
        deepest: int = await exchange.call.aio(lambda: level(20))
        return deepest

    assert asyncio.run(main()) == 20


def test_fifty_callables_at_once_call_again() -> None:
    """All of them hold a thread at the same time."""
    all_there = threading.Barrier(50)

    def work(number: int) -> Any:
        all_there.wait(LIMIT_S)
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


# -- its own loop is not there

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
        published.result(LIMIT_S)


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
        published[0].result(LIMIT_S)


async def here_later_with(line: Line) -> int:
    """Take a line, and return the thread."""
    return here()


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
    "pool": (lambda: exchange.call.submit(refuse).result(LIMIT_S), ["call", "refuse"]),
    "awaited, blocking": (lambda: asyncio.run(await_(exchange.call.aio, refuse)), ["await_", "call", "refuse"]),
    "awaited, async": (
        lambda: asyncio.run(await_(exchange.call.aio, refuse_later)),
        ["await_", "call", "refuse_later"],
    ),
}


async def await_(function: Callable[..., Awaitable[Any]], *args: Any) -> Any:
    """Await the call."""
    return await function(*args)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="before 3.11 the frames that hide the others stay")
@pytest.mark.parametrize("case", CALLED_THROUGH)
def test_traceback_goes_from_the_caller_through_the_implementation_to_the_callable(case: str) -> None:
    """What a callable raises shows none of our frames between it and the implementation, nor further out."""
    use, expected = CALLED_THROUGH[case]
    with pytest.raises(KeyError) as caught:
        use()
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert [frame.filename for frame in frames if f"{os.sep}ambidex{os.sep}" in frame.filename] == []
    assert [frame.name for frame in frames if "asyncio" not in frame.filename][2:] == expected


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
        await asyncio.wait_for(begun.wait(), LIMIT_S)
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
        assert begun.wait(LIMIT_S)
        wait_until(lambda: "Exchange.publish" in running())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert exchange.say() == "nobody"
        await asyncio.wait_for(ended.wait(), LIMIT_S)
        publisher.join(LIMIT_S)
        assert published == [here()]

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


# -- what it is given, and what the implementation holds


def test_faces_cross_in_both_directions() -> None:
    """The callable is given the face of the very object, and what it returns is the object again."""
    line, other = Line(1), Line(2)
    seen: list[Line] = []

    def question(given: Line) -> Line:
        seen.append(given)
        return other

    async def question_later(given: Line) -> Line:
        return question(given)

    assert line.ask(question) is other
    assert line.ask(question_later) is other
    assert asyncio.run(line.ask.aio(question_later)) is other
    assert seen == [line] * 3


def test_callables_stand_in_containers_and_keywords() -> None:
    """Wherever the plan says."""
    assert exchange.call_each({"a": [here, None], "b": (here_later,)}) == {
        "a": [here(), None],
        "b": [thread_of_loop()],
    }
    given = exchange.call_with_names(work=lambda *args, **named: (args, named), other=here)
    assert given == [((1,), {"key": 2}), here()]


def test_constructor_and_attribute_take_callables_and_give_them_back() -> None:
    """The implementation keeps a wrapper; the user gets the own callable again."""
    log: list[str] = []
    greet: Any = log.append
    hub = Exchange(greet)
    assert hub.greet is greet
    assert Exchange().greet is None
    hub.on_close = here
    assert hub.on_close is here
    hub.close()
    hub.on_close = None
    hub.close()


def test_implementation_gets_an_async_function_that_looks_like_the_users() -> None:
    """Its name, documentation and signature are the user's."""
    hub = Exchange()

    def note(line: Line) -> None:
        """Note it."""

    hub.subscribe(note)
    hub.subscribe(functools.partial(note))
    wrapper, of_partial = hub.subscribers
    assert inspect.iscoroutinefunction(wrapper)
    assert (wrapper.__name__, wrapper.__doc__) == ("note", "Note it.")
    assert wrapper.__qualname__ == note.__qualname__
    assert inspect.signature(wrapper) == inspect.signature(note)
    assert of_partial.__name__ == "partial"


class Subscriber:
    """Have what subscribes: a method is another object each time it is looked up."""

    def note(self, line: Line) -> None:
        """Take a line."""

    async def note_later(self, line: Line) -> None:
        """Take a line."""


@pytest.mark.parametrize("form", ["function", "method", "builtin", "face", "awaited face"])
def test_same_callable_gives_the_implementation_the_same_function(form: str) -> None:
    """What subscribes can unsubscribe, in another call, by an equal callable; another one cannot."""
    hub, line, subscriber, seen = Exchange(), Line(1), Subscriber(), list[Any]()
    looked_up: dict[str, Callable[[], Callable[[Line], Any]]] = {
        "function": lambda: here_later_with,
        "method": lambda: subscriber.note,
        "builtin": lambda: seen.append,
        "face": lambda: line.ask,  # type: ignore[dict-item, return-value]
        "awaited face": lambda: line.ask.aio,  # type: ignore[dict-item, return-value]
    }
    hub.subscribe(looked_up[form]())
    hub.subscribe(looked_up[form]())
    first, second = hub.subscribers
    assert first is second
    with pytest.raises(ValueError, match="not in list"):
        hub.unsubscribe(Subscriber().note)
    assert hub.unsubscribe(looked_up[form]()) == 1


def test_wrapper_and_callable_die_when_the_implementation_drops_them() -> None:
    """Nothing else keeps them: neither the table nor the calls that handed them over."""
    hub = Exchange()

    class Target:
        def note(self, line: Line) -> None:
            """Take a line."""

    target = Target()
    alive = weakref.ref(target)
    hub.subscribe(target.note)
    hub.publish(1)
    assert hub.unsubscribe(target.note) == 0
    del target
    gc.collect()
    assert alive() is None


def test_calls_that_have_ended_are_forgotten() -> None:
    """Only the last one's context is kept, however often a callable is handed over."""

    class Voice(str):
        __slots__ = ("__weakref__",)

    hub = Exchange()
    voice = Voice("first")
    alive = weakref.ref(voice)
    token = VOICE.set(voice)
    hub.subscribe(here_later_with)
    VOICE.reset(token)
    del voice, token
    hub.subscribe(here_later_with)
    gc.collect()
    assert alive() is None


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
    thread.join(LIMIT_S)
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


# -- context variables


async def add_voice() -> str:
    """Add to the variable, as an async callable."""
    await asyncio.sleep(0)
    return set_voice()


def set_voice() -> str:
    """Add to the variable, as a blocking callable."""
    VOICE.set(VOICE.get() + ", callable")
    return VOICE.get()


def begin_to_add_voice() -> Awaitable[str]:
    """Give what adds to the variable, as a blocking callable whose result is awaitable."""
    return add_voice()


@pytest.mark.parametrize("work", [set_voice, add_voice, begin_to_add_voice])
@pytest.mark.parametrize("form", ["blocking", "awaited", "on loop"])
def test_context_goes_through_caller_implementation_and_callable_as_in_a_plain_call(
    form: str, work: Callable[[], Any]
) -> None:
    """The callable sees what the implementation has set, and that and the caller see what the callable has set."""

    async def main() -> tuple[Any, str]:
        VOICE.set("caller")
        return await exchange.speak_through.aio("implementation", work), VOICE.get()

    def block() -> tuple[Any, str]:
        VOICE.set("caller")
        call = exchange.speak_through_on_loop if form == "on loop" else exchange.speak_through
        return call("implementation", work), VOICE.get()

    (seen, given, after), left = asyncio.run(main()) if form == "awaited" else contextvars.Context().run(block)
    assert seen == "caller"
    assert given == after == "implementation, callable"
    assert left == "implementation, callable, implementation"


def test_context_that_a_failing_callable_has_set_is_seen() -> None:
    """As in a plain call, what was set before the exception stays."""

    async def fail() -> None:
        VOICE.set("failed")
        await asyncio.sleep(0)
        raise LookupError

    def fail_here() -> None:
        VOICE.set("failed")
        raise LookupError

    async def main() -> None:
        for work in (fail, fail_here):
            VOICE.set("caller")
            with pytest.raises(LookupError):
                await exchange.call.aio(work)
            assert VOICE.get() == "failed"

    asyncio.run(main())


def test_context_goes_through_the_callable_of_a_stream() -> None:
    """What the callable sets in one step is seen after it, and in the next."""

    async def count(number: int) -> int:
        await asyncio.sleep(0)
        VOICE.set(VOICE.get() + str(number))
        return number

    async def main() -> None:
        VOICE.set("")
        seen = [VOICE.get() async for _ in exchange.numbers.aio(count, 3)]
        assert seen == ["0", "01", "012"]

    asyncio.run(main())


def test_callable_that_is_kept_sees_the_context_of_the_call_that_handed_it_over() -> None:
    """Not that of whoever causes it to run, who sees nothing of what it sets."""

    def note(line: Line) -> str:
        seen = VOICE.get()
        VOICE.set("note")
        return seen

    async def note_later(line: Line) -> str:
        await asyncio.sleep(0)
        return note(line)

    async def main() -> None:
        hub = Exchange()
        VOICE.set("subscriber")
        hub.subscribe(note)
        hub.subscribe(note_later)
        VOICE.set("publisher")
        assert await hub.publish.aio(1) == ["subscriber", "subscriber"]
        assert VOICE.get() == "publisher"

    asyncio.run(main())


def test_async_callable_does_not_see_that_it_runs_for_a_call() -> None:
    """What notes in a call's context which call it is stays out of its user's code."""
    seen: list[object] = []

    async def note() -> None:
        seen.extend(value for variable, value in contextvars.copy_context().items() if "ambidex" in variable.name)

    async def main() -> None:
        await exchange.call.aio(note)

    asyncio.run(main())
    assert seen == [None]


def test_context_of_a_blocking_callable_is_the_callers_own() -> None:
    """What it sets, the caller sees, as after a plain call; a callable's call leaves nothing else behind."""
    token = VOICE.set("before")
    try:
        exchange.call(lambda: VOICE.set("within") and None)
        assert VOICE.get() == "within"
    finally:
        VOICE.reset(token)


# -- how it ends


class Special(BaseException):
    """Be no Exception."""


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), SystemExit(3), Special()], ids=repr)
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
        exchange.call_shielded.submit(fail, log).result(LIMIT_S)
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

        call = asyncio.ensure_future(exchange.call_shielded.aio(work, log))
        await entered.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
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

        call = asyncio.ensure_future(exchange.call.aio(work))
        await entered.wait()
        call.cancel()
        with pytest.raises(ValueError, match="in the clean-up"):
            await call

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

        call = asyncio.ensure_future(exchange.call.aio(stubborn))
        await entered.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await asyncio.to_thread(logged.wait, LIMIT_S)
        released.set()

    with telling(logged, "stubborn did not end within 0.2 s of being cancelled") as messages:
        asyncio.run(main())
    assert "await released.wait()" in messages[0]


def test_cancelled_await_leaves_a_blocking_callable_alone_and_logs_its_late_error() -> None:
    """It cannot be cancelled: the await ends at once, and what it raises later is not lost."""
    entered, released, logged = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        entered.set()
        assert released.wait(LIMIT_S)
        raise ValueError("too late")

    with telling(logged, "failed when nobody waited for it any more") as messages:
        future = exchange.call.submit(work)
        assert entered.wait(LIMIT_S)
        future.cancel()
        with pytest.raises(concurrent.futures.CancelledError):
            future.result(LIMIT_S)
        assert not logged.is_set()
        released.set()
        assert logged.wait(LIMIT_S)
    assert len(messages) == 1
    assert "ValueError: too late" in messages[0]


def test_deadline_ends_the_call_when_the_callable_returns_to_its_thread() -> None:
    """The caller's own thread runs the callable: it cannot leave before."""
    over = threading.Event()

    def work() -> None:
        wait_until(lambda: "call" not in running())
        over.set()

    with pytest.raises(DeadlineExceeded):
        exchange.call.with_options(timeout=0.05)(work)
    assert over.is_set()


def test_callables_that_wait_for_their_turn_when_the_call_is_cancelled_never_begin() -> None:
    """Nobody wants their result."""
    begun: list[int] = []

    def work(number: int) -> None:
        begun.append(number)
        wait_until(lambda: "call_many" not in running())

    with pytest.raises(DeadlineExceeded):
        exchange.call_many.with_options(timeout=0.05)(work, 3)
    exchange.call.submit(here).result(LIMIT_S)
    assert begun == [0]


def test_async_callable_that_is_cancelled_before_its_loop_begins_it_never_begins() -> None:
    """Its loop was held meanwhile."""

    async def main() -> None:
        call = asyncio.ensure_future(exchange.call.with_options(timeout=0.05).aio(work))
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
    log: list[tuple[str, int]] = []

    with pytest.raises(DeadlineExceeded):
        exchange.call_at_end.with_options(timeout=0.05)(lambda word: log.append((word, here())), lambda: None)
    assert log == [("end", here())]


def test_closing_the_synchronizer_ends_the_call_and_the_pool() -> None:
    """The idle threads end at once; the next use starts anew."""
    hub = Exchange()
    hub.subscribe(lambda line: threading.current_thread())
    (worker,) = hub.publish(1)
    Synchronizer("exchange").close()
    worker.join(LIMIT_S)
    assert not worker.is_alive()
    (other,) = hub.publish(1)
    assert other is not worker


def test_callables_that_outlive_their_call_end_on_the_pool() -> None:
    """The caller leaves when its callable returns; what waits behind that one runs on a thread of its own."""
    begun, left = threading.Event(), threading.Event()
    hub = Exchange()

    def first() -> int:
        begun.set()
        assert left.wait(LIMIT_S)
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
