"""What a user of deprecations.py is told."""

from __future__ import annotations

from collections.abc import Generator

import deprecations
from deprecations import Station
from typing_extensions import assert_type

assert_type(deprecations.get(1), int)  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
assert_type(deprecations.get.submit(1).result(), int)  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
assert_type(deprecations.shown(1), str)  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
assert_type(deprecations.fetch(1), int)
assert_type(deprecations.fetch("a"), str)  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
station = Station()
assert_type(station.read(), int)  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
assert_type(station.reset(), int)  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
assert_type(station.title, str)  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
assert_type(Station.opened(), int)  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
assert_type(station.measure(1.5), float)
assert_type(station.measure(1.5, "m"), str)  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
for read in station.reads():  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
    assert_type(read, int)
assert_type(deprecations.several(2), "Generator[int, None, None]")  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
tower = deprecations.Tower()  # pyright: ignore[reportDeprecated]


async def waiting() -> None:
    assert_type(await deprecations.get.aio(1), int)  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
    assert_type(await deprecations.fetch.aio(1), int)
    assert_type(await deprecations.fetch.aio("a"), str)  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
    assert_type(await station.read.aio(), int)  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
    assert_type(await Station.opened.aio(), int)  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
    assert_type(await station.measure.aio(1.5, "m"), str)  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
    async for read in station.reads.aio():  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
        assert_type(read, int)
