"""Use what a metaclass gives a class, on the class."""

from __future__ import annotations

import asyncio

from metaclasses import Buoy, Station

assert Station.registry == {"Station": 0}
station = Station()
assert Station.registry == {"Station": 1}
assert Station.count() == 1
assert station.read() == 1
assert isinstance(Station.nearest, Station)
assert Station.made == ["Station", "Station"]
assert Station.known == ["Station", "Buoy"]
assert (Station.label, Buoy.label) == ("station", "buoy")

found = Buoy.opened(2)
assert [type(each) for each in found] == [Buoy, Buoy]
assert Buoy.count(1) == 1
assert Buoy.registry == {"Buoy": 2}
assert isinstance(Buoy.nearest, Buoy)

assert station.made is Station.made
for name in ("registry", "known"):
    try:
        getattr(station, name)
    except AttributeError as error:
        assert str(error) == f"'Station' object has no attribute {name!r}"
    else:
        raise AssertionError("what a metaclass gives is the class's alone")


class Own(Buoy):
    """A class of the user's."""


assert Own.registry == {"Own": 0}
assert Own.count() == 0
own = Own()
assert Own.registry == {"Own": 1}
assert [type(each) for each in Own.opened(1)] == [Own]

for subscript in ("Station[int]", "len(Station)"):
    try:
        eval(subscript)
    except TypeError:
        pass
    else:
        raise AssertionError("what is excluded is not there")


async def main() -> None:
    assert [type(each) for each in await Station.opened.aio(1)] == [Station]
    assert Station.count() == 3


asyncio.run(main())
