"""Generic records that a class applies to its own type variables: what they hold may be a face, or anything else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, AsyncIterator, Generic, List, Optional, TypeVar

from ambidex import Module

wrapper_module = Module("pages")

T = TypeVar("T")
U = TypeVar("U")


@wrapper_module.wrap_class
class Station:
    """What pages hold, among other things."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def name(self) -> str:
        return self._name


@wrapper_module.wrap_class
@dataclass
class Page(Generic[T]):
    """Some of many items."""

    items: List[T]
    number: int
    after: Optional[Page[T]] = None


@wrapper_module.wrap_class
@dataclass
class Numbered(Page[T]):
    """A page that knows how many there are."""

    count: int = 1


@dataclass
class Entry(Generic[T, U]):
    """Two values of two types, in a class that is not public."""

    key: T
    value: U


B = TypeVar("B", bound=Station)


@wrapper_module.wrap_class
class Box(Generic[T]):
    """Give its items in pages."""

    def __init__(self, *items: T) -> None:
        self._items = list(items)

    async def page(self) -> Page[T]:
        """Give all in one page."""
        return Page(list(self._items), 1)

    async def numbered(self) -> Numbered[T]:
        """Give one in each page."""
        first, *others = self._items
        return Numbered([first], 1, Page(others, 2), 2)

    async def pages(self) -> AsyncIterator[Page[T]]:
        """Yield pages."""
        for number, item in enumerate(self._items):
            yield Page([item], number)

    async def entries(self, value: U) -> List[Entry[T, Page[U]]]:
        """Give entries of two type variables."""
        return [Entry(item, Page([value], 1)) for item in self._items]

    async def put(self, page: Page[T]) -> List[bool]:
        """Take the items of a page, and tell which are stations of the implementation."""
        self._items = list(page.items)
        return [isinstance(item, Station) for item in self._items]

    @property
    def newest(self) -> Page[T]:
        """Give the last item in a page."""
        return Page(self._items[-1:], 1)


@wrapper_module.wrap_function
async def stations() -> Box[Station]:
    """Give a box of objects with faces."""
    return Box(Station("a"), Station("b"))


@wrapper_module.wrap_function
async def alone(item: T) -> Page[T]:
    """Put one item into a page."""
    return Page([item], 1)


@wrapper_module.wrap_function
async def bounded(item: B) -> Entry[str, B]:
    """Make an entry of what is a station at least."""
    return Entry(await item.name(), item)


@wrapper_module.wrap_function
async def unknown() -> Page[Any]:
    """Give a page of anything."""
    return Page([Station("c"), 1], 1)
