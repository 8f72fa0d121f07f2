"""Events that were committed with what they tell of, and that clients have not been told yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast, final

if TYPE_CHECKING:
    import sqlite3

__all__ = ("News",)


@final
class News:
    """The news of a store, encoded by who gives them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def add(self, event: bytes) -> None:
        """Note an event."""
        self._execute("INSERT INTO news (event) VALUES (?)", (event,))

    def first(self, limit: int) -> list[tuple[int, bytes]]:
        """Give the oldest, with their numbers, in order."""
        rows = self._execute("SELECT number, event FROM news ORDER BY number LIMIT ?", (limit,)).fetchall()
        return cast("list[tuple[int, bytes]]", rows)

    def forget_upto(self, number: int) -> None:
        """Forget what clients have been told."""
        self._execute("DELETE FROM news WHERE number <= ?", (number,))
