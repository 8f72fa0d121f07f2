"""What publishers and subscribers see of a log that is slow, that fails, or that breaks a rule."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from ambidex.errors import EventLogUnavailable, UsageError
from ambidex.service._events import Cursor, Event, Page
from ambidex.service._memory_log import MemoryLog
from ambidex.service._topics import Topics
from tests.service.stepped_log import FOREIGN, SteppedLog, fill, run, settle, told

if TYPE_CHECKING:
    from collections.abc import Sequence


def test_event_is_given_to_nobody_before_the_log_has_it() -> None:
    """While the log is at it, neither the publisher nor a subscriber has the event; then both have."""

    async def main() -> None:
        log = SteppedLog(MemoryLog())
        async with Topics(log) as topics:
            log.is_stepped = True
            subscription = topics.subscribe("a")
            taking = asyncio.ensure_future(subscription.take())
            publishing = [asyncio.ensure_future(topics.publish("a", b"%d" % number)) for number in range(3)]
            await settle()
            assert not any(task.done() for task in (*publishing, taking))
            publishing[1].cancel()
            more = asyncio.ensure_future(topics.publish("a", b"more"))
            never = asyncio.ensure_future(topics.publish("a", b"never"))
            await settle()
            never.cancel()  # before the log was given it
            log.appends.pop().set_result(None)
            await settle()
            assert told(await taking) == [1, 2, 3]
            assert [(await task).number for task in (publishing[0], publishing[2])] == [1, 3]
            assert not more.done()
            log.appends.pop().set_result(None)
            assert (await more).number == 4
            assert [value for _, value in log.history] == [b"0", b"1", b"2", b"more"]
            log.is_stepped = False

    run(main())


def test_failing_append_fails_its_publishers_alone() -> None:
    """A log that cannot take events says so to who has published them; the next events are published."""

    async def main() -> None:
        log = SteppedLog(MemoryLog())
        async with Topics(log) as topics:
            subscription = topics.subscribe("a")
            log.is_stepped = True
            publishing = [asyncio.ensure_future(topics.publish("a", b"x")) for _ in range(2)]
            await settle()
            log.appends.pop().set_exception(EventLogUnavailable("a.db", "the disk is full"))
            for task in publishing:
                with pytest.raises(EventLogUnavailable, match="the disk is full"):
                    await task
            log.is_stepped = False
            assert (await topics.publish("a", b"y")).number == 1
            assert told(await subscription.take()) == [1]

    run(main())


def test_failing_read_fails_the_take_and_loses_nothing() -> None:
    """A subscriber hears that the log cannot be read, and takes again."""

    async def main() -> None:
        log = SteppedLog(MemoryLog())
        async with Topics(log, most_recent_events=1) as topics:
            await fill(topics, "a", 3)
            subscription = topics.subscribe("a", "beginning")
            log.is_stepped = True
            taking = asyncio.ensure_future(subscription.take())
            await settle()
            log.reads.pop().set_exception(EventLogUnavailable("a.db", "the disk is gone"))
            with pytest.raises(EventLogUnavailable, match="the disk is gone"):
                await taking
            log.is_stepped = False
            assert told(await subscription.take()) == [1, 2, 3]

    run(main())


class WrongLog(SteppedLog):
    """A user's log that breaks a rule."""

    def __init__(self, cursors: int = 0, page: Page | None = None) -> None:
        super().__init__(MemoryLog())
        self.cursors = cursors
        self.page = page

    async def append(self, events: Sequence[tuple[str, bytes]], /) -> Sequence[Cursor]:
        found = await super().append(events)
        return [*found, *found] if self.cursors == 2 else [FOREIGN] if self.cursors == 1 else found

    async def read(self, topic: str, after: Cursor, upto: Cursor, most_events: int, most_bytes: int, /) -> Page:
        _ = await super().read(topic, after, upto, most_events, most_bytes)
        assert self.page is not None

        def here(cursor: Cursor) -> Cursor:
            return cursor if cursor.epoch == FOREIGN.epoch else Cursor(upto.epoch, cursor.number)

        events = [Event(here(event.cursor), event.topic, event.value) for event in self.page.events]
        return Page(events, here(self.page.reached), here(self.page.removed))


@pytest.mark.parametrize("cursors", [1, 2])
def test_log_that_returns_wrong_cursors_is_refused(cursors: int) -> None:
    """A log that numbers events wrongly would lose or double them; it is named instead."""

    async def main() -> None:
        async with Topics(WrongLog(cursors)) as topics:
            with pytest.raises(UsageError, match=r"WrongLog .*; see EventLog\.append"):
                await topics.publish("a", b"x")

    run(main())


def at(number: int) -> Cursor:
    """Return a cursor of whatever epoch the log has."""
    return Cursor("0" * 16, number)


@pytest.mark.parametrize(
    "page",
    [
        Page([], at(1), at(0)),  # gets nowhere
        Page([], at(4), at(0)),  # further than was asked for
        Page([], FOREIGN, at(0)),
        Page([], at(3), FOREIGN),
        Page([Event(at(2), "a", b""), Event(at(2), "a", b"")], at(3), at(0)),  # doubled
        Page([Event(at(2), "b", b"")], at(3), at(0)),
        Page([Event(FOREIGN, "a", b"")], at(3), at(0)),
        Page([Event(at(3), "a", b"")], at(2), at(0)),
    ],
)
def test_log_that_reads_wrongly_is_refused(page: Page) -> None:
    """A page that would lose or double events, or lead nowhere, is refused with the name of the log."""

    async def main() -> None:
        async with Topics(WrongLog(page=page), most_recent_events=1) as topics:
            await fill(topics, "a", 3)
            with pytest.raises(UsageError, match=r"WrongLog .*; see EventLog\.read"):
                await topics.subscribe("a", Cursor(topics.last.epoch, 0)).take()

    run(main())
