"""Named tuples and typed dicts that are generic, as they may be from Python 3.11 on, and hold wrapped objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, NamedTuple, NotRequired, TypedDict, TypeVar

from ambidex import Module

wrapper_module = Module("generic_records")

T = TypeVar("T")


@wrapper_module.wrap_class
class Station:
    """What the records hold."""

    async def leg(self, item: T) -> Leg[T]:
        """Give a leg that begins here."""
        return Leg(self, item)


@wrapper_module.wrap_class
class Leg(NamedTuple, Generic[T]):
    """A way from a station."""

    at: Station
    item: T
    size: int = 1


@wrapper_module.wrap_class
class Plan(TypedDict, Generic[T]):
    """What one has in mind."""

    at: Station
    item: T
    legs: list[Leg[T]]
    spare: NotRequired[T]


@wrapper_module.wrap_class
class Ticket(Plan[int]):
    """A plan that is paid."""

    price: int


@wrapper_module.wrap_class
@dataclass(frozen=True, slots=True, kw_only=True)
class Stop(Generic[T]):
    """A station, and something there."""

    at: Station
    item: T


@wrapper_module.wrap_function
async def leg(at: Station, item: T) -> Leg[T]:
    """Give a leg."""
    assert type(at) is Station
    return Leg(at, item)


@wrapper_module.wrap_function
async def planned(plan: Plan[Station]) -> Station:
    """Give the station of a plan."""
    assert type(plan["at"]) is type(plan["item"]) is type(plan["legs"][0].item) is Station
    return plan.get("spare", plan["item"])


@wrapper_module.wrap_function
async def plan(legs: list[Leg[T]]) -> Plan[T]:
    """Make a plan of legs."""
    assert [type(leg.at) for leg in legs] == [Station] * len(legs)
    return {"at": legs[0].at, "item": legs[0].item, "legs": legs}


@wrapper_module.wrap_function
async def bought(ticket: Ticket) -> Ticket:
    """Give a ticket back."""
    assert type(ticket["at"]) is type(ticket["legs"][0].at) is Station
    return ticket


@wrapper_module.wrap_function
async def stopped(stop: Stop[Station]) -> Stop[str]:
    """Stop somewhere else."""
    assert type(stop.at) is type(stop.item) is Station
    return Stop(at=stop.item, item="a")
