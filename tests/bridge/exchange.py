"""Faces over `_exchange`, written by hand: callables as parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ambidex.bridge import (
    Face,
    Implementation,
    anything,
    attribute,
    callback,
    constructor,
    dict_of,
    implemented_elsewhere,
    method,
    plain_callback,
    sequence_of,
    sync_method,
)

if TYPE_CHECKING:
    import threading
    from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence

exchange = Implementation("tests.bridge._exchange", synchronizer="exchange", abi=1)


class Line(Face, implementation=exchange):
    """What callables are given, and give back."""

    @constructor
    def __init__(self, number: int) -> None:
        implemented_elsewhere()

    @property
    @attribute
    def number(self) -> int:
        implemented_elsewhere()

    @method
    def ring(self) -> int:
        """Return the number."""
        implemented_elsewhere()

    @method(takes={"question": callback("Line", gives="Line")}, gives="Line")
    def ask(self, question: Callable[[Line], Line | Awaitable[Line]]) -> Line:
        """Ask for another line."""
        implemented_elsewhere()


class Exchange(Face, implementation=exchange):
    """Keep callables, and call them later."""

    @constructor(takes={"greet": callback()})
    def __init__(self, greet: Callable[[str], Awaitable[None] | None] | None = None) -> None:
        implemented_elsewhere()

    @property
    @attribute(gives=callback())
    def greet(self) -> Callable[[str], Awaitable[None]] | None:
        implemented_elsewhere()

    @property
    @attribute(gives=callback())
    def on_close(self) -> Callable[[], Any] | None:
        implemented_elsewhere()

    @on_close.setter
    @attribute(takes={"value": callback()})
    def on_close(self, value: Callable[[], Any] | None) -> None:
        implemented_elsewhere()

    @property
    @attribute
    def subscribers(self) -> list[Callable[[Line], Awaitable[Any]]]:
        implemented_elsewhere()

    @sync_method(takes={"subscriber": callback("Line", gives=anything)})
    def subscribe(self, subscriber: Callable[[Line], Any]) -> None:
        """Subscribe."""
        implemented_elsewhere()

    @method(takes={"subscriber": callback("Line", gives=anything)})
    def unsubscribe(self, subscriber: Callable[[Line], Any]) -> int:
        """Unsubscribe; return how many are left."""
        implemented_elsewhere()

    @sync_method(takes={"work": callback()})
    def start(self, work: Callable[[], Any]) -> None:
        """Call `work` at once, without waiting for it."""
        implemented_elsewhere()

    @method
    def finished(self) -> list[Any]:
        """Wait for what was started."""
        implemented_elsewhere()

    @method
    def publish(self, number: int) -> list[Any]:
        """Call every subscriber."""
        implemented_elsewhere()

    @method
    def publish_in_background(self, number: int) -> None:
        """Call every subscriber, without waiting for it."""
        implemented_elsewhere()

    @method(takes={"first": callback(), "second": callback()})
    def leave(
        self, first: Callable[[], Any], second: Callable[[], Any], begun: threading.Event, left: threading.Event
    ) -> None:
        """Call both, and end when `begun` is set; tell `left` then."""
        implemented_elsewhere()

    @method
    def close(self) -> None:
        """Call `on_close`."""
        implemented_elsewhere()

    @method(takes={"first": callback(), "second": callback()})
    def both(self, first: Callable[[], Any], second: Callable[[], Any], posted: threading.Event | None) -> list[Any]:
        """Call `first` and, while holding the lock, `second`: at once, and tell `posted`, or when `first` queues."""
        implemented_elsewhere()

    @method
    def queue(self) -> bool:
        """Wait for the lock."""
        implemented_elsewhere()


@exchange.function(takes={"work": callback()})
def call(work: Callable[[], Any]) -> Any:
    """Call `work` once."""
    implemented_elsewhere()


@exchange.function(takes={"work": callback()})
def call_shielded(work: Callable[[], Any], log: list[str]) -> str:
    """Call `work` and say how it ended."""
    implemented_elsewhere()


@exchange.function(takes={"work": callback()})
def call_many(work: Callable[[int], Any], times: int) -> list[Any]:
    """Call `work` many times at once."""
    implemented_elsewhere()


@exchange.function(takes={"works": dict_of(None, sequence_of(callback()))})
def call_each(works: Mapping[str, Sequence[Callable[[], Any] | None]]) -> dict[str, list[Any]]:
    """Call what stands in a mapping of sequences."""
    implemented_elsewhere()


@exchange.function(takes={"work": callback(rest=anything), "others": callback(rest=anything)})
def call_with_names(*, work: Callable[..., Any], **others: Callable[..., Any]) -> list[Any]:
    """Call what is given by keyword, with arguments of both kinds."""
    implemented_elsewhere()


@exchange.function(takes={"work": callback(), "started": callback()})
def call_at_end(work: Callable[[str], Any], started: Callable[[], Any]) -> None:
    """Wait for good, and call `work` in the clean-up."""
    implemented_elsewhere()


@exchange.function(takes={"work": callback(on_loop=True)})
def on_loop(work: Callable[[], Any]) -> tuple[Any, int]:
    """Call `work`, which is declared to run on the loop; give the loop's thread too."""
    implemented_elsewhere()


@exchange.function(takes={"work": plain_callback("Line", gives="Line"), "line": "Line"}, gives="Line")
def plain(work: Callable[[Line], Line], line: Line) -> Line:
    """Call `work` without awaiting it."""
    implemented_elsewhere()


@exchange.stream(takes={"work": callback()})
def numbers(work: Callable[[int], int | Awaitable[int]], stop: int) -> Generator[int, None, None]:
    """Yield what `work` makes of each number."""
    implemented_elsewhere()


@exchange.function
def say() -> str:
    """Return the context variable that the call sees."""
    implemented_elsewhere()


@exchange.function(takes={"work": callback()})
def speak_through(voice: str, work: Callable[[], Any]) -> tuple[str, Any, str]:
    """Set the variable, call, and set it again: what was seen before, what was given, what is seen after it."""
    implemented_elsewhere()


@exchange.function(takes={"work": callback(on_loop=True)})
def speak_through_on_loop(voice: str, work: Callable[[], Any]) -> tuple[str, Any, str]:
    """Do the same with a callable that runs on the loop."""
    implemented_elsewhere()
