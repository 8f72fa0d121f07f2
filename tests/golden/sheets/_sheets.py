"""Generic records with fields of wrapped objects, whatever they are applied to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, Generic, List, Optional, TypeVar

from ambidex import Module

wrapper_module = Module("sheets")

T = TypeVar("T")
U = TypeVar("U")


@wrapper_module.wrap_class
class Station:
    """What sheets hold."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def name(self) -> str:
        return self._name

    async def sheet(self) -> Sheet[str]:
        """Give a sheet of its own."""
        return Sheet([self._name], self)


@wrapper_module.wrap_class
@dataclass
class Sheet(Generic[T]):
    """Some items of a station."""

    items: List[T]
    owner: Station
    others: Dict[str, Station] = field(default_factory=dict)
    after: Optional[Sheet[T]] = None

    def first(self) -> T:
        return self.items[0]

    @property
    def last(self) -> T:
        return self.items[-1]


@wrapper_module.wrap_class
@dataclass(frozen=True)
class Pair(Generic[T, U]):
    """Two values at a station; nothing changes it."""

    key: T
    value: U
    at: Station


@wrapper_module.wrap_class
@dataclass
class Numbers(Sheet[int]):
    """Numbers of a station."""

    unit: str = ""


@wrapper_module.wrap_class
@dataclass
class Crew(Sheet[Station]):
    """Stations of a station."""

    size: int = 0


@wrapper_module.wrap_class
@dataclass
class Marked(Sheet[U]):
    """Items of which one is marked."""

    mark: Optional[U] = None


@dataclass
class _Dated(Generic[T]):
    """Not public: its fields are those of what extends it."""

    dates: List[T]
    seen_by: Station

    def newest(self) -> T:
        return self.dates[-1]


@wrapper_module.wrap_class
@dataclass
class Entry(_Dated[int]):
    """Something with dates."""

    text: str = ""


@wrapper_module.wrap_function
async def numbered(owner: Station, count: int) -> Sheet[int]:
    """Give numbers in two sheets."""
    return Sheet(list(range(count)), owner, {"a": owner}, Sheet([count], owner))


@wrapper_module.wrap_function
async def stations(sheet: Sheet[Station]) -> List[Station]:
    """Give the stations of a sheet, its owner the last."""
    assert all(type(each) is Station for each in (sheet.owner, *sheet.items, *sheet.others.values()))
    return [*sheet.items, sheet.owner]


@wrapper_module.wrap_function
async def nested(sheet: Sheet[Sheet[int]]) -> Sheet[Sheet[int]]:
    assert all(type(each) is Station for each in (sheet.owner, *(inner.owner for inner in sheet.items)))
    return sheet


@wrapper_module.wrap_function
async def wrapped(item: T, owner: Station) -> Sheet[T]:
    """Put anything into a sheet."""
    return Sheet([item], owner)


@wrapper_module.wrap_function
async def swapped(pair: Pair[T, Station]) -> Pair[Station, T]:
    return Pair(pair.value, pair.key, pair.at)


@wrapper_module.wrap_function
async def extended(numbers: Numbers, crew: Crew) -> List[Station]:
    assert type(numbers.owner) is Station
    return [*crew.items, crew.owner, numbers.owner]


@wrapper_module.wrap_function
async def marked(sheet: Sheet[str]) -> Marked[str]:
    assert type(sheet.owner) is Station
    return Marked(sheet.items, sheet.owner, mark=sheet.items[0])


@wrapper_module.wrap_function
async def dated(entry: Entry) -> Entry:
    assert type(entry.seen_by) is Station
    return Entry([*entry.dates, 4], entry.seen_by, entry.text)
