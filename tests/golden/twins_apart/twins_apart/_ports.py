"""Ports, in two classes, which ships of another module name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict

from ambidex import Module

if TYPE_CHECKING:
    from twins_apart._ships import Ship

wrapper_module = Module("twins_apart.ports", style="twin", aio="caller")


@wrapper_module.wrap_class
class Port:
    name: str

    def __init__(self, name: str) -> None:
        self.name = name
        self._berths: Dict[str, Ship] = {}

    async def moor(self, ship: Ship) -> None:
        self._berths[ship.name] = ship

    async def ships(self) -> Dict[str, Ship]:
        return self._berths


@wrapper_module.wrap_class
class Marina(Port): ...
