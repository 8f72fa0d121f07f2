"""Call methods that some objects of a generic class have."""

from __future__ import annotations

import asyncio

from receivers import Box, Crate, Plant, Shelf


def blocking() -> None:
    """Use the blocking face."""
    plant = Plant("oak")
    assert Box([1, 2]).flat() == 1
    assert Box([plant]).flat() is plant
    assert Box([1, 2]).flat.submit().result(10) == 1
    assert Box("a").upper() == "A"
    box = Box("a")
    assert (box.swapped("b"), box.get()) == ("a", "b")
    assert Box(["a", "bc"]).mapped(len) == [1, 2]
    assert Box([plant]).mapped(Plant.name) == ["oak"]
    assert Box([plant, 1]).count() == 2
    assert Box(plant).watered() is plant
    assert Box(3).itself() == 3
    assert list(Box([plant, plant]).each()) == [plant, plant]
    with Box([plant]).opened() as opened:
        assert opened is plant
    assert Box([plant]).peek() is plant
    assert Box([1]).put_all(abs, 2) == [1, 2]
    assert box + "c" == "bc"
    assert Box([plant]).first is plant
    box.text = "d"
    assert box.text == "d"
    with Box([plant]) as entered:
        assert entered is plant
    assert list(Box([plant, plant])) == [plant, plant]
    assert Crate([1, 2]).flat() == 2
    assert Crate("a").upper() == "A!"
    assert Crate("a").upper.submit().result(10) == "A!"
    shelf: Shelf[str, int] = Shelf()
    assert shelf.keyed("a") == ("a", 1)
    assert shelf.filed(2) == {"": 2}
    assert shelf.total() == 1


async def awaited() -> None:
    """Use the async face."""
    plant = Plant("oak")
    assert await Box([plant]).flat.aio() is plant
    assert await Box("a").upper.aio() == "A"
    assert [each async for each in Box([1, 2]).each.aio()] == [1, 2]
    async with Box([1]).opened.aio() as opened:
        assert opened == 1
    async with Box([plant]) as entered:
        assert entered is plant
    assert [each async for each in Box([plant])] == [plant]
    assert await Crate([1, 2]).flat.aio() == 2


blocking()
asyncio.run(awaited())
