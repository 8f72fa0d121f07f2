"""What checkers infer of generic_records.py, and what they refuse."""

from __future__ import annotations

import generic_records
from generic_records import Leg, Plan, Station, Stop, Ticket
from typing_extensions import assert_type


def records(station: Station, leg: Leg[str], plan: Plan[Station], ticket: Ticket) -> None:
    """Check the records themselves."""
    assert_type(Leg(station, "a"), "Leg[str]")
    assert_type(leg.at, Station)
    assert_type(leg.item, str)
    assert_type(leg[2], int)
    at, item, size = leg
    assert_type(at, Station)
    assert_type(item, str)
    assert_type(size, int)
    assert_type(plan["item"], Station)
    assert_type(plan["legs"], "list[Leg[Station]]")
    assert_type(ticket["item"], int)
    assert_type(ticket["legs"][0], "Leg[int]")
    assert_type(Stop(at=station, item=1), "Stop[int]")
    texts: Plan[str] = {"at": station, "item": "a", "legs": [Leg(station, "b")]}
    assert_type(texts["legs"], "list[Leg[str]]")
    Leg("a", station)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    leg.item = "b"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    plan["item"] = 1  # type: ignore[typeddict-item]  # pyright: ignore[reportGeneralTypeIssues]
    ticket["prices"] = 1  # type: ignore[typeddict-unknown-key]  # pyright: ignore[reportGeneralTypeIssues]


def functions(station: Station, plan: Plan[Station], ticket: Ticket) -> None:
    """Check the blocking face."""
    assert_type(generic_records.leg(station, 1), "Leg[int]")
    assert_type(station.leg("a"), "Leg[str]")
    assert_type(generic_records.planned(plan), Station)
    assert_type(generic_records.plan([Leg(station, 1.5)]), "Plan[float]")
    assert_type(generic_records.bought(ticket), Ticket)
    assert_type(generic_records.stopped(Stop(at=station, item=station)), "Stop[str]")
    generic_records.stopped(Stop(at=station, item=1))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    generic_records.planned(generic_records.plan([Leg(station, 1)]))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def awaited(station: Station, ticket: Ticket) -> None:
    """Check the async face."""
    assert_type(await generic_records.leg.aio(station, 1), "Leg[int]")
    assert_type(await station.leg.aio(station), "Leg[Station]")
    assert_type((await generic_records.bought.aio(ticket))["legs"], "list[Leg[int]]")
