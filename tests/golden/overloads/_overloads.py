"""Overloads: of functions, methods of every delivery, constructors and operators."""

from __future__ import annotations

import inspect
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import (
    Any,
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Generic,
    Iterator,
    List,
    Literal,
    NamedTuple,
    Optional,
    TypeVar,
    Union,
    overload,
)

from ambidex import Module

wrapper_module = Module("overloads")

T = TypeVar("T")
D = TypeVar("D")
R = TypeVar("R")


@overload
async def parsed(text: str, /) -> int: ...
@overload
async def parsed(text: bytes, /, *, strict: Literal[True]) -> bytes: ...
@overload
async def parsed(text: bytes, /, *, strict: bool = ...) -> Optional[bytes]: ...
@wrapper_module.wrap_function
async def parsed(text: Union[str, bytes], /, *, strict: bool = False) -> Union[int, bytes, None]:
    """Parse `text`.

    Text is counted:

        parsed("abc") == 3
    """
    return len(text) if isinstance(text, str) else text or None


@overload
def plain(value: int) -> str: ...
@overload
def plain(value: str) -> int: ...
@wrapper_module.wrap_function
def plain(value: Union[int, str]) -> Union[int, str]:
    """Turn one into the other."""
    return str(value) if isinstance(value, int) else int(value)


@overload
def found(key: str, /) -> str: ...
@overload
async def found(key: int, /, *, again: bool = ...) -> int: ...
@overload
def found(key: bytes, /) -> Callable[[int], Awaitable[bytes]]: ...
@wrapper_module.wrap_function
def found(*args: Any, **options: Any) -> Any:
    """Give a value at once, or what has to be awaited, or what does that: its overloads say which."""

    async def waited() -> int:
        return int(args[0]) + len(options)

    async def repeated(times: int) -> bytes:
        return bytes(args[0]) * times

    if isinstance(args[0], bytes):
        return repeated
    return args[0] if isinstance(args[0], str) else waited()


@overload
def counted(stop: int) -> AsyncGenerator[int, None]: ...
@overload
def counted(stop: str) -> AsyncGenerator[str, None]: ...
@wrapper_module.wrap_function
async def counted(stop: Union[int, str]) -> AsyncGenerator[Any, None]:
    if isinstance(stop, int):
        for number in range(stop):
            yield number
    else:
        for letter in stop:
            yield letter


@overload
def later(number: int) -> Awaitable[int]: ...
@overload
def later(number: str) -> Coroutine[Any, Any, str]: ...
@wrapper_module.wrap_function
def later(number: Union[int, str]) -> Union[Awaitable[int], Awaitable[str]]:
    """Return what is awaited."""
    return noted(number)


@wrapper_module.wrap_class
class Store(Generic[T]):
    """Keep values by name."""

    @overload
    def __init__(self, first: T) -> None: ...
    @overload
    def __init__(self, first: T, *more: T) -> None: ...
    def __init__(self, first: T, *more: T) -> None:
        self._items: List[T] = [first, *more]

    @overload
    async def get(self, index: int) -> T: ...
    @overload
    async def get(self, index: int, default: D) -> Union[T, D]: ...
    async def get(self, index: int, default: Any = None) -> Any:
        """Return the item at `index`."""
        return self._items[index] if index < len(self._items) else default

    @overload
    def first(self) -> Awaitable[T]: ...
    @overload
    def first(self, default: D) -> Awaitable[Union[T, D]]: ...
    def first(self, default: Any = None) -> Any:
        """Return what is awaited, and do not say so."""
        return self.get(0, default)

    @overload
    def each(self) -> AsyncIterator[T]: ...
    @overload
    def each(self, last: D) -> AsyncIterator[Union[T, D]]: ...
    def each(self, last: Any = None) -> object:
        return self._each(last)

    async def _each(self, last: Any) -> AsyncIterator[Any]:
        for item in [*self._items] if last is None else [*self._items, last]:
            yield item

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> List[T]: ...
    def __getitem__(self, index: Union[int, slice]) -> Union[T, List[T]]:
        return self._items[index]

    @overload
    @classmethod
    async def of(cls, first: D) -> Store[D]: ...
    @overload
    @classmethod
    async def of(cls, first: D, second: D) -> Store[D]: ...
    @classmethod
    async def of(cls, first: D, second: Optional[D] = None) -> Store[D]:
        return Store(first) if second is None else Store(first, second)

    @asynccontextmanager
    async def held(self, index: int = 0) -> AsyncGenerator[T, None]:
        yield self._items[index]

    def names(self) -> Iterator[str]:
        return iter([str(item) for item in self._items])


@overload
async def noted(self: int) -> int: ...
@overload
async def noted(self: str, **more: object) -> str: ...
@wrapper_module.wrap_function
async def noted(self: Union[int, str], **more: object) -> Union[int, str]:
    """Take what is called as a receiver is."""
    return f"{self} {sorted(more)}" if isinstance(self, str) else self


@wrapper_module.wrap_class
class Notes:
    @overload
    async def put(self, text: int, /) -> int: ...
    @overload
    async def put(self, text: str, /, **more: object) -> str: ...
    async def put(self, text: Union[int, str], /, **more: object) -> Union[int, str]:
        return f"{text} {sorted(more)}" if isinstance(text, str) else text

    @overload
    def keep(self, text: int, /) -> int: ...
    @overload
    def keep(self, /, *, text: str, **more: object) -> str: ...
    def keep(self, number: int = 0, /, *, text: str = "", **more: object) -> Union[int, str]:
        return f"{text} {sorted(more)}" if text else number

    async def take(_this, self: int) -> int:
        return self


@wrapper_module.wrap_class
class Reader(Generic[T]):
    """What it reads is told by how it is made."""

    @overload
    def __init__(self: Reader[str], path: str, *, encoding: str) -> None: ...
    @overload
    def __init__(self: "Reader[bytes]", path: str) -> None: ...
    @overload
    def __init__(self, path: str, *, parse: Callable[[bytes], T]) -> None: ...
    def __init__(
        self, path: str, *, encoding: str = "", parse: Optional[Callable[[bytes], T]] = None
    ) -> None:
        data = path.encode()
        self._read: Any = (
            parse(data) if parse is not None else data.decode(encoding) if encoding else data
        )

    async def read(self) -> T:
        read: T = self._read
        return read


@wrapper_module.wrap_class
class Made(Generic[T]):
    """Made by `__new__`, which says what."""

    @overload
    def __new__(cls, item: int) -> Made[str]: ...
    @overload
    def __new__(cls, item: bytes) -> Made[bytes]: ...
    def __new__(cls, item: Union[int, bytes]) -> Made[Any]:
        made = super().__new__(cls)
        made._item = str(item) if isinstance(item, int) else item
        return made

    _item: Any

    async def item(self) -> T:
        item: T = self._item
        return item


@wrapper_module.wrap_class
class Lines(Generic[T]):
    """Made in one way alone."""

    def __init__(self: Lines[List[str]], text: str) -> None:
        self._lines = text.splitlines()

    async def lines(self) -> T:
        lines: Any = self._lines
        found: T = lines
        return found


@wrapper_module.wrap_class
class Step(Generic[T, R]):
    """Made of an async function or of a blocking one."""

    @overload
    def __init__(self, function: Callable[[T], Awaitable[R]]) -> None: ...
    @overload
    def __init__(self, function: Callable[[T], R]) -> None: ...
    def __init__(self, function: Callable[[T], Any]) -> None:
        self._function = function

    async def run(self, item: T) -> R:
        self._last: R = await _made(self._function(item))
        return self._last

    @overload
    async def told(self, function: Callable[[R], Awaitable[str]]) -> str: ...
    @overload
    async def told(self, function: Callable[[R], str]) -> bytes: ...
    async def told(self, function: Callable[[R], Any]) -> Any:
        """Tell which of the two it was."""
        given = function(self._last)
        return await given if inspect.isawaitable(given) else given.encode()

    @overload
    async def applied(self, function: Callable[[D], Awaitable[R]], item: D) -> R: ...
    @overload
    async def applied(self, function: Callable[[D], R], item: D) -> R: ...
    async def applied(self, function: Callable[[D], Any], item: D) -> R:
        made: R = await _made(function(item))
        return made


async def _made(given: Any) -> Any:
    return await given if inspect.isawaitable(given) else given


@wrapper_module.wrap_class
class Index:
    """Look up at once, or later."""

    @overload
    def at(self, place: int) -> Index: ...
    @overload
    def at(self, place: str) -> Awaitable[Index]: ...
    @overload
    def at(self, place: None) -> AsyncIterator[Index]: ...
    def at(self, place: Union[int, str, None]) -> Any:
        async def awaited() -> Index:
            return self

        async def each() -> AsyncIterator[Index]:
            yield self

        if place is None:
            return each()
        return self if isinstance(place, int) else awaited()


@overload
async def turned(turn: Callable[[D], Awaitable[D]], item: D) -> D: ...
@overload
async def turned(turn: Callable[[D], D], item: D) -> D: ...
@wrapper_module.wrap_function
async def turned(turn: Callable[[D], Union[D, Any]], item: D) -> Any:
    """Say less of what `turn` gives than the overloads do."""
    return _own(await _made(turn(item)))


def _own(value: Any) -> Any:
    """Return a value, whose objects have to be those of this module."""
    held: List[Any] = list(value) if isinstance(value, Span) else [getattr(value, "index", value)]
    assert all(type(each) is Index for each in held), held
    return value


@wrapper_module.wrap_class
class Span(NamedTuple):
    first: Index
    last: Index


@wrapper_module.wrap_class
@dataclass
class Mark:
    index: Index
    title: str = ""


@overload
async def moved(value: Mark, move: Callable[[Mark], Awaitable[Mark]]) -> Mark: ...
@overload
async def moved(value: Mark, move: Callable[[Mark], Mark]) -> Mark: ...
@overload
async def moved(value: Span, move: Callable[[Span], Awaitable[Span]], /) -> Span: ...
@wrapper_module.wrap_function
async def moved(value: Any, move: Any) -> Any:
    """Say nothing of its parameters: the overloads do."""
    return _own(await _made(move(_own(value))))


@overload
def marked(mark: Mark, *others: Mark) -> List[Index]: ...
@overload
def marked(mark: Span, *, last: Mark) -> List[Index]: ...
@wrapper_module.wrap_function
def marked(*places: Any, **named: object) -> List[Index]:
    """Take what the overloads name by place and by name."""
    values = [_own(value) for value in (*places, *named.values())]
    return [each.first if isinstance(each, Span) else each.index for each in values]
