"""Serve the bookshelf over HTTP with FastAPI: async and blocking handlers share one shelf and one connection."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bookshelf import Book, Bookshelf, DuplicateBook
from fastapi import FastAPI, HTTPException

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


def make_app(path: str = ":memory:") -> FastAPI:
    """Return the application; its shelf is open as long as the application runs."""
    shelf = Bookshelf(path)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None, None]:
        async with shelf:
            yield

    app = FastAPI(lifespan=lifespan)

    async def put_book(title: str, author: str, year: int) -> dict[str, int]:
        """An async handler awaits the async face."""
        try:
            return {"count": await shelf.add_many.aio([Book(title, author, year)])}
        except DuplicateBook:
            raise HTTPException(status_code=409, detail=f"{title} stands there already") from None

    def get_books(since: int = 0) -> list[dict[str, str | int]]:
        """A blocking handler runs in a thread, and uses the blocking face."""
        return [{"title": book.title, "year": book.year} for book in shelf.books(since=since)]

    app.put("/books/{title}")(put_book)
    app.get("/books")(get_books)
    return app
