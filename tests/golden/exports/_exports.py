"""Constants, types, functions and classes that are public as they are."""

from __future__ import annotations

import enum
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Dict, Generator, Generic, Iterator, List, Mapping, NewType, Optional, Tuple, TypeVar, Union

from _exports_common import HEADERS
from _exports_common import RETRIES as RETRIES

from ambidex import Module

if TYPE_CHECKING:
    from typing_extensions import TypeAlias

wrapper_module = Module("exports")
wrapper_module.manual_export("RETRIES", "Row", "Text", "UserId", "Width")

__all__ = (
    "COLOURS",
    "HEADERS",
    "LIMIT_S",
    "MISSING",
    "Mode",
    "NotFound",
    "Pair",
    "T",
    "Table",
    "current",
    "unregistered",
    "wrapper_module",
)

LIMIT_S = 2.5
COLOURS: Tuple[str, ...] = ("red", "green")
Row = Dict[str, Union[int, str]]
UserId = NewType("UserId", int)
Text = str
Width: TypeAlias = "Optional[int]"
T = TypeVar("T")


class Missing:
    """Stands for nothing."""


MISSING = Missing()


class Mode(enum.Enum):
    READ = "r"


DEFAULT = Mode.READ
wrapper_module.manual_export("DEFAULT")


class NotFound(Exception):
    """There is none."""


@dataclass(frozen=True)
class Pair:
    left: int
    right: int


Couple = Pair
wrapper_module.manual_export("Couple")


@wrapper_module.manual_export
class Table(Mapping[str, int]):
    """Is used as it is, on both sides."""

    def __init__(self, items: Dict[str, int]) -> None:
        self._items = items

    def __getitem__(self, key: str) -> int:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)


@wrapper_module.manual_export()
def double(value: int) -> int:
    """Is called where it is called."""
    return value * 2


@wrapper_module.manual_export
@contextmanager
def opened(mode: Mode) -> Generator[Mode, None, None]:
    yield mode


@wrapper_module.wrap_function
async def current(row: Row, user: UserId, table: Table, width: Width = None) -> List[Row]:
    """Return the row of a user."""
    if user == 0:
        raise NotFound
    return [row, {"width": width or len(table)}]


@wrapper_module.wrap_function
async def pair(mode: Mode = DEFAULT, name: Text = "x") -> Pair:
    return Pair(1, 2)


async def unregistered() -> int:
    return 1


E = TypeVar("E")


@wrapper_module.wrap_class
class Entry(Generic[E]):
    """Has a face, which the aliases below name."""

    def __init__(self, value: E) -> None:
        self.value = value

    value: E


Entries = list[Entry[int]]
Found: "TypeAlias" = Optional[Entry[str]]
Named = Tuple[E, Entry[E]]
Listed = Dict[str, List[Union[Entry[str], Entry[int], None]]]
wrapper_module.manual_export("Entries", "Found", "Listed", "Named")


@wrapper_module.wrap_function
async def collected(entries: Entries) -> Found:
    return Entry(str(len(entries)))
