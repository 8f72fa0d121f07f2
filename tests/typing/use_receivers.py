"""What checkers infer of receivers.py, and what they refuse."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator

from receivers import Box, Crate, Plant, Shelf
from typing_extensions import assert_type

from ambidex.bridge import Context, Future


class Mine(Box[str]):
    """A box of the user's."""


def methods(numbers: Box[list[int]], text: Box[str], plant: Box[Plant], number: Box[int]) -> None:
    """Check the blocking face of methods."""
    assert_type(Box([1]).flat(), int)
    assert_type(numbers.flat(), int)
    assert_type(numbers.flat.submit(), "Future[int]")
    assert_type(numbers.flat.with_options(timeout=1)(), int)
    assert_type(text.upper(), str)
    assert_type(Mine("a").upper(), str)
    assert_type(text.upper.submit(), "Future[str]")
    assert_type(text.swapped("a"), str)
    assert_type(numbers.mapped(str), "list[str]")
    assert_type(numbers.count(), int)
    assert_type(plant.watered(), Plant)
    assert_type(number.itself(), int)
    assert_type(numbers.each(), "Generator[int, None, None]")
    assert_type(numbers.opened(), "Context[int]")
    assert_type(numbers.peek(), int)
    assert_type(numbers.put_all(abs, 1), "list[int]")
    assert_type(text + "a", str)
    assert_type(numbers.first, int)
    assert_type(text.text, str)
    Box(1).upper()  # type: ignore[arg-type]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    number.flat()  # type: ignore[arg-type]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    number.upper()  # type: ignore[arg-type]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    text.swapped(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def iterated(numbers: Box[list[int]], number: Box[int]) -> None:
    """Check what stands in statements."""
    with numbers as entered:
        assert_type(entered, int)
    for item in numbers:
        assert_type(item, int)


def overridden(numbers: Crate[list[int]], text: Crate[str], number: Crate[int]) -> None:
    """Check methods that override such ones."""
    assert_type(numbers.flat(), int)
    assert_type(numbers.mapped(str), "list[str]")
    assert_type(text.upper(), str)
    assert_type(text.upper.submit(), "Future[str]")
    number.upper()  # type: ignore[arg-type]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def of_two(shelf: Shelf[str, int], other: Shelf[int, str]) -> None:
    """Check classes of two type variables."""
    assert_type(shelf.keyed("a"), "tuple[str, int]")
    assert_type(shelf.filed(1), "dict[str, int]")
    assert_type(shelf.total(), int)
    other.keyed(1)  # type: ignore[arg-type]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def awaited(numbers: Box[list[int]], text: Box[str], number: Box[int], other: Crate[list[int]]) -> None:
    """Check the async face."""
    assert_type(await numbers.flat.aio(), int)
    assert_type(await text.upper.aio(), str)
    assert_type(numbers.each.aio(), "AsyncGenerator[int, None]")
    assert_type(await other.flat.aio(), int)
    async with numbers as entered:
        assert_type(entered, int)
    async for item in numbers:
        assert_type(item, int)
    await number.upper.aio()  # type: ignore[arg-type]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
