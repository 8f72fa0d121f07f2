"""What descriptors of two forms would lose, in two classes of one form each: generics, overloads, `Self`."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, AsyncGenerator, AsyncIterator, Awaitable, Callable, Generic, List, TypeVar, overload

from ambidex import Module

if TYPE_CHECKING:
    from typing_extensions import Concatenate, ParamSpec, Self

    P = ParamSpec("P")

T = TypeVar("T")
R = TypeVar("R")

wrapper_module = Module("twins_typed", style="twin", async_names=("{}Async", "{}_async"))


@wrapper_module.wrap_class
class Item:
    """Something in a box."""

    def __init__(self, size: int) -> None:
        self._size = size

    async def size(self) -> int:
        return self._size

    async def grown(self, by: int = 1) -> Self:
        self._size += by
        return self


@wrapper_module.wrap_class
class Jewel(Item): ...


I = TypeVar("I", bound=Item)  # noqa: E741  as short as the others


@wrapper_module.wrap_class
@dataclass
class Page(Generic[T]):
    """Some of many."""

    items: List[T]
    number: int


@wrapper_module.wrap_class
class Box(Generic[T]):
    """Hold things of one type."""

    def __init__(self, *items: T) -> None:
        self._items = list(items)

    async def put(self, item: T) -> None:
        """Add an item."""
        self._items.append(item)

    @overload
    async def take(self) -> T: ...
    @overload
    async def take(self, count: int) -> List[T]: ...
    async def take(self, count: int | None = None) -> T | List[T]:
        """Return the first item, or some of them."""
        return self._items[0] if count is None else self._items[:count]

    async def map(self, function: Callable[[T], Awaitable[R]]) -> List[R]:
        """Return what a function gives for each."""
        return [await function(item) for item in self._items]

    async def all(self) -> AsyncGenerator[T, None]:
        for item in self._items:
            yield item

    @asynccontextmanager  # pyright: ignore[reportDeprecated]  as most code still annotates it
    async def borrowed(self) -> AsyncIterator[T]:
        yield self._items[0]

    @classmethod
    async def of(cls, *items: T) -> Box[T]:
        return cls(*items)


@wrapper_module.wrap_function
async def same(item: I) -> I:
    """Return the item itself, of whatever class it is."""
    return item


@wrapper_module.wrap_function
async def page(items: List[Item]) -> Page[Item]:
    return Page(items, 1)


@wrapper_module.wrap_function
async def call(function: Callable[P, Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> R:
    return await function(*args, **kwargs)


@wrapper_module.wrap_function
async def measured(function: Callable[Concatenate[Item, P], Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> R:
    return await function(Item(7), *args, **kwargs)


@overload
async def made(kind: int) -> Item: ...
@overload
async def made(kind: str) -> Jewel: ...
@wrapper_module.wrap_function
async def made(kind: int | str) -> Item:
    """Make an item, or a jewel."""
    return Item(kind) if isinstance(kind, int) else Jewel(len(kind))
