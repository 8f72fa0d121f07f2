"""Use the same bookshelf from asyncio: every blocking name has its `.aio`."""

from __future__ import annotations

import asyncio

from bookshelf import Book, Bookshelf, copy_shelf


async def main(path: str = ":memory:") -> list[str]:
    """Fill two shelves at the same time, copy one to the other, and return the titles there."""
    async with Bookshelf(path) as shelf, Bookshelf(":memory:") as other:
        await asyncio.gather(
            shelf.add_many.aio([Book("Kim", "Rudyard Kipling", 1901)]),
            other.add_many.aio([Book("Dracula", "Bram Stoker", 1897), Book("The Awakening", "Kate Chopin", 1899)]),
        )
        async with shelf.transaction() as transaction:
            await transaction.add.aio(Book("Ulysses", "James Joyce", 1922))
        print(f"{await copy_shelf.aio(other, shelf)} books after copying one shelf to the other")
        return [book.title async for book in shelf.books.aio()]


if __name__ == "__main__":
    print(", ".join(asyncio.run(main())))
