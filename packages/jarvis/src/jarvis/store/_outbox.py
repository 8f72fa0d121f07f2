"""The outbox: what was encrypted for somebody, and is kept until their receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, cast, final

from jarvis.model import AccountId, MessageId

if TYPE_CHECKING:
    import sqlite3

__all__ = ("Outbox", "OutboxRow")

COLUMNS: Final = "contact, number, content, session, kind, body, message, queued_at"


class OutboxRow(NamedTuple):
    """One message on its way: the content it was made of, and what Olm made of it."""

    contact: AccountId
    number: int
    content: bytes
    session: str
    kind: int
    body: bytes
    message: MessageId | None
    queued_at: float


@final
class Outbox:
    """The outbox of a store."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def put(self, row: OutboxRow) -> None:
        """Store a message to be sent, in the place of the one of that number."""
        self._execute(f"INSERT OR REPLACE INTO outbox ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608

    def first(self, contact: AccountId, limit: int) -> list[OutboxRow]:
        """Give what is to be sent to a contact next, in order."""
        rows = self._execute(
            f"SELECT {COLUMNS} FROM outbox WHERE contact = ? ORDER BY number LIMIT ?",  # noqa: S608
            (contact, limit),
        )
        return [OutboxRow(*row) for row in rows]

    def queued_before(self, time: float) -> list[OutboxRow]:
        """Give the messages that have waited since before a time."""
        rows = self._execute(
            f"SELECT {COLUMNS} FROM outbox WHERE queued_at < ? AND message IS NOT NULL ORDER BY contact, number",  # noqa: S608
            (time,),
        )
        return [OutboxRow(*row) for row in rows]

    def take_upto(self, contact: AccountId, number: int) -> list[MessageId]:
        """Remove what has arrived, and give the messages among it."""
        rows = self._execute(
            "DELETE FROM outbox WHERE contact = ? AND number <= ? RETURNING message, number", (contact, number)
        )
        return [MessageId(message) for message, _ in sorted(rows, key=_by_number) if message is not None]

    def count(self, contact: AccountId) -> int:
        """Count what is kept for a contact."""
        row = self._execute("SELECT count(*) FROM outbox WHERE contact = ?", (contact,)).fetchone()
        return cast("int", row[0])

    def clear(self, contact: AccountId) -> list[OutboxRow]:
        """Remove all that is kept for a contact, and give it, in order."""
        rows = self.first(contact, -1)
        self._execute("DELETE FROM outbox WHERE contact = ?", (contact,))
        return rows

    def waiting(self) -> list[AccountId]:
        """Give the contacts to whom there is something to send."""
        return [AccountId(row[0]) for row in self._execute("SELECT DISTINCT contact FROM outbox")]


def _by_number(row: tuple[str | None, int]) -> int:
    return row[1]
