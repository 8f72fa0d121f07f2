"""Events, from a daemon to its clients: in order, each once, or told as lost, over every end of a connection."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import asyncio
import gc
import logging
import os
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import Cursor, Event, EventsLost, ReconnectPolicy, RuntimeClosed, UsageError, connect
from ambidex.rpc import ROOT
from tests.limits import HANG_S
from tests.service.publishers import Daemon
from tests.workers.children.atlas import Town

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from ambidex import Remote

if sys.platform == "win32":
    pytest.skip("asyncio has no Unix sockets there", allow_module_level=True)

QUICK = ReconnectPolicy(first_delay_s=0.02, longest_delay_s=0.1)


@pytest.fixture(params=["memory"])
def daemon(request: pytest.FixtureRequest) -> Iterator[Daemon]:
    """Give a daemon that runs."""
    with tempfile.TemporaryDirectory() as folder:  # a short path: that of a socket may not be long
        log = request.param if request.param in ("memory", "none") else f"{folder}/events.db"
        made = Daemon(folder, log)
        made.start()
        try:
            yield made
        finally:
            made.kill()


@pytest.fixture
def remote(daemon: Daemon) -> Generator[Remote, None, None]:
    """Give a client of it."""
    with connect(daemon.address, reconnect=QUICK) as made:
        yield made


def values(events: Any, count: int) -> list[Any]:
    """Take so many, and return their values."""
    return [next(events).value for _ in range(count)]


def test_both_faces_give_events_in_order(daemon: Daemon, remote: Remote) -> None:
    """With their cursors and topics; those of other topics do not come."""
    with remote.events("storms") as storms:
        begins = storms.position
        cursors = daemon.publish("storms", "one", {"two": [2, None, True]})
        daemon.publish("calms", "other")
        assert next(storms) == Event(cursors[0], "storms", "one")
        assert storms.position == cursors[0]
        assert next(storms) == Event(cursors[1], "storms", {"two": [2, None, True]})
    assert begins == Cursor(cursors[0].epoch, 0)
    assert list(storms) == []
    assert storms.position == cursors[1]

    async def main() -> None:
        found: list[object] = []
        async with remote.events("storms", after="beginning") as events:
            async for event in events:
                found.append(event)
                if len(found) == 2:
                    break
            waiting = asyncio.ensure_future(events.__anext__())
            (cursor,) = daemon.publish("storms", 3)
            assert await waiting == Event(cursor, "storms", 3)
        assert found == [Event(cursors[0], "storms", "one"), Event(cursors[1], "storms", {"two": [2, None, True]})]
        assert [event async for event in events] == []

    asyncio.run(main())


def test_another_client_goes_on_after_a_cursor(daemon: Daemon) -> None:
    """Which it has from elsewhere, as text."""
    daemon.publish("storms", *range(200))
    with connect(daemon.address) as one:
        events = one.events("storms", after="beginning")
        assert values(events, 30) == [*range(30)]
        text = str(events.position)
    with connect(daemon.address) as other:
        assert values(other.events("storms", after=Cursor.parse(text)), 170) == [*range(30, 200)]


def test_too_old_a_cursor_says_what_is_lost_first(daemon: Daemon, remote: Remote) -> None:
    """The log keeps a hundred events here, and a thousand are shared in memory beside it."""
    cursors = daemon.publish("storms", *range(1500))
    events = remote.events("storms", after=cursors[9])
    assert next(events) == EventsLost(cursors[9], cursors[1399])
    assert events.position == cursors[1399]
    assert values(events, 100) == [*range(1400, 1500)]


def test_restart_with_a_log_in_memory_says_what_is_lost(daemon: Daemon, remote: Remote) -> None:
    """An iterator that waits meanwhile is told first, and goes on with the events of the new epoch."""
    events = remote.events("storms", after="beginning")
    (cursor,) = daemon.publish("storms", "before")
    assert values(events, 1) == ["before"]
    with ThreadPoolExecutor(1) as threads:
        lost = threads.submit(next, events)
        daemon.kill()
        daemon.start()
        told = lost.result(HANG_S)
    assert isinstance(told, EventsLost)
    assert told.from_ == cursor
    assert told.to.epoch != cursor.epoch
    daemon.publish("storms", "after")
    assert values(events, 1) == ["after"]


def test_subscription_from_now_on_stands_where_it_began(daemon: Daemon, remote: Remote) -> None:
    """What is published while it is not connected is lost, and told: "now" is once, not once a connection."""
    with remote.events("storms") as events:
        daemon.kill()
        daemon.start()
        daemon.publish("storms", "meanwhile")
        assert isinstance(next(events), EventsLost)
        assert values(events, 1) == ["meanwhile"]


@pytest.mark.parametrize("daemon", ["sqlite"], indirect=True)
def test_kills_lose_and_double_nothing(daemon: Daemon) -> None:
    """Ten clients, blocking and awaited, over five kills while events are published: each has all, once, in order."""
    arrived = threading.Semaphore(0)

    def read() -> list[int]:
        found: list[int] = []
        with connect(daemon.address, reconnect=QUICK) as remote:
            for event in remote.events("storms", after="beginning"):
                assert isinstance(event, Event), event
                found.append(event.cursor.number)
                arrived.release()
                if event.value == "end":
                    break
        return found

    async def aread() -> list[int]:
        found: list[int] = []
        async with connect(daemon.address, reconnect=QUICK) as remote:
            async for event in remote.events("storms", after="beginning"):
                assert isinstance(event, Event), event
                found.append(event.cursor.number)
                arrived.release()
                if event.value == "end":
                    break
        return found

    with ThreadPoolExecutor(10) as threads:
        reading = [threads.submit(read) for _ in range(5)]
        reading += [threads.submit(lambda: asyncio.run(aread())) for _ in range(5)]
        for _ in range(5):
            daemon.ask("keep publishing", "storms")
            for _ in range(1000):
                assert arrived.acquire(timeout=HANG_S)
            daemon.kill()
            daemon.start()
        (end,) = daemon.publish("storms", "end")
        for each in reading:
            assert each.result(HANG_S) == [*range(1, end.number + 1)]


@pytest.mark.parametrize("daemon", ["sqlite"], indirect=True)
def test_slow_consumer_costs_the_others_nothing_and_the_service_little(daemon: Daemon, remote: Remote) -> None:
    """Of 100 MiB that one does not take, the service keeps no more than a few pages; then that one has all of it."""
    slow = remote.events("storms", after="beginning")
    daemon.publish("storms", "first")
    assert values(slow, 1) == ["first"]
    with connect(daemon.address) as other, other.events("storms") as quick:
        before = daemon.resident_bytes()
        for _ in range(100):
            daemon.ask("publish bytes", "storms", 10**6)
            assert len(values(quick, 1)[0]) == 10**6
        assert daemon.resident_bytes() - before < 50 * 10**6
    assert sum(len(value) for value in values(slow, 60)) == 60 * 10**6


@dataclass
class Storm:
    """What a client makes of a value."""

    place: str
    force: int


def test_values_are_made_of_the_type_that_is_asked_for(daemon: Daemon, remote: Remote) -> None:
    """Or refused, each by itself: the next one comes."""
    daemon.publish(
        "storms", {"place": "Oslo", "force": 9}, {"place": "Oslo", "force": "nine"}, {"place": "Bo", "force": 1}
    )
    events = remote.events("storms", after="beginning", type=Storm)
    first = next(events)
    assert isinstance(first, Event)
    assert first.value == Storm("Oslo", 9)
    with pytest.raises(UsageError, match=r"an event of 'storms'\.force: expected int, got str"):
        next(events)
    assert values(events, 1) == [Storm("Bo", 1)]


def test_cancelled_wait_has_taken_nothing(daemon: Daemon, remote: Remote) -> None:
    """A reader may give up waiting, also by a time limit, and ask again."""

    async def main() -> None:
        async with remote.events("storms") as events:
            for number in range(5):
                waiting = asyncio.ensure_future(events.__anext__())
                await asyncio.sleep(0)
                waiting.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await waiting
                daemon.publish("storms", number)
                event = await events.__anext__()
                assert isinstance(event, Event)
                assert event.value == number
            first = asyncio.ensure_future(events.__anext__())
            await asyncio.sleep(0)
            while not events._is_asked:  # noqa: ASYNC110  it is set on another loop
                await asyncio.sleep(0)
            with pytest.raises(UsageError, match="is read by two at a time"):
                await events.__anext__()
            await events.aclose()
            with pytest.raises(StopAsyncIteration):
                await first

    asyncio.run(main())


def test_end_of_the_client_ends_who_waits(daemon: Daemon) -> None:
    """With the error that says so; a subscription that is closed ends without one."""
    remote = connect(daemon.address)
    events, other = remote.events("storms"), remote.events("storms")
    with ThreadPoolExecutor(2) as threads, events, other:
        ends, fails = threads.submit(lambda: list(events)), threads.submit(next, other)
        events.close()
        assert ends.result(HANG_S) == []
        remote.close()
        with pytest.raises(RuntimeClosed, match="was closed here"):
            fails.result(HANG_S)
    with pytest.raises(RuntimeClosed):
        next(remote.events("storms"))


def test_closed_subscriptions_make_room(daemon: Daemon, remote: Remote) -> None:
    """Sixteen are the most here; what is one too many is refused with the limit, and the others go on."""
    for _ in range(3):
        open_ones = [remote.events("storms") for _ in range(16)]
        for each in open_ones:
            each.__enter__()
        with pytest.raises(UsageError, match="has 16 subscriptions, and the service takes no more"):
            next(remote.events("storms"))
        daemon.publish("storms", "all")
        assert [values(each, 1) for each in open_ones] == [["all"]] * 16
        for each in open_ones:
            each.close()
    assert remote.root(Town).name == "Oslo"


@pytest.mark.parametrize("daemon", ["none"], indirect=True)
def test_service_without_events_says_what_to_write(remote: Remote) -> None:
    """To who follows; the session goes on."""
    with pytest.raises(UsageError, match=r"Service\(\.\.\., events=MemoryLog\(\)\)"):
        next(remote.events("storms"))
    assert remote.root(Town).name == "Oslo"


def test_wrong_arguments_are_refused_here(remote: Remote) -> None:
    """Before anything is sent."""
    with pytest.raises(ValueError, match="is no name of a topic"):
        remote.events("")
    with pytest.raises(ValueError, match='write a Cursor, "beginning", or "now"'):
        remote.events("storms", after="yesterday")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]


@pytest.mark.parametrize(
    ("args", "error", "said"),
    [
        (("x" * 10**7, "now"), ValueError, "is no name of a topic"),
        (("storms", "garbage"), ValueError, "is no cursor"),
        (("storms", "f" * 10**7), ValueError, "is no cursor"),
        (("storms", f"{'0' * 16}-{'9' * 19}"), ValueError, "is no cursor"),
        (("storms", None), ValueError, "is no cursor"),
        ((7, "now"), ValueError, "is no name of a topic"),
        (("storms",), TypeError, "missing 1 required positional argument"),
        (("storms", "now", 1), TypeError, "positional arguments"),
    ],
)
def test_hostile_subscriptions_are_refused(
    remote: Remote, args: tuple[Any, ...], error: type[Exception], said: str
) -> None:
    """With an error that is short, and others are served."""
    assert remote.root(Town).name == "Oslo"
    session: Any = remote.current
    with pytest.raises(error, match=said) as caught:
        next(session.calls.stream(ROOT, "events", args, {}))
    assert len(str(caught.value)) < 500
    assert remote.root(Town).name == "Oslo"


def test_many_subscriptions_at_once_are_refused_and_others_are_served(daemon: Daemon, remote: Remote) -> None:
    """A client that asks for 2,000 at a time, and again, has sixteen; the service grows by nothing."""

    async def ask() -> list[str]:
        session: Any = hostile.current

        async def one() -> str:
            steps = session.calls.astream(ROOT, "events", ("storms", "now"), {})
            try:
                await steps.__anext__()
            except UsageError as error:
                return str(error)
            kept.append(steps)
            return ""

        return await asyncio.gather(*(one() for _ in range(2000)))

    async def main() -> None:
        said = await ask()
        assert said.count("") == 16
        before = daemon.resident_bytes()
        for _ in range(5):
            assert (await ask()).count("") == 0
        assert daemon.resident_bytes() - before < 20 * 10**6
        for steps in kept:
            await steps.aclose()

    kept: list[Any] = []
    with connect(daemon.address) as hostile:
        assert hostile.root(Town).name == "Oslo"
        asyncio.run(main())
        with remote.events("storms") as events:
            daemon.publish("storms", 1)
            assert values(events, 1) == [1]


def test_subscribers_are_called_in_order_and_outlive_their_failures(
    daemon: Daemon, remote: Remote, caplog: pytest.LogCaptureFixture
) -> None:
    """A plain function on a thread, and an async one, which fail for some; the position is that of what was done."""
    plain: list[Any] = []
    awaited: list[Any] = []
    all_there = threading.Barrier(3)

    def tell(event: Event[Any]) -> None:
        plain.append(event.value)
        if event.value % 3 == 0:
            raise ValueError(f"{event.value} is bad")
        if event.value == 50:
            all_there.wait(HANG_S)

    async def atell(event: Event[Any]) -> None:
        await asyncio.sleep(0)
        awaited.append(event.value)
        if event.value % 5 == 1:
            raise ValueError(f"{event.value} is bad")
        if event.value == 50:
            await asyncio.get_running_loop().run_in_executor(None, all_there.wait, HANG_S)

    cursors = daemon.publish("storms", *range(1, 51))
    with caplog.at_level(logging.ERROR):
        one = remote.subscribe("storms", tell, after="beginning")
        other = remote.subscribe("storms", atell, after="beginning")
        all_there.wait(HANG_S)
    assert plain == awaited == [*range(1, 51)]
    assert (one.failures, other.failures) == (16, 10)
    assert "is bad" in caplog.text
    while not one.position == other.position == cursors[-1]:
        pass
    one.close()
    other.close()


def test_subscriber_of_a_loop_is_called_there_and_may_close_itself(daemon: Daemon, remote: Remote) -> None:
    """All calls are made on the loop that it was made on, one after the other; none begins after the close."""

    async def main() -> None:
        thread, closed = threading.get_ident(), asyncio.Event()
        seen: list[Any] = []

        def tell(event: Event[Any]) -> None:
            assert threading.get_ident() == thread
            seen.append(event.value)
            if event.value == 2:
                subscriber.close()
                closed.set()

        subscriber = remote.subscribe("storms", tell, after="beginning")
        daemon.publish("storms", 1, 2, 3)
        await asyncio.wait_for(closed.wait(), HANG_S)
        await subscriber.aclose()
        assert seen == [1, 2]
        assert subscriber.error is None

    asyncio.run(main())


def test_subscriber_that_cannot_go_on_says_why(daemon: Daemon, caplog: pytest.LogCaptureFixture) -> None:
    """The end of its client is kept in `error`, and logged."""
    remote = connect(daemon.address)
    called = threading.Event()
    subscriber = remote.subscribe("storms", lambda _: called.set(), after="beginning")
    daemon.publish("storms", 1)
    assert called.wait(HANG_S)
    remote.close()
    while subscriber.error is None:
        pass
    assert isinstance(subscriber.error, RuntimeClosed)
    assert "has ended at" in caplog.text


def test_process_that_was_forked_is_told_to_connect(daemon: Daemon, remote: Remote) -> None:
    """And the parent's subscription goes on."""
    with remote.events("storms") as events:
        pid = os.fork()
        if pid == 0:
            try:
                next(events)
            except UsageError as error:
                os._exit(42 if "connect there" in str(error) else 1)
            finally:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 42
        daemon.publish("storms", 1)
        assert values(events, 1) == [1]


def test_subscription_that_nobody_closes_is_let_go(daemon: Daemon, remote: Remote) -> None:
    """By the collector: here forty of them, where sixteen are the most at a time."""
    daemon.publish("storms", 1)
    for _ in range(40):
        events = remote.events("storms", after="beginning")
        assert values(events, 1) == [1]
        del events
        gc.collect()
        assert remote.root(Town).name == "Oslo"


@pytest.mark.parametrize("closes", [True, False])
def test_program_that_ends_amid_its_events_says_nothing(daemon: Daemon, closes: bool) -> None:
    """Neither does what it has not closed, where the client is closed or not."""
    daemon.publish("storms", 1)
    program = (
        "import sys; from ambidex import connect; remote = connect(sys.argv[1]); "
        "events = remote.events('storms', after='beginning'); print(next(events).value); "
        f"{'remote.close()' if closes else ''}"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, daemon.address],
        capture_output=True,
        text=True,
        timeout=HANG_S,
        check=False,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("1\n", "", 0)
