"""What a user infers who overrides methods of overrides.py, and what is refused."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

from overrides import Handler, Reading, Station, Store, dispatch
from typing_extensions import assert_type

import ambidex
from ambidex.bridge import Context


class Blocking(Station):
    def __init__(self, city: str, offset: float) -> None:
        super().__init__(city)
        self.offset = offset

    @ambidex.method
    def measure(self, city: str, *, scale: float = 1.0) -> Reading:
        """Measure in a city."""
        assert_type(super().measure(city, scale=scale), Reading)
        return super().measure(city)

    @ambidex.method
    def smooth(self, readings: list[Reading], last: Reading | None = None) -> dict[str, Reading]:
        assert_type(super().smooth(readings), "dict[str, Reading]")
        return super().smooth(readings, last)

    def label(self) -> str:
        return super().label()

    @property
    def unit(self) -> str:
        return super().unit

    @ambidex.method
    def readings(self, limit: int) -> Generator[Reading, None, None]:
        assert_type(super().readings(limit), "Generator[Reading, None, None]")
        yield from super().readings(limit)

    @ambidex.method
    @contextmanager
    def reserved(self) -> Generator[Reading, None, None]:
        with super().reserved() as reading:
            assert_type(reading, Reading)
            yield reading


class Awaited(Blocking):
    @ambidex.async_method
    async def measure(self, city: str, *, scale: float = 1.0) -> Reading:
        assert_type(await super().measure.aio(city, scale=scale), Reading)
        return await super().measure.aio(city)

    @ambidex.async_method
    async def readings(self, limit: int) -> AsyncGenerator[Reading, None]:
        async for reading in super().readings.aio(limit):
            assert_type(reading, Reading)
            yield reading

    @ambidex.async_method
    @asynccontextmanager
    async def reserved(self) -> AsyncGenerator[Reading, None]:
        async with super().reserved() as reading:
            assert_type(reading, Reading)
            yield reading


class Shout(Handler):
    @ambidex.method
    def handle(self, reading: Reading) -> str:
        return str(reading.value)

    @ambidex.method
    def extra(self, times: int, *, loudly: bool = False) -> list[str]:
        return ["!"] * times


class Lengths(Store[int]):
    @ambidex.method
    def load(self, key: str) -> int:
        return len(key)


blocking, awaited = Blocking("Oslo", 1.0), Awaited("Oslo", 1.0)
assert_type(blocking.measure("Rome", scale=2.0), Reading)
assert_type(blocking.readings(2), "Generator[Reading, None, None]")
assert_type(blocking.reserved(), "Context[Reading]")
assert_type(awaited.measure("Rome"), Reading)
assert_type(awaited.measure.submit("Rome").result(), Reading)
assert_type(awaited.measure.with_options(timeout=1)("Rome"), Reading)
assert_type(awaited.readings(2), "Generator[Reading, None, None]")
assert_type(awaited.reserved(), "Context[Reading]")
assert_type(dispatch([Shout()], Reading(1.0)), "list[str]")
assert_type(Shout().extra(2, loudly=True), "list[str]")
assert_type(Lengths().load_all(["a"]), "list[int]")
assert_type(Lengths().load("a"), int)
blocking.measure(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Shout().extra("2")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


class Wrong(Station):
    """Overrides with other signatures."""

    @ambidex.method
    def measure(self, city: int) -> Reading:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
        return Reading(city)

    @ambidex.async_method
    async def smooth(self, readings: list[Reading], last: Reading | None = None) -> str:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
        return ""

    @ambidex.method
    def readings(self, limit: int) -> Generator[str, None, None]:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
        yield ""

    @ambidex.method
    def label(self) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
        return ""


class Bare(Station):
    """Leaves the decorators out."""

    def measure(self, city: str, *, scale: float = 1.0) -> Reading:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
        return Reading(1.0)

    async def smooth(self, readings: list[Reading], last: Reading | None = None) -> dict[str, Reading]:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
        return {}


class Undecided(Station):
    """Takes the decorator of the other kind."""

    @ambidex.method
    async def measure(self, city: str, *, scale: float = 1.0) -> Reading:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
        return Reading(1.0)


async def waiting() -> None:
    assert_type(await blocking.measure.aio("Rome"), Reading)
    assert_type(await awaited.measure.aio("Rome", scale=1), Reading)
    assert_type(blocking.readings.aio(2), "AsyncGenerator[Reading, None]")
    assert_type(awaited.readings.aio(2), "AsyncGenerator[Reading, None]")
    assert_type(await Shout().extra.aio(2), "list[str]")
    assert_type(await Lengths().load.aio("a"), int)
    async with blocking.reserved() as reading:
        assert_type(reading, Reading)
