"""What a user of callbacks.py may hand in, and what checkers refuse."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Optional, Union

import callbacks
from callbacks import Event, Greeting, Hub, Tap
from typing_extensions import assert_type

from ambidex.bridge import Call


def note(event: Event) -> None:
    """Take a face."""


async def note_later(event: Event) -> None:
    """Take a face."""


def note_number(number: int) -> None:
    """Take no face."""


def count(event: Event) -> int:
    """Give what a handler does not."""
    return len(event.name)


async def spelled(number: int) -> str:
    """Give the type that the variable stands for when awaited."""
    return str(number)


class Handlers:
    """Have methods that are handlers."""

    def note(self, event: Event) -> None:
        """Take a face."""

    async def note_later(self, event: Event) -> None:
        """Take a face."""


event = Event("one")
hub = Hub(note, last=note_later)
for handler in (note, Handlers().note):
    hub.subscribe(handler)
hub.subscribe(note_later)
hub.subscribe(Handlers().note_later)
hub.subscribe(lambda event: event.rename("two"))
hub.subscribe(lambda event: event.rename.aio("two"))
hub.subscribe(note_number)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
hub.subscribe(count)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
hub.on_error = None
assert_type(Hub().on_error, Union[Call[[str], None], Callable[[str], Union[Awaitable[None], None]], None])
assert_type(hub.unsubscribe(note), int)
assert_type(Hub.made_with(note, note_later), Hub)
assert_type(hub.chosen(lambda given, events: given.chosen(lambda again, more: more[0])), Event)
assert_type(callbacks.transformed([1], lambda item: item + 1), "list[int]")
assert_type(callbacks.either(1, lambda item: item), int)
assert_type(callbacks.decided(1, str), str)
assert_type(callbacks.decided(1, spelled), str)
assert_type(callbacks.called(note, event), Any)
assert_type(callbacks.all_called({"a": lambda: 1}), "dict[str, int]")
assert_type(callbacks.on_loop(count, event), int)
assert_type(callbacks.heard(event, [note, note_later, lambda given: given.rename("x")]), int)
callbacks.heard(event, [count])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
assert_type(callbacks.turned(event, lambda given: given, lambda *args, **named: 1), Event)
callbacks.noted(lambda index, line: print(index + 1, line.title()), ["a"])
assert_type(callbacks.greeted(["Ada"], lambda name: name.title()), "list[str]")


class Greeter:
    """Greet."""

    async def __call__(self, name: str) -> str:
        """Greet one."""
        return name


greet: Greeting = Greeter()
assert_type(callbacks.greeted(["Ada"], greet), "list[str]")
assert_type(callbacks.plainly(event, lambda event: event, lambda number: number), Event)
assert_type(callbacks.adder(1), Callable[[int], int])


def chooser(given: Hub) -> Callable[[Sequence[Event]], int]:
    """Give a callable."""
    return lambda events: events.index(given.chosen(lambda again, more: more[0]))


assert_type(callbacks.picked(hub, chooser), int)
callbacks.picked(hub, Event.same)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
for kept in callbacks.watched([event], event.same):
    assert_type(kept, Event)
for kept in callbacks.watched([event], event.same.aio):
    assert_type(kept, Event)
callbacks.plainly(event, note_later, abs)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def follow(event: Event, /, *more: Event, times: int = 1, source: Event | None = None, **named: Event) -> Event | None:
    """Follow, blocking."""
    return source


async def follow_later(
    event: Event, /, *more: Event, times: int = 1, source: Event | None = None, **named: Event
) -> Event | None:
    """Follow, awaited."""
    return source


def follow_without(event: Event, /, *more: Event) -> Event | None:
    """Take no keywords."""
    return event


def best_first(events: list[Event], *, best: Event, worst: list[Event] | None = None) -> list[Event]:
    """Sort."""
    return events


assert_type(callbacks.followed([event], follow), "Event | None")
assert_type(callbacks.followed([event], follow_later), "Event | None")
callbacks.followed([event], follow_without)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
assert_type(callbacks.sorted_by([event], best_first), "list[Event]")
callbacks.sorted_by([event], lambda events: events)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
assert_type(callbacks.told(follow_later), Any)
assert_type(callbacks.titled(["Ada"], lambda name, *, title="": name + title), "list[str]")


def plain(tap: Tap) -> None:
    """Check plain callbacks that take anything."""
    assert_type(tap.sink, Optional[Callable[..., None]])
    assert_type(tap.flow(print), "list[Callable[[Any], None]]")
    tap.flow(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
