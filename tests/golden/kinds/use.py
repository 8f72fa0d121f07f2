"""Hand classes over, and get them back."""

from __future__ import annotations

import asyncio

import kinds
from kinds import Buoy, Registry, Route, Station

import ambidex

buoy = kinds.made(Buoy, "b")
assert type(buoy) is Buoy
assert buoy.depth() == 3
assert buoy.kind() is Buoy
assert Station().kind() is Station
registry = Registry()
assert registry.default is Station
assert registry.found("buoy") is Buoy
assert registry.found("nothing") is None
assert registry.all_of_them() == {"station": Station, "buoy": Buoy}
assert registry.add("other", Buoy)
registry.default = Buoy
assert registry.default is Buoy
assert type(registry.made()) is Buoy
assert type(Registry(Buoy).made()) is Buoy
station = Station()
assert kinds.chosen([Buoy], [station, buoy]) == [buoy]
assert [kinds.either(value) for value in (Buoy, buoy, "text")] == ["Buoy", "Buoy", "text"]
kind, found = kinds.hidden()
assert kind is Buoy
assert type(found) is Buoy
assert type(kinds.asked(lambda given: given[1])) is Buoy
assert kinds.route(Buoy) == Route(Buoy, [Station, Buoy])
assert kinds.walked(Route(Station, [Buoy])) == ["Station", "Buoy"]
assert kinds.caught(KeyError) is KeyError
assert kinds.any_kind(Buoy) is Buoy
assert kinds.any_kind(int) is int


class Named(Station):
    """A user's class that overrides what the implementation calls."""

    @ambidex.method
    def name(self) -> str:
        """Give another name."""
        return "named"


class Plain(Station):
    """A user's class that overrides nothing."""


named = kinds.made(Named, "n")
assert type(named) is Named
assert named.name() == "named"
assert named.kind() is Named
plain = kinds.made(Plain, "p")
assert type(plain) is Plain
assert plain.kind() is Plain


async def waiting() -> None:
    """Do the same on a loop of the user's."""
    buoy = await kinds.made.aio(Buoy, "b")
    assert await buoy.depth.aio() == 3
    assert await buoy.kind.aio() is Buoy
    assert await registry.all_of_them.aio() == {"station": Station, "buoy": Buoy, "other": Buoy}
    assert type(await kinds.asked.aio(lambda given: given[0])) is Station
    assert await kinds.walked.aio(await kinds.route.aio(Buoy)) == ["Buoy", "Station", "Buoy"]


asyncio.run(waiting())
