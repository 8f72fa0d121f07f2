"""What checkers infer of keyword_records.py, and what they refuse."""

# Needs Python 3.10

from __future__ import annotations

import keyword_records
from keyword_records import Climb, Leg, Station, Stop
from typing_extensions import assert_type


def records(one: Station, stop: Stop, leg: Leg, climb: Climb) -> None:
    """Check the records themselves."""
    assert_type(Stop(at=one), Stop)
    assert_type(Stop(at=one, minutes=2, others=[one]), Stop)
    assert_type(stop.at, Station)
    assert_type(stop.others, "list[Station]")
    assert_type(Leg(one, 3, name="a"), Leg)
    assert_type(leg.end, "Station | None")
    assert_type(Climb(one, 3, one, name="a", height=2).guide, Station)
    assert_type(climb.metres, int)
    Stop(one)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    stop.minutes = 3  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Leg(one, 3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Leg(one, 3, one, name="a")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Climb(one, 3, name="a", height=2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def places(value: object) -> None:
    """Check that what is given by keyword has no place in a pattern."""
    match value:
        case Climb(_, _, guide, name=name):
            assert_type(guide, Station)
            assert_type(name, str)
        case Leg(start, metres):
            assert_type(start, Station)
            assert_type(metres, int)
        case Leg(_, _, Station()):  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
            pass
        case Stop(at=at):
            assert_type(at, Station)
        case Stop(Station()):  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
            pass
        case _:
            pass


def functions(stop: Stop, leg: Leg) -> None:
    """Check the blocking face."""
    assert_type(keyword_records.same(stop), Stop)
    assert_type(keyword_records.turned(leg).end, "Station | None")
    assert_type(keyword_records.climbs(leg, 3), "list[Climb]")
    keyword_records.same(leg)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def awaited(stop: Stop, leg: Leg) -> None:
    """Check the async face."""
    assert_type(await keyword_records.same.aio(stop), Stop)
    assert_type(await keyword_records.climbs.aio(leg, 3), "list[Climb]")
