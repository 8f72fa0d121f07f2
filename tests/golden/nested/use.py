"""Use classes inside classes, blocking and async."""

from __future__ import annotations

import asyncio
import pickle
import sys

import nested
from nested import Base, Heavy, Shelf, Store, Yard

assert "_nested" not in sys.modules
assert Store.Mode.READ.value == "r", "the implementation is imported when data is asked for"
_nested = sys.modules["_nested"]
store = Store()
assert store.mode is Store.Mode.READ
assert Store(Store.Mode.WRITE).mode is store.Mode.WRITE
shade = nested.painted(Store.Color.RED, _nested.Paint.Gloss.SHINY)
assert shade is _nested.Shade.LIGHT
assert nested.painted(Store.Color.RED) is nested.painted(Store.Color.GREEN) is _nested.Shade.DARK
cursor = store.cursor()
assert type(cursor) is Store.Cursor
assert Store.Cursor.__qualname__ == "Store.Cursor"
assert cursor.advance(rows=2) is cursor
assert cursor.row == 2
assert cursor.store is store
assert cursor.kind() == "Store.Cursor"
assert isinstance(cursor, Base)
mark = cursor.mark()
assert type(mark) is Store.Cursor.Mark
assert mark.row == 2
assert [one.row for one in cursor.ahead(4)] == [2, 3]
assert mark.cursor(store).row == 2
back = store.backwards(5)
assert type(back) is Store.Backwards
assert isinstance(back, Store.Cursor)
assert back.advance().row == 4
own = Store.Cursor(store, row=9)
assert store.furthest([cursor, own, back]) is own
assert store.furthest([]) is None
assert {name: type(part) for name, part in store.marks().items()} == {
    "mark": Store.Cursor.Mark,
    "cursor": Store.Cursor,
}
assert Store.Cursor.first(store).row == 0
place = store.place(own)
assert place == Store.Place(9, Store.Mode.WRITE)
assert type(place) is Store.Place
try:
    store.place(own, Store.Mode.READ)
except Store.Closed as error:
    assert error.args == ("read",)
else:
    raise AssertionError("a nested exception is caught by its public name")
assert not hasattr(Store, "_Hidden")
assert nested.reading() is Store.Mode.READ
assert nested.row_of(own) == 9
book = Shelf().book()
assert type(book) is Shelf.Book
assert book.opened() is book
assert Heavy(store, 3).advance().row == 4
assert type(Heavy(store).advance()) is Heavy
assert type(pickle.loads(pickle.dumps(Store.Cursor.Mark(4)))) is Store.Cursor.Mark  # noqa: S301  our own
pile = Yard().pile("stone")
assert (pile.put("sand"), pile.top()) == (2, "sand")
assert type(pile) is Yard.Stack
assert Yard.Stack(mark).turned() == [mark]
heap = Yard.Heap(2)
assert heap.put(3) == 2
assert (heap.top(), heap.total()) == (3, 5)


class Mine(Store.Cursor):
    """A user's subclass."""


assert Mine(store, 1).advance().row == 2


async def waiting() -> None:
    assert await cursor.advance.aio() is cursor
    assert (await store.furthest.aio([cursor])) is cursor
    assert [one.row async for one in own.ahead.aio(10)] == [9]
    assert (await Store.Cursor.first.aio(store)).row == 0
    assert await nested.row_of.aio(own) == 9
    assert await Yard.Pile(book).top.aio() is book
    assert type(await Shelf().book.aio()) is Shelf.Book


asyncio.run(waiting())
