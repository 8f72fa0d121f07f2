"""How the publishing of events ends: nothing is left behind, and everybody is told."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from ambidex.errors import EventLogUnavailable, RuntimeClosed, UsageError
from ambidex.service._memory_log import MemoryLog
from ambidex.service._sqlite_log import SQLiteLog
from ambidex.service._topics import Topics
from tests.service.stepped_log import SteppedLog, fill, run, settle, told

if TYPE_CHECKING:
    from pathlib import Path

    from ambidex.service._events import Delivery
    from ambidex.service._subscription import Subscription


def test_finish_lets_subscribers_have_the_rest_and_publishers_know() -> None:
    """A service that drains publishes what it was given, takes no more, and subscribers end after the last event."""

    async def main() -> None:
        log = SteppedLog(MemoryLog())
        async with Topics(log, most_recent_events=1) as topics:
            behind, waits = topics.subscribe("a"), topics.subscribe("a")
            taking = asyncio.ensure_future(collect(waits))
            await fill(topics, "a", 3)
            log.is_stepped = True
            publishing = asyncio.ensure_future(topics.publish("a", b"x"))
            await settle()
            topics.finish()
            topics.finish()
            with pytest.raises(RuntimeClosed, match="the event of 'a' was not published: the service is closing"):
                await topics.publish("a", b"x")
            await settle()
            assert not taking.done()
            log.appends.pop().set_result(None)
            log.is_stepped = False
            assert (await publishing).number == 4
            assert told(await taking) == [1, 2, 3, 4]
            assert told(await collect(behind)) == [1, 2, 3, 4]
            assert topics.subscriptions == 0

    run(main())


async def collect(subscription: Subscription) -> list[Delivery]:
    """Return everything until the end."""
    return [delivery async for delivery in subscription]


def test_close_appends_what_waits_and_ends_subscriptions(tmp_path: Path) -> None:
    """What was being published is in the log when `close` returns; whoever waits for events is told of the end."""

    async def main() -> None:
        path = tmp_path / "events.db"
        topics = Topics(SQLiteLog(path))
        await topics.open()
        subscription = topics.subscribe("b")
        taking = asyncio.ensure_future(subscription.take())
        publishing = [asyncio.ensure_future(topics.publish("a", b"x")) for _ in range(3000)]
        await settle()
        await topics.close()
        await topics.close()
        assert await taking == []
        assert (await publishing[-1]).number == 3000
        with pytest.raises(RuntimeClosed, match="no subscription to 'a' was made"):
            topics.subscribe("a")
        with pytest.raises(UsageError, match="was opened before"):
            await topics.open()
        async with Topics(SQLiteLog(path)) as again:
            assert again.last.number == 3000

    run(main())


def test_topics_that_are_not_open_say_so(tmp_path: Path) -> None:
    """What is used before `open`, or whose log cannot be opened, says what is missing."""

    async def main() -> None:
        topics = Topics()
        with pytest.raises(UsageError, match=r"is not open: use it in an async with block"):
            await topics.publish("a", b"x")
        with pytest.raises(UsageError, match="is not open"):
            topics.subscribe("a")
        await topics.close()
        with pytest.raises(EventLogUnavailable):
            await Topics(SQLiteLog(tmp_path)).open()

    run(main())


def test_end_of_the_loop_leaves_no_task_and_no_waiter() -> None:
    """A loop that is cancelled while the log is at it cancels the publishers; nothing hangs."""

    async def main() -> None:
        log = SteppedLog(MemoryLog())
        topics = Topics(log)
        await topics.open()
        log.is_stepped = True
        publishing = [asyncio.ensure_future(topics.publish("a", b"x"))]
        await settle()
        publishing.append(asyncio.ensure_future(topics.publish("a", b"y")))
        await settle()
        assert topics._writer is not None
        topics._writer.cancel()
        await settle()
        assert all(task.cancelled() for task in publishing)
        assert topics._writer is None

    run(main())
