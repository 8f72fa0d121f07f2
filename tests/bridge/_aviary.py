"""An implementation with two public classes, one that blocks and one that is awaited."""

from __future__ import annotations

import asyncio
import warnings
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from ambidex import Module

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

module = Module("tests.bridge.aviary", synchronizer="tests", style="twin")
freed: list[str] = []


@module.wrap_class
class Bird:
    name: str

    def __init__(self, name: str) -> None:
        self.name = name

    async def sing(self) -> str:
        """Sing a song."""
        warnings.warn(f"{self.name} sings", stacklevel=2)
        return self.name

    async def sleep(self) -> None:
        """Sleep until somebody wakes it, and say so."""
        try:
            await asyncio.Event().wait()
        finally:
            freed.append(self.name)

    async def fail(self) -> None:
        raise LookupError(self.name)

    async def eggs(self) -> AsyncGenerator[Bird, None]:
        try:
            yield Bird("first")
            yield Bird("second")
        finally:
            freed.append("eggs")

    @asynccontextmanager
    async def caged(self) -> AsyncGenerator[Bird, None]:
        try:
            yield self
        finally:
            freed.append("cage")


flock = [Bird("wren")]


@module.wrap_function
async def wren() -> Bird:
    """Return the same bird each time."""
    return flock[0]
