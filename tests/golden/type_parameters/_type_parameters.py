"""Type parameters as Python 3.12 writes them, of functions, classes, methods and aliases."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Self, TypedDict, overload

from ambidex import Module

wrapper_module = Module("type_parameters")

type Named[V] = dict[str, V]
type Code = str
type Pairs[K, V] = list[tuple[K, Named[V]]]
type Made = list[Station]
type Handler[**P, R] = Callable[P, Awaitable[R]]
type Only[**P] = Callable[P, int]
type Several[*Ts] = tuple[int, *Ts]
type Left = list[Right]
type Right = dict[str, Left]


@wrapper_module.wrap_class
class Station:
    """What boxes hold."""

    async def name(self) -> Code:
        return "station"


@wrapper_module.wrap_class
class Box[T]:
    """Something that holds something else."""

    content: T

    def __init__(self, content: T) -> None:
        self.content = content

    async def get(self) -> T:
        """Give the content."""
        return self.content

    async def apply[R](self, function: Callable[[T], Awaitable[R]]) -> R:
        """Give what a function makes of the content."""
        return await function(self.content)

    async def also[U](self, other: U) -> "Box[tuple[T, U]]":
        """Give a box with something beside the content."""
        return Box((self.content, other))

    async def each(self) -> AsyncIterator[T]:
        """Give the content, as often as it is."""
        yield self.content

    async def same(self) -> Self:
        return self

    @classmethod
    async def of(cls, content: T) -> "Box[T]":
        """Make a box."""
        return cls(content)


@wrapper_module.wrap_class
class Crate[T: Station](Box[T]):
    """A box of stations."""

    async def names(self) -> list[str]:
        """Give the names of what is in it."""
        return [await self.content.name()]


@wrapper_module.wrap_class
class Labelled(Box[str]):
    """A box with a text in it."""

    class Part[U]:
        """A part of one."""

        def __init__(self, content: U) -> None:
            self._content = content

        async def all(self) -> list[U]:
            """Give all that it holds."""
            return [self._content]


@wrapper_module.wrap_class
@dataclass
class Sheet[T]:
    """Some items of a station."""

    items: list[T]
    owner: Station

    def first(self) -> T:
        return self.items[0]


@wrapper_module.wrap_class
class Leg[T](NamedTuple):
    """A way from a station."""

    at: Station
    item: T


@wrapper_module.wrap_class
class Plan[T](TypedDict):
    """What one has in mind."""

    at: Station
    item: T


@wrapper_module.wrap_class
class Signal[*Ts]:
    """Something that sends values of some types."""

    def __init__(self, *values: *Ts) -> None:
        self._values = values

    async def last(self) -> tuple[*Ts]:
        """Give what was sent last."""
        return self._values


@wrapper_module.wrap_class
class Task[**P, R]:
    """Something to do, that takes what a function takes."""

    def __init__(self, function: Callable[P, Awaitable[R]]) -> None:
        self._function = function

    async def run(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Do it."""
        return await self._function(*args, **kwargs)

    async def given(self, station: Station, task: "Task[[Station], int]") -> "Task[[], tuple[R | None, int]]":
        """Give what does another task, and needs nothing for that."""

        async def ran() -> tuple[R | None, int]:
            return None, await task.run(station)

        return Task(ran)


@wrapper_module.wrap_class
class Numbered[R](Task[[int], R]):
    """Something to do with a number."""

    async def all(self, numbers: list[int]) -> list[R]:
        """Do it with each of some numbers."""
        return [await self.run(number) for number in numbers]


@wrapper_module.wrap_class
class Listed(Task[[list[Station], "Labelled"], Station]):
    """Something to do with stations, of which one is chosen."""

    async def labelled(self, station: Station) -> Station:
        """Do it with one station and a label."""
        return await self.run([station], Labelled("a"))


@wrapper_module.wrap_class
class Hook[**P]:
    """What is called with parameters alone."""

    def __init__(self, function: Callable[P, Awaitable[Station]]) -> None:
        self._function = function

    async def call(self, *args: P.args, **kwargs: P.kwargs) -> Station:
        """Call it."""
        return await self._function(*args, **kwargs)


@wrapper_module.wrap_class
class Pulled(Hook[int, str]):
    """A hook for a number and a text, with no brackets around both."""


@wrapper_module.wrap_class
class Shelf[V]:
    """Something whose overloads have type parameters of their own, each with its own bound."""

    def __init__(self, content: V) -> None:
        self._content = content

    @overload
    async def find(self, key: int) -> V | None: ...
    @overload
    async def find[D: Station](self, key: int, default: D) -> V | D: ...
    @overload
    async def find[D: (str, bytes)](self, key: str, default: D) -> list[D]: ...
    async def find(self, key: Any, default: Any = None) -> Any:
        """Give the content under 0."""
        if key == 0:
            return self._content
        return [default] if isinstance(key, str) else default

    @overload
    @classmethod
    async def of[U: Station](cls, content: U, label: None = None) -> "Shelf[U]": ...
    @overload
    @classmethod
    async def of[U](cls, content: U, label: str) -> "Shelf[tuple[str, U]]": ...
    @classmethod
    async def of(cls, content: Any, label: str | None = None) -> "Shelf[Any]":
        """Make a shelf."""
        made: Any = content if label is None else (label, content)
        return cls(made)


@overload
async def asked[**P, R](function: Callable[P, Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> R: ...
@overload
async def asked[*Ts](function: None, values: tuple[*Ts]) -> tuple[Station, *Ts]: ...
@wrapper_module.wrap_function
async def asked(function: Any, *args: Any, **kwargs: Any) -> Any:
    """Call a function, or give values with a station."""
    return (Station(), *args[0]) if function is None else await function(*args, **kwargs)


@wrapper_module.wrap_function
async def first[T](values: list[T]) -> T:
    """Give the first value."""
    return values[0]


@wrapper_module.wrap_function
async def joined[T: (str, bytes)](one: T, two: T) -> T:
    """Give two texts as one."""
    return one + two


@wrapper_module.wrap_function
async def called[**P, R](function: Callable[P, Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function."""
    return await function(*args, **kwargs)


@wrapper_module.wrap_function
async def ran[R](task: Task[[Station, int], R], station: Station) -> R:
    """Do something with a station."""
    assert type(station) is Station
    return await task.run(station, 3)


@wrapper_module.wrap_function
async def hooked(both: Hook[[int, str]], only: Hook[int], any_: Hook[...]) -> list[Station]:
    """Call some hooks."""
    return [await both.call(1, "a"), await only.call(2), await any_.call(3)]


@wrapper_module.wrap_function
async def packed[*Ts](*values: *Ts) -> tuple[*Ts]:
    """Give values back."""
    return values


@wrapper_module.wrap_function
async def sheet[T](item: T, owner: Station) -> Sheet[T]:
    """Make a sheet."""
    assert type(owner) is Station
    return Sheet([item], owner)


@wrapper_module.wrap_function
async def legs[T](plan: Plan[T]) -> list[Leg[T]]:
    """Give the legs of a plan."""
    assert type(plan["at"]) is Station
    return [Leg(plan["at"], plan["item"])]


@wrapper_module.wrap_function
async def handled(handler: Handler[[int, str], Station], only: Only[int, str]) -> Several[Station, int]:
    """Call a handler, and a function that gives a number."""
    station = await handler(1, "a")
    assert type(station) is Station
    return 0, station, only(2, "b")


@wrapper_module.wrap_function
async def mirrored(left: Left | None, several: Several[()]) -> Right:
    """Give one of two types that name each other."""
    return {"left": left or [], "several": [{}] * several[0]}


@wrapper_module.wrap_function
async def paired(pairs: Pairs[int, Station]) -> Named[Made]:
    """Give the stations, by their names."""
    found: dict[str, list[Station]] = {}
    for _, named in pairs:
        for name, station in named.items():
            assert type(station) is Station
            found.setdefault(name, []).append(station)
    return found
