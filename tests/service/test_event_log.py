"""The logs of events keep what they promise: in order, in bounds, and a database through any end of its process."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import asyncio
import operator
import os
import pickle
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ambidex.errors import EventLogUnavailable, UsageError
from ambidex.service._events import TOPICS_REMEMBERED, Cursor, Event, EventsLost, Kept, check_topic
from ambidex.service._memory_log import MemoryLog
from ambidex.service._sqlite_log import SQLiteLog
from tests.limits import HANG_S
from tests.programs import LIBRARY, run_program

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from ambidex.service._events import EventLog, Page

EPOCH = "00ff00ff00ff00ff"
Make = "Callable[..., EventLog]"


@pytest.fixture(params=["memory", "sqlite"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., EventLog]:
    """Give what makes each kind of log with bounds."""
    if request.param == "memory":
        return MemoryLog

    def make_sqlite(**bounds: Any) -> EventLog:
        return SQLiteLog(tmp_path / "events.db", **bounds)

    return make_sqlite


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run a test's coroutine."""
    asyncio.run(asyncio.wait_for(main, HANG_S))


async def add(log: EventLog, *topics: str, size: int = 1) -> list[Cursor]:
    """Append one event to each topic, whose value says its place."""
    return list(await log.append([(topic, (b"%d" % place).ljust(size)) for place, topic in enumerate(topics)]))


async def read(log: EventLog, topic: str, after: int = 0, most_events: int = 100, most_bytes: int = 10**6) -> Page:
    """Read a page of all there is after a number."""
    last = (await log.kept()).last
    return await log.read(topic, Cursor(last.epoch, after), last, most_events, most_bytes)


def numbers(page: Page) -> list[int]:
    """Return the numbers of a page's events."""
    return [event.cursor.number for event in page.events]


@given(st.integers(0, 2**63 - 1), st.binary(min_size=8, max_size=8))
def test_cursor_is_read_from_its_text_and_pickles(number: int, epoch: bytes) -> None:
    """A cursor that is stored as text, or pickled, is the same cursor again."""
    cursor = Cursor(epoch.hex(), number)
    assert Cursor.parse(str(cursor)) == cursor
    assert pickle.loads(pickle.dumps(cursor)) == cursor
    assert len({cursor, Cursor.parse(str(cursor))}) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        EPOCH,
        f"{EPOCH}-",
        f"{EPOCH}--1",
        f"{EPOCH}-01",
        f"{EPOCH}-{2**63}",
        f"{EPOCH}-1\n",
        f"{EPOCH}-١",  # a digit of another script  # noqa: RUF001
        f"{EPOCH[1:]}-1",
        f"{EPOCH.upper()}-1",
        f"{EPOCH}-" + "9" * 10_000,
        7,
        None,
        b"x",
    ],
)
def test_text_of_no_cursor_is_refused_with_a_sentence(text: Any) -> None:
    """What is no cursor is refused, in a message of bounded length."""
    with pytest.raises(ValueError, match="is no cursor; one is written as") as refused:
        Cursor.parse(text)
    assert len(str(refused.value)) < 250


@pytest.mark.parametrize("epoch", ["", "x" * 16, EPOCH + "0", 5, None])
def test_cursor_of_a_wrong_epoch_is_refused(epoch: Any) -> None:
    """An epoch has 16 hexadecimal digits."""
    with pytest.raises(ValueError, match="is no epoch of a cursor"):
        Cursor(epoch, 1)


@pytest.mark.parametrize("number", [-1, 2**63, 1.0, True, "1", None])
def test_cursor_of_a_wrong_number_is_refused(number: Any) -> None:
    """A number is an integer that every codec takes."""
    with pytest.raises(ValueError, match="is no number of a cursor"):
        Cursor(EPOCH, number)


def test_cursors_have_an_order_within_an_epoch_alone() -> None:
    """Cursors of one epoch compare by their numbers; those of two are unequal, and have no order."""
    one, two = Cursor(EPOCH, 9), Cursor(EPOCH, 10)
    other = Cursor("0" * 16, 9)
    assert one < two
    assert two > one
    assert one <= two
    assert two >= one
    assert max(one, two) is two
    assert one != other
    for compare in (operator.lt, operator.le, operator.gt, operator.ge):
        with pytest.raises(ValueError, match="of two epochs, which have no order"):
            compare(one, other)


def test_events_are_immutable_pickle_and_have_short_representations() -> None:
    """Nobody changes an event that others have, too; what it is can be read."""
    cursor = Cursor(EPOCH, 3)
    event, lost = Event(cursor, "storms", b"x" * 1000), EventsLost(Cursor(EPOCH, 1), cursor)
    for thing, name in ((cursor, "number"), (event, "value"), (lost, "to")):
        with pytest.raises(AttributeError):
            setattr(thing, name, 1)
        assert pickle.loads(pickle.dumps(thing)) == thing
    assert repr(cursor) == f"Cursor(epoch='{EPOCH}', number=3)"
    assert repr(lost) == f"EventsLost(from_={Cursor(EPOCH, 1)!r}, to={cursor!r})"
    assert repr(Event(cursor, "storms", b"gale")) == f"Event({cursor!r}, 'storms', b'gale')"
    assert repr(event).endswith("xxx…)")
    assert len(repr(event)) < 200


@pytest.mark.parametrize("name", ["storms", "a", "x" * 255, "ü" * 127, "north sea/storms.*"])
def test_topic_of_a_printable_name_is_taken(name: str) -> None:
    """A topic has any name that can be printed."""
    assert check_topic(name) == name


@pytest.mark.parametrize("name", ["", "x" * 256, "ü" * 128, "a\n", "\0", "\ud800", "\u202e", b"storms", None, 7])
def test_topic_of_another_name_is_refused(name: Any) -> None:
    """A name that is empty, too long, or would garble what prints it is refused."""
    with pytest.raises(ValueError, match="is no name of a topic"):
        check_topic(name)


@pytest.mark.parametrize("bounds", [{"most_events": 0}, {"most_bytes": 0}, {"most_events": float("nan")}])
def test_bound_below_one_is_refused(make: Callable[..., EventLog], bounds: dict[str, int]) -> None:
    """A log that keeps nothing is a mistake."""
    with pytest.raises(ValueError, match=f"{next(iter(bounds))}=.*: write a number, 1 or more"):
        make(**bounds)


def test_log_gives_each_topic_its_events_in_order(make: Callable[..., EventLog]) -> None:
    """Events are numbered from 1 over all topics; a topic's page has its own, values and all."""

    async def main() -> None:
        log = make()
        start = await log.open()
        assert start.number == 0
        cursors = await add(log, "a", "b", "a")
        assert cursors == [Cursor(start.epoch, number) for number in (1, 2, 3)]
        page = await read(log, "a")
        assert page.events == [Event(cursors[0], "a", b"0"), Event(cursors[2], "a", b"2")]
        assert (page.reached, page.removed) == (cursors[2], start)
        assert numbers(await read(log, "b")) == [2]
        assert numbers(await read(log, "a", after=1)) == [3]
        nobody = await read(log, "nobody")
        assert (list(nobody.events), nobody.reached, nobody.removed) == ([], cursors[2], start)
        assert await log.kept() == Kept(3, 3, cursors[2])
        await log.close()
        await log.close()

    run(main())


def test_page_ends_where_it_is_full_or_where_it_was_asked_to(make: Callable[..., EventLog]) -> None:
    """A page has so many events, or so many bytes, but one event at least; it says how far it has come."""

    async def main() -> None:
        log = make()
        await log.open()
        *_, last = await add(log, *"aaaab", size=10)
        full = await read(log, "a", most_events=3)
        assert (numbers(full), full.reached.number) == ([1, 2, 3], 3)
        whole = await read(log, "a", most_events=4)
        assert (numbers(whole), whole.reached.number) == ([1, 2, 3, 4], 5)
        assert numbers(await read(log, "a", most_bytes=29)) == [1, 2]
        assert numbers(await read(log, "a", most_bytes=30)) == [1, 2, 3]
        assert numbers(await read(log, "a", most_bytes=1)) == [1]
        upto = await log.read("a", Cursor(last.epoch, 1), Cursor(last.epoch, 3), 100, 10**6)
        assert (numbers(upto), upto.reached.number) == ([2, 3], 3)
        await log.close()

    run(main())


def test_log_removes_the_first_events_above_its_bounds(make: Callable[..., EventLog]) -> None:
    """What is too much goes, the oldest first, and each topic knows the last of its own that is gone."""

    async def main() -> None:
        log = make(most_events=4, most_bytes=100)
        await log.open()
        await add(log, "rare", *"aaaaa")
        assert numbers(await read(log, "a")) == [3, 4, 5, 6]
        assert (await read(log, "a")).removed.number == 2
        assert (await read(log, "rare")).removed.number == 1
        assert (await read(log, "nobody")).removed.number == 0
        await add(log, "rare", "a", size=45)  # 90 bytes, and 1 for each of the two others
        assert (await log.kept()).events == 4
        await add(log, "a", size=45)
        kept = await log.kept()
        assert (kept.events, kept.size_bytes, kept.last.number) == (2, 90, 9)
        assert (await read(log, "rare")).removed.number == 7
        assert (numbers(await read(log, "a")), (await read(log, "a")).removed.number) == ([8, 9], 6)
        await log.close()

    run(main())


def test_log_forgets_topics_without_events_and_then_says_so_of_all_of_them(make: Callable[..., EventLog]) -> None:
    """Names of topics are kept in bounds; of one that was forgotten a log says that events may be gone, never less."""

    async def main() -> None:
        log = make(most_events=1)
        await log.open()
        many = 3 * TOPICS_REMEMBERED
        for first in range(0, many, 10_000):
            await add(log, *(f"topic {number}" for number in range(first, first + 10_000)))
        page = await read(log, f"topic {many - 2}")
        assert (list(page.events), page.removed.number) == ([], many - 1)
        forgotten = (await read(log, "topic 0")).removed.number
        assert 1 < forgotten < many - 1
        assert (await read(log, "nobody")).removed.number == forgotten
        await add(log, "topic 0", "else")
        assert (await read(log, "topic 0")).removed.number == many + 1
        await add(log, "nobody")
        assert forgotten <= (await read(log, "nobody")).removed.number < many
        assert held_names(log) < 2.1 * TOPICS_REMEMBERED
        await log.close()

    run(main())


def held_names(log: EventLog) -> int:
    """Return of how many topics a log has the names."""
    if isinstance(log, MemoryLog):
        return len(log._emptied) + len(log._topics)
    assert isinstance(log, SQLiteLog)
    executor = log._executor
    assert executor is not None

    def count() -> int:
        (names,) = log._db.execute("SELECT count(*) FROM topics").fetchone()
        return int(names)

    found: int = executor.submit(count).result(HANG_S)
    return found


def test_memory_log_that_is_opened_again_is_another_epoch() -> None:
    """A memory log's life ends with `close`."""

    async def main() -> None:
        log = MemoryLog()
        one = await log.open()
        await add(log, "a")
        await log.close()
        assert (await log.kept()).events == 0
        assert (await log.open()).epoch != one.epoch

    run(main())


def test_database_goes_on_where_it_was_closed(tmp_path: Path) -> None:
    """A database keeps its epoch, its events, what it knows of removed ones, and its numbers, even without events."""

    async def main() -> None:
        now = 1000.0
        path = tmp_path / "events.db"
        log = SQLiteLog(path, most_age_s=10, clock=lambda: now)
        start = await log.open()
        await add(log, *"aab")
        await log.close()
        assert await log.open() == Cursor(start.epoch, 3)
        assert numbers(await read(log, "a")) == [1, 2]
        now += 11
        assert (await log.kept()).events == 0
        await log.close()
        assert await log.open() == Cursor(start.epoch, 3)
        assert (await read(log, "a")).removed.number == 2
        assert [cursor.number for cursor in await add(log, "a")] == [4]
        await log.close()

    run(main())


def test_database_gives_no_event_that_is_too_old(tmp_path: Path) -> None:
    """What is older than `most_age_s` is not given, nothing appended or not; a clock set back ages none."""

    async def main() -> None:
        now = 1000.0
        log = SQLiteLog(tmp_path / "events.db", most_age_s=10, clock=lambda: now)
        await log.open()
        await add(log, "a")
        now = 1006.0
        await add(log, "a")
        now = 900.0  # set back
        await add(log, "a")
        now = 1010.0
        assert numbers(await read(log, "a")) == [1, 2, 3]
        now = 1010.5
        page = await read(log, "a")
        assert (numbers(page), page.removed.number) == ([2, 3], 1)
        now = 1017.0
        assert (await log.kept()).events == 0
        await add(log, "a")
        assert numbers(await read(log, "a")) == [4]
        await log.close()

    run(main())


def test_database_is_of_the_user_alone_and_of_bounded_size(tmp_path: Path) -> None:
    """Fifty times what a database keeps goes through it, and it is not longer than twice that, with its journal."""

    async def main() -> None:
        log = SQLiteLog(tmp_path / "events.db", most_bytes=4 * 1024**2)
        await log.open()
        for _ in range(200):
            await add(log, *"abcdefghijklmnop", size=64 * 1024)
        kept = await log.kept()
        assert 3.9 * 1024**2 < kept.size_bytes <= 4 * 1024**2
        files = look_at(tmp_path)
        assert sum(size for size, _ in files.values()) < 24 * 1024**2  # 16 MiB are the journal's
        if sys.platform != "win32":
            assert {mode for _, mode in files.values()} == {0o600}
        await log.close()

    run(main())
    ((name, (size, _)),) = look_at(tmp_path).items()
    assert name == "events.db"
    assert size < 6 * 1024**2


def look_at(folder: Path) -> dict[str, tuple[int, int]]:
    """Return the files of a folder, with their lengths and permissions."""
    return {file.name: (file.stat().st_size, file.stat().st_mode & 0o777) for file in folder.iterdir()}


def test_database_is_used_by_a_thread_of_its_own(tmp_path: Path) -> None:
    """No call of SQLite runs on the loop's thread: the connection refuses each thread but one, which is not that."""

    async def main() -> None:
        log = SQLiteLog(tmp_path / "events.db")
        await log.open()
        await add(log, "a")
        assert log._database is not None
        with pytest.raises(sqlite3.ProgrammingError, match="thread"):
            log._database.execute("SELECT 1")
        await log.close()

    run(main())


def test_log_that_is_not_open_says_so(tmp_path: Path) -> None:
    """A log is used between `open` and `close`."""

    async def main() -> None:
        log = SQLiteLog(tmp_path / "events.db")
        with pytest.raises(UsageError, match=r"events.db.* is not open: await its open\(\) first"):
            await add(log, "a")
        await log.open()
        with pytest.raises(UsageError, match="is open already"):
            await log.open()
        await log.close()
        with pytest.raises(UsageError, match="is not open"):
            await log.kept()

    run(main())


def make_foreign(path: Path) -> None:
    """Write another program's database."""
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE events (number INTEGER)")
    database.close()


def make_of_version(path: Path, version: int) -> None:
    """Write a log of another version."""

    async def main() -> None:
        log = SQLiteLog(path)
        await log.open()
        await log.close()

    run(main())
    database = sqlite3.connect(path, isolation_level=None)
    database.execute(f"PRAGMA user_version = {version}")
    database.close()


UNUSABLE: dict[str, tuple[Callable[[Path], object], str]] = {
    "text": (
        lambda path: path.write_text("These are my notes.\n" * 100),
        "another kind of file, or encrypted with another key",
    ),
    "foreign": (make_foreign, "a database of something else; use another path"),
    "newer": (lambda path: make_of_version(path, 2), "another version of ambidex has made it: its schema is 2"),
    "older": (lambda path: make_of_version(path, 0), "another version of ambidex has made it: its schema is 0"),
    "folder": (Path.mkdir, "its file cannot be opened"),
}


@pytest.mark.parametrize("kind", UNUSABLE)
def test_file_of_another_kind_is_refused_and_left_as_it_is(kind: str, tmp_path: Path) -> None:
    """What is not a log of this version is refused with its path and a reason, and not one byte of it is changed."""
    path = tmp_path / "events.db"
    prepare, reason = UNUSABLE[kind]
    prepare(path)
    before = path.read_bytes() if path.is_file() else b""

    async def main() -> None:
        with pytest.raises(EventLogUnavailable) as refused:
            await SQLiteLog(path).open()
        assert str(refused.value).startswith(f"the event log {path} cannot be used: ")
        assert reason in str(refused.value)

    run(main())
    assert (path.read_bytes() if path.is_file() else b"") == before
    assert [file.name for file in tmp_path.iterdir()] == ["events.db"]


def test_file_in_no_folder_is_refused(tmp_path: Path) -> None:
    """A folder is not made for a log; the message says what is missing."""

    async def main() -> None:
        with pytest.raises(EventLogUnavailable, match=r"cannot be made \(No such file or directory\); look whether"):
            await SQLiteLog(tmp_path / "nowhere" / "events.db").open()

    run(main())


def test_damaged_file_is_refused_where_the_damage_is_met(tmp_path: Path) -> None:
    """Bytes that were overwritten are told as damage, and never given as events."""
    path = tmp_path / "events.db"

    async def main() -> None:
        log = SQLiteLog(path)
        await log.open()
        await add(log, *"abcdefgh" * 100, size=100)
        await log.close()
        damaged = bytearray(path.read_bytes())
        damaged[4096:] = b"\xa5" * (len(damaged) - 4096)  # all but the page with the header and the tables' names
        path.write_bytes(damaged)
        with pytest.raises(EventLogUnavailable, match="its file is damaged; move it away, and a new log"):
            await SQLiteLog(path).open()

    run(main())


HOLDER = """
import asyncio, sys
from ambidex.service._sqlite_log import SQLiteLog

async def main():
    log = SQLiteLog(sys.argv[1])
    await log.open()
    await log.append([("a", b"kept")])
    print("open", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)

asyncio.run(main())
"""


def test_database_that_another_process_has_open_is_refused_until_that_is_killed(tmp_path: Path) -> None:
    """Two processes never write one log: the second is refused at once, and has it when the first was killed."""
    path = tmp_path / "events.db"

    async def main() -> None:
        with pytest.raises(EventLogUnavailable, match="it is open already, in another process or twice in this one"):
            await SQLiteLog(path).open()

    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(LIBRARY)},
    ) as holder:
        assert holder.stdout is not None
        try:
            assert holder.stdout.readline() == b"open\n"
            run(main())
            run(main())  # the refusal has not taken the holder's lock away
        finally:
            holder.kill()

    async def after() -> None:
        log = SQLiteLog(path)
        assert (await log.open()).number == 1
        with pytest.raises(EventLogUnavailable, match="it is open already"):
            await SQLiteLog(path).open()
        assert [event.value for event in (await read(log, "a")).events] == [b"kept"]
        await log.close()

    run(after())


FULL = """
import asyncio, resource, sys
from ambidex.errors import EventLogUnavailable
from ambidex.service._sqlite_log import SQLiteLog

async def main():
    log = SQLiteLog(sys.argv[0] + ".db")
    await log.open()
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, resource.RLIM_INFINITY))
    cursors = []
    try:
        while True:
            cursors += await log.append([("a", b"x" * 10_000), ("new %d" % len(cursors), b"y")])
    except EventLogUnavailable as error:
        print(error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    (cursor,) = await log.append([("new %d" % len(cursors), b"z")])
    assert cursor.number == len(cursors) + 1, (cursor, len(cursors))
    assert (await log.kept()).events == len(cursors) + 1
    await log.close()
    assert (await log.open()) == cursor
    await log.close()

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a process's limit on the length of files is of Unix")
def test_event_that_the_disk_has_no_room_for_is_refused_and_the_log_goes_on(tmp_path: Path) -> None:
    """An append that cannot be written raises, leaves nothing behind, and the next one has its numbers."""
    done = run_program(tmp_path, FULL)
    assert done.code == 0, done.err
    assert "cannot be used: the disk" in done.out


@pytest.mark.skipif(sys.platform == "win32", reason="the program forks, and kills by SIGKILL")
def test_published_events_survive_every_kill(tmp_path: Path) -> None:
    """A publisher is killed 50 times at random moments: what was acknowledged is there, in order, once.

    What one publisher has published is there without gaps; the cursors that were told are those of the events.
    """
    program = Path(__file__).with_name("killed_publisher.py").read_text(encoding="utf-8")
    done = run_program(tmp_path, program)
    assert done.code == 0, f"{done.out}\n{done.err}"
    print(done.out)
    assert done.out.splitlines()[-1].startswith("50 kills: ")
