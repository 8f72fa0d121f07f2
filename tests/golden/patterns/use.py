"""Match objects of a face by the places of their members."""

# Needs Python 3.10

from __future__ import annotations

import asyncio

from patterns import Chosen, Leg, Plain, Span, Stage, longest


def told(value: object) -> object:
    """Tell what a value is."""
    match value:
        case Stage(Span(start, length), name, number):
            return start, length, name, number
        case Leg(Span(start, length), name):
            return start, length, name
        case Span(start, length):
            return start, length
        case Chosen(until, start):
            return until, start
        case _:
            return None


def blocking() -> None:
    """Use the blocking face."""
    assert told(Stage(Span(1, 3), "a", 4)) == (1, 2.0, "a", 4)
    assert told(Leg(Span(1, 3).doubled(), "b")) == (1, 5.0, "b")
    assert told(Plain(2, 3)) == (2, 1.0)
    assert told(Chosen(1, 2)) == (2, 1)
    assert told(3) is None
    assert Stage.__match_args__ == ("span", "name", "number")
    assert Span.__match_args__ == Plain.__match_args__ == ("start", "length")
    first, second = Leg(Span(1, 3)), Stage(Span(1, 4), "c")
    assert longest([first, second, first]) is second


async def awaited() -> None:
    """Use the async face."""
    assert told(await Span(1, 3).doubled.aio()) == (1, 5.0)
    assert told(await longest.aio([Leg(Span(2, 3), "d")])) == (2, 1.0, "d")


blocking()
asyncio.run(awaited())
