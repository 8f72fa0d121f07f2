"""What a user of nested.py infers."""

from __future__ import annotations

from collections.abc import Generator

import nested
from _nested import Paint, Shade
from nested import Heavy, Shelf, Store, Yard
from typing_extensions import assert_type

store = Store(Store.Mode.WRITE)
assert_type(store.mode, Store.Mode)
cursor = store.cursor()
assert_type(cursor, Store.Cursor)
assert_type(cursor.advance(), Store.Cursor)
assert_type(cursor.store, Store)
assert_type(cursor.kind(), str)
assert_type(cursor.mark(), Store.Cursor.Mark)
assert_type(cursor.ahead(1), "Generator[Store.Cursor.Mark, None, None]")
assert_type(store.backwards(1), Store.Backwards)
assert_type(store.furthest([cursor]), "Store.Cursor | None")
assert_type(store.marks(), "dict[str, Store.Cursor.Mark | Store.Cursor]")
assert_type(Store.Cursor.first(store), Store.Cursor)
assert_type(store.place(cursor), Store.Place)
assert_type(store.place(cursor).row, int)
assert_type(Shelf().book(), Shelf.Book)
assert_type(Heavy(store).advance(), Store.Cursor)
assert_type(nested.reading(), Store.Mode)
assert_type(nested.painted(Store.Color.GREEN, Paint.Gloss.SHINY), Shade)
assert_type(Yard().pile("stone"), "Yard.Pile[str]")
assert_type(Yard.Pile(cursor).top(), Store.Cursor)
assert_type(Yard.Stack(b"").turned(), "list[bytes]")
assert_type(Yard.Heap(1).top(), int)
Yard.Heap("")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
nested.painted(Paint.Gloss.SHINY)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
store.furthest([store])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
Store("w")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
try:
    store.place(cursor)
except Store.Closed as error:
    assert_type(error, Store.Closed)


async def waiting() -> None:
    assert_type(await store.cursor.aio(), Store.Cursor)
    assert_type(await Yard.Pile(1).top.aio(), int)
    assert_type(await Store.Cursor.first.aio(store), Store.Cursor)
