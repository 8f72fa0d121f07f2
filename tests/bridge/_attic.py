"""An implementation of things that are awaitable, iterable, dynamic, or carried in containers of anything."""

from __future__ import annotations

import builtins
import importlib
from typing import TYPE_CHECKING, Any, TypeVar

from ambidex import Module

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Generator, Iterable, Iterator

module = Module("tests.bridge.attic", synchronizer="tests")
T = TypeVar("T")
kept: list[Any] = []  # what the implementation was given last


async def _later(value: int) -> int:
    return value


@module.wrap_class
class Chore:
    """Something that can be awaited, or be an item."""

    def __await__(self) -> Generator[Any, None, int]:
        return _later(3).__await__()


@module.wrap_class
class Steps:
    """An iterator that answers to every public name."""

    def __aiter__(self) -> Steps:
        self.__dict__["left"] = 2
        return self

    async def __anext__(self) -> int:
        if not self.__dict__["left"]:
            raise StopAsyncIteration
        self.__dict__["left"] -= 1
        left: int = self.__dict__["left"]
        return left

    def __getattr__(self, name: str) -> int:
        if name.startswith("_"):
            raise AttributeError(name)
        return len(name)


class _Walk:
    """An iterator that can be closed early."""

    def __init__(self) -> None:
        self.closed = 0

    def __aiter__(self) -> AsyncIterator[int]:
        return self

    async def __anext__(self) -> int:
        return 1

    async def aclose(self) -> None:
        self.closed += 1


class _Proxy:
    """Hand every name on to another object."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __aiter__(self) -> AsyncIterator[int]:
        return self

    async def __anext__(self) -> int:
        number: int = await self._inner.__anext__()
        return number

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


@module.wrap_class
class Trunk:
    """A thing with a name and anything inside."""

    name: str
    inside: dict[str, Any]

    def __init__(self, name: str) -> None:
        self.name = name
        self.inside = {}

    class Drawer:
        """A part of a trunk."""

        async def size(self) -> int:
            """Return its size."""
            return 1


@module.wrap_function
async def chores(several: AsyncIterable[Chore]) -> list[Chore]:
    """Return the chores one by one."""
    return [chore async for chore in several]


@module.wrap_function
async def each_chore(several: AsyncIterable[Chore]) -> AsyncIterator[Chore]:
    """Yield the chores one by one."""
    async for chore in several:
        yield chore


@module.wrap_function
def rotating(first: Chore) -> Generator[Chore, Chore, list[Chore]]:
    """Yield a chore, then those that are sent; return them all, or yield the first when one is lost."""
    found = [first]
    try:
        found.append((yield first))
        yield found[-1]
    except LookupError:
        yield found[0]
    return found


@module.wrap_function
async def rotated(steps: Generator[Chore, Chore, Chore]) -> Chore:
    """Send the first chore back, and return what the generator does."""
    try:
        steps.send(next(steps))
    except StopIteration as end:
        last: Chore = end.value
        return last
    raise LookupError("it goes on")


@module.wrap_function
def walk() -> AsyncIterator[int]:
    """Return an iterator that is no generator."""
    iterator = _Walk()
    kept[:] = [iterator]
    return iterator


@module.wrap_function
def walk_by_proxy() -> AsyncIterator[int]:
    """Return an iterator that hands every name on to a generator."""
    return _Proxy(_count())


async def _count() -> AsyncIterator[int]:
    for number in range(3):
        yield number


@module.wrap_function
async def list_of_any(items: list[Any]) -> list[Any]:
    """Keep what is given, and give it back."""
    kept[:] = [items]
    return items


@module.wrap_function
async def tuple_of_any(items: tuple[Any, ...]) -> tuple[object, ...]:
    """Keep what is given, and give it back."""
    kept[:] = [items]
    return items


@module.wrap_function
async def pair_of_any(items: tuple[Any, int]) -> tuple[Any, int]:
    """Keep what is given, and give it back."""
    kept[:] = [items]
    return items


@module.wrap_function
async def dict_of_any(items: dict[str, Any]) -> dict[str, Any]:
    """Keep what is given, and give it back."""
    kept[:] = [items]
    return items


@module.wrap_function
async def keyed_by_any(items: dict[object, int]) -> dict[object, int]:
    """Keep what is given, and give it back."""
    kept[:] = [items]
    return items


@module.wrap_function
async def set_of_any(items: set[Any]) -> set[Any]:
    """Keep what is given, and give it back."""
    kept[:] = [items]
    return items


@module.wrap_function
async def frozen_set_of_any(items: frozenset[Any]) -> frozenset[Any]:
    """Keep what is given, and give it back."""
    kept[:] = [items]
    return items


@module.wrap_function
async def deque_of_any(items: deque[Any]) -> deque[Any]:
    """Keep what is given, and give it back."""
    kept[:] = [items]
    return items


@module.wrap_function
async def iterable_of_any(items: Iterable[Any]) -> Iterable[Any]:
    """Keep what is given, and give it back."""
    kept[:] = [items]
    return items


@module.wrap_function
async def read_any(items: Iterable[Any]) -> Iterator[Any]:
    """Read what is given, and give an iterator of it."""
    kept[:] = [list(items)]
    return iter(kept[0])


@module.wrap_function
async def rows_of_any(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep what is given, and give it back."""
    kept[:] = [items]
    return items


@module.wrap_function
async def anything(item: Any) -> object:
    """Keep what is given, and give it back."""
    kept[:] = [item]
    return item


@module.wrap_function
async def variable(item: T) -> T:
    """Keep what is given, and give it back."""
    kept[:] = [item]
    return item


@module.wrap_class
class Broken(Exception):
    """It says nothing of what it holds."""


@module.wrap_function
async def broken(how: str) -> Any:
    """Raise, or return, an exception with a trunk in it; or a group with two."""
    error = Broken(Trunk("a"), {"inside": [Trunk("b")]})
    error.__dict__["itself"] = error
    if how == "raise":
        raise error
    if how == "group":
        kind: Any = getattr(builtins, "ExceptionGroup")  # noqa: B009  not on every Python
        raise kind("several", [error, KeyError(Trunk("c"))])
    kept[:] = [error]
    return error if how == "alone" else [error, 1]


@module.wrap_function
async def list_of_variable(items: list[T]) -> list[T]:
    """Keep what is given, and give it back."""
    kept[:] = [items]
    return items


@module.wrap_function
async def told(work: Callable[[list[Any]], None]) -> None:
    """Call a function with a list of anything."""
    kept[:] = [Trunk("of the attic")]
    work([1, kept[0]])


@module.wrap_function
async def each_of_any(items: list[Any]) -> AsyncIterator[Any]:
    """Keep what is given, and yield it one by one."""
    kept[:] = [items]
    for item in items:
        yield item


@module.wrap_function
def steps_of_any(items: list[Any]) -> Generator[Any, Any, Any]:
    """Yield what is given one by one, keep what is sent, and return all of it."""
    kept.clear()
    for item in items:
        sent = yield item
        kept.append(sent)
    return items


@module.wrap_function
async def passed(work: Callable[[Any], Awaitable[Any]], item: Any) -> Any:
    """Hand something to a callable, keep what that gives, and give it back."""
    given = await work(item)
    kept[:] = [item, given]
    return given


@module.wrap_function
async def made(place: str) -> Trunk:
    """Return a trunk of a class that another module defines."""
    home, _, name = place.partition(":")
    made: Trunk = getattr(importlib.import_module(home), name)()
    return made


@module.wrap_function
async def made_any(place: str) -> Any:
    """Return an object of a class that another module defines."""
    return await made(place)


@module.wrap_function
async def drawer() -> object:
    """Return a part of a trunk."""
    return Trunk.Drawer()
