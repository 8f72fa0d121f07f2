"""Override methods of a generic class of another generated module."""

from __future__ import annotations

import asyncio

from overrides_apart import Deep, Shelf
from overrides_sorted import Backwards, Deepest, Numbers

shelf = Shelf("a", "b")
assert shelf.find(0) == "a"
assert shelf.find("all") == ["a", "b"]
assert shelf.each(str.upper) == ["A", "B"]
backwards = Backwards("a", "b")
assert backwards.find(1) == "b"
assert backwards.find("all") == ["b", "a"]
assert backwards.beside(1) == [("b", 1), ("a", 1)]
assert list(backwards.walk(1)) == [("b", 1), ("a", 1)]
assert backwards.each(str.upper) == ["B", "A"]
made = Backwards.of([1, 2])
assert isinstance(made, Backwards)
assert made.find("all") == [1, 2]
assert Shelf.first_of([1, 2], "x") == (1, "x")
assert Backwards.first_of([1, 2], "x") == (2, "x")
assert Numbers(2, 3, 1).beside("x") == [(1, "x"), (2, "x"), (3, "x")]
assert Deep("a", "b").beside(1) == [("b", 1), ("a", 1)]
assert Deepest("a", "b").beside(1) == [("A", 1), ("B", 1)]


async def waiting(shelf: Shelf[str]) -> None:
    """Do the same on a loop of the user's, by the class that is overridden."""
    assert await shelf.find.aio(1) == "b"
    assert await shelf.beside.aio(1) == [("b", 1), ("a", 1)]
    assert [each async for each in shelf.walk.aio(1)] == [("b", 1), ("a", 1)]
    assert await Backwards.first_of.aio(["a"], 1) == ("a", 1)


asyncio.run(waiting(backwards))
