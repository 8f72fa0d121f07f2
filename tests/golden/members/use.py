"""Use the members of classes that are no methods, on objects and on classes."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import members
from members import Answer, Clay, Empty, Reading, Slotted, Soil, Station


def refused(act: Any) -> bool:
    """Tell whether something raises an AttributeError."""
    try:
        act()
    except AttributeError:
        return True
    return False


assert "_members" not in sys.modules, "importing the faces imports no implementation"
assert Station.SQUARES == {0: 0, 1: 1, 2: 4, 3: 9}, "the first use does, by whatever way"
station = Station("Oslo")
assert station.SQUARES is Station.SQUARES
before = Station.first
assert before is None
assert refused(lambda: Station.late)
assert refused(lambda: station.late)
Station.settle()
assert Station.late == station.late == ["settled"]
first = Station.first
assert type(first) is Station
assert Station.first is first is station.first, "the same object has the same face"
assert first.city == "first"
assert Station.CITIES == ("Oslo", "Rome")
assert Station.RATIO == float("inf")
assert Station.limit == station.limit == 3
assert Station.Event is asyncio.Event, "what is Python's own is a value"
try:
    raise Station.Error("lost")
except station.Error as error:
    assert error.args == ("lost",)
assert Station("deep").limit == 4, "an object's own value hides its class's"
assert Station.day_s == 86400
assert Station.units == ("C", 0.5)
assert station.ground is members.Ground.LAND
assert Station.title == "title"
assert station.title == "title of one"
assert Station.made == 4
assert station.table == {"a": 1}
assert refused(lambda: setattr(station, "limit", 5))
assert refused(lambda: setattr(station, "SQUARES", {}))
assert station.limit == 3

assert station.height == 10
station.height = 11
assert station.height == 11
station.depth = 1.5
assert station.depth == 1.5
del station.depth
try:
    print(station.depth)
except KeyError:
    pass
else:
    raise AssertionError("a deleted attribute is deleted in the object")

assert station.city == "Oslo"
del station.city
assert station.city is None
station.city = "Bergen"
assert station.city == "Bergen"
assert (station.interval, station.scale) == (60.0, 1.0)
station.interval = "0.5"
station.scale = "2.5"
assert (station.interval, station.scale) == (0.5, 2.5), "they take what they do not give"
station.interval += 1
station.interval += station.scale
assert station.interval == 4.0
station.interval = None
assert station.interval == 60.0
rome, oslo = Station("Rome"), Station("Oslo")
station.neighbours = rome
assert list(station.neighbours.values()) == [rome]
assert station.neighbours["Rome"] is rome
station.neighbours = [rome, oslo]
assert list(station.neighbours) == ["Rome", "Oslo"]
station.neighbours = {"x": oslo}
assert station.neighbours["Oslo"] is oslo
assert len(station.neighbours) == 1
del station.neighbours
assert station.neighbours == {}
assert station.once == 1
del station.once
assert station.once == 0
assert refused(lambda: delattr(station, "once")), "the deleter's own error"
assert refused(lambda: delattr(station, "neighbour"))
assert station.neighbour is station.neighbour
assert station.reads == 1, "it was found once"
if sys.version_info < (3, 13):  # where a class method can be a property
    assert Station.count == station.count == 2


assert (station.field, station.width, station.kept, station.place) == ("a", 0.5, 1, None)
assert refused(lambda: setattr(station, "field", "b")), "it has no setter"
station.kept = 2
assert station.kept == 2

before_reads = station.reads
assert station.doubled(2) == station.doubled(2) == 4
assert station.reads == before_reads + 1

soil, clay = Soil(), Clay()
assert (soil.share, clay.share, soil.note, Soil.layers, Clay.layers) == (0.5, 0.25, None, 2, 3)
soil.share = clay.share = 0.75
soil.note = "wet"
assert (soil.share, clay.share, soil.note) == (0.75, 0.75, "wet")


class Mine(Station):
    """A user's subclass."""


assert Mine.SQUARES is Station.SQUARES
assert Mine("x").title == "title of one"

slotted = Slotted("a")
assert slotted.name == "a"
slotted.name = "b"
assert slotted.name == "b"
assert slotted.serial == 7
assert refused(lambda: setattr(slotted, "serial", 8))
other = Slotted("c")
assert slotted.link(other) is other
assert slotted.other is other
slotted.other = None
assert slotted.other is None

answer = Answer(200, station, note="more")
assert (answer.status, answer.note, answer.serial, answer.code, answer.cost) == (200, "more", 7, 2000, 200)
assert answer.station is station
answer.status = 300
following = answer.follow()
assert following is not None
assert (following.status, following.note, following.station is station) == (301, None, True)
answer.note = None
assert answer.follow() is None
assert answer.trace == ["followed", "followed"], "its base's constructor says that there is one"
assert refused(lambda: setattr(answer, "serial", 8))
assert refused(lambda: setattr(answer, "code", 8))
assert refused(lambda: getattr(answer, "bare"))
empty = Empty(station)
assert (empty.status, empty.note, empty.reason) == (204, "empty", "none")
reading = Reading(100.0)
reading.fahrenheit += reading.celsius
assert reading.fahrenheit == 312.0


async def waiting() -> None:
    assert await slotted.link.aio(other) is other
    assert slotted.other is other
    assert Station.late == ["settled"]
    del station.city
    assert station.city is None


asyncio.run(waiting())
