"""Use functions and classes that have type parameters."""

# Needs Python 3.12

import asyncio

from type_parameters import Box, Crate, Hook, Labelled, Leg, Listed, Numbered, Pulled, Sheet, Shelf, Signal, Station
from type_parameters import Task, asked, called, first, handled, hooked, joined, legs, mirrored, packed, paired, ran, sheet


def doubled(number: int) -> int:
    """Block."""
    return number * 2


async def halved(number: int) -> int:
    """Wait."""
    return number // 2


def blocking() -> None:
    """Use the blocking face."""
    one, two = Station(), Station()
    box = Box(one)
    assert box.get() is box.content is one
    assert Box(3).apply(doubled) == 6
    assert Box(6).apply(halved) == 3
    assert box.also(two).get() == (one, two)
    assert list(box.each()) == [one]
    assert box.same() is box
    assert Box.of(two).get() is two
    assert Crate(one).names() == ["station"]
    assert Labelled("a").get() == "a"
    assert Labelled.Part(one).all() == [one]
    assert Signal(one, 1).last() == (one, 1)
    assert Task(halved).run(8) == 4

    def counted(station: Station, number: int) -> str:
        assert type(station) is Station
        return f"{station.name()} {number}"

    def measured(station: Station) -> int:
        return len(station.name())

    assert ran(Task(counted), one) == "station 3"
    assert Task(halved).given(one, Task(measured)).run() == (None, 7)
    assert Numbered(halved).all([2, 4]) == [1, 2]
    label = Labelled("a")
    chosen = Listed(lambda stations, labelled: stations[0] if labelled is label else stations[-1])
    assert chosen.run([one, two], label) is chosen.labelled(one) is one
    assert Pulled(lambda number, text: one).call(1, "a") is one

    def one_for(number: int) -> Station:
        return one

    def two_for(number: int) -> Station:
        return two

    assert hooked(Pulled(lambda number, text: two), Hook(one_for), Hook(two_for)) == [
        two,
        one,
        two,
    ]
    shelf = Shelf(one)
    assert shelf.find(0) is shelf.find(0, two) is one
    assert shelf.find(1) is None
    assert shelf.find(1, two) is two
    assert shelf.find("a", "b") == ["b"]
    assert Shelf.of(two).find(0) is two
    assert Shelf.of(two, "a").find(0) == ("a", two)
    assert asked(doubled, 2) == asked(halved, number=8) == 4
    found_station, *others = asked(None, (one, "a"))
    assert type(found_station) is Station
    assert others == [one, "a"]
    assert first([one, two]) is one
    assert joined("a", "b") + "c" == "abc"
    assert called(doubled, 2) == called(halved, number=8) == 4
    assert packed(one, "a") == (one, "a")
    found = sheet(two, one)
    assert type(found) is Sheet
    assert (found.first(), found.owner) == (two, one)
    leg = legs({"at": one, "item": 1})[0]
    assert type(leg) is Leg
    assert leg == (one, 1)
    assert handled(lambda number, text: one, lambda number, text: number + len(text)) == (0, one, 3)
    assert mirrored(None, (2,)) == {"left": [], "several": [{}, {}]}
    assert paired([(1, {"a": one, "b": two}), (2, {"a": two})]) == {"a": [one, two], "b": [two]}


async def awaited() -> None:
    """Use the async face."""
    one = Station()
    box = await Box.of.aio(one)
    assert await box.get.aio() is one
    assert await Box(3).apply.aio(halved) == 1
    assert [content async for content in box.each.aio()] == [one]
    assert await first.aio([one]) is one
    assert await called.aio(doubled, 2) == 4
    assert await asked.aio(halved, 8) == 4
    assert (await asked.aio(None, (one,)))[1] is one
    shelf = await Shelf.of.aio(one)
    assert await shelf.find.aio(1, one) is await shelf.find.aio(0) is one
    assert (await sheet.aio(1, one)).owner is one
    assert await Numbered(halved).run.aio(8) == 4
    assert await ran.aio(Task(lambda station, number: (station, number)), one) == (one, 3)


blocking()
asyncio.run(awaited())
