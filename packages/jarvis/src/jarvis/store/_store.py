"""The database: how it is opened, and its transactions.

SQLCipher encrypts every page, the journal's too. Every commit reaches the disk before it returns (synchronous FULL).
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final, Protocol, cast, final

from sqlcipher3 import dbapi2  # pyright: ignore[reportMissingTypeStubs]

from jarvis.errors import StoreNewer, WrongPassphrase
from jarvis.store._contacts import Contacts
from jarvis.store._messages import Messages
from jarvis.store._news import News
from jarvis.store._outbox import Outbox
from jarvis.store._schema import SCHEMA, SCHEMA_VERSION
from jarvis.store._sessions import Sessions

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Generator
    from pathlib import Path


class _Driver(Protocol):
    @property
    def Connection(self) -> type[sqlite3.Connection]: ...  # noqa: N802

    @property
    def DatabaseError(self) -> type[sqlite3.DatabaseError]: ...  # noqa: N802


__all__ = ("Store",)

KEY_BYTES: Final = 32
# The driver is sqlite3 built with SQLCipher: the same interface under another name, and without types.
_DRIVER: Final = cast("_Driver", dbapi2)
BUSY_S: Final = 5.0  # nobody else has the database open; a backup program may


@final
class Store:
    """One profile's database, made if there is none.

    Args:
        path: of the database; its folder exists.
        key: 32 bytes; every page is encrypted with it.

    Raises:
        WrongPassphrase: it was made with another key, or is no database.
        StoreNewer: a newer version wrote it.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"the key of a store has {KEY_BYTES} bytes, this has {len(key)}")
        self._connection = _DRIVER.Connection(str(path), timeout=BUSY_S, isolation_level=None)
        try:
            self._unlock(key)
            self._prepare()
        except BaseException:
            self._connection.close()
            raise
        self.contacts: Final = Contacts(self._connection)
        self.sessions: Final = Sessions(self._connection)
        self.outbox: Final = Outbox(self._connection)
        self.messages: Final = Messages(self._connection)
        self.news: Final = News(self._connection)

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    @contextlib.contextmanager
    def transaction(self) -> Generator[None]:
        """Keep all that is done inside, or nothing of it. One inside another is part of that one."""
        if self._connection.in_transaction:
            yield
            return
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def value(self, name: str) -> bytes | None:
        """Give what `set_value` kept under this name."""
        row = self._connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else cast("bytes", row[0])

    def set_value(self, name: str, value: bytes) -> None:
        """Keep one value of the profile."""
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def _unlock(self, key: bytes) -> None:
        execute = self._connection.execute
        execute("PRAGMA cipher_log_level = NONE")  # it would tell stderr of a wrong key
        execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        try:
            execute("SELECT count(*) FROM sqlite_master")
        except _DRIVER.DatabaseError:
            raise WrongPassphrase("the database does not open with this key") from None

    def _prepare(self) -> None:
        execute = self._connection.execute
        execute("PRAGMA journal_mode = WAL")
        execute("PRAGMA synchronous = FULL")
        execute("PRAGMA foreign_keys = ON")
        execute("PRAGMA secure_delete = ON")
        version = cast("int", execute("PRAGMA user_version").fetchone()[0])
        if version > SCHEMA_VERSION:
            raise StoreNewer(version, SCHEMA_VERSION)
        if version == 0:
            self._connection.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
