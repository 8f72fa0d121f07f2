"""The implementation behind the faces of tests/bridge/meadow.py: records whose fields carry wrapped objects."""

from __future__ import annotations

import functools
from collections import deque
from dataclasses import InitVar, dataclass, field, fields, is_dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict, TypeVar, cast

from ambidex.bridge import Face

if TYPE_CHECKING:
    from collections.abc import Iterable


class Sheep:
    def __init__(self, name: str) -> None:
        self.name = name


class Row(NamedTuple):
    first: Sheep
    rest: list[Any]
    number: int = 0


class Shorn(Row):
    """A subclass that makes its tuples in a way of its own, and gives them attributes."""

    def __new__(cls, first: Sheep) -> Shorn:  # noqa: PYI034  Self is not in 3.9's typing
        made = super().__new__(cls, first, [])
        made.note = "shorn"
        return made

    note: str


class Flags(TypedDict, total=False):
    chief: Sheep
    flocks: list[Flock]
    colour: str


@dataclass
class Flock:
    leader: Sheep | None = None
    flocks: list[Flock] = field(default_factory=list)
    by_name: dict[str, Flock | Sheep | None] = field(default_factory=dict)
    row: Row | None = None
    flags: Flags = field(default_factory=dict)  # type: ignore[assignment]
    members: frozenset[Sheep] = frozenset()
    word: str = ""


class Slotted:
    __slots__ = ("__hidden",)

    def hide(self, thing: object) -> None:
        object.__setattr__(self, "_Slotted__hidden", thing)

    def shown(self) -> object:
        return self.__hidden  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Tag(Slotted):
    __slots__ = ("number", "sheep")
    sheep: Sheep
    number: int


@dataclass
class Count:
    sheep: Sheep
    times: InitVar[int]
    made: int = field(init=False, default=0)
    late: Sheep = field(init=False)

    def __post_init__(self, times: int) -> None:
        self.made += times

    @functools.cached_property
    def of_inside(self) -> str:
        return type(self.sheep).__module__


@dataclass
class Counted(Count):
    second: Sheep | None = None
    others: dict[str, Any] = field(default_factory=dict)


T = TypeVar("T")


def inside(thing: Any, seen: set[int] | None = None) -> Iterable[Any]:
    """Yield everything inside a value, however deep."""
    seen = set() if seen is None else seen
    if id(thing) in seen:
        return
    seen.add(id(thing))
    yield thing
    parts: Iterable[Any] = ()
    if is_dataclass(thing):
        parts = [getattr(thing, part.name, None) for part in fields(thing)]
    elif isinstance(thing, dict):
        parts = [*thing, *thing.values()]
    elif isinstance(thing, (list, tuple, set, frozenset, deque)):
        parts = cast("Iterable[Any]", thing)
    for part in parts:
        yield from inside(part, seen)


def checked(thing: T) -> T:
    assert not any(isinstance(part, Face) for part in inside(thing))
    return thing


async def flock(thing: Flock) -> Flock:
    return checked(thing)


async def row(thing: Row) -> Row:
    return checked(thing)


async def flags(thing: Flags) -> Flags:
    return checked(thing)


async def tag(thing: Tag) -> Tag:
    return checked(thing)


async def counted(thing: Count) -> Count:
    assert thing.of_inside == __name__
    return checked(thing)


async def either(thing: Tag | Flock | Sheep | str) -> Tag | Flock | Sheep | str:
    return checked(thing)
