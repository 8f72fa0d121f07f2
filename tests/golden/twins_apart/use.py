"""Use two modules of two classes, and one of one class, together."""

from __future__ import annotations

import asyncio
import threading

from ambidex import UsageError
from twins_apart._ships import here
from twins_apart.cargo import Crate
from twins_apart.ports import AsyncMarina, AsyncPort, Marina, Port
from twins_apart.ships import AsyncShip, Ship, async_commission, commission


def block() -> None:
    bergen = Port("Bergen")
    ship = Ship("Ingrid", home=bergen)
    there = ship.where()
    assert there[0] != threading.get_ident()
    assert ship.built_on == there
    assert list(ship.legs(2)) == [there, there]
    with ship.trip() as place:
        assert place == there
    assert ship.home() is bergen
    bergen.moor(ship)
    assert bergen.ships() == {"Ingrid": ship}
    assert isinstance(Ship("x", home=Marina("y")).home(), Marina)
    crate = Crate(2.5)
    assert ship.load(crate) is crate
    assert crate.weight() == 2.5


async def wait() -> None:
    oslo = AsyncPort("Oslo")
    ship = AsyncShip("Ingrid", home=oslo)
    assert await ship.where() == ship.built_on == here()
    assert [place async for place in ship.legs(2)] == [here(), here()]
    async with ship.trip() as place:
        assert place == here()
    assert await ship.home() is oslo
    await oslo.moor(ship)
    assert (await oslo.ships())["Ingrid"] is ship
    assert isinstance(await AsyncShip("x", home=AsyncMarina("y")).home(), AsyncMarina)
    crate = Crate(2.5)
    assert await ship.load(crate) is crate
    assert await crate.weight.aio() == 2.5


async def meet(one: AsyncShip, other: Ship) -> None:
    await one.meet(other)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def refused() -> None:
    try:
        asyncio.run(meet(AsyncShip("one"), Ship("other")))
    except UsageError as error:
        assert "an object among its arguments was first used by the blocking face" in str(error)
    else:
        raise AssertionError


def refused_too(other: AsyncShip) -> None:
    try:
        Ship("one").meet(other)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    except UsageError as error:
        assert "an object among its arguments was first used by the awaited face" in str(error)
    else:
        raise AssertionError


async def use_flagship() -> None:
    """An object that both kinds of users reach belongs to the blocking one while that has it."""
    ship = await async_commission("Fram")
    try:
        await ship.where()
    except UsageError as error:
        assert "first used by the blocking face" in str(error)
    else:
        raise AssertionError


block()
asyncio.run(wait())
refused()
refused_too(AsyncShip("other"))
held = commission("Fram")
asyncio.run(use_flagship())
