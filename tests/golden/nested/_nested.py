"""Classes inside classes: faces, data, and what refers to them."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import AsyncIterator, Dict, Generic, List, Literal, Optional, TypeVar, Union

from ambidex import Module

wrapper_module = Module("nested")

T = TypeVar("T")


@wrapper_module.wrap_class
class Base:
    """Is extended inside another class."""

    async def kind(self) -> str:
        return type(self).__qualname__


@wrapper_module.wrap_class
class Store:
    """A store, with what belongs to it."""

    class Mode(enum.Enum):
        """How the store is open."""

        READ = "r"
        WRITE = "w"

    Color = enum.Enum("Color", "RED GREEN")

    class Closed(Exception):
        """The store is closed."""

    @dataclass(frozen=True)
    class Place:
        row: int
        mode: Store.Mode

    def __init__(self, mode: Mode = Mode.READ) -> None:
        self.mode = mode
        self._parent: Optional[Store] = None

    mode: Mode

    class Cursor(Base):
        """Walks over a store."""

        class Mark:
            """Remembers a row."""

            row: int

            def __init__(self, row: int) -> None:
                self.row = row

            async def cursor(self, store: Store) -> Store.Cursor:
                return Store.Cursor(store, self.row)

        def __init__(self, store: Store, row: int = 0) -> None:
            self.store = store
            self.row = row

        store: Store
        row: int

        async def advance(self, rows: int = 1) -> Store.Cursor:
            """Go further; return the cursor itself."""
            self.row += rows
            return self

        async def mark(self) -> Mark:
            return self.Mark(self.row)

        async def ahead(self, limit: int) -> AsyncIterator[Store.Cursor.Mark]:
            for row in range(self.row, limit):
                yield Store.Cursor.Mark(row)

        @classmethod
        async def first(cls, store: Store) -> Store.Cursor:
            return cls(store)

    class Backwards(Cursor):
        """Walks the other way."""

        async def advance(self, rows: int = 1) -> Store.Cursor:
            self.row -= rows
            return self

    async def cursor(self, row: int = 0) -> Cursor:
        return self.Cursor(self, row)

    async def backwards(self, row: int) -> Store.Backwards:
        return Store.Backwards(self, row)

    async def furthest(self, cursors: List[Cursor]) -> Optional[Cursor]:
        """Return the cursor that is furthest, the same object."""
        return max(cursors, key=lambda cursor: cursor.row, default=None)

    async def marks(self) -> Dict[str, Union[Cursor.Mark, Cursor]]:
        return {"mark": self.Cursor.Mark(1), "cursor": self.Cursor(self, 2)}

    async def place(self, cursor: Cursor, mode: Mode = Mode.WRITE) -> Place:
        if mode is self.Mode.READ:
            raise self.Closed("read")
        return self.Place(cursor.row, mode)

    class _Hidden:
        pass


@wrapper_module.wrap_class
class Yard:
    """Has generic classes, and is none itself."""

    class Pile(Generic[T]):
        """Things upon each other."""

        def __init__(self, first: T) -> None:
            self._items = [first]

        async def put(self, item: T) -> int:
            self._items.append(item)
            return len(self._items)

        async def top(self) -> T:
            return self._items[-1]

    class Stack(Pile[T]):
        """Can be turned over."""

        async def turned(self) -> List[T]:
            return self._items[::-1]

    class Heap(Stack[int]):
        async def total(self) -> int:
            return sum(self._items)

    async def pile(self, item: T) -> Pile[T]:
        return Yard.Stack(item)


@wrapper_module.wrap_class(name="Shelf")
class _Shelf:
    """Has another name inside."""

    class Book:
        def __init__(self, title: str) -> None:
            self.title = title

        title: str

        async def opened(self) -> Shelf.Book:
            return self

    async def book(self) -> Shelf.Book:
        return _Shelf.Book("one")


Shelf = _Shelf


@wrapper_module.wrap_class
class Heavy(Store.Cursor):
    """Extends a nested class from outside."""


class Paint:
    """Not public; what is made by a call stands in it, and under another name beside it."""

    Gloss = enum.Enum("Gloss", "MATT SHINY")


Shade = enum.Enum("_Shade", "LIGHT DARK")  # type: ignore[misc]


@wrapper_module.wrap_function
async def painted(color: Store.Color, gloss: Paint.Gloss = Paint.Gloss.MATT) -> Shade:
    return Shade.LIGHT if color is Store.Color.RED and gloss is Paint.Gloss.SHINY else Shade.DARK


@wrapper_module.wrap_function
async def reading(mode: Literal[Store.Mode.READ] = Store.Mode.READ) -> Store.Mode:
    return mode


@wrapper_module.wrap_function
async def row_of(cursor: Store.Cursor) -> int:
    return cursor.row
