"""A module of which everything is public that is named so."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import AsyncIterator, Callable, List, Optional, TypeVar

from ambidex import Module

wrapper_module = Module.auto(__name__)
F = TypeVar("F", bound=Callable[..., object])
LIMIT = 3  # is not exported: only what `__all__` names would be


def _noted(function: F) -> F:
    """Is private."""
    return function


class Mode(enum.Enum):
    READ = "r"


@dataclass(frozen=True)
class Row:
    number: int


class _Base:
    def shared(self) -> int:
        return 1


class Store(_Base):
    """A store."""

    class Cursor:
        async def row(self) -> Row:
            return Row(1)

    async def cursor(self) -> Cursor:
        return self.Cursor()


@wrapper_module.wrap_class(exclude=["close"])
class Shelf(Store):
    """Has an option, and so is registered by itself."""

    def close(self) -> None: ...


@_noted
async def open_store(mode: Mode = Mode.READ) -> Store:
    """Open a store."""
    return Store()


async def rows(store: Store, limit: Optional[int] = None) -> AsyncIterator[Row]:
    for number in range(limit or LIMIT):
        yield Row(number)


@wrapper_module.wrap_function(name="every")
async def all_rows(store: Store) -> List[Row]:
    return [row async for row in rows(store)]
