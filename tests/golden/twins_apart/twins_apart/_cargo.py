"""Cargo, in one class for both ways to call it."""

from __future__ import annotations

from ambidex import Module

wrapper_module = Module("twins_apart.cargo")


@wrapper_module.wrap_class
class Crate:
    def __init__(self, weight: float) -> None:
        self._weight = weight

    async def weight(self) -> float:
        return self._weight
