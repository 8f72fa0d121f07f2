"""Find faces in generic records, wherever the type variables of a class stand in them."""

from __future__ import annotations

import asyncio

import pages
from _pages import Entry
from pages import Box, Numbered, Page, Station

box = pages.stations()
page = box.page()
assert type(page) is Page
assert [type(item) for item in page.items] == [Station, Station]
assert [item.name() for item in page.items] == ["a", "b"]
numbered = box.numbered()
assert type(numbered) is Numbered
assert numbered.count == 2
assert numbered.after is not None
assert [item.name() for item in (*numbered.items, *numbered.after.items)] == ["a", "b"]
assert [each.items[0].name() for each in box.pages()] == ["a", "b"]
assert box.newest.items == [page.items[1]]
entries = box.entries(page.items[0])
assert [entry.key for entry in entries] == page.items
assert entries[0].value.items[0] is page.items[0]
assert box.put(Page([Station("d")], 1)) == [True]
assert box.put(page) == [True, True]
assert box.page() == page
plain = Box(1, 2)
assert plain.page() == Page([1, 2], 1)
assert plain.put(Page([3], 1)) == [False]
assert pages.alone(page.items[0]).items[0] is page.items[0]
assert pages.alone("text") == Page(["text"], 1)
assert pages.bounded(page.items[0]) == Entry("a", page.items[0])
found = pages.unknown().items
assert type(found[0]) is Station
assert found[1] == 1


async def waiting() -> None:
    """Do the same on a loop of the user's."""
    box = await pages.stations.aio()
    page = await box.page.aio()
    assert [await item.name.aio() for item in page.items] == ["a", "b"]
    assert [await each.items[0].name.aio() async for each in box.pages.aio()] == ["a", "b"]
    assert await box.put.aio(page) == [True, True]
    assert [entry.key for entry in await box.entries.aio(1)] == page.items


asyncio.run(waiting())
