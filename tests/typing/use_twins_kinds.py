"""What a user of twins_kinds.py infers, and what checkers refuse."""

from __future__ import annotations

import twins_kinds
from twins_kinds import AsyncBuoy, AsyncStation, Buoy, Station
from typing_extensions import assert_type

assert_type(twins_kinds.made(Buoy), Buoy)
assert_type(Station().kind(), "type[Station]")
assert_type(twins_kinds.by_name(), "dict[str, type[Station]]")
twins_kinds.made(AsyncBuoy)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]


async def waiting() -> None:
    """Find the types of what is awaited."""
    assert_type(await twins_kinds.async_made(AsyncBuoy), AsyncBuoy)
    assert_type(await AsyncStation().kind(), "type[AsyncStation]")
    assert_type(await twins_kinds.async_by_name(), "dict[str, type[AsyncStation]]")
