"""Callables that deliver otherwise than an `async def`: plain ones, and those that are bound to their class."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Coroutine, List, Optional, Union, overload

from ambidex import Module

if TYPE_CHECKING:
    from typing_extensions import Literal, Protocol, Self
else:
    Protocol = object

wrapper_module = Module("deliveries")
events: List[str] = []


@wrapper_module.wrap_function
def later(number: int) -> Awaitable[int]:
    """Give a number, from a plain function."""
    return _later(number)


@wrapper_module.wrap_function
def begun(text: str) -> Coroutine[Any, Any, str]:
    return _upper(text)


@wrapper_module.wrap_function
def promised(number: Optional[int] = None) -> asyncio.Future[Optional[int]]:
    """Promise a number, which is there a moment later."""
    loop = asyncio.get_running_loop()
    promise: asyncio.Future[Optional[int]] = loop.create_future()
    loop.call_soon(promise.set_result, number)
    return promise


@wrapper_module.wrap_function
def scheduled(text: str) -> asyncio.Task[str]:
    return asyncio.get_running_loop().create_task(_upper(text))


@wrapper_module.wrap_function
def endless() -> asyncio.Task[None]:
    """Wait for good."""
    return asyncio.get_running_loop().create_task(_wait())


@wrapper_module.wrap_function
def failing() -> Awaitable[None]:
    return _fail()


@wrapper_module.wrap_function
async def seen() -> List[str]:
    return events


@wrapper_module.wrap_class
class Parcel:
    """A parcel."""

    def __init__(self, city: str) -> None:
        self.city = city

    def joined(self, other: Parcel) -> Awaitable[Parcel]:
        """Return the parcel itself, through an awaitable."""
        return self._joined(other)

    @classmethod
    def packed(cls, city: str) -> Awaitable[Self]:
        return cls._packed(city)

    @staticmethod
    def weight(text: str) -> Awaitable[int]:
        return _later(len(text))

    @classmethod
    async def many(cls, limit: int = 2) -> AsyncIterator[Self]:
        """Yield parcels."""
        for number in range(limit):
            yield cls(str(number))

    @classmethod
    def others(cls) -> AsyncIterator[Parcel]:
        return cls.many(1)

    @staticmethod
    async def echo(first: str) -> AsyncGenerator[str, Optional[Parcel]]:
        """Yield the city of each parcel that is sent."""
        parcel = yield first
        while parcel is not None:
            parcel = yield parcel.city

    @classmethod
    @asynccontextmanager  # pyright: ignore[reportDeprecated]  as most code still annotates it
    async def opened(cls, city: str) -> AsyncIterator[Self]:
        """Open a parcel for the block."""
        events.append(f"open {city}")
        try:
            yield cls(city)
        finally:
            events.append(f"close {city}")

    @staticmethod
    @asynccontextmanager
    async def scale(limit: int) -> AsyncGenerator[int, None]:
        yield limit * 2

    city: str

    async def _joined(self, other: Parcel) -> Parcel:
        self.city += other.city
        return self

    @classmethod
    async def _packed(cls, city: str) -> Self:
        return cls(city)


@wrapper_module.wrap_function
async def total(numbers: AsyncIterable[int], limit: Optional[int] = None) -> int:
    """Add numbers up, `limit` of them at most."""
    found = 0
    async for number in numbers:
        if limit is not None:
            if not limit:
                break
            limit -= 1
        found += number
    return found


@wrapper_module.wrap_function
async def twice(numbers: AsyncIterable[int]) -> List[int]:
    """Read numbers two times."""
    return [number async for number in numbers] + [number async for number in numbers]


@wrapper_module.wrap_function
async def first_of(parcels: Optional[AsyncIterator[Parcel]] = None) -> Optional[Parcel]:
    if parcels is None:
        return None
    try:
        return await parcels.__anext__()
    except StopAsyncIteration:
        return None


@wrapper_module.wrap_function
async def doubled(numbers: AsyncIterable[int]) -> AsyncIterator[int]:
    async for number in numbers:
        yield number * 2


@wrapper_module.wrap_class
class Rows:
    """An async iterable of the implementation itself."""

    async def __aiter__(self) -> AsyncIterator[int]:
        yield 1


@wrapper_module.wrap_function
async def is_own(numbers: AsyncIterable[int]) -> bool:
    return isinstance(numbers, Rows)


@wrapper_module.wrap_function
async def sent(body: Union[bytes, AsyncIterable[bytes]]) -> int:
    """Take either."""
    if isinstance(body, bytes):
        return len(body)
    return sum([len(part) async for part in body])


class _AtOnce(Protocol):
    @property
    def waits(self) -> Literal[False]: ...


class _Later(Protocol):
    @property
    def waits(self) -> Literal[True]: ...


@wrapper_module.wrap_class
class Shelf:
    """Its methods give something to await, or the result itself, as what is under them does."""

    @overload
    def find(self: _AtOnce, city: str) -> Parcel: ...
    @overload
    def find(self: _Later, city: str) -> Awaitable[Optional[Parcel]]: ...
    def find(self, city: str) -> Union[Parcel, None, Awaitable[Optional[Parcel]]]:
        return _found(city) if city else None

    def old(self, value: int) -> Union[Awaitable[Any], Any]:
        return _later(value) if value else value


@wrapper_module.wrap_function
def perhaps(number: int) -> Union[int, Awaitable[int]]:
    """Give a number at once, or later."""
    return _later(number) if number % 2 else number


async def _later(number: int) -> int:
    await asyncio.sleep(0)
    return number


async def _found(city: str) -> Parcel:
    return Parcel(city)


async def _upper(text: str) -> str:
    return text.upper()


async def _wait() -> None:
    try:
        await asyncio.get_running_loop().create_future()
    except asyncio.CancelledError:
        events.append("cancelled")
        raise


async def _fail() -> None:
    raise LookupError("nothing there")
