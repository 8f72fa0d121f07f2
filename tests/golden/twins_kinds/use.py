"""Hand over the class that blocks, and the one that is awaited."""

from __future__ import annotations

import asyncio

import twins_kinds
from twins_kinds import AsyncBuoy, AsyncStation, Buoy, Station

buoy = twins_kinds.made(Buoy)
assert type(buoy) is Buoy
assert buoy.kind() is Buoy
assert twins_kinds.by_name() == {"station": Station, "buoy": Buoy}
assert twins_kinds.unknown() is Buoy


async def waiting() -> None:
    """Do the same on a loop of the user's."""
    buoy = await twins_kinds.async_made(AsyncBuoy)
    assert type(buoy) is AsyncBuoy
    assert await buoy.kind() is AsyncBuoy
    assert await twins_kinds.async_by_name() == {"station": AsyncStation, "buoy": AsyncBuoy}
    assert await twins_kinds.async_unknown() is AsyncBuoy


asyncio.run(waiting())
