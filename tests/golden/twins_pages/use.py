"""Find what blocks in the pages of a box that blocks, and what is awaited in those of the other."""

from __future__ import annotations

import asyncio

import twins_pages
from twins_pages import AsyncBox, AsyncStation, Box, Page, Station

box = twins_pages.stations()
pages = box.pages()
assert [type(page.items[0]) for page in pages] == [Station, Station]
assert [page.items[0].name() for page in pages] == ["a", "b"]
assert box.put(pages[0]) == [True]
assert Box(1).pages() == [Page([1])]


async def waiting() -> None:
    """Do the same on a loop of the user's."""
    box = await twins_pages.async_stations()
    pages = await box.pages()
    assert [type(page.items[0]) for page in pages] == [AsyncStation, AsyncStation]
    assert [await page.items[0].name() for page in pages] == ["a", "b"]
    assert await box.put(pages[0]) == [True]
    assert await AsyncBox(1).pages() == [Page([1])]


asyncio.run(waiting())
