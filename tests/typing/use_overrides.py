"""What a user infers who overrides methods of overrides.py, and what is refused."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Generator, Iterable
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, contextmanager
from typing import TypeVar

from overrides import (
    Capital,
    Filter,
    Handler,
    Ledger,
    Plugin,
    Reading,
    Sink,
    Station,
    Store,
    dispatch,
    filtered,
    totalled,
)
from typing_extensions import ParamSpec, assert_type

import ambidex
from ambidex.bridge import Context

P = ParamSpec("P")
R = TypeVar("R")


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


class Wider(Capital):
    """Takes more than a class of the library that takes more than its own base."""

    @ambidex.method
    def measure(self, city: str, *, scale: float = 1.0, digits: int = 2, offset: float = 0.5) -> Reading:
        assert_type(super().measure(city, digits=digits), Reading)
        return super().measure(city, scale=scale)

    @ambidex.method
    def smooth(self, readings: list[Reading], last: Reading | None = None, *more: Reading) -> dict[str, Reading]:
        return super().smooth(readings, last)

    @ambidex.async_method
    async def readings(self, limit: int, scale: float = 1.0, *, last: bool = False) -> AsyncGenerator[Reading, None]:
        async for reading in super().readings.aio(limit, scale):
            yield reading

    @ambidex.method
    @contextmanager
    def reserved(self, hours: int = 1, *, days: int = 0) -> Generator[Reading, None, None]:
        with super().reserved(hours) as reading:
            yield reading


class Widest(Wider):
    @ambidex.async_method
    async def measure(
        self, city: str, *, scale: float = 1.0, digits: int = 2, offset: float = 0.5, times: int = 1
    ) -> Reading:
        return await super().measure.aio(city, offset=offset)


class Backwards(Ledger):
    """Has the types of what it overrides."""

    @ambidex.method(Ledger.find)
    def find(self, key: int | str) -> int | str:
        assert_type(super().find(1), int)
        return key

    @ambidex.async_method(Ledger.decided)
    async def decided(self, decide: Callable[[int], R | Awaitable[R]]) -> object:
        return decide(-1)

    @ambidex.method(Ledger.same)
    def same(self, value: R) -> R:
        assert_type(super().same(1), int)
        return value

    @ambidex.method(Ledger.called)
    def called(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        return function(*args, **kwargs)

    @ambidex.method(Ledger.listed)
    def listed(self, key: int | str) -> Generator[int | str, None, None]:
        yield key


class Loose(Ledger):
    """Has one signature that fits all overloads."""

    @ambidex.method
    def counted(self, key: int | str, *, exactly: bool = True, more: int = 0) -> int:
        return more


class Named(Station):
    """Names what it overrides, which needs it not."""

    @ambidex.method(Station.measure)
    def measure(self, city: str, *, scale: float = 1.0) -> Reading:
        return Reading(scale)


class Shout(Handler):
    @ambidex.method
    def handle(self, reading: Reading) -> str:
        return str(reading.value)

    @ambidex.method
    def extra(self, times: int, *, loudly: bool = False) -> list[str]:
        return ["!"] * times


class Doubled(Filter):
    @ambidex.method
    def apply(self, reading: Reading, following: Callable[[Reading], Reading | Awaitable[Reading]]) -> Reading:
        assert_type(following(reading), "Reading | Awaitable[Reading]")
        return reading


class Total(Sink):
    @ambidex.method
    def total(
        self,
        readings: Iterable[Reading] | AsyncIterable[Reading],
        lock: AbstractContextManager[Reading] | AbstractAsyncContextManager[Reading],
    ) -> float:
        return 1.0


class Hello(Plugin, tag="hello", rank=1):
    @ambidex.method
    def run(self) -> str:
        assert_type(super().run(), str)
        return ""


class Untold(Plugin, rank=1):  # type: ignore[call-overload]  # pyright: ignore[reportGeneralTypeIssues, reportCallIssue]
    """Leaves the tag out."""


class Lengths(Store[int]):
    @ambidex.method
    def load(self, key: str) -> int:
        return len(key)


class LongLengths(Lengths):
    @ambidex.method
    def load(self, key: str, more: int = 0) -> bool:
        return super().load(key) > more


blocking, awaited = Blocking("Oslo", 1.0), Awaited("Oslo", 1.0)
assert_type(blocking.measure("Rome", scale=2.0), Reading)
assert_type(blocking.readings(2), "Generator[Reading, None, None]")
assert_type(blocking.reserved(), "Context[Reading]")
assert_type(awaited.measure("Rome"), Reading)
assert_type(awaited.measure.submit("Rome").result(), Reading)
assert_type(awaited.measure.with_options(timeout=1)("Rome"), Reading)
assert_type(awaited.readings(2), "Generator[Reading, None, None]")
assert_type(awaited.reserved(), "Context[Reading]")
wider, widest, backwards = Wider("Oslo"), Widest("Oslo"), Backwards()
assert_type(Capital("Oslo").measure("Rome", digits=1), Reading)
assert_type(wider.measure("Rome", offset=1.0), Reading)
assert_type(widest.measure("Rome", offset=1.0, times=2), Reading)
assert_type(widest.readings(2, last=True), "Generator[Reading, None, None]")
assert_type(widest.reserved(2, days=1), "Context[Reading]")
assert_type(Wider.measure(widest, "Rome", offset=1.0), Reading)
assert_type(backwards.find(1), int)
assert_type(backwards.find.submit("a").result(), str)
assert_type(backwards.decided(abs), int)
assert_type(backwards.same("a"), str)
assert_type(backwards.called(divmod, 1, 2), "tuple[int, int]")
assert_type(backwards.listed("a"), "Generator[str, None, None]")
assert_type(Loose().counted("a", more=2), int)
assert_type(Named("Oslo").measure("Rome", scale=1), Reading)
wider.measure("Rome", offset="")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
backwards.find(1.5)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
backwards.called(divmod, 1)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
assert_type(dispatch([Shout()], Reading(1.0)), "list[str]")
assert_type(Shout().extra(2, loudly=True), "list[str]")
assert_type(Shout().handle(Reading(1.0)), str)
assert_type(Doubled().apply(Reading(1.0), lambda reading: reading), Reading)
assert_type(filtered(Reading(1.0), Doubled()), Reading)
assert_type(totalled(Total(), 2), float)
assert_type(Total().total([Reading(1.0)], Station("Oslo").reserved()), float)
Total().total([1.0], Station("Oslo").reserved())  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
assert_type(Lengths().load_all(["a"]), "list[int]")
assert_type(Lengths().load("a"), int)
assert_type(LongLengths().load("a", 1), bool)
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


class WrongHandler(Handler):
    """Provides something else than what is abstract."""

    @ambidex.method
    def handle(self, reading: Reading) -> int:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
        return 1


class WrongOfMore(Wider):
    """Takes less than what it overrides."""

    @ambidex.method
    def measure(self, city: str, *, scale: float = 1.0) -> Reading:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
        return Reading(1.0)

    @ambidex.async_method
    async def readings(self, limit: int) -> AsyncGenerator[Reading, None]:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
        yield Reading(1.0)

    @ambidex.method
    @contextmanager
    def reserved(self, hours: int) -> Generator[Reading, None, None]:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
        yield Reading(1.0)


class WrongOfOverloads(Ledger):
    """Overrides what another class types, by what does not fit."""

    @ambidex.method
    def counted(self, key: int | str) -> int:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
        return 0

    @ambidex.method
    def find(self, key: int) -> int:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
        return key

    @ambidex.method(Ledger.find)
    def listed(self, key: int | str) -> int | str:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
        return key


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
    assert_type(await widest.measure.aio("Rome", times=2), Reading)
    assert_type(widest.readings.aio(2, last=True), "AsyncGenerator[Reading, None]")
    assert_type(await backwards.find.aio("a"), str)
    assert_type(await backwards.decided.aio(abs), int)
    assert_type(await backwards.called.aio(divmod, 1, 2), "tuple[int, int]")
    assert_type(backwards.listed.aio(1), "AsyncGenerator[int, None]")
    assert_type(await Shout().extra.aio(2), "list[str]")
    assert_type(await Lengths().load.aio("a"), int)
    async with blocking.reserved() as reading:
        assert_type(reading, Reading)
