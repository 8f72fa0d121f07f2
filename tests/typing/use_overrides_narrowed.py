"""What users infer of class methods that override one of a generic class which is applied to something."""

from __future__ import annotations

from overrides_further import Drawer, Shallow
from overrides_narrowed import Coffer, Locker, Purse, Safe, Vault
from typing_extensions import assert_type


async def infer(safe: Safe, of_class: type[Safe], coffer: Coffer[str], lists: list[list[int]]) -> None:
    assert_type(Coffer.first_of([1]), int)
    assert_type(await Coffer.first_of.aio(["a"]), str)
    assert_type(coffer.first_of(["a"]), str)
    assert_type(Safe.first_of(lists), "list[int]")
    assert_type(await Safe.first_of.aio(lists), "list[int]")
    assert_type(Safe.first_of.submit(lists).result(), "list[int]")
    assert_type(safe.first_of(lists), "list[int]")
    assert_type(of_class.first_of(lists), "list[int]")
    assert_type(Safe.count(lists), int)
    assert_type(Coffer.weigh("a"), int)
    assert_type(Safe.weigh([1]), int)
    assert_type(Coffer.beside(1, "a"), "tuple[int, str]")
    assert_type(Safe.beside([1], "a"), "tuple[list[int], str]")
    assert_type(Coffer.of([1]), "Coffer[int]")
    assert_type(Safe.of(lists), Safe)
    assert_type(list(Safe.walk(lists)), "list[list[int]]")
    with Safe.lent(lists) as item:
        assert_type(item, "list[int]")
    assert_type(Coffer.find(["a"], 0), str)
    assert_type(Safe.find(lists, 0), "list[int]")
    assert_type(Safe.find(lists, "all"), "list[list[int]]")
    assert_type(Vault.first_of(lists, 2), "list[int]")
    assert_type(Purse.first_of([True]), bool)
    assert_type(Locker.first_of(["a"]), str)
    assert_type(Drawer.first_of(lists), "list[int]")
    assert_type(await Shallow.first_of.aio([["a"]]), "list[str]")
    above: Coffer[list[int]] = safe
    assert_type(above.first_of(lists), "list[int]")
    Safe.first_of(["a"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    coffer.first_of([1])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]


class Mine(Safe):
    """A user's own."""


assert_type(Mine.first_of([[1]]), "list[int]")
