"""The implementation behind the faces of tests/bridge/test_selves.py: a class that makes objects of its own class."""

from __future__ import annotations

import asyncio
import copy
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable


class Plant:
    limit = 3
    kept: ClassVar[list[Plant]] = []

    def __init__(self, name: str, told: Callable[[str], Awaitable[None]] | None = None) -> None:
        if not name:
            raise ValueError("no name")
        self.name = name
        self.told = told
        self.first: Plant | None = None

    async def clone(self) -> Plant:
        return type(self)(f"{self.name}'")

    async def itself(self) -> Plant:
        return self

    @property
    def sprout(self) -> Plant:
        if self.first is None:
            self.first = type(self)(f"{self.name}-1")
        return self.first

    def cut(self) -> Plant:
        return type(self)(f"cut {self.name}")

    async def seeds(self, number: int) -> AsyncGenerator[Plant, None]:
        for place in range(number):
            yield type(self)(f"{self.name}{place}")

    async def by_name(self) -> dict[str, list[Plant]]:
        return {self.name: [self, type(self)("other")]}

    @asynccontextmanager
    async def potted(self) -> AsyncGenerator[Plant, None]:
        yield type(self)(f"potted {self.name}")

    @classmethod
    async def raised(cls, name: str) -> Plant:
        await asyncio.sleep(0)
        return cls(name)

    @classmethod
    async def row(cls, *names: str) -> AsyncGenerator[Plant, None]:
        for name in names:
            yield cls(name)

    @classmethod
    def bought(cls, name: str) -> Plant:
        return cls(name)

    @classmethod
    async def class_name(cls) -> str:
        return cls.__name__

    async def keep(self) -> None:
        Plant.kept.append(self)

    @classmethod
    async def taken(cls) -> Plant:
        return Plant.kept.pop()

    async def renew(self) -> None:
        self.__init__(f"new {self.name}")  # type: ignore[misc]

    async def copied(self, deep: bool = False) -> Plant:
        return copy.deepcopy(self) if deep else copy.copy(self)

    async def tell(self, text: str) -> None:
        if self.told is not None:
            await self.told(text)


class Shrub(Plant):
    """Not public: the face of its nearest public ancestor is its own."""


async def wild() -> Plant:
    return Shrub("wild")


async def kind_of(cls: type[Plant]) -> Plant:
    return cls("of a kind")
