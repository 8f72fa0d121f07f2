"""What the services of the benchmarks serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ambidex import Module

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

wrapper_module = Module("served", synchronizer="bench")


@wrapper_module.wrap_class
class Numbers:
    """Numbers, which need no work."""

    async def add(self, one: int, other: int) -> int:
        """Return the sum."""
        return one + other

    async def count(self, stop: int) -> AsyncGenerator[int, None]:
        """Yield the numbers below `stop`."""
        for number in range(stop):
            yield number
