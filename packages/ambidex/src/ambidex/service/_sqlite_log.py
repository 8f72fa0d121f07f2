"""Own the log of events that survives its process: an SQLite database, used by one thread of one process.

What `append` has returned is committed to a write-ahead log, and that is on the disk: neither the end of the process
(`kill -9`) nor that of the machine (a power cut) takes it away, as far as the disk tells the truth. Nothing is half
there: of an append that was cut short the events are all kept, or none is.

Numbers have no gaps, and times and bytes only grow, so what is too much is always the first part of the table.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, final

from ..errors import EventLogUnavailable, UsageError
from ..runtime import LoopExecutor
from ._database import DAMAGED, connect_to, prepare, reason_of, transaction
from ._events import TOPICS_REMEMBERED, Cursor, Event, Kept, Page, check_most

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

T = TypeVar("T")


@final
class SQLiteLog:
    """Keep the last events in the file `path`: `most_events`, `most_bytes` of values, none older than `most_age_s`.

    `most_age_s` is in seconds by the clock of the system; None sets no bound. The file is made where there is none, for
    this user alone (0600). It takes about the bytes of the values and 60 more for an event, and what was freed is used
    again; beside it stands a write-ahead log of some megabytes. What is too old goes at the next use.

    `connect` opens the file as `sqlite3.connect` does, on a thread of its own: with another driver of SQLite, such as
    one that encrypts, and what is to be done before anything is read. What it raises itself comes as it is.

    Raises:
        ValueError: a bound is below 1, or the age is not above 0.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        most_events: int = 1_000_000,
        most_bytes: int = 1024**3,
        most_age_s: float | None = None,
        clock: Callable[[], float] = time.time,
        connect: Callable[..., Any] = sqlite3.connect,
    ) -> None:
        check_most("most_events", most_events, 1)
        check_most("most_bytes", most_bytes, 1)
        if most_age_s is not None and not most_age_s > 0:
            raise ValueError(f"most_age_s={most_age_s!r}: write a number of seconds above 0, or None")
        self._path = Path(path).absolute()
        self._most_events = most_events
        self._most_bytes = most_bytes
        self._most_age_s = most_age_s
        self._clock = clock
        self._connect = connect
        self._executor: LoopExecutor | None = None
        # From here on the executor's thread alone reads and writes, and changes what was committed.
        self._database: sqlite3.Connection | None = None
        self._error: type[Exception] = sqlite3.Error  # of the driver that has opened it
        self._epoch = ""
        self._first = 1  # number of the first event that is kept; that of the next one where none is
        self._first_at = 0.0  # its time
        self._last = 0  # number of the last event there was
        self._last_at = 0.0
        self._bytes = 0  # of all values there were
        self._ids: dict[str, int] = {}  # of some topics
        self._most_topics = TOPICS_REMEMBERED  # at so many rows it is looked which can be forgotten

    def __repr__(self) -> str:
        return (
            f"SQLiteLog({str(self._path)!r}, most_events={self._most_events}, most_bytes={self._most_bytes}, "
            f"most_age_s={self._most_age_s})"
        )

    async def open(self) -> Cursor:
        """Open the file, or make it, and return the cursor of the last event.

        Raises:
            EventLogUnavailable: it is open already, not of this kind, of another version, damaged, or out of reach.
        """
        if self._executor is not None:
            raise UsageError(f"{self!r} is open already")
        self._executor = LoopExecutor("event-log", most_threads=1)
        try:
            return await self._run(self._open)
        except BaseException:
            await self.close()
            raise

    async def append(self, events: Sequence[tuple[str, bytes]], /) -> list[Cursor]:
        """Commit events, remove what is too much or too old, and return the cursors.

        Raises:
            EventLogUnavailable: nothing of it was kept.
        """
        return await self._run(lambda: self._append(events))

    async def read(self, topic: str, after: Cursor, upto: Cursor, most_events: int, most_bytes: int, /) -> Page:
        """Return a page of a topic's events.

        Raises:
            EventLogUnavailable: the file cannot be read.
        """
        return await self._run(lambda: self._read(topic, after, upto, most_events, most_bytes))

    async def kept(self) -> Kept:
        """Say what is kept.

        Raises:
            EventLogUnavailable: the file cannot be read.
        """
        return await self._run(self._kept)

    async def close(self) -> None:
        """Close the file, when what is under way has ended."""
        executor, self._executor = self._executor, None
        if executor is not None:
            try:
                await asyncio.get_running_loop().run_in_executor(executor, self._call, self._close)
            finally:
                executor.shutdown(wait=False)

    async def _run(self, function: Callable[[], T]) -> T:
        """Call a function on the thread of the file."""
        if self._executor is None:
            raise UsageError(f"{self!r} is not open: await its open() first, and nothing after close()")
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._call, function)

    def _call(self, function: Callable[[], T]) -> T:
        try:
            return function()
        except self._error as error:
            raise EventLogUnavailable(str(self._path), reason_of(error)) from error

    def _close(self) -> None:
        database, self._database = self._database, None
        if database is not None:
            database.close()
        self._ids.clear()

    @property
    def _db(self) -> sqlite3.Connection:
        if self._database is None:
            raise EventLogUnavailable(str(self._path), "it was closed")
        return self._database

    def _open(self) -> Cursor:
        self._database = db = connect_to(self._path, self._connect)
        self._error = db.Error
        prepare(db, self._path)
        return self._look(db)

    def _look(self, db: sqlite3.Connection) -> Cursor:
        """Take note of where the log stands."""
        row = db.execute("SELECT epoch, forgotten FROM log").fetchone()
        if row is None:
            raise EventLogUnavailable(str(self._path), DAMAGED)
        self._epoch, forgotten = row
        (removed,) = db.execute("SELECT coalesce(max(removed), 0) FROM topics").fetchone()
        last = db.execute(
            "SELECT number, at, before + length(value) FROM events ORDER BY number DESC LIMIT 1"
        ).fetchone()
        self._last, self._last_at, self._bytes = last or (max(removed, forgotten), 0.0, 0)
        self._look_at_first(db)
        try:
            return Cursor(self._epoch, self._last)
        except ValueError as error:
            raise EventLogUnavailable(str(self._path), DAMAGED) from error

    def _look_at_first(self, db: sqlite3.Connection) -> None:
        first = db.execute("SELECT number, at FROM events ORDER BY number LIMIT 1").fetchone()
        self._first, self._first_at = first or (self._last + 1, 0.0)

    def _append(self, events: Sequence[tuple[str, bytes]]) -> list[Cursor]:
        db = self._db
        number, size = self._last, self._bytes
        at = max(self._clock(), self._last_at)  # it never goes back, so that the oldest events are the first ones
        with self._changing(db):
            rows: list[tuple[int, int, float, int, bytes]] = []
            for topic, value in events:
                number += 1
                rows.append((number, self._id_of(db, topic), at, size, value))
                size += len(value)
            db.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?)", rows)
            removed = self._remove(db, number, size, at)
        if self._first > self._last:
            self._first_at = at
        self._last, self._last_at, self._bytes = number, at, size
        if removed:
            self._look_at_first(db)
        return [Cursor(self._epoch, row[0]) for row in rows]

    @contextlib.contextmanager
    def _changing(self, db: sqlite3.Connection) -> Generator[None]:
        """Hold a transaction open, and forget what was only noted in it when it fails."""
        try:
            with transaction(db):
                yield
        except BaseException:
            self._ids.clear()
            raise

    def _id_of(self, db: sqlite3.Connection, topic: str) -> int:
        found = self._ids.get(topic)
        if found is None:
            if len(self._ids) >= TOPICS_REMEMBERED:
                self._ids.clear()
            db.execute(
                "INSERT INTO topics (name, removed) SELECT ?, forgotten FROM log WHERE true"
                " ON CONFLICT (name) DO NOTHING",
                (topic,),
            )
            (found,) = db.execute("SELECT id FROM topics WHERE name = ?", (topic,)).fetchone()
            self._ids[topic] = found
        return found

    def _remove(self, db: sqlite3.Connection, last: int, size: int, now: float) -> bool:
        """Remove the first events where there are too many or they are too old, and tell whether there were any."""
        oldest = float("-inf") if self._most_age_s is None else now - self._most_age_s
        kept = db.execute(
            "SELECT number FROM events WHERE number > ? AND before >= ? AND at >= ? ORDER BY number LIMIT 1",
            (last - self._most_events, size - self._most_bytes, oldest),
        ).fetchone()
        gone = kept[0] - 1 if kept else last
        if gone < self._first:
            return False
        db.execute(
            "UPDATE topics SET removed = (SELECT max(number) FROM events WHERE topic = id AND number <= ?)"
            " WHERE id IN (SELECT topic FROM events WHERE number <= ?)",
            (gone, gone),
        )
        db.execute("DELETE FROM events WHERE number <= ?", (gone,))
        (topics,) = db.execute("SELECT max(id) FROM topics").fetchone()
        if topics > self._most_topics:
            self._forget_topics(db)
        return True

    def _forget_topics(self, db: sqlite3.Connection) -> None:
        """Forget the topics that have had no event for longest; a cursor before theirs is one before all of these."""
        empty = "FROM topics WHERE NOT EXISTS (SELECT 1 FROM events WHERE topic = id)"
        first = db.execute(
            f"SELECT removed {empty} ORDER BY removed DESC LIMIT 1 OFFSET ?", (TOPICS_REMEMBERED,)
        ).fetchone()
        if first is not None:
            db.execute(f"DELETE {empty} AND removed <= ?", first)
            db.execute("UPDATE log SET forgotten = ?", first)
            self._ids.clear()
        (topics,) = db.execute("SELECT max(id) FROM topics").fetchone()
        self._most_topics = topics + TOPICS_REMEMBERED

    def _read(self, topic: str, after: Cursor, upto: Cursor, most_events: int, most_bytes: int) -> Page:
        db = self._db
        self._remove_old(db)
        row = db.execute("SELECT id, removed FROM topics WHERE name = ?", (topic,)).fetchone()
        if row is None:
            (forgotten,) = db.execute("SELECT forgotten FROM log").fetchone()
            return Page((), upto, Cursor(self._epoch, forgotten))
        events: list[Event[bytes]] = []
        size = 0
        reached = upto
        found = db.execute(
            "SELECT number, value FROM events WHERE topic = ? AND number > ? AND number <= ? ORDER BY number LIMIT ?",
            (row[0], after.number, upto.number, most_events + 1),
        )
        with contextlib.closing(found):
            for number, value in found:
                size += len(value)
                if events and (len(events) >= most_events or size > most_bytes):
                    reached = events[-1].cursor
                    break
                events.append(Event(Cursor(self._epoch, number), topic, value))
        return Page(events, reached, Cursor(self._epoch, row[1]))

    def _kept(self) -> Kept:
        db = self._db
        self._remove_old(db)
        row = db.execute("SELECT before FROM events ORDER BY number LIMIT 1").fetchone()
        size = self._bytes - row[0] if row else 0
        return Kept(self._last - self._first + 1, size, Cursor(self._epoch, self._last))

    def _remove_old(self, db: sqlite3.Connection) -> None:
        """Remove what is too old, if anything is, before it is read."""
        now = max(self._clock(), self._last_at)
        if self._most_age_s is None or self._first > self._last or self._first_at >= now - self._most_age_s:
            return
        with self._changing(db):
            removed = self._remove(db, self._last, self._bytes, now)
        if removed:
            self._look_at_first(db)
