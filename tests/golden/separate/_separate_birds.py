"""Birds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from _separate_trees import Tree


LIMIT = 100


@dataclass(frozen=True)
class Feather:
    colour: str


class Bird:
    def __init__(self, name: str) -> None:
        self._name = name

    async def land_on(self, tree: Tree) -> Tree:
        """Land on a tree."""
        return tree

    async def feathers(self) -> AsyncGenerator[Feather, None]:
        yield Feather("black")


def parse(text: str) -> Bird:
    """Read a bird's name."""
    return Bird(text)


class Flock:
    async def size(self) -> int:
        return 3

    async def noise(self, anything): ...  # type: ignore[no-untyped-def]  # pyright: ignore


def count(feathers: list[Feather]) -> int:
    """Is called where it is called."""
    return len(feathers)
