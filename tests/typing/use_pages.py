"""What a user of pages.py infers."""

from __future__ import annotations

from typing import Any

import pages
from _pages import Entry
from pages import Box, Numbered, Page, Station
from typing_extensions import assert_type

box = pages.stations()
assert_type(box.page(), Page[Station])
assert_type(box.page().items[0], Station)
assert_type(box.numbered(), Numbered[Station])
assert_type(next(box.pages()), Page[Station])
assert_type(box.entries(1), "list[Entry[Station, Page[int]]]")
assert_type(box.newest, Page[Station])
assert_type(Box(1).page(), Page[int])
assert_type(pages.alone(Station("a")), Page[Station])
assert_type(pages.bounded(Station("a")), Entry[str, Station])
assert_type(pages.unknown(), Page[Any])
box.put(Page([1], 1))  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]


async def waiting() -> None:
    """Find the same types by the async face."""
    assert_type(await box.page.aio(), Page[Station])
    assert_type([each async for each in box.pages.aio()], "list[Page[Station]]")
    assert_type(await box.entries.aio("a"), "list[Entry[Station, Page[str]]]")
    assert_type(await pages.alone.aio(1), Page[int])
