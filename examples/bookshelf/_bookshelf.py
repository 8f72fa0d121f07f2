"""A bookshelf in an SQLite database: plain async code, and the list of what is public."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiosqlite

from ambidex import Module

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable
    from types import TracebackType

    from typing_extensions import Self

wrapper_module = Module("bookshelf")

_MIGRATIONS = (
    "CREATE TABLE book (title TEXT PRIMARY KEY, author TEXT NOT NULL, year INTEGER NOT NULL)",
    "CREATE INDEX book_by_year ON book (year)",
)


@wrapper_module.wrap_class
@dataclass(frozen=True)
class Book:
    """A book; `year` is that of its first edition."""

    title: str
    author: str
    year: int


@wrapper_module.wrap_class
class DuplicateBook(Exception):
    """Report a title that the shelf has already."""


@wrapper_module.wrap_class
class Transaction:
    """The changes that are kept or dropped together."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def add(self, book: Book) -> None:
        """Put one book on the shelf.

        Raises:
            DuplicateBook: the shelf has a book of that title.
        """
        try:
            await self._connection.execute("INSERT INTO book VALUES (?, ?, ?)", (book.title, book.author, book.year))
        except aiosqlite.IntegrityError as error:
            raise DuplicateBook(book.title) from error


@wrapper_module.wrap_class
class Bookshelf:
    """A shelf of books, kept in the SQLite database at `path`; ":memory:" keeps it in memory."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._connection: aiosqlite.Connection | None = None

    @property
    def path(self) -> str:
        """Where the database is."""
        return self._path

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def open(self) -> None:
        """Open the database and bring its tables up to date."""
        # isolation_level=None: transactions begin and end where this code says so
        self._connection = connection = await aiosqlite.connect(self._path, isolation_level=None)
        (version,) = await _row(connection, "PRAGMA user_version")
        for number, statement in enumerate(_MIGRATIONS[version:], start=version + 1):
            await connection.execute(statement)
            await connection.execute(f"PRAGMA user_version = {number}")

    async def close(self) -> None:
        """Close the database; closing it again does nothing."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def add_many(self, books: Iterable[Book]) -> int:
        """Put several books on the shelf, all or none, and return how many stand there now."""
        async with self.transaction() as transaction:
            for book in books:
                await transaction.add(book)
        return await self.count()

    async def count(self) -> int:
        """Return how many books stand on the shelf."""
        (count,) = await _row(self._open_connection(), "SELECT count(*) FROM book")
        return count

    async def find(self, title: str) -> Book | None:
        """Return the book of that title, or None."""
        async with self._open_connection().execute("SELECT * FROM book WHERE title = ?", (title,)) as cursor:
            row = await cursor.fetchone()
        return None if row is None else Book(*row)

    async def books(self, *, since: int = 0) -> AsyncGenerator[Book, None]:
        """Yield the books first published in the year `since` or later, oldest first, as the database reads them."""
        statement = "SELECT * FROM book WHERE year >= ? ORDER BY year, title"
        async with self._open_connection().execute(statement, (since,)) as cursor:
            async for row in cursor:
                yield Book(*row)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Transaction, None]:
        """Keep what is done in the block, or drop all of it when the block raises."""
        connection = self._open_connection()
        await connection.execute("BEGIN")
        try:
            yield Transaction(connection)
        except BaseException:
            await connection.execute("ROLLBACK")
            raise
        await connection.execute("COMMIT")

    def _open_connection(self) -> aiosqlite.Connection:
        if self._connection is None:
            raise RuntimeError(f"the bookshelf {self._path} is not open: use it in a with block, or call open()")
        return self._connection


@wrapper_module.wrap_function
async def copy_shelf(source: Bookshelf, target: Bookshelf) -> int:
    """Put the books of `source` on `target` and return how many stand there now."""
    return await target.add_many([book async for book in source.books()])


async def _row(connection: aiosqlite.Connection, statement: str) -> tuple[int, ...]:
    async with connection.execute(statement) as cursor:
        row = await cursor.fetchone()
    assert row is not None, "these statements always have one row"
    return tuple(row)
