"""Aliases by `type` statements, with all kinds of type parameters, and with defaults, which came with Python 3.13."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ambidex import Module

wrapper_module = Module("type_aliases")

type Handler[**P, R] = Callable[P, Awaitable[R]]
type Only[**P] = Callable[P, int]
type Several[*Ts] = tuple[int, *Ts]
type Rows[A, *Us] = list[Several[A, *Us]]
type Both[A = str, B = list[A]] = tuple[A, B]
type Told[**P = [int], R = str] = Callable[P, Awaitable[R]]
type Many[*Ts = *tuple[int, str]] = tuple[bool, *Ts]
type Tree[T] = T | list[Tree[T]]


@wrapper_module.wrap_class
class Station:
    """What the types hold."""

    async def name(self) -> str:
        return "station"


@wrapper_module.wrap_class
class Box[T = Station]:
    """Something that holds a station, or something else."""

    def __init__(self, content: T) -> None:
        self._content = content

    async def get(self) -> T:
        """Give the content."""
        return self._content


@wrapper_module.wrap_class
@dataclass
class Entry[K = str, V = list[K]]:
    """Something under a key."""

    key: K
    value: V
    station: Station


@wrapper_module.wrap_function
async def handled(handler: Handler[[int, str], Station]) -> Station:
    """Call a handler."""
    station = await handler(1, "a")
    assert type(station) is Station
    return station


@wrapper_module.wrap_function
async def numbered(only: Only[int, str]) -> int:
    """Call a function that gives a number."""
    return only(2, "b")


@wrapper_module.wrap_function
async def several(values: Several[Station, str]) -> Several[()]:
    """Give the number alone."""
    assert type(values[1]) is Station
    return (values[0],)


@wrapper_module.wrap_function
async def rows(values: Rows[Station, str]) -> Rows[Station]:
    """Give each row without its text."""
    assert all(type(station) is Station for _, station, _ in values)
    return [(number, station) for number, station, _ in values]


@wrapper_module.wrap_function
async def both(one: Both, two: Both[Station]) -> Both[int, Station]:
    """Give a number and a station of two pairs."""
    assert type(two[0]) is type(two[1][0]) is Station
    return len(one[0]), two[0]


@wrapper_module.wrap_function
async def told(function: Told, other: Told[[Station]]) -> str:
    """Call two functions."""
    return await function(3) + await other(Station())


@wrapper_module.wrap_function
async def many(values: Many) -> Many[Station]:
    """Give a flag and a station."""
    return values[0], Station()


@wrapper_module.wrap_function
async def flat(tree: Tree[int]) -> list[int]:
    """Give the leaves of a tree."""
    if isinstance(tree, int):
        return [tree]
    return [leaf for branch in tree for leaf in await flat(branch)]


@wrapper_module.wrap_function
async def entered(entry: Entry, other: Entry[int]) -> Entry[Station]:
    """Give an entry of stations."""
    assert type(entry.station) is type(other.station) is Station
    return Entry(entry.station, [other.station], entry.station)


@wrapper_module.wrap_function
async def kept(box: Box) -> Box[str]:
    """Give the name of what is in a box, in a box."""
    return Box(await (await box.get()).name())
