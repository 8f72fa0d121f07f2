"""The table of Olm sessions: a few for each contact, the one to send with being the one used last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast, final

if TYPE_CHECKING:
    import sqlite3

    from jarvis.model import AccountId

__all__ = ("Sessions",)

KEPT: Final = 5  # arbitrary: both may begin one at once, and each repair begins another


@final
class Sessions:
    """The sessions of a store, encrypted by who gives them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def of(self, contact: AccountId) -> list[tuple[str, str]]:
        """Give the id and the pickle of each session with a contact, the one used last first."""
        rows = self._execute("SELECT id, pickle FROM session WHERE contact = ? ORDER BY used DESC", (contact,))
        return cast("list[tuple[str, str]]", rows.fetchall())

    def keep(self, contact: AccountId, session: str, pickle: str) -> None:
        """Store a session where it stands in the order; one that is new becomes the first."""
        self._execute(
            "INSERT INTO session VALUES"
            " (?1, ?2, ?3, (SELECT coalesce(max(used), 0) + 1 FROM session WHERE contact = ?1))"
            " ON CONFLICT (contact, id) DO UPDATE SET pickle = ?3",
            (contact, session, pickle),
        )

    def prefer(self, contact: AccountId, session: str) -> None:
        """Make a session the one to send with, and forget those beyond the fifth."""
        self._execute(
            "UPDATE session SET used = (SELECT max(used) + 1 FROM session WHERE contact = ?1)"
            " WHERE contact = ?1 AND id = ?2",
            (contact, session),
        )
        self._execute(
            "DELETE FROM session WHERE contact = ?1 AND id IN"
            " (SELECT id FROM session WHERE contact = ?1 ORDER BY used DESC LIMIT -1 OFFSET ?2)",
            (contact, KEPT),
        )

    def forget(self, contact: AccountId, session: str | None = None) -> None:
        """Forget one session with a contact, or all."""
        self._execute(
            "DELETE FROM session WHERE contact = ?1 AND (?2 IS NULL OR id = ?2)",
            (contact, session),
        )
