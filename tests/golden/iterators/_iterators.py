"""Blocking iterators: results of functions and methods, of plain and async ones, and classes that are iterable."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import AsyncContextManager, AsyncGenerator, Generator, Iterable, Iterator, List, Optional, Union

from ambidex import Module

wrapper_module = Module("iterators")


@wrapper_module.wrap_class
class Book:
    def __init__(self, title: str) -> None:
        self._title = title

    @property
    def title(self) -> str:
        return self._title


@wrapper_module.wrap_function
def numbers(limit: int = 3) -> Iterator[int]:
    """Yield numbers, where the caller is."""
    yield from range(limit)


@wrapper_module.wrap_function
def spelled(text: str) -> Iterable[str]:
    return text


@wrapper_module.wrap_function
def echo(first: str) -> Generator[str, Optional[int], bool]:
    """Yield what was sent, as text; return whether it ended with None."""
    sent = yield first
    while sent is not None:
        sent = yield str(sent)
    return True


@wrapper_module.wrap_function
def lent(first: Book) -> Generator[Book, Optional[Book], List[Book]]:
    """Yield the first book, then each that is sent; return them all."""
    found = [first]
    sent = yield first
    while sent is not None:
        assert type(sent) is Book
        found.append(sent)
        sent = yield sent
    return found


@wrapper_module.wrap_function
async def returned(books: Generator[Book, Book, Book]) -> List[Book]:
    """Send each book back that comes, and give the last one, too."""
    found = [next(books)]
    while True:
        assert type(found[-1]) is Book
        try:
            found.append(books.send(found[-1]))
        except StopIteration as end:
            last: Book = end.value
            return [*found, last]


@wrapper_module.wrap_function
async def listed(limit: int) -> Iterator[int]:
    """Return an iterator that is there after an await."""
    return iter(range(limit))


@wrapper_module.wrap_function
async def books(titles: List[str]) -> Iterator[Book]:
    return iter([Book(title) for title in titles])


@wrapper_module.wrap_function
def lazily(titles: Iterable[str]) -> Iterator[Book]:
    """Make a book for each title, when it is asked for."""
    for title in titles:
        yield Book(title)


@wrapper_module.wrap_function
def opened(title: str) -> AsyncContextManager[Book]:
    """Return a context manager, from a plain function."""
    return _opened(title)


@asynccontextmanager
async def _opened(title: str) -> AsyncGenerator[Book, None]:
    yield Book(title)


@wrapper_module.wrap_class
class Shelf:
    """Is iterated without an await."""

    def __init__(self, titles: List[str]) -> None:
        self._books = [Book(title) for title in titles]

    def __iter__(self) -> Iterator[Book]:
        return iter(self._books)

    def __reversed__(self) -> Iterator[Book]:
        return reversed(self._books)

    def __len__(self) -> int:
        return len(self._books)

    def titles(self) -> Iterator[str]:
        """Yield the titles."""
        for book in self._books:
            yield book.title

    async def sorted(self) -> Iterator[Book]:
        return iter(sorted(self._books, key=lambda book: book.title))


@wrapper_module.wrap_function
async def either(books: Union[Iterable[Book], Shelf]) -> Union[Iterable[Book], Shelf]:
    """Give back books, or the very shelf, which is an iterable of books as well."""
    return books
