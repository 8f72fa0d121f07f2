"""Hand blocking and async callables to the generated functions."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import callbacks
from callbacks import Event, Hub

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

main = threading.get_ident()
seen: list[tuple[str, bool]] = []


def note(event: Event) -> None:
    """A blocking handler: it runs on the thread of the caller that waits."""
    assert type(event) is Event
    seen.append((event.name, threading.get_ident() == main))


async def note_later(event: Event) -> None:
    """An async handler that calls the API again."""
    await asyncio.sleep(0)
    await event.rename.aio("renamed")
    seen.append((event.name, threading.get_ident() == main))


async def spelled(number: int) -> str:
    """Answer later."""
    await asyncio.sleep(0)
    return f"{number} later"


event = Event("one")
hub = Hub(last=note)
hub.publish(event)
hub.subscribe(note_later)
hub.publish(event)
assert [name for name, _ in seen] == ["one", "renamed", "renamed"], seen
assert hub.unsubscribe(note_later) == 0
assert Hub.made_with(note, note).unsubscribe(note) == 1


def fail(event: Event) -> None:
    """Fail, having called the API, blocking."""
    event.rename("failed")
    raise LookupError(event.name)


hub = Hub(fail)
try:
    hub.publish(event)
except LookupError as error:
    assert error.args == ("failed",)
else:
    raise AssertionError("the error was lost")
errors: list[str] = []


async def collect(text: str) -> None:
    """Take an error."""
    errors.append(text)


hub.on_error = collect
assert hub.on_error is collect
hub.publish(event)
assert errors == ["failed"]
other = hub.chosen(lambda given, events: events[1] if given is hub else events[0])
assert other.name == "second"
assert callbacks.transformed([1, 2], lambda item: item + 1) == [2, 3]
assert callbacks.either(1, lambda item: item + 1) == 2
assert (callbacks.decided(1, str), callbacks.decided(1, spelled)) == ("1", "1 later")
assert callbacks.called(lambda *args, **named: (args, named), 1, event, key=event) == (
    (1, event),
    {"key": event},
)
assert callbacks.all_called({"a": lambda: 1, "b": lambda: 2}) == {"a": 1, "b": 2}
assert callbacks.on_loop(lambda event: threading.get_ident(), event) not in (main, 0)
assert callbacks.plainly(event, lambda event: event, lambda number: number) is event
assert callbacks.adder(2)(3) == 5


def chooser(given: Hub) -> Callable[[Sequence[Event]], tuple[Event, list[Hub]]]:
    """Give a callable, which is given objects with faces as well, and gives some."""
    assert given is hub
    return lambda events: (events[1], [given])


chosen, (same,) = callbacks.picked(hub, chooser)
assert (type(chosen), chosen.name, same) == (Event, "second", hub)
seen.clear()
assert callbacks.heard(event, [note, note_later]) == 2
assert [name for name, _ in seen] == ["failed", "renamed"], seen
texts: list[tuple[int, str]] = []
callbacks.noted(lambda index, line: texts.append((index, line)), ["a", "b"])
assert texts == [(0, "a")] * 3 + [(1, "b")] * 3
event.rename("failed")


async def count(*args: object, **named: object) -> int:
    """Count what is given."""
    return len(args) + len(named)


assert (
    callbacks.turned(event, lambda given: given, lambda *args, **named: len(args) + len(named))
    is event
)
assert callbacks.turned(event, lambda given: other, count) is other
assert callbacks.greeted(["Ada"], lambda name: f"Hello {name}") == ["Hello Ada"]
assert callbacks.Greeting.__name__ == "Greeting"
assert list(callbacks.watched([event, other], lambda event: event is other)) == [other]
assert list(callbacks.watched([event, other], event.same)) == [event]


def follow(
    event: Event, /, *more: Event, times: int = 1, source: Event | None = None, **named: Event
) -> Event | None:
    """A blocking one, which is given faces by place and by keyword, and calls the API."""
    assert threading.get_ident() == main
    assert all(type(each) is Event for each in (event, *more, *named.values()))
    if source is None:
        return event
    assert source is event
    event.rename(f"{times} {len(more)} {sorted(named)}")
    return named["last"]


async def follow_later(
    event: Event, /, *more: Event, times: int = 1, source: Event | None = None, **named: Event
) -> Event | None:
    """An async one."""
    await asyncio.sleep(0)
    if source is None:
        return event
    await event.rename.aio(f"{times} {len(more)} {sorted(named)} later")
    return named["last"]


def by_name(
    events: list[Event], *, best: Event, worst: list[Event] | None = None
) -> list[Event]:
    """Put the best one last."""
    assert type(best) is Event
    assert all(type(each) is Event for each in worst or ())
    return [*(worst or ()), best]


assert callbacks.followed([event, other, other], follow) is other
assert event.name == "2 2 ['last']"
assert callbacks.followed([event, other], follow_later) is other
assert event.name == "2 1 ['last'] later"
assert callbacks.sorted_by([event, other], by_name) == [other, event]


def tell(event: Event, *about: object) -> Event | str:
    assert type(event) is Event
    return event if about else event.name


async def tell_later(event: Event, *about: object) -> Event | str:
    await event.rename.aio("later")
    return tell(event, *about)


def drop(event: Event) -> None:
    assert type(event) is Event
    seen.append((event.name, True))


assert callbacks.told(tell) == "told"
assert type(callbacks.told(tell, 1)) is Event
assert callbacks.told(tell_later) == "later"
assert type(callbacks.told(tell_later, 1)) is Event
tap = callbacks.Tap()
tap.sink = drop
assert tap.sink is drop
seen.clear()
assert tap.flow(drop, drop) == [drop, drop]
assert seen == [("flown", True)] * 3
assert callbacks.titled(["Ada", "Eve"], lambda name, *, title="": title + name) == ["Ada", "Dr Eve"]


async def change(item: int) -> int:
    """Run on the caller's own loop."""
    await asyncio.sleep(0)
    assert threading.get_ident() == main
    return item + 1


async def own(event: Event) -> str:
    await asyncio.sleep(0)
    assert threading.get_ident() == main
    return event.name


def own_after_all(event: Event) -> Awaitable[str]:
    return own(event)


async def waiting() -> None:
    assert await callbacks.transformed.aio([1, 2], change) == [2, 3]
    assert await callbacks.told.aio(own) == await callbacks.told.aio(own_after_all) == "told"
    assert await callbacks.followed.aio([event, other], follow_later) is other
    assert await callbacks.sorted_by.aio([event, other], by_name) == [other, event]
    assert await callbacks.transformed.aio([1, 2], lambda item: item + 1) == [2, 3]
    assert [item async for item in callbacks.watched.aio([event, other], other.same.aio)] == [other]
    await hub.publish.aio(event)


asyncio.run(waiting())
