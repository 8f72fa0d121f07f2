"""The implementation that the channels of this suite reach."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

from ambidex import Module, idempotent, remaining_time

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

wrapper_module = Module("tests.contract.harbour", "contract")


class Position(NamedTuple):
    """A value: it may be copied on its way."""

    north: float
    east: float


@wrapper_module.wrap_class
class Ship:
    """An object: whoever reaches it reaches the same one."""

    def __init__(self, name: str, *, speed: float = 10.0) -> None:
        if not name:
            raise ValueError("a ship has a name")
        self.name = name
        self.speed = speed
        self.log: list[str] = []
        self.cargo: list[str] = []
        self._adrift = asyncio.Event()
        self._home = asyncio.get_running_loop()

    async def sail(self, to: Position, *, hours: float = 1.0) -> Position:
        await asyncio.sleep(0)
        assert asyncio.get_running_loop() is self._home
        return Position(to.north + hours, to.east)

    async def meet(self, others: list[Ship]) -> dict[str, Ship]:
        return {other.name: other for other in [self, *others]}

    async def weigh(self, cargo: bytes) -> bytes:
        return cargo[::-1]

    async def crates(self, cargo: bytes) -> AsyncGenerator[bytes, None]:
        yield cargo
        yield cargo[::-1]

    async def founder(self) -> None:
        raise ConnectionAbortedError(f"{self.name} is lost")

    async def drift(self) -> None:
        self.log.append("drifting")
        self._adrift.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            self.log.append("towed home")

    async def adrift(self) -> None:
        await self._adrift.wait()

    @idempotent
    async def watch(self) -> float | None:
        return remaining_time()

    async def hails(self) -> AsyncGenerator[float | None, None]:
        yield remaining_time()

    def glance(self) -> float | None:
        return remaining_time()

    def rename(self, name: str) -> None:
        self.name = name

    def history(self) -> list[str]:
        return list(self.log)

    async def soundings(self, first: float) -> AsyncGenerator[float, float]:
        depth = first
        try:
            while depth >= 0:
                try:
                    depth = (yield depth) or depth - 1
                except ValueError:
                    depth = 100.0
        finally:
            self.log.append("line hauled in")

    @asynccontextmanager
    async def docked(self) -> AsyncGenerator[Ship, None]:
        self.log.append("docked")
        try:
            yield self
        except TimeoutError:
            self.log.append("tide missed")
        finally:
            self.log.append("cast off")


@wrapper_module.wrap_function
async def launch(name: str) -> Ship:
    return Ship(name)
