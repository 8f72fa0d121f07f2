"""Faces over `_orchard`, written by hand: one for each kind of member and each kind of plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ambidex.bridge import (
    Face,
    Implementation,
    anything,
    attribute,
    class_method,
    constructor,
    dict_of,
    implemented_elsewhere,
    iterable_of,
    method,
    one_of,
    sequence_of,
    set_of,
    special,
    static_method,
    sync_method,
    tuple_of,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from typing_extensions import Self

orchard = Implementation("tests.bridge._orchard", synchronizer="orchard", abi=1)


class Tree(Face, implementation=orchard):
    """A tree."""

    @constructor
    def __init__(self, kind: str) -> None:
        implemented_elsewhere()

    @property
    @attribute
    def kind(self) -> str:
        implemented_elsewhere()

    @property
    @attribute
    def made_on(self) -> str:
        implemented_elsewhere()

    @method(gives="Tree")
    def itself(self) -> Tree:
        """Return this very tree."""
        implemented_elsewhere()

    @sync_method
    def planted_on(self) -> str:
        implemented_elsewhere()

    @class_method(gives="Tree")
    @classmethod
    def seed(cls, kind: str) -> Tree:
        implemented_elsewhere()

    @classmethod
    @sync_method(gives="Tree")
    def cutting(cls, kind: str) -> Self:
        implemented_elsewhere()

    @static_method
    @staticmethod
    def height(years: int) -> float:
        implemented_elsewhere()

    @special
    def __len__(self) -> int:  # noqa: PLE0303  a stub
        implemented_elsewhere()

    @special(takes={"other": anything})
    def __eq__(self, other: object) -> bool:
        implemented_elsewhere()

    @special
    def __hash__(self) -> int:  # noqa: PLE0309  a stub
        implemented_elsewhere()


class Apple(Tree, implementation=orchard):
    @method
    def press(self) -> str:
        implemented_elsewhere()


@orchard.function(takes={"trees": sequence_of("Tree")}, gives=sequence_of("Tree"))
def sequence(trees: list[Tree]) -> list[Tree]:
    """Return the trees in reverse."""
    implemented_elsewhere()


@orchard.function(takes={"trees": dict_of("Tree", "Tree")}, gives=dict_of("Tree", "Tree"))
def mapping(trees: dict[Tree, Tree]) -> dict[Tree, Tree]:
    """Return keys and values exchanged."""
    implemented_elsewhere()


@orchard.function(takes={"trees": set_of("Tree")}, gives=set_of("Tree"))
def several(trees: set[Tree]) -> frozenset[Tree]:
    """Return the same trees."""
    implemented_elsewhere()


@orchard.function(takes={"trees": tuple_of("Tree", None)}, gives=tuple_of(None, "Tree"))
def fixed(trees: tuple[Tree, int]) -> tuple[int, Tree]:
    """Return the two exchanged."""
    implemented_elsewhere()


@orchard.function(takes={"left": "Tree", "right": "Tree"}, gives=tuple_of("Tree", "Tree"))
def named(left: Tree, right: Tree) -> tuple[Tree, Tree]:
    """Return both under names."""
    implemented_elsewhere()


@orchard.function(takes={"trees": iterable_of("Tree")})
def once(trees: Iterable[Tree]) -> int:
    """Return how many trees there are, reading them once."""
    implemented_elsewhere()


@orchard.function(takes={"tree": one_of("Tree", sequence_of("Tree"))}, gives=one_of("Tree", sequence_of("Tree")))
def either(tree: Tree | list[Tree] | str | None) -> Tree | list[Tree] | str | None:
    """Return the same."""
    implemented_elsewhere()


@orchard.function(takes={"thing": anything}, gives=anything)
def whatever(thing: Any) -> Any:
    """Return the same."""
    implemented_elsewhere()


@orchard.function(takes={"trees": "Tree", "named_trees": "Tree"})
def variadic(*trees: Tree, **named_trees: Tree) -> int:
    """Return how many trees there are."""
    implemented_elsewhere()


@orchard.function(takes={"tree": "Tree"})
def height_of(tree: Tree) -> float:
    """Return how high the tree is."""
    implemented_elsewhere()


@orchard.function(gives="Tree")
def wild() -> Tree:
    """Return a tree of a class that is not public."""
    implemented_elsewhere()


@orchard.stream(takes={"first": "Tree"}, gives="Tree", sent="Tree")
def rows(first: Tree) -> Generator[Tree, Tree, None]:
    """Yield the tree that was sent last."""
    implemented_elsewhere()
