"""What a user of iterators.py infers."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator

import iterators
from iterators import Book, Shelf
from typing_extensions import assert_type

assert_type(iterators.numbers(), "Iterator[int]")
assert_type(iterators.spelled("a"), "Iterable[str]")
assert_type(iterators.echo("x"), "Generator[str, int | None, bool]")
assert_type(iterators.echo("x").send(1), str)
assert_type(iterators.lent(Book("a")), "Generator[Book, Book | None, list[Book]]")
assert_type(next(iterators.lent(Book("a"))), Book)
assert_type(iterators.returned(book for book in [Book("a")]), "list[Book]")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
assert_type(iterators.listed(1), "Iterator[int]")
assert_type(iterators.books(["a"]), "Iterator[Book]")
assert_type(iterators.lazily(["a"]), "Iterator[Book]")
with iterators.opened("a") as opened:
    assert_type(opened, Book)
shelf = Shelf(["a"])
for book in shelf:
    assert_type(book, Book)
for book in reversed(shelf):
    assert_type(book, Book)
assert_type(shelf.titles(), "Iterator[str]")
assert_type(shelf.sorted(), "Iterator[Book]")
iterators.numbers("x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def waiting() -> None:
    assert_type(await iterators.listed.aio(1), "Iterator[int]")
    assert_type(await iterators.books.aio(["a"]), "Iterator[Book]")
    assert_type(await shelf.sorted.aio(), "Iterator[Book]")
    async with iterators.opened.aio("a") as opened:
        assert_type(opened, Book)
