"""Carry generic records that hold wrapped objects, applied to all kinds of types."""

from __future__ import annotations

import asyncio

from sheets import Crew, Entry, Marked, Numbers, Pair, Sheet, Station, dated, extended, marked, nested, numbered
from sheets import stations, swapped, wrapped


def blocking() -> None:
    """Use the blocking face."""
    one, two = Station("one"), Station("two")
    numbers = numbered(one, 2)
    assert (numbers.items, numbers.first(), numbers.last) == ([0, 1], 0, 1)
    assert numbers.owner is one
    assert numbers.others == {"a": one}
    assert numbers.after is not None
    assert numbers.after.owner is one
    assert stations(Sheet([one], two, {"b": one})) == [one, two]
    assert stations(Crew([one], two, size=1)) == [one, two]
    assert stations(Marked([one], two)) == [one, two]
    inner = nested(Sheet([Sheet([1], one)], two)).items[0]
    assert (inner.items, inner.owner) == ([1], one)
    of_stations = wrapped(two, one)
    assert (of_stations.items, of_stations.owner) == ([two], one)
    assert wrapped("x", one).items == ["x"]
    assert swapped(Pair("key", one, two)) == Pair(one, "key", two)
    assert extended(Numbers([1], one, unit="m"), Crew([two], one)) == [two, one, one]
    found = marked(Sheet(["a", "b"], one))
    assert type(found) is Marked
    assert (found.mark, found.owner) == ("a", one)
    entry = dated(Entry([3], one, "text"))
    assert (entry.newest(), entry.seen_by, entry.text) == (4, one, "text")
    assert one.sheet().owner is one


async def awaited() -> None:
    """Use the async face."""
    one = Station("one")
    numbers = await numbered.aio(one, 1)
    assert numbers.owner is one
    assert await stations.aio(Sheet([one], one)) == [one, one]
    assert (await one.sheet.aio()).owner is one


blocking()
asyncio.run(awaited())
