"""Own the file of a log of events: whose it is, what stands in it, and what SQLite's errors mean here.

Whoever has it open has it alone (`locking_mode=EXCLUSIVE`): all others, in this process or another one, are refused at
once, and the system lets go of it when the process ends, however it ends. Of two who open it at the same moment both
may be refused. A commit returns when it is on the disk (`synchronous=FULL`, with a write-ahead log).

    log       one row: the epoch; the number up to which topics were forgotten
    topics    a name; the number of the last of its events that was removed
    events    the number; the topic; the time it was kept, which never goes back; the bytes of all values before; the
              value, last, so that it is not read where it is not asked for
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any

from ..errors import EventLogUnavailable
from ._events import new_epoch

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Generator
    from pathlib import Path

_APPLICATION = 0x616D6264  # "ambd": what the header of the file says whose it is
_SCHEMA = 1
_LONGEST_JOURNAL = 16 * 1024**2  # bytes that the write-ahead log is cut to when it was longer; arbitrary
_EVENTS = (
    "CREATE TABLE events (number INTEGER PRIMARY KEY, topic INTEGER NOT NULL, at REAL NOT NULL,"
    " before INTEGER NOT NULL, value BLOB NOT NULL)"
)
_TABLES = (
    "CREATE TABLE log (epoch TEXT NOT NULL, forgotten INTEGER NOT NULL)",
    "CREATE TABLE topics (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, removed INTEGER NOT NULL)",
    _EVENTS,
    "CREATE INDEX events_of_topic ON events (topic, number)",
    f"PRAGMA application_id = {_APPLICATION}",
    f"PRAGMA user_version = {_SCHEMA}",
)
DAMAGED = "its file is damaged; move it away, and a new log with a new epoch is begun in its place"
_REASONS = (  # a part of what SQLite says, and what it means here
    ("locked", "it is open already, in another process or twice in this one; close it there, or use another file"),
    ("not a database", "it is another kind of file, or encrypted with another key; use another path"),
    ("malformed", DAMAGED),
    ("no such", DAMAGED),
    ("unable to open", "its file cannot be opened; look whether its folder is there, and who may write in it"),
    ("readonly", "its file cannot be written; look who may write there, and in its folder"),
    ("full", "the disk is full; nothing of this was kept"),
    ("I/O error", "the disk reports an error ({}); nothing of this was kept"),
)


def connect_to(path: Path, connect: Callable[..., Any]) -> sqlite3.Connection:
    """Open the file of a log, or make it, on the thread that is to use it, as another driver may do.

    Raises:
        EventLogUnavailable: the file cannot be made.
    """
    _make_file(path)
    db: sqlite3.Connection = connect(path, timeout=0, isolation_level=None)
    return db


def prepare(db: sqlite3.Connection, path: Path) -> None:
    """Have a database hold a log.

    Raises:
        EventLogUnavailable: it is not of this kind, or of another version.
        db.Error: `reason_of` says what it means.
    """
    db.execute("PRAGMA locking_mode = EXCLUSIVE")  # before the first look, which takes the lock
    _check_owner(db, path)
    (mode,) = db.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise EventLogUnavailable(str(path), f"its file system has no write-ahead logs, only {mode!r}")
    db.execute("PRAGMA synchronous = FULL")
    db.execute(f"PRAGMA journal_size_limit = {_LONGEST_JOURNAL}")
    _make_tables(db)


def _make_file(path: Path) -> None:
    """Make an empty file for this user alone, where there is none.

    One that is there is not touched: to open and close it would give up the lock that this process may have on it.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        reason = (
            f"its file cannot be made ({error.strerror}); look whether its folder is there, and who may write in it"
        )
        raise EventLogUnavailable(str(path), reason) from error


def _check_owner(db: sqlite3.Connection, path: Path) -> None:
    """Refuse a database that is not this log's, before anything of it is changed."""
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (schema,) = db.execute("PRAGMA user_version").fetchone()
    (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != _APPLICATION and (application or schema or tables):
        raise EventLogUnavailable(str(path), "it is a database of something else; use another path")
    if application == _APPLICATION and schema != _SCHEMA:
        raise EventLogUnavailable(
            str(path),
            f"another version of ambidex has made it: its schema is {schema}, and this one reads {_SCHEMA}; "
            "use that version, or another path",
        )


def _make_tables(db: sqlite3.Connection) -> None:
    if db.execute("PRAGMA application_id").fetchone() == (_APPLICATION,):
        return
    with transaction(db):  # what a kill interrupts here is an empty database, which is made again
        for statement in _TABLES:
            db.execute(statement)
        db.execute("INSERT INTO log VALUES (?, 0)", (new_epoch(),))


@contextlib.contextmanager
def transaction(db: sqlite3.Connection) -> Generator[None]:
    """Commit what is done inside, or take it back."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # some errors have taken it back already
            db.execute("ROLLBACK")
        raise


def reason_of(error: Exception) -> str:
    """Return what an error of SQLite means for a log, and what to do."""
    said = str(error)
    for part, reason in _REASONS:
        if part in said:
            return reason.format(said)
    return f"SQLite reports: {said}"
