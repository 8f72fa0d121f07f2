"""Classes of one generated module that override methods of a generic class of another one."""

from __future__ import annotations

from typing import AsyncIterator, Awaitable, Callable, Generic, List, Tuple, TypeVar, Union, overload

from ambidex import Module

shelves = Module("overrides_apart")
sorted_shelves = Module("overrides_sorted")
T = TypeVar("T")
U = TypeVar("U")


@shelves.wrap_class
class Shelf(Generic[T]):
    """Keep items."""

    def __init__(self, *items: T) -> None:
        self._items = list(items)

    @classmethod
    async def of(cls, items: List[T]) -> Shelf[T]:
        """Make a shelf of items."""
        return cls(*items)

    @classmethod
    async def first_of(cls, items: List[T], beside: U) -> Tuple[T, U]:
        """Give the first of items, and what stands beside it."""
        return items[0], beside

    @overload
    async def find(self, place: int) -> T: ...

    @overload
    async def find(self, place: str) -> List[T]: ...

    async def find(self, place: Union[int, str]) -> Union[T, List[T]]:
        """Give one item, or all."""
        return self._items[place] if isinstance(place, int) else self._items

    async def beside(self, other: U) -> List[Tuple[T, U]]:
        """Give each item with another one."""
        return [(item, other) for item in self._items]

    async def walk(self, other: U) -> AsyncIterator[Tuple[T, U]]:
        """Yield each item with another one."""
        for item in self._items:
            yield item, other

    async def each(self, change: Callable[[T], Awaitable[U]]) -> List[U]:
        """Give what each item is changed to."""
        return [await change(item) for item in self._items]


@shelves.wrap_class
class Deep(Shelf[T]):
    """Overrides one of the methods, in the module of its base."""

    async def beside(self, other: U) -> List[Tuple[T, U]]:
        """Give each item with another one, the last first."""
        return list(reversed(await super().beside(other)))


@sorted_shelves.wrap_class
class Backwards(Shelf[T]):
    """Keep items, the last one first."""

    @classmethod
    async def of(cls, items: List[T]) -> Backwards[T]:
        """Make a shelf of items, to be kept backwards."""
        return cls(*reversed(items))

    @classmethod
    async def first_of(cls, items: List[T], beside: U) -> Tuple[T, U]:
        """Give the last of items, and what stands beside it."""
        return items[-1], beside

    @overload
    async def find(self, place: int) -> T: ...

    @overload
    async def find(self, place: str) -> List[T]: ...

    async def find(self, place: Union[int, str]) -> Union[T, List[T]]:
        """Give one item from the end, or all."""
        return self._items[-place] if isinstance(place, int) else self._items[::-1]

    async def beside(self, other: U) -> List[Tuple[T, U]]:
        """Give each item with another one, from the end."""
        return [(item, other) for item in reversed(self._items)]

    async def walk(self, other: U) -> AsyncIterator[Tuple[T, U]]:
        """Yield each item with another one, from the end."""
        for item in reversed(self._items):
            yield item, other

    async def each(self, change: Callable[[T], Awaitable[U]]) -> List[U]:
        """Give what each item is changed to, from the end."""
        return [await change(item) for item in reversed(self._items)]


@sorted_shelves.wrap_class
class Numbers(Backwards[int]):
    """Keep numbers; what it overrides is one module below, and two."""

    async def beside(self, other: U) -> List[Tuple[int, U]]:
        """Give each number with another item, the least first."""
        return [(item, other) for item in sorted(self._items)]


@sorted_shelves.wrap_class
class Deepest(Deep[str]):
    """Overrides what a class overrides that stands in the module of its base."""

    async def beside(self, other: U) -> List[Tuple[str, U]]:
        """Give each text in capitals with another item."""
        return [(item.upper(), other) for item in self._items]
