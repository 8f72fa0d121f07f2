"""`with_options(timeout=...)` and `.submit` on every kind of callable: the deadline ends the work, both ways."""

from __future__ import annotations

import asyncio
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlineExceeded
from tests.bridge.workshop import Tool, pause, shift, ticks

if TYPE_CHECKING:
    from collections.abc import Callable

BRIEF_S = 0.02  # arbitrary: long enough to be measured, short enough to wait for
AMPLE_S = 15.0  # arbitrary: shorter than a test's own limit


class _Filled:
    """Give a callable its first argument, and leave it its other faces."""

    def __init__(self, callable_: Any, first: Any) -> None:
        self._callable = callable_
        self._first = first

    def __call__(self, wait: bool = False) -> Any:
        return self._callable(self._first, wait)

    def aio(self, wait: bool = False) -> Any:
        return self._callable.aio(self._first, wait)

    def submit(self, wait: bool = False) -> Any:
        return self._callable.submit(self._first, wait)

    def with_options(self, **options: Any) -> _Filled:
        return _Filled(self._callable.with_options(**options), self._first)


def of_kind(kind: str) -> Any:
    """Return one callable of a kind, which takes `wait`."""
    saw = Tool("saw")
    kinds: dict[str, Callable[[], Any]] = {
        "function": lambda: pause,
        "method": lambda: saw.idle,
        "class method": lambda: _Filled(Tool.forged, "saw"),
        "class method of an instance": lambda: _Filled(saw.forged, "saw"),
        "static method": lambda: _Filled(Tool.weight, 3),
        "stream": lambda: ticks,
        "stream method": lambda: saw.idle_turns,
        "context": lambda: shift,
        "context method": lambda: saw.idle_hold,
    }
    return kinds[kind]()


CALLS = ("function", "method", "class method", "class method of an instance", "static method")
KINDS = (*CALLS, "stream", "stream method", "context", "context method")


def used(kind: str, callable_: Any, wait: bool) -> Any:
    """Use a callable of a kind in its blocking form, to the first thing it gives."""
    if "stream" in kind:
        (value,) = callable_(wait)
        return value
    if "context" in kind:
        with callable_(wait) as value:
            return value
    return callable_(wait)


async def awaited(kind: str, callable_: Any, wait: bool) -> Any:
    """Use a callable of a kind in its awaited form, to the first thing it gives."""
    if "stream" in kind:
        (value,) = [value async for value in callable_.aio(wait)]
        return value
    if "context" in kind:
        async with callable_.aio(wait) as value:
            return value
    return await callable_.aio(wait)


@pytest.mark.parametrize("kind", KINDS)
def test_deadline_of_a_callable_holds_both_ways(kind: str) -> None:
    """Within the deadline nothing changes; past it the work is ended and the caller told."""
    callable_ = of_kind(kind)
    ample, brief = callable_.with_options(timeout=AMPLE_S), callable_.with_options(timeout=BRIEF_S)
    plain = used(kind, callable_, False)
    for value in (used(kind, ample, False), asyncio.run(awaited(kind, ample, False))):
        assert type(value) is type(plain)
        assert isinstance(value, Tool) or value == plain
    with pytest.raises(DeadlineExceeded):
        used(kind, brief, True)
    with pytest.raises(DeadlineExceeded):
        asyncio.run(awaited(kind, brief, True))


@pytest.mark.parametrize("kind", CALLS)
def test_future_of_a_callable_has_its_result_and_its_deadline(kind: str) -> None:
    """`.submit` gives a future at once, with options or without."""
    callable_ = of_kind(kind)
    plain = callable_()
    result = callable_.with_options(timeout=AMPLE_S).submit().result(AMPLE_S)
    assert isinstance(result, Tool) or result == plain == callable_.submit().result(AMPLE_S)
    with pytest.raises(DeadlineExceeded):
        callable_.with_options(timeout=BRIEF_S).submit(True).result(AMPLE_S)


@pytest.mark.parametrize("kind", KINDS)
def test_options_replace_the_ones_before_and_none_takes_them_back(kind: str) -> None:
    """The last `with_options` counts, and leaves the callable it was asked of alone."""
    callable_ = of_kind(kind)
    again = callable_.with_options(timeout=BRIEF_S).with_options(timeout=None)
    assert type(used(kind, again, False)) is type(used(kind, callable_, False))
    with pytest.raises(ValueError, match="write a number of seconds"):
        callable_.with_options(timeout=-1)


def test_options_of_a_stream_are_changed_alone() -> None:
    """Asking for read-ahead does not take the deadline away, nor the other way round; None does."""
    both = ticks.with_options(timeout=BRIEF_S, read_ahead=2)
    assert ticks.with_options(timeout=BRIEF_S).with_options(read_ahead=2) == both
    assert ticks.with_options(read_ahead=2).with_options(timeout=BRIEF_S) == both
    assert both.with_options(timeout=None) == ticks.with_options(read_ahead=2)
    assert both.with_options(read_ahead=None) == ticks.with_options(timeout=BRIEF_S)
    with pytest.raises(DeadlineExceeded):
        used("stream", ticks.with_options(timeout=BRIEF_S).with_options(read_ahead=2), True)


def test_stream_reads_ahead_on_request() -> None:
    """The same items, from a function and from a method; the option is kept by copies, equality and pickles."""
    ahead = ticks.with_options(read_ahead=3)
    assert list(ahead()) == list(ticks()) != []
    assert type(ahead()) is not type(ticks())
    assert ahead == ticks.with_options(read_ahead=3) != ticks.with_options(read_ahead=4)
    assert pickle.loads(pickle.dumps(ahead)) == ahead
    with pytest.raises(ValueError, match="read_ahead"):
        ticks.with_options(read_ahead=0)
