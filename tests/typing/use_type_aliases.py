"""What checkers infer of type_aliases.py, and what they refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from type_aliases import Box, Entry, Station, both, entered, flat, handled, kept, many, numbered, rows, several, told
from typing_extensions import assert_type

if TYPE_CHECKING:
    from _type_aliases import Tree


def handle(number: int, text: str) -> Station:
    """Block."""
    return Station()


async def handle_later(number: int, text: str) -> Station:
    """Wait."""
    return Station()


def count(number: int, text: str) -> int:
    """Give a number."""
    return number


def functions(station: Station, tree: Tree[int]) -> None:
    """Check the blocking face."""
    assert_type(handled(handle), Station)
    assert_type(handled(handle_later), Station)
    assert_type(numbered(count), int)
    assert_type(several((1, station, "a")), "tuple[int]")
    assert_type(rows([(1, station, "a")]), "list[tuple[int, Station]]")
    assert_type(both(("a", ["b"]), (station, [station])), "tuple[int, Station]")
    assert_type(told(str, lambda station: station.name()), str)
    assert_type(many((True, 1, "a")), "tuple[bool, Station]")
    assert_type(flat([1, [2]]), "list[int]")
    assert_type(flat(tree), "list[int]")
    handled(count)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    numbered(handle)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    several((1, "a", station))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    rows([(1, "a", station)])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    both(("a", [1]), (station, [station]))  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    many((1, 1, "a"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    flat(["a"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]


def classes(station: Station, box: Box, entry: Entry, numbers: Entry[int]) -> None:
    """Check classes whose type parameters have defaults."""
    assert_type(box.get(), Station)
    assert_type(kept(box), "Box[str]")
    assert_type(kept(Box(station)).get(), str)
    assert_type(entry.key, str)
    assert_type(entry.value, "list[str]")
    assert_type(numbers.value, "list[int]")
    assert_type(entered(entry, numbers), "Entry[Station]")
    kept(Box("a"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    entered(numbers, entry)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def awaited(station: Station, entry: Entry, numbers: Entry[int]) -> None:
    """Check the async face."""
    assert_type(await handled.aio(handle_later), Station)
    assert_type(await both.aio(("a", ["b"]), (station, [station])), "tuple[int, Station]")
    assert_type(await entered.aio(entry, numbers), "Entry[Station]")
