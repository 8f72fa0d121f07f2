"""Call class methods that override one of a generic class which is applied to something."""

from __future__ import annotations

import asyncio

from overrides_further import Drawer, Shallow
from overrides_narrowed import Coffer, Locker, Purse, Safe, Vault

lists = [[1, 2], [3]]
assert Coffer.first_of(["a", "b"]) == Coffer("c").first_of(["a", "b"]) == "a"
assert Safe.first_of(lists) == Safe([4]).first_of(lists) == [3]
assert (Coffer.count(lists), Safe.count(lists)) == (2, 3)
assert (Coffer.weigh(125), Safe.weigh([1, 2, 5])) == (3, 8)
assert (Coffer.beside([1, 2], "a"), Safe.beside([1, 2], "a")) == (([1, 2], "a"), ([2, 1], "a"))
assert Coffer.of(lists).items() == lists
safe = Safe.of(lists)
assert isinstance(safe, Safe)
assert safe.items() == [[3], [1, 2]]
assert (list(Coffer.walk(lists)), list(Safe.walk(lists))) == (lists, [[3], [1, 2]])
with Coffer.lent(lists) as first, safe.lent(lists) as last:
    assert (first, last) == ([1, 2], [3])
assert (Coffer.find(lists, 0), Coffer.find(lists, "all")) == ([1, 2], lists)
assert (Safe.find(lists, 1), safe.find(lists, "all")) == ([3], [[3], [1, 2]])
assert (Vault.first_of(lists), Vault.first_of(lists, 2)) == ([1], [1, 2])
assert Purse.first_of([1, 2]) == 2
assert Locker.first_of(["a", "b"]) == "b"
assert Drawer.first_of(lists) == [3]
assert Shallow.first_of([["a"]]) == ["A"]


async def waiting() -> None:
    """Do the same on a loop of the user's."""
    assert await Safe.first_of.aio(lists) == [3]
    assert await safe.beside.aio([1, 2], "a") == ([2, 1], "a")
    assert [each async for each in Safe.walk.aio(lists)] == [[3], [1, 2]]
    async with Safe.lent.aio(lists) as item:
        assert item == [3]
    assert await Drawer.first_of.aio(lists) == [3]


asyncio.run(waiting())
assert Safe.first_of.submit(lists).result() == [3]
