"""Members and values of every kind, in two classes."""

from __future__ import annotations

import abc
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import (
    TYPE_CHECKING,
    Any,
    AsyncIterator,
    Awaitable,
    Callable,
    ClassVar,
    Dict,
    Iterator,
    List,
    NamedTuple,
    Optional,
    TypedDict,
    Union,
)

from ambidex import Module

if TYPE_CHECKING:
    from typing_extensions import Self

wrapper_module = Module("twins_members", style="twin")


@wrapper_module.wrap_class
class Plugin:
    """Know what extends it by the tag in its class statement."""

    tags: ClassVar[List[str]] = []

    def __init_subclass__(cls, *, tag: str) -> None:
        super().__init_subclass__()
        Plugin.tags.append(tag)

    async def order(self) -> List[str]:
        """Return the names of the classes that its own extends."""
        return [each.__name__ for each in type(self).__mro__ if issubclass(each, Plugin)]


@wrapper_module.wrap_class
class Node(abc.ABC):
    """A node of a tree, of which there are several kinds."""

    first: ClassVar[Optional[Node]] = None

    @abc.abstractmethod
    async def weight(self) -> int: ...

    async def above(self) -> Optional[Node]:
        return None

    @cached_property
    def root(self) -> Node:
        """The node where the tree begins."""
        return self

    @classmethod
    async def several(cls, count: int) -> AsyncIterator[Self]:
        for _ in range(count):
            yield cls()

    @staticmethod
    async def numbers(count: int) -> AsyncIterator[int]:
        for number in range(count):
            yield number

    @classmethod
    @asynccontextmanager  # pyright: ignore[reportDeprecated]  as most code still annotates it
    async def lent(cls) -> AsyncIterator[Self]:
        yield cls()

    @staticmethod
    @asynccontextmanager  # pyright: ignore[reportDeprecated]
    async def numbered() -> AsyncIterator[int]:
        yield 1

    async def __call__(self, other: Node) -> Node:
        return other

    def __add__(self, other: Node) -> Node:
        return other

    def __iter__(self) -> Iterator[Node]:
        return iter([self])

    def __getattr__(self, name: str) -> Any:
        if name == "friend":
            return self
        raise AttributeError(name)


@wrapper_module.wrap_class
class Leaf(Node):
    async def weight(self) -> int:
        return 1


class _Hidden(Leaf): ...


class Edge(NamedTuple):
    """From one node to another."""

    node: Node
    length: int = 1


class Labels(TypedDict, total=False):
    node: Node


wrapper_module.wrap_class(Edge)
wrapper_module.wrap_class(Labels)


@wrapper_module.wrap_class
@dataclass
class Tree:
    node: Node
    below: List[Tree] = field(default_factory=list)


@wrapper_module.wrap_class
@dataclass
class NamedTree(Tree):
    """A tree that is known by names, too."""

    names: Dict[str, Node] = field(default_factory=dict)


@wrapper_module.wrap_class
class Countdown:
    """An iterator of its own."""

    def __init__(self, start: int) -> None:
        self._left = start

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> int:
        """Return the next number."""
        if not self._left:
            raise StopAsyncIteration
        self._left -= 1
        return self._left


@wrapper_module.wrap_function
async def edge() -> Edge:
    return Edge(Leaf())


@wrapper_module.wrap_function
async def labels() -> Labels:
    return {"node": Leaf()}


@wrapper_module.wrap_function
async def tree() -> Tree:
    return NamedTree(Leaf(), [Tree(Leaf())], {"x": Leaf()})


@wrapper_module.wrap_function
async def same_tree(value: Tree) -> Tree:
    return value


@wrapper_module.wrap_function
async def hidden() -> Node:
    return _Hidden()


@wrapper_module.wrap_function
async def either(value: Union[Countdown, Node]) -> Union[Countdown, Node]:
    """Give back an object of one class or the other."""
    return value


@wrapper_module.wrap_function
async def read(nodes: AsyncIterator[Node]) -> List[Node]:
    return [node async for node in nodes]


@wrapper_module.wrap_function
async def awaiting(function: Callable[[Node], Awaitable[Node]]) -> Node:
    return await function(Leaf())


@wrapper_module.wrap_function
async def calling(function: Callable[[Node], Node]) -> Node:
    return function(Leaf())


@wrapper_module.wrap_function
def told(function: Callable[[Node], bool]) -> bool:
    """A plain function that gives a node to a callable: there are two of it."""
    return function(Leaf())
