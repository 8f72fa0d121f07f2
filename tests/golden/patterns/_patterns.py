"""Classes whose members a class pattern takes by their places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ambidex import Module

wrapper_module = Module("patterns")


@wrapper_module.wrap_class
class Span:
    """A part of a way."""

    __match_args__ = ("start", "length", "_unit", "end")
    start: int
    end: int

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end, self._unit = start, end, "m"

    @property
    def length(self) -> float:
        return self.end - self.start

    async def doubled(self) -> Span:
        """Give one that is twice as far away."""
        return Span(self.start, self.end * 2)


@wrapper_module.wrap_class
class Plain(Span):
    """One with the places of its base."""


@wrapper_module.wrap_class(by="identity")
@dataclass
class Leg:
    """A part with a name."""

    span: Span
    many: ClassVar[int] = 2
    name: str = ""


@wrapper_module.wrap_class(by="identity")
@dataclass
class Stage(Leg):
    """One of many."""

    number: int = 0


@wrapper_module.wrap_class(exclude=["hidden"], rename={"end": "until"})
class Chosen:
    """One that shows some of its members."""

    __match_args__ = ("end", "start", "hidden")
    start: int
    end: int
    hidden: int

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end, self.hidden = start, end, 0


@wrapper_module.wrap_function
async def longest(legs: list[Leg]) -> Leg | None:
    """Give the longest of some legs."""
    found: Leg | None = None
    for leg in legs:
        match leg, found:
            case Leg(Span(_, length)), Leg(Span(_, most)) if length <= most:
                pass
            case _:
                found = leg
    return found
