"""Carry generic named tuples and typed dicts."""

# Needs Python 3.11

from __future__ import annotations

import asyncio

from generic_records import Leg, Station, Stop, Ticket, bought, leg, plan, planned, stopped


def blocking() -> None:
    """Use the blocking face."""
    one, two = Station(), Station()
    found = leg(one, two)
    assert type(found) is Leg
    assert found == (one, two, 1)
    assert leg(one, "a").item == "a"
    assert two.leg(3) == (two, 3, 1)
    assert planned({"at": one, "item": two, "legs": [Leg(one, two)]}) is two
    assert planned({"at": one, "item": two, "legs": [Leg(one, two)], "spare": one}) is one
    ticket = Ticket(at=one, item=1, legs=[Leg(two, 2)], price=3)
    assert bought(ticket) == {"at": one, "item": 1, "legs": [(two, 2, 1)], "price": 3}
    assert type(bought(ticket)["legs"][0]) is Leg
    assert plan([Leg(one, two, 4)]) == {"at": one, "item": two, "legs": [(one, two, 4)]}
    stop = stopped(Stop(at=one, item=two))
    assert (stop.at, stop.item) == (two, "a")
    assert not hasattr(stop, "__dict__")


async def awaited() -> None:
    """Use the async face."""
    one = Station()
    assert await leg.aio(one, 1) == await one.leg.aio(1) == (one, 1, 1)
    assert (await plan.aio([Leg(one, "a")]))["item"] == "a"


blocking()
asyncio.run(awaited())
