"""Dataclasses of Python 3.10: with slots that it makes, and with fields that are given by keyword alone."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field

from ambidex import Module

wrapper_module = Module("keyword_records")


@wrapper_module.wrap_class
class Station:
    """What the records hold."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def name(self) -> str:
        return self._name


@wrapper_module.wrap_class
@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A stop, which nobody changes."""

    at: Station
    minutes: int = 1
    others: list[Station] = field(default_factory=list)


@wrapper_module.wrap_class
@dataclass(slots=True)
class Leg:
    """A way from one station to another."""

    start: Station
    metres: int
    _: KW_ONLY
    end: Station | None = None
    name: str


@wrapper_module.wrap_class
@dataclass(slots=True, kw_only=True)
class Climb(Leg):
    """A leg that goes up."""

    height: int
    guide: Station = field(kw_only=False)


@wrapper_module.wrap_function
async def same(stop: Stop) -> Stop:
    """Give a stop back."""
    assert type(stop.at) is Station
    assert [*map(type, stop.others)] == [Station] * len(stop.others)
    return stop


@wrapper_module.wrap_function
async def turned(leg: Leg) -> Leg:
    """Give the way back."""
    assert type(leg.start) is Station
    return Leg(leg.end or leg.start, leg.metres, end=leg.start, name=leg.name[::-1])


@wrapper_module.wrap_function
async def climbs(leg: Leg, height: int) -> list[Climb]:
    """Give two climbs on a leg."""
    assert type(leg.start) is Station
    one = Climb(leg.start, leg.metres, leg.start, name=leg.name, height=height)
    return [one, Climb(leg.start, leg.metres, leg.start, end=leg.end, name=leg.name, height=height * 2)]
