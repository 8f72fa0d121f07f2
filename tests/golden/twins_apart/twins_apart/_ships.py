"""Ships, in two classes whose awaited one runs on its caller's own loop."""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager
from typing import AsyncIterator, Optional, Tuple

from ambidex import Module
from twins_apart._cargo import Crate
from twins_apart._ports import Port

wrapper_module = Module("twins_apart.ships", style="twin", aio="caller")
Place = Tuple[int, int]


def here() -> Place:
    """Return the thread and the loop that run here."""
    return threading.get_ident(), id(asyncio.get_running_loop())


@wrapper_module.wrap_class
class Ship:
    name: str
    built_on: Place

    def __init__(self, name: str, home: Optional[Port] = None) -> None:
        self.name = name
        self._home = home
        self.built_on = here()

    async def where(self) -> Place:
        """Return what runs this."""
        return here()

    async def home(self) -> Optional[Port]:
        return self._home

    async def meet(self, other: Ship) -> Ship:
        return other

    async def load(self, crate: Crate) -> Crate:
        """A crate is of a module of the other style: it is the same for both."""
        return crate

    async def legs(self, count: int) -> AsyncIterator[Place]:
        for _ in range(count):
            yield here()

    @asynccontextmanager  # pyright: ignore[reportDeprecated]  as most code still annotates it
    async def trip(self) -> AsyncIterator[Place]:
        yield here()


flagship: list[Ship] = []


@wrapper_module.wrap_function
async def commission(name: str) -> Ship:
    """Return the one ship that both kinds of users reach."""
    if not flagship:
        flagship.append(Ship(name))
    return flagship[0]
