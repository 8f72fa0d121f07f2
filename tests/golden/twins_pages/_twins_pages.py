"""Generic records applied to type variables, in the style "twin": what they hold has the form of who is given it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, List, TypeVar

from ambidex import Module

wrapper_module = Module("twins_pages", style="twin")

T = TypeVar("T")


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


@wrapper_module.wrap_class
class Box(Generic[T]):
    """Give its items in pages."""

    def __init__(self, *items: T) -> None:
        self._items = list(items)

    async def pages(self) -> List[Page[T]]:
        """Give one item in each page."""
        return [Page([item]) for item in self._items]

    async def put(self, page: Page[T]) -> List[bool]:
        """Take the items of a page, and tell which are stations of the implementation."""
        self._items = list(page.items)
        return [isinstance(item, Station) for item in self._items]


@wrapper_module.wrap_function
async def stations() -> Box[Station]:
    """Give a box of objects with two classes."""
    return Box(Station("a"), Station("b"))
