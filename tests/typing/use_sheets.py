"""What checkers infer of sheets.py, and what they refuse."""

from __future__ import annotations

from typing import Optional

import sheets
from sheets import Crew, Entry, Marked, Numbers, Pair, Sheet, Station
from typing_extensions import assert_type


def records(one: Station, numbers: Sheet[int], pair: Pair[str, int]) -> None:
    """Check the records themselves."""
    assert_type(Sheet(["a"], one), Sheet[str])
    assert_type(numbers.items, "list[int]")
    assert_type(numbers.owner, Station)
    assert_type(numbers.others, "dict[str, Station]")
    assert_type(numbers.after, Optional[Sheet[int]])
    assert_type(numbers.first(), int)
    assert_type(numbers.last, int)
    assert_type(pair.key, str)
    assert_type(pair.at, Station)
    assert_type(Numbers([1], one).items, "list[int]")
    assert_type(Crew([one], one).first(), Station)
    assert_type(Marked([1], one), Marked[int])
    assert_type(Marked([1], one).mark, Optional[int])
    assert_type(Entry([1], one).newest(), int)
    Numbers(["a"], one)  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    Sheet([1], 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    pair.key = "b"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


def functions(one: Station, numbers: Sheet[int]) -> None:
    """Check the blocking face."""
    assert_type(one.sheet(), Sheet[str])
    assert_type(sheets.numbered(one, 1), Sheet[int])
    assert_type(sheets.stations(Sheet([one], one)), "list[Station]")
    assert_type(sheets.stations(Crew([one], one)), "list[Station]")
    assert_type(sheets.nested(Sheet([numbers], one)), Sheet[Sheet[int]])
    assert_type(sheets.wrapped("a", one), Sheet[str])
    assert_type(sheets.swapped(Pair(1, one, one)), Pair[Station, int])
    assert_type(sheets.marked(Sheet(["a"], one)), Marked[str])
    assert_type(sheets.dated(Entry([1], one)), Entry)
    sheets.stations(numbers)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def awaited(one: Station) -> None:
    """Check the async face."""
    assert_type(await one.sheet.aio(), Sheet[str])
    assert_type(await sheets.numbered.aio(one, 1), Sheet[int])
    assert_type(await sheets.wrapped.aio(one, one), Sheet[Station])
