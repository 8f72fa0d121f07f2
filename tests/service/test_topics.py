"""Publishing and following events: in order, each once, or told as lost; slow readers cost the others nothing."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import asyncio
import gc
import tracemalloc
import weakref
from typing import TYPE_CHECKING

import pytest

from ambidex.errors import UsageError
from ambidex.service._events import Cursor, Event, EventsLost
from ambidex.service._memory_log import MemoryLog
from ambidex.service._sqlite_log import SQLiteLog
from ambidex.service._topics import Topics
from tests.service.stepped_log import FOREIGN, SteppedLog, fill, run, settle, take, told

if TYPE_CHECKING:
    from pathlib import Path

    from ambidex.service._subscription import Subscription


def test_subscriber_is_given_what_is_published_after_it_came() -> None:
    """Events arrive in order, with their values, topics and the cursors that `publish` has returned."""

    async def main() -> None:
        async with Topics() as topics:
            await topics.publish("storms", b"before")
            with topics.subscribe("storms") as subscription:
                cursors = [await topics.publish("storms", value) for value in (b"one", b"two")]
                await topics.publish("calms", b"other")
                found = await take(subscription, 2)
                assert found == [Event(cursor, "storms", value) for cursor, value in zip(cursors, (b"one", b"two"))]
                assert subscription.position == cursors[1]
                waiting = asyncio.ensure_future(subscription.take())
                await settle()
                assert not waiting.done()
                cursor = await topics.publish("storms", b"three")
                assert await waiting == [Event(cursor, "storms", b"three")]

    run(main())


def test_subscriber_begins_where_it_says() -> None:
    """From the beginning, after a cursor of this topic or another one, or from now on."""

    async def main() -> None:
        async with Topics() as topics:
            cursors = [await topics.publish(topic, b"x") for topic in "abaab"]
            assert told(await topics.subscribe("a", "beginning").take()) == [1, 3, 4]
            assert told(await topics.subscribe("a", cursors[1]).take()) == [3, 4]
            assert told(await topics.subscribe("a", Cursor(cursors[0].epoch, 0)).take()) == [1, 3, 4]
            now = topics.subscribe("a", cursors[4])
            await fill(topics, "a", 1)
            assert told(await now.take()) == [6]
            with pytest.raises(ValueError, match='write a Cursor, "beginning", or "now"'):
                topics.subscribe("a", "yesterday")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
            with pytest.raises(ValueError, match="is no name of a topic"):
                topics.subscribe("", "now")
            assert topics.subscriptions == 4

    run(main())


def test_iteration_gives_one_at_a_time_and_stands_after_it() -> None:
    """`position` is that of the last event that was given, though a page was read."""

    async def main() -> None:
        async with Topics() as topics:
            await fill(topics, "a", 5)
            subscription = topics.subscribe("a", "beginning")
            positions: list[tuple[int, int]] = []
            async for event in subscription:
                assert isinstance(event, Event)
                positions.append((event.cursor.number, subscription.position.number))
                if event.cursor.number == 3:
                    break
            assert positions == [(1, 1), (2, 2), (3, 3)]
            assert told(await subscription.take(1)) == [4]
            assert subscription.position.number == 4
            assert repr(subscription) == f"<Subscription to 'a' at {Cursor(topics.last.epoch, 4)}>"
            subscription.close()
            assert subscription.position.number == 4
            assert [event async for event in subscription] == []

    run(main())


@pytest.mark.parametrize("recent", [1, 3, 1024])
def test_events_published_while_the_log_is_read_come_once_and_in_order(recent: int) -> None:
    """Whatever is published between the steps of a replay, nothing is lost or doubled in the seam."""

    async def main() -> None:
        log = SteppedLog(MemoryLog())
        async with Topics(log, most_recent_events=recent) as topics:
            await fill(topics, "a", 7)
            subscription = topics.subscribe("a", "beginning")
            found: list[int | tuple[int, int]] = []
            log.is_stepped = True
            while len(found) < 17:
                taking = asyncio.ensure_future(subscription.take(2))
                await settle()
                while not taking.done():
                    log.is_stepped = False
                    if topics.last.number < 17:
                        await fill(topics, "a", 1)
                    log.is_stepped = True
                    for waiting in log.reads:
                        waiting.set_result(None)
                    log.reads.clear()
                    await settle()
                found += told(await taking)
            assert found == [*range(1, 18)]
            log.is_stepped = False

    run(main())


def test_cursor_older_than_what_is_kept_gives_what_is_lost_first() -> None:
    """Who comes back too late is told from where to where nothing is left, and then given the rest."""

    async def main() -> None:
        async with Topics(MemoryLog(most_events=3), most_recent_events=1) as topics:
            cursor = await topics.publish("a", b"x")
            await fill(topics, "a", 6)
            assert told(await topics.subscribe("a", cursor).take()) == [(1, 4), 5, 6, 7]
            assert told(await topics.subscribe("a", "beginning").take()) == [5, 6, 7]
            lost, *_ = await topics.subscribe("a", cursor).take()
            assert lost == EventsLost(cursor, Cursor(cursor.epoch, 4))
            exact = Cursor(cursor.epoch, 4)
            assert told(await topics.subscribe("a", exact).take()) == [5, 6, 7]

    run(main())


def test_cursor_before_events_of_other_topics_that_are_gone_loses_nothing() -> None:
    """A busy topic that drives its own events out is no loss to a quiet one."""

    async def main() -> None:
        async with Topics(MemoryLog(most_events=3), most_recent_events=1) as topics:
            cursor = await topics.publish("busy", b"x")
            await fill(topics, "busy", 10)
            await fill(topics, "quiet", 1)
            assert told(await topics.subscribe("quiet", cursor).take()) == [12]

    run(main())


@pytest.mark.parametrize("count", [0, 2, 5])
def test_cursor_of_another_epoch_gives_what_is_lost_first(count: int) -> None:
    """After a restart of a memory log nobody goes on as if nothing had happened: it is told, then all is given."""

    async def main() -> None:
        async with Topics(MemoryLog(most_events=3), most_recent_events=1) as topics:
            await fill(topics, "a", count)
            subscription = topics.subscribe("a", FOREIGN)
            assert subscription.position == FOREIGN
            first, *rest = await subscription.take()
            assert first == EventsLost(FOREIGN, Cursor(topics.last.epoch, max(0, count - 3)))
            assert told(rest) == [*range(max(0, count - 3) + 1, count + 1)]
            await fill(topics, "a", 1)
            assert told(await subscription.take()) == [count + 1]

    run(main())


def test_cursor_that_the_log_has_not_had_yet_gives_what_is_lost_first() -> None:
    """A log that was replaced by an older copy says so to who has seen more, and gives what comes next."""

    async def main() -> None:
        async with Topics() as topics:
            await fill(topics, "a", 2)
            subscription = topics.subscribe("a", Cursor(topics.last.epoch, 9))
            assert told(await subscription.take()) == [(9, 2)]
            await fill(topics, "a", 1)
            assert told(await subscription.take()) == [3]

    run(main())


def test_slow_subscriber_is_told_what_it_has_lost_meanwhile() -> None:
    """Who takes nothing while the log removes what it lacks is told, in the middle of everything, too."""

    async def main() -> None:
        async with Topics(MemoryLog(most_events=4), most_recent_events=2) as topics:
            subscription = topics.subscribe("a", "beginning")
            await fill(topics, "a", 2)
            assert told(await subscription.take(1)) == [1]
            await fill(topics, "a", 8)
            assert subscription.behind == 9
            assert told(await subscription.take()) == [(1, 6), 7, 8, 9, 10]
            assert subscription.behind == 0

    run(main())


def test_slow_subscribers_hold_no_events_and_lose_none_that_the_log_keeps(tmp_path: Path) -> None:
    """Of 40 MiB that 50 subscribers do not take, memory holds the last 256 KiB once; then each takes all, in order."""

    async def main() -> None:
        log = SQLiteLog(tmp_path / "events.db")
        async with Topics(log, most_recent_bytes=256 * 1024) as topics:
            slow = [topics.subscribe("a") for _ in range(50)]
            quick = topics.subscribe("a")
            tracemalloc.start()
            try:
                for _ in range(40):
                    await asyncio.gather(*(topics.publish("a", bytes(64 * 1024)) for _ in range(16)))
                    assert len(await take(quick, 16)) == 16
                held, peak = tracemalloc.get_traced_memory()
                assert held < 1024**2
                assert peak < 16 * 1024**2  # what is being published, and its copy on the way to the file
                tracemalloc.reset_peak()
                for subscription in slow[:2]:
                    size = 0
                    while size < 40 * 1024**2:
                        found = await subscription.take(16, 10**6)
                        size += sum(len(event.value) for event in found if isinstance(event, Event))
                    assert size == 40 * 1024**2
                assert tracemalloc.get_traced_memory()[1] < 8 * 1024**2
            finally:
                tracemalloc.stop()

    run(main())


def test_subscription_that_is_closed_leaves_nothing() -> None:
    """Who waits is told, the object is freed, and a topic without subscriptions and events in memory is forgotten."""

    async def main() -> None:
        async with Topics(most_recent_events=1) as topics:
            feed = topics._feed
            assert feed is not None

            async def visit(topic: str) -> weakref.ref[Subscription]:
                with topics.subscribe(topic) as subscription:
                    taking = asyncio.ensure_future(subscription.take())
                    await settle()
                    subscription.close()
                    assert await taking == []
                    subscription.close()
                return weakref.ref(subscription)

            gone = [await visit(f"topic {number}") for number in range(100)]
            assert (len(feed), topics.subscriptions) == (0, 0)
            gc.collect()
            assert [each for each in gone if each() is not None] == []
            await fill(topics, "a", 1)
            await fill(topics, "b", 1)
            assert len(feed) == 1

    run(main())


def test_closing_one_subscription_leaves_the_others_of_its_topic() -> None:
    """The end of one subscriber is nothing to another one that waits for the same topic."""

    async def main() -> None:
        async with Topics() as topics:
            one, other = topics.subscribe("a"), topics.subscribe("a")
            taking = asyncio.ensure_future(other.take())
            await settle()
            one.close()
            await settle()
            await fill(topics, "a", 1)
            assert told(await taking) == [1]

    run(main())


def test_take_that_is_cancelled_has_taken_nothing() -> None:
    """Cancelled while it waits, or while a page is read, a subscription gives the same events to the next one."""

    async def main() -> None:
        log = SteppedLog(MemoryLog())
        async with Topics(log, most_recent_events=1) as topics:
            await fill(topics, "a", 3)
            subscription = topics.subscribe("a", "beginning")
            log.is_stepped = True
            taking = asyncio.ensure_future(subscription.take())
            await settle()
            with pytest.raises(UsageError, match=r"two tasks take from .*; subscribe twice instead"):
                await subscription.take()
            log.reads.pop().set_result(None)  # it has read, and waits to give it
            await settle()
            taking.cancel()
            await settle()
            assert taking.cancelled()
            log.is_stepped = False
            assert told(await subscription.take()) == [1, 2, 3]
            waiting = asyncio.ensure_future(subscription.take())
            await settle()
            waiting.cancel()
            await settle()
            await fill(topics, "a", 1)
            assert told(await subscription.take()) == [4]

    run(main())


def test_value_that_cannot_be_an_event_is_refused() -> None:
    """Values are bytes of bounded length, and topics have names that can be printed."""

    async def main() -> None:
        async with Topics(most_event_bytes=10) as topics:
            with pytest.raises(ValueError, match="an event of 'a' has 11 bytes, and 10 is the most"):
                await topics.publish("a", b"x" * 11)
            with pytest.raises(TypeError, match="an event of 'a' was to be a str; publish bytes"):
                await topics.publish("a", "x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
            with pytest.raises(ValueError, match="is no name of a topic"):
                await topics.publish("a\n", b"x")
            assert (await topics.publish("a", b"x" * 10)).number == 1

    run(main())
