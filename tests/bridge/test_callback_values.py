"""Faces, callables and context variables cross between a user's callable and the implementation."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import gc
import inspect
import weakref
from typing import TYPE_CHECKING, Any

import pytest

from tests.bridge import exchange
from tests.bridge._exchange import VOICE
from tests.bridge.callables import here, here_later, here_later_with, thread_of_loop, wait_until_freed
from tests.bridge.exchange import Exchange, Line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

pytestmark = pytest.mark.usefixtures("short_grace")


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
    wait_until_freed(alive, "exchange")


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
    wait_until_freed(alive, "exchange")


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
        seen.extend(
            value for variable, value in contextvars.copy_context().items() if variable.name == "ambidex_caller"
        )

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
