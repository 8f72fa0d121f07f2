"""What a user of classes.py infers."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from typing import Literal

from classes import Plain, Station
from typing_extensions import assert_type

from ambidex.bridge import Context

station = Station("Oslo", units="C")
Station()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
assert_type(station.current(), float)
assert_type(station("o"), int)
assert_type("o" in station, bool)
assert_type(len(station), int)
assert_type(hash(station), int)
assert_type(station == station, bool)  # noqa: PLR0124
station(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
assert_type(Station.KIND, "Literal['land']")
Station.KIND = "sea"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
assert_type(station.nearest([station]), "Station | None")
assert_type(station.copy(), Station)
assert_type(station.readings(), "Generator[float, None, None]")
assert_type(station.neighbours(), "Generator[Station, None, None]")
assert_type(Station.open("x"), Station)
assert_type(Station.of("x"), Station)
assert_type(Station.parse("x"), float)
assert_type(Station.normalise("x"), str)
assert_type(station.rename("x"), Station)
assert_type(station.city, str)
assert_type(station.neighbour, "Station | None")
assert_type(station.serial, int)
assert_type(station.units, str)
assert_type(station.next, "Station | None")
assert_type(Station.LIMIT, int)
assert_type(len(station), int)
assert_type(station[0], str)
assert_type(station("x"), int)
assert_type(Plain().method(), int)
station.city = "x"
station.neighbour = None
station.serial = 2  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
station.city = 1  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]


class Louder(Station):
    """A user's subclass keeps the types of its base."""


class Overriding(Plain):
    """Overrides without the decorator that would give the method both faces."""

    def method(self) -> int:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
        """Give another number."""
        return 1


assert_type(Louder.of("x"), Louder)
assert_type(Louder("x").rename("y"), Louder)


assert_type(station.current.with_options(timeout=1)(2.0), float)
assert_type(station.current.with_options(timeout=None).submit().result(), float)
assert_type(station.readings.with_options(timeout=1)(), "Generator[float, None, None]")
assert_type(station.reserved.with_options(timeout=1)(), "Context[Station]")
assert_type(Station.open.with_options(timeout=1)("x"), Station)
assert_type(Station.open.submit("x").result(), Station)
assert_type(Station.parse.with_options(timeout=1.5)("x"), float)
assert_type(Station.parse.submit("x").result(), float)
assert_type(station.current.with_options(timeout=1, retry=2)(2.0), float)
assert_type(station.current.with_options(views=True)(2.0), float)
assert_type(station.readings.with_options(views=True, read_ahead=2)(), "Generator[float, None, None]")
assert_type(station.reserved.with_options(views=True)(), "Context[Station]")
assert_type(Station.open.with_options(views=True)("x"), Station)
assert_type(station.with_options(timeout=1), Station)
assert_type(station.with_options(views=True), Station)
assert_type(station.with_options(retry=2).with_options(timeout=None).current(2.0), float)
assert_type(station.with_options(timeout=1).readings(), "Generator[float, None, None]")
assert_type(station.with_options(timeout=1).rename("x"), Station)
assert_type(Louder("x").with_options(timeout=1), Louder)
station.with_options(timeout="1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
station.with_options(retry=1.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
station.with_options(views=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
station.with_options(tries=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
station.with_options(1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
station.current.with_options(timeout="1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
station.current.with_options(1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def waiting() -> None:
    assert_type(await station.current.with_options(timeout=1).aio(2.0), float)
    assert_type(await station.with_options(timeout=1).current.aio(2.0), float)
    assert_type(await station.with_options(views=True).current.aio(2.0), float)
    assert_type(station.readings.with_options(timeout=1).aio(), "AsyncGenerator[float, None]")
    assert_type(await Station.open.with_options(timeout=1).aio("x"), Station)
    assert_type(await Station.parse.with_options(timeout=1).aio("x"), float)
    assert_type(await station.current.aio(2.0), float)
    assert_type(await station.nearest.aio([]), "Station | None")
    assert_type(station.readings.aio(), "AsyncGenerator[float, None]")
    assert_type(await Station.open.aio("x"), Station)
    assert_type(await Station.parse.aio("x"), float)
    with station.reserved() as reserved:
        assert_type(reserved, Station)
    async with station.reserved() as again:
        assert_type(again, Station)
