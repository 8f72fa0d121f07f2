"""Generics: type variables of functions and classes, of parameters and of any number of types."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Generic, List, Optional, Tuple, TypeVar

from ambidex import Module

if TYPE_CHECKING:
    from typing_extensions import Concatenate, ParamSpec, Self, TypeVarTuple, Unpack

    P = ParamSpec("P")
    Ts = TypeVarTuple("Ts")

wrapper_module = Module("generics")

T = TypeVar("T")
U = TypeVar("U")
Number = TypeVar("Number", bound=float)
Text = TypeVar("Text", str, bytes)
P_ = TypeVar("P_", bound="Plant")
T_co = TypeVar("T_co", covariant=True)
T_contra = TypeVar("T_contra", contravariant=True)


@wrapper_module.wrap_class
class Plant:
    """Something that grows."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def name(self) -> str:
        return self._name


@wrapper_module.wrap_function
async def first(items: Sequence[T], default: Optional[T] = None) -> Optional[T]:
    """Return the first of `items`."""
    return items[0] if items else default


@wrapper_module.wrap_function
async def padded(items: Sequence[Optional[T]], length: int) -> List[Optional[T]]:
    """Fill `items` up with None."""
    return [*items, *[None] * (length - len(items))]


@wrapper_module.wrap_function
def last(items: Sequence[T]) -> T:
    return items[-1]


@wrapper_module.wrap_function
async def double(value: Number) -> Number:
    return value * 2  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


@wrapper_module.wrap_function
async def joined(a: Text, b: Text) -> Text:
    return a + b


@wrapper_module.wrap_function
async def watered(plant: P_) -> P_:
    """Give back the very plant, of whatever class."""
    assert await plant.name()
    return plant


@wrapper_module.wrap_function
async def each(table: Mapping[str, T]) -> AsyncGenerator[Tuple[str, T], None]:
    for key, value in table.items():
        yield key, value


@wrapper_module.wrap_function
@asynccontextmanager
async def held(value: T) -> AsyncGenerator[T, None]:
    yield value


@wrapper_module.wrap_function
async def apply(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call `function`."""
    return function(*args, **kwargs)


@wrapper_module.wrap_function
async def counted(function: Callable[Concatenate[int, P], T], *args: P.args, **kwargs: P.kwargs) -> List[T]:
    return [function(number, *args, **kwargs) for number in range(2)]


@wrapper_module.wrap_function
async def mapped(function: Callable[[T], Awaitable[U]], items: Sequence[T]) -> List[U]:
    """Await `function` for each of `items`."""
    return [await function(item) for item in items]


@wrapper_module.wrap_function
async def packed(*items: Unpack[Ts]) -> Tuple[Unpack[Ts]]:
    return items


@wrapper_module.wrap_function
async def numbered(function: Callable[[Unpack[Ts]], Awaitable[U]]) -> Callable[[int, Unpack[Ts]], Awaitable[List[U]]]:
    """Return what awaits `function` a number of times."""

    async def called(times: int, *items: Unpack[Ts]) -> List[U]:
        return [await function(*items) for _ in range(times)]

    return called


@wrapper_module.wrap_class
class Box(Generic[T]):
    """A box for one thing."""

    size: int
    spare: Optional[T]

    def __init__(self, item: T) -> None:
        self._item = item
        self.size = 1
        self.spare = None

    async def get(self) -> T:
        """Return what is inside."""
        return self._item

    async def put(self, item: T) -> T:
        before, self._item = self._item, item
        return before

    async def with_other(self, other: U) -> Tuple[T, U]:
        return self._item, other

    async def sent(self, function: Callable[[T], Awaitable[U]]) -> U:
        return await function(self._item)

    async def stream(self, times: int) -> AsyncIterator[T]:
        for _ in range(times):
            yield self._item

    def peek(self) -> T:
        return self._item

    async def boxed(self) -> Box[Box[T]]:
        return Box(Box(self._item))

    async def itself(self) -> Self:
        return self

    @classmethod
    async def of(cls, item: T) -> Box[T]:
        """Box `item`."""
        return Box(item)

    @classmethod
    async def holds(cls, item: Optional[T], tell: Callable[[str], None]) -> bool:
        """Tell whether a box would hold something, by its type variable alone."""
        tell(type(item).__module__)
        return item is not None

    @classmethod
    def plain_of(cls, item: T) -> Self:
        return cls(item)

    @property
    def item(self) -> T:
        return self._item


@wrapper_module.wrap_class
class Pot(Box[P_]):
    """A box for a plant."""

    async def plant(self) -> P_:
        return self._item


@wrapper_module.wrap_class
class Bonsai(Pot[Plant]):
    async def trimmed(self) -> Plant:
        return self._item

    async def with_other(self, other: U) -> Tuple[Plant, U]:
        return await self.trimmed(), other

    async def sent(self, function: Callable[[Plant], Awaitable[U]], *, times: int = 1) -> U:
        return [await function(self._item) for _ in range(times)][-1]


class _Stored(Generic[T, U]):
    """Not public: what it has is folded into what extends it."""

    async def both(self, left: T, right: U) -> Tuple[T, U]:
        return left, right


@wrapper_module.wrap_class
class Store(_Stored[int, List[str]]):
    pass


@wrapper_module.wrap_class
class Reading(Generic[T_co]):
    """What no rule of variance for parameters and results speaks of: its attributes can be read and written."""

    value: T_co
    kind: type[T_co]

    def __init__(self, value: T_co) -> None:
        self.value = value
        self.kind = type(value)

    async def get(self) -> T_co:
        return self.value


@wrapper_module.wrap_class
class Meter(Generic[T_contra]):
    last: Optional[T_contra]

    def __init__(self) -> None:
        self.last = None

    async def put(self, value: T_contra) -> None:
        self.last = value


@wrapper_module.wrap_function
async def unboxed(box: Box[T]) -> T:
    return await box.get()


@wrapper_module.wrap_function
async def boxes(items: Sequence[Box[Any]]) -> int:
    return len(items)
