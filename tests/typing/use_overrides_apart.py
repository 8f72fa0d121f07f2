"""What users infer of methods that override those of a generic class of another generated module."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator

from overrides_apart import Shelf
from overrides_sorted import Backwards, Deepest, Numbers
from typing_extensions import assert_type


async def infer(backwards: Backwards[str], numbers: Numbers, deepest: Deepest) -> None:
    assert_type(backwards.find(1), str)
    assert_type(await backwards.find.aio("all"), "list[str]")
    assert_type(backwards.beside(1), "list[tuple[str, int]]")
    assert_type(backwards.walk(1), "Generator[tuple[str, int], None, None]")
    assert_type(backwards.walk.aio(1), "AsyncGenerator[tuple[str, int], None]")
    assert_type(backwards.each(len), "list[int]")
    assert_type(Backwards.of([1]), "Backwards[int]")
    assert_type(Shelf.of([1]), "Shelf[int]")
    assert_type(await Backwards.first_of.aio([1], "x"), "tuple[int, str]")
    assert_type(numbers.find(1), int)
    assert_type(numbers.beside("x"), "list[tuple[int, str]]")
    assert_type(await deepest.beside.aio(1), "list[tuple[str, int]]")
    shelf: Shelf[str] = backwards
    assert_type(shelf.beside(1), "list[tuple[str, int]]")
    shelf.find(1.5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
