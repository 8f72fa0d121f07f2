"""What a user of twins_pages.py infers."""

from __future__ import annotations

import twins_pages
from twins_pages import AsyncBox, AsyncStation, Box, Page, Station
from typing_extensions import assert_type

assert_type(twins_pages.stations(), Box[Station])
assert_type(twins_pages.stations().pages(), "list[Page[Station]]")
assert_type(Box(1).pages()[0].items, "list[int]")
Box(Station("a")).put(Page([AsyncStation("a")]))  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]


async def waiting() -> None:
    """Find the types of what is awaited."""
    box = await twins_pages.async_stations()
    assert_type(box, AsyncBox[AsyncStation])
    assert_type(await box.pages(), "list[Page[AsyncStation]]")
