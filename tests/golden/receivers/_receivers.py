"""Methods for some objects of a generic class, as the annotation of `self` says."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Dict, Generic, List, Tuple, TypeVar

from ambidex import Module

wrapper_module = Module("receivers")

T = TypeVar("T")
V = TypeVar("V")
E = TypeVar("E")
R = TypeVar("R")


@wrapper_module.wrap_class
class Plant:
    """Something that grows."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def name(self) -> str:
        return self._name


@wrapper_module.wrap_class
class Box(Generic[T]):
    """A box for one thing."""

    def __init__(self, item: T) -> None:
        self._item: T = item

    async def get(self) -> T:
        return self._item

    async def flat(self: Box[List[E]]) -> E:
        """Return the first of the things in a list."""
        return self._item[0]

    async def upper(self: Box[str]) -> str:
        return self._item.upper()

    async def swapped(self: Box[str], item: str) -> str:
        """Put another text in, for what was there."""
        before, self._item = self._item, item
        return before

    async def mapped(self: Box[List[E]], function: Callable[[E], Awaitable[R]]) -> List[R]:
        """Await `function` for each of the things in a list."""
        return [await function(each) for each in self._item]

    async def count(self: Box[List[E]]) -> int:
        return len(self._item)

    async def watered(self: Box[Plant]) -> Plant:
        return self._item

    async def itself(self: Box[T]) -> T:
        return self._item

    async def each(self: Box[List[E]]) -> AsyncGenerator[E, None]:
        """Yield the things in a list."""
        for item in self._item:
            yield item

    @asynccontextmanager
    async def opened(self: Box[List[E]]) -> AsyncGenerator[E, None]:
        yield self._item[0]

    def peek(self: Box[List[E]]) -> E:
        """Return the first of the things in a list, without waiting."""
        return self._item[0]

    def put_all(self: Box[List[E]], function: Callable[[E], Awaitable[E]], item: E) -> List[E]:
        self._item.append(item)
        return self._item

    def __add__(self: Box[str], other: str) -> str:
        return self._item + other

    @property
    def first(self: Box[List[E]]) -> E:
        """The first of the things in a list."""
        return self._item[0]

    @property
    def text(self: Box[str]) -> str:
        return self._item

    @text.setter
    def text(self: Box[str], value: str) -> None:
        self._item = value

    async def __aenter__(self: Box[List[E]]) -> E:
        return self._item[0]

    async def __aexit__(self, *exc: object) -> None: ...

    def __aiter__(self: Box[List[E]]) -> AsyncIterator[E]:
        return self.each()


@wrapper_module.wrap_class
class Crate(Box[V]):
    """A box with other words."""

    async def flat(self: Crate[List[E]]) -> E:
        """Return the last of the things in a list."""
        return self._item[-1]

    async def upper(self: Crate[str]) -> str:
        return f"{self._item.upper()}!"


class _Filed(Generic[V, E]):
    """Not public: what it has is folded into what extends it."""

    async def filed(self: _Filed[str, E], value: E) -> Dict[V, E]:
        return {"": value}  # type: ignore[dict-item]  # pyright: ignore[reportReturnType]


@wrapper_module.wrap_class
class Shelf(_Filed[T, R]):
    """Things by keys."""

    async def keyed(self: Shelf[T, int], key: T) -> Tuple[T, R]:
        return key, 1  # type: ignore[return-value]  # pyright: ignore[reportReturnType]

    async def total(self: Shelf[Any, int]) -> int:
        return 1
