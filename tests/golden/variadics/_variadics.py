"""Classes that are generic in any number of types, as they may be from Python 3.11 on."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar, TypeVarTuple

from ambidex import Module

wrapper_module = Module("variadics")

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


@wrapper_module.wrap_class
class Light:
    """Something that a signal sends."""

    async def on(self) -> bool:
        return True


@wrapper_module.wrap_class
class Signal(Generic[T, *Ts]):
    """Something that sends values of some types."""

    def __init__(self, name: T, *values: *Ts) -> None:
        self._name = name
        self._values = values

    async def emit(self, *values: *Ts) -> int:
        """Send values."""
        self._values = values
        return len(values)

    async def last(self) -> tuple[*Ts]:
        """Give what was sent last."""
        return self._values

    async def name(self) -> T:
        return self._name

    async def each(self) -> AsyncIterator[tuple[T, *Ts]]:
        """Give what was sent, with the name."""
        yield self._name, *self._values

    @asynccontextmanager
    async def held(self) -> AsyncGenerator[tuple[*Ts], None]:
        """Hold what was sent."""
        yield self._values

    async def call(self, function: Callable[[*Ts], Awaitable[None]]) -> None:
        """Call a function with what was sent."""
        await function(*self._values)

    def peek(self) -> tuple[*Ts]:
        """Look at what was sent."""
        return self._values

    @classmethod
    async def of(cls, name: T, *values: *Ts) -> Signal[T, *Ts]:
        """Make a signal that has sent values."""
        return cls(name, *values)


@wrapper_module.wrap_class
class Lamp(Signal[str, Light, int]):
    """A signal of lights."""

    async def last(self) -> tuple[Light, int]:
        return await super().last()

    async def light(self) -> Light:
        """Give the light that was sent last."""
        return (await self.last())[0]


class _Folded(Generic[*Ts]):
    async def same(self, *values: *Ts) -> tuple[*Ts]:
        return values


@wrapper_module.wrap_class
class Folded(_Folded[Light, int]):
    """One whose base is not public."""


@wrapper_module.wrap_class
@dataclass
class Batch(Generic[*Ts]):
    """What was sent, and by what."""

    light: Light
    values: tuple[*Ts]


@wrapper_module.wrap_class
class Bag(Generic[*Ts]):
    """Something that holds values of some types, or none."""

    def __init__(self, *values: *Ts) -> None:
        self._values = values

    async def all(self) -> tuple[*Ts]:
        """Give all that it holds."""
        return self._values

    async def emptied(self) -> Bag[()]:
        """Give one that is empty."""
        return Bag()

    async def more(self, value: T) -> Bag[T, *Ts]:
        """Give one that holds one more."""
        return Bag(value, *self._values)


@wrapper_module.wrap_function
async def counted(*lights: *tuple[Light, ...]) -> int:
    """Count lights."""
    return sum([await light.on() for light in lights])


@wrapper_module.wrap_function
async def second(*values: *tuple[Light, int, *tuple[str, ...]]) -> int:
    """Give the second value."""
    assert await values[0].on()
    return values[1]


@wrapper_module.wrap_function
async def signalled(signal: Signal[str, *Ts], *more: *Ts) -> Batch[*Ts]:
    """Give what a signal has sent, after it has sent more."""
    await signal.emit(*more)
    return Batch(Light(), await signal.last())


@wrapper_module.wrap_function
async def rest(values: tuple[int, *tuple[Light, ...]]) -> tuple[*tuple[Light, ...], str]:
    """Give all but the first value."""
    assert [await light.on() for light in values[1:]]
    return *values[1:], "end"
