"""Carry dataclasses that have slots, and fields given by keyword."""

# Needs Python 3.10

from __future__ import annotations

import asyncio
from dataclasses import FrozenInstanceError

from keyword_records import Climb, Leg, Station, Stop, climbs, same, turned


def refused(made: object) -> bool:
    """Tell whether something could not be made."""
    try:
        made()  # type: ignore[operator]  # pyright: ignore[reportCallIssue]
    except (TypeError, AttributeError, FrozenInstanceError):
        return True
    return False


def blocking() -> None:
    """Use the blocking face."""
    one, two = Station("one"), Station("two")
    stop = same(Stop(at=one, others=[two]))
    assert type(stop) is Stop
    assert (stop.at, stop.minutes, stop.others) == (one, 1, [two])
    assert not hasattr(stop, "__dict__")
    assert refused(lambda: setattr(stop, "minutes", 2))
    assert refused(lambda: Stop(one))  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    leg = turned(Leg(one, 5, end=two, name="ab"))
    assert (leg.start, leg.metres, leg.end, leg.name) == (two, 5, one, "ba")
    assert turned(Leg(one, 5, name="ab")).end is one
    leg.end = two
    assert refused(lambda: setattr(leg, "ends", two))
    assert refused(lambda: Leg(one, 5, two, "ab"))  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    low, high = climbs(leg, 3)
    assert type(low) is type(high) is Climb
    assert (low.guide, low.end, low.height) == (two, None, 3)
    assert (high.guide, high.end, high.height) == (two, two, 6)
    assert low == Climb(two, 5, two, name="ba", height=3)


async def awaited() -> None:
    """Use the async face."""
    one = Station("one")
    stop = Stop(at=one, minutes=3)
    assert await same.aio(stop) == stop
    assert (await turned.aio(Leg(one, 5, name="ab"))).end is one


blocking()
asyncio.run(awaited())
