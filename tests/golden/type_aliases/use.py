"""Use what has types that aliases name."""

# Needs Python 3.13

import asyncio

from type_aliases import Box, Entry, Station, both, entered, flat, handled, kept, many, numbered, rows, several, told


def blocking() -> None:
    """Use the blocking face."""
    one = Station()

    def handler(number: int, text: str) -> Station:
        assert (number, text) == (1, "a")
        return one

    async def later(number: int, text: str) -> Station:
        return handler(number, text)

    assert handled(handler) is handled(later) is one
    assert numbered(lambda number, text: number + len(text)) == 3
    assert several((4, one, "a")) == (4,)
    assert rows([(4, one, "a")]) == [(4, one)]
    assert both(("abc", ["d"]), (one, [one])) == (3, one)
    assert told(lambda number: "a" * number, lambda station: station.name()) == "aaastation"
    flag, station = many((True, 1, "a"))
    assert flag
    assert station.name() == "station"
    assert flat([1, [2, [3]], 4]) == [1, 2, 3, 4]
    assert kept(Box(one)).get() == "station"
    two = Station()
    entry = entered(Entry("a", ["b"], one), Entry(1, [2], two))
    assert type(entry) is Entry
    assert (entry.key, entry.value, entry.station) == (one, [two], one)


async def awaited() -> None:
    """Use the async face."""
    one = Station()
    assert await both.aio(("abc", ["d"]), (one, [one])) == (3, one)
    assert await flat.aio([1, [2]]) == [1, 2]

    async def name(station: Station) -> str:
        return await station.name.aio()

    assert await told.aio(lambda number: "a" * number, name) == "aaastation"


blocking()
asyncio.run(awaited())
