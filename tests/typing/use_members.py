"""What a user of members.py infers."""

from __future__ import annotations

from decimal import Decimal

from members import Answer, Clay, Empty, Ground, Reading, Slotted, Soil, Station
from typing_extensions import assert_type

station = Station("Oslo")
assert_type(Station.SQUARES, "dict[int, int]")
assert_type(station.SQUARES, "dict[int, int]")
assert_type(Station.first, "Station | None")
assert_type(Station.late, "list[str]")
assert_type(Station.CITIES, "tuple[str, ...]")
assert_type(Station.RATIO, float)
assert_type(Station.limit, int)
assert_type(station.limit, int)
assert_type(Station.day_s, int)
assert_type(Station.units, "tuple[str, float]")
assert_type(station.ground, Ground)
assert_type(Station.title, str)
assert_type(station.height, int)
assert_type(station.depth, float)
assert_type(station.table, "dict[str, int]")
assert_type(station.city, "str | None")
assert_type(station.neighbour, Station)
assert_type(Station.count, int)
assert_type(station.field, str)
assert_type(station.width, float)
assert_type(station.kept, int)
assert_type(station.place, "Station | None")
assert_type(Soil().share, float)
assert_type(Clay.layers, int)
Clay().share = 0.5
Soil().note = "wet"
station.kept = 2
station.field = "x"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
station.kept = "x"  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
assert_type(station.scale, float)
assert_type(station.interval, float)
assert_type(station.neighbours, "dict[str, Station]")
station.scale = "1.5"
station.scale = b""  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
station.interval = None
station.interval = "1"
assert_type(station.interval, float)
station.interval = b""  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
station.neighbours = station
station.neighbours = [station]
station.neighbours = {"a": station}
station.neighbours = "x"  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
station.height = 3
station.city = "x"
del station.city
del station.height
assert_type(station.once, int)
assert_type(station.doubled(2), int)
del station.once
station.once = 2  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
station.doubled("2")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
station.limit = 4  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
station.height = "x"  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
del station.neighbour  # pyright: ignore[reportAttributeAccessIssue]

slotted = Slotted("a")
assert_type(slotted.name, str)
assert_type(slotted.other, "Slotted | None")
assert_type(slotted.serial, int)
assert_type(slotted.link(slotted), Slotted)

answer = Answer(200, station)
assert_type(answer.status, int)
assert_type(answer.station, Station)
assert_type(answer.note, "str | None")
assert_type(answer.serial, int)
assert_type(answer.code, int)
assert_type(answer.cost, Decimal)
assert_type(answer.trace, "list[str]")
assert_type(Empty(station).note, "str | None")
assert_type(Empty(station).reason, str)
assert_type(Reading(1.0).fahrenheit, float)
answer.status = 201
answer.serial = 8  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
answer.code = 8  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
print(answer.bare)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]
