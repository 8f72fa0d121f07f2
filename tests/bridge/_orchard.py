"""The implementation behind the faces of tests/bridge/orchard.py."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from ambidex.bridge import Face

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable


class Pair(NamedTuple):
    left: Tree
    right: Tree


class Tree:
    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.age = 0  # no face has it
        self.made_on = threading.current_thread().name

    async def itself(self) -> Tree:
        return self

    def planted_on(self) -> str:
        return threading.current_thread().name

    @classmethod
    async def seed(cls, kind: str) -> Tree:
        return cls(kind)

    @classmethod
    def cutting(cls, kind: str) -> Tree:
        return cls(kind)

    @staticmethod
    async def height(years: int) -> float:
        return years * 0.5

    @staticmethod
    def rings(years: int) -> int:
        return years

    def __len__(self) -> int:
        return len(self.kind)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tree) and self.kind == other.kind

    def __hash__(self) -> int:
        return hash(self.kind)


class Apple(Tree):
    async def press(self) -> str:
        return f"cider of {self.kind}"


class Wild(Apple):
    """A subclass that no manifest names."""


async def sequence(trees: list[Tree]) -> list[Tree]:
    return trees[::-1]


async def mapping(trees: dict[Tree, Tree]) -> dict[Tree, Tree]:
    return {value: key for key, value in trees.items()}


async def several(trees: set[Tree]) -> frozenset[Tree]:
    return frozenset(trees)


async def fixed(trees: tuple[Tree, int]) -> tuple[int, Tree]:
    return trees[1], trees[0]


async def named(left: Tree, right: Tree) -> Pair:
    return Pair(left, right)


async def once(trees: Iterable[Tree]) -> int:
    return sum(type(tree) is Tree for tree in trees)


async def either(tree: Tree | list[Tree] | str | None) -> Tree | list[Tree] | str | None:
    return tree


async def whatever(thing: Any) -> Any:
    assert not isinstance(thing, Face)
    return thing


async def variadic(*trees: Tree, **named_trees: Tree) -> int:
    return sum(type(tree) is Tree for tree in (*trees, *named_trees.values()))


async def height_of(tree: Tree) -> float:
    return len(tree) * 0.5


async def wild() -> Tree:
    return Wild("crab")


async def rows(first: Tree) -> AsyncGenerator[Tree, Tree]:
    tree = first
    while True:
        tree = yield tree
        assert not isinstance(tree, Face)
