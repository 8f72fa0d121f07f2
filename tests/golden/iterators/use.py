"""Use the generated functions and classes that give blocking iterators."""

from __future__ import annotations

import asyncio
from collections.abc import Generator

import iterators
from iterators import Book, Shelf

assert list(iterators.numbers()) == [0, 1, 2]
assert next(iterators.numbers(1)) == 0
assert list(iterators.spelled("ab")) == ["a", "b"]
two_way = iterators.echo("begin")
assert next(two_way) == "begin"
assert two_way.send(7) == "7"
try:
    two_way.send(None)
except StopIteration as stop:
    assert stop.value is True
else:
    raise AssertionError
two_way = iterators.echo("begin")
next(two_way)
two_way.close()
assert list(two_way) == []
one, two = Book("one"), Book("two")
loan = iterators.lent(one)
assert next(loan) is one
assert loan.send(two) is two
assert iter(loan) is loan
try:
    loan.send(None)
except StopIteration as end:
    assert end.value == [one, two]
else:
    raise AssertionError
loan = iterators.lent(one)
assert list(loan) == [one]
loan = iterators.lent(one)
next(loan)
try:
    loan.throw(KeyError("lost"))
except KeyError as lost:
    assert lost.args == ("lost",)
else:
    raise AssertionError
loan = iterators.lent(one)
next(loan)
loan.close()
assert list(loan) == []


def lending() -> Generator[Book, Book, Book]:
    """Yield a book, take one back, and return another."""
    back = yield one
    assert back is one
    return two


assert iterators.returned(lending()) == [one, two]
assert asyncio.run(iterators.returned.aio(lending())) == [one, two]
assert list(iterators.listed(2)) == [0, 1]
assert [(type(book), book.title) for book in iterators.books(["a", "b"])] == [(Book, "a"), (Book, "b")]
lazily = iterators.lazily(["a", "b"])
first = next(lazily)
assert type(first) is Book
assert first.title == "a"
assert [book.title for book in lazily] == ["b"]
with iterators.opened("a") as opened:
    assert type(opened) is Book
shelf = Shelf(["b", "a"])
assert [book.title for book in shelf] == ["b", "a"]
assert [book.title for book in reversed(shelf)] == ["a", "b"]
assert len(shelf) == 2
assert next(iter(shelf)) is next(iter(shelf))
assert list(shelf.titles()) == ["b", "a"]
assert [book.title for book in shelf.sorted()] == ["a", "b"]
assert iterators.either(shelf) is shelf
assert [type(book) for book in iterators.either([first])] == [Book]


async def waiting() -> None:
    assert list(await iterators.listed.aio(2)) == [0, 1]
    assert [type(book) for book in await iterators.books.aio(["a"])] == [Book]
    assert [book.title for book in await shelf.sorted.aio()] == ["a", "b"]
    assert await iterators.either.aio(shelf) is shelf
    async with iterators.opened("a") as opened:
        assert opened.title == "a"
    async with iterators.opened.aio("b") as opened:
        assert opened.title == "b"


asyncio.run(waiting())
