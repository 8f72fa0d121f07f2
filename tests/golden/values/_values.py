"""What crosses by value is public as it is."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import NamedTuple, TypedDict

from ambidex import Module

wrapper_module = Module("values")


@wrapper_module.wrap_class
@dataclass(frozen=True)
class Reading:
    """A reading."""

    degrees: float
    tags: tuple[str, ...] = field(default=())


@wrapper_module.wrap_class
@dataclass(frozen=True)
class Place:
    """Has slots, which every Python can write by hand."""

    __slots__ = ("x", "y")

    x: float
    y: float


@wrapper_module.wrap_class
class Unit(enum.Enum):
    CELSIUS = "C"
    KELVIN = "K"


@wrapper_module.wrap_class
class StationError(Exception):
    """Report a broken station."""


class Outer:
    @wrapper_module.wrap_class(name="Position")
    class Point(NamedTuple):
        x: float
        y: float


@wrapper_module.wrap_class(name="Options")
class ReadOptions(TypedDict):
    units: Unit


@wrapper_module.wrap_class(by="value")
class Token:
    """Plain, and still data: by what its registration says."""

    def __init__(self, text: str) -> None:
        self.text = text


@wrapper_module.wrap_class(by="identity")
@dataclass
class Account:
    """A dataclass with identity: its fields are attributes of the face."""

    owner: str
    balance: float = 0.0

    async def deposit(self, amount: float) -> float:
        self.balance += amount
        return self.balance


@wrapper_module.wrap_function
async def read(options: ReadOptions, unit: Unit = Unit.CELSIUS) -> Reading:
    """Read; a default that only the implementation knows stays there."""
    return Reading(1.0, (options["units"].value, unit.value))


@wrapper_module.wrap_function
async def moved(place: Place, by: float = 1) -> Place:
    return Place(place.x + by, place.y)


@wrapper_module.wrap_function
async def move(token: Token, to: Outer.Point) -> list[Outer.Point]:
    if not token.text:
        raise StationError("no token")
    return [to]
