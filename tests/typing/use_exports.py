"""What a user of exports.py infers."""

from __future__ import annotations

from typing import Literal

from exports import (
    COLOURS,
    HEADERS,
    LIMIT_S,
    RETRIES,
    Couple,
    Entries,
    Entry,
    Found,
    Mode,
    Named,
    NotFound,
    Pair,
    Row,
    T,
    Table,
    Text,
    UserId,
    Width,
    collected,
    current,
    double,
    opened,
    pair,
)
from typing_extensions import assert_type

assert_type(LIMIT_S, float)
assert_type(RETRIES, Literal[3])
assert_type(HEADERS, "dict[str, str]")
assert_type(COLOURS, "tuple[str, ...]")
assert_type(double(2), int)
assert_type(pair().left, int)
assert_type(pair(), Pair)
assert_type(Couple(1, 2), Pair)
assert_type(Text("x"), str)
with opened(Mode.READ) as mode:
    assert_type(mode, Mode)


def rows(row: Row, width: Width) -> Row:
    assert_type(row, "dict[str, int | str]")
    assert_type(width, "int | None")
    assert_type(current(row, UserId(1), Table({}), width), "list[dict[str, int | str]]")
    return row


def same(value: T) -> T:
    return value


current({}, 1, Table({}))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
error: Exception = NotFound()


def sized(entries: Entries, found: Found, named: Named[int]) -> int:
    """Take what aliases of faces name."""
    assert_type(entries, "list[Entry[int]]")
    assert_type(found, "Entry[str] | None")
    assert_type(named, "tuple[int, Entry[int]]")
    return len(entries)


assert_type(sized([Entry(1)], collected([Entry(2)]), (1, Entry(2))), int)
