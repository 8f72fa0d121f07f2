"""Annotations that are evaluated where they stand, and quoted ones: without `from __future__ import annotations`."""

from typing import TYPE_CHECKING, Dict, List, Optional, Union

from ambidex import Module

if TYPE_CHECKING:
    from decimal import Decimal

wrapper_module = Module("evaluated")


@wrapper_module.wrap_class
class Station:
    other: "Optional[Station]"

    def __init__(self, name: str, other: Optional["Station"] = None) -> None:
        self._name = name
        self.other = other

    async def nearest(self, others: "List[Station]") -> Optional["Station"]:
        """Return the first of `others`."""
        return others[0] if others else None

    async def table(self) -> Dict[str, "Station"]:
        return {self._name: self}


@wrapper_module.wrap_function
async def measured(station: Station, scale: "Decimal", names: List[str] = ["a"]) -> "Union[Decimal, Station]":
    return scale if names else station
