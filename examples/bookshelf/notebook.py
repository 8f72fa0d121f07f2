"""Use the bookshelf where a loop runs already, as in a notebook, an async test or a handler.

There, `asyncio.run(...)` fails and an object made on one loop is of no use on the next. The bookshelf lives on its own
loop, so it does not matter which loop asks, or whether one runs at all.
"""

from __future__ import annotations

import asyncio
import warnings

from bookshelf import Book, Bookshelf

from ambidex import BlockingInAsyncWarning, run_async_task

shelf = Bookshelf(":memory:")


async def first_cell() -> int:
    """Await the async face, as a cell of a notebook does."""
    await shelf.open.aio()
    return await shelf.add_many.aio([Book("Hard Times", "Charles Dickens", 1854)])


async def second_cell() -> list[str]:
    """Block the running loop: it works, and warns, because nothing else runs there meanwhile."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        titles = [book.title for book in shelf.books()]
    assert all(warning.category is BlockingInAsyncWarning for warning in caught)
    print(f"warned: {caught[0].message}")
    return titles


async def third_cell() -> float:
    """Start any coroutine beside the running loop and await its future here."""
    future = run_async_task(asyncio.sleep(0.01, result=1.5), fire_and_forget=True)
    return await future


def main() -> list[str]:
    """Run each cell in a live loop of its own, as a restarted kernel would, over one and the same shelf."""
    print(f"{asyncio.run(first_cell())} book on the shelf")
    titles = asyncio.run(second_cell())
    print(f"a coroutine run beside the loop gave {asyncio.run(third_cell())}")
    shelf.close()
    return titles


if __name__ == "__main__":
    print(", ".join(main()))
