"""Override methods, and see that the implementation calls them."""

from __future__ import annotations

import asyncio
import gc
import inspect
import weakref
from collections.abc import AsyncIterable, Iterable
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
)
from typing import TYPE_CHECKING, TypeVar

import ambidex
from overrides import (
    Capital,
    Filter,
    Handler,
    Ledger,
    Louder,
    Plugin,
    Reading,
    Sink,
    Station,
    Store,
    dispatch,
    filtered,
    totalled,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Generator

    from typing_extensions import ParamSpec

    P = ParamSpec("P")

R = TypeVar("R")


class Blocking(Station):
    """Overrides everything with what blocks."""

    def __init__(self, city: str, offset: float) -> None:
        super().__init__(city)
        self.offset = offset

    @ambidex.method
    def measure(self, city: str, *, scale: float = 1.0) -> Reading:
        return Reading(super().measure(city, scale=scale).value + self.offset)

    @ambidex.method
    def smooth(self, readings: list[Reading], last: Reading | None = None) -> dict[str, Reading]:
        assert all(type(reading) is Reading for reading in readings)
        return super().smooth(readings, readings[-1])

    def label(self) -> str:
        return super().label().upper()

    @property
    def unit(self) -> str:
        return f"not {super().unit}"

    @ambidex.method
    def readings(self, limit: int) -> Generator[Reading, None, None]:
        for reading in super().readings(limit):
            yield Reading(-reading.value)

    @ambidex.method
    @contextmanager
    def reserved(self) -> Generator[Reading, None, None]:
        with super().reserved() as reading:
            yield reading


class Awaited(Blocking):
    """Overrides the overrides with what is async."""

    @ambidex.async_method
    async def measure(self, city: str, *, scale: float = 1.0) -> Reading:
        return Reading((await super().measure.aio(city, scale=scale)).value * 2)

    @ambidex.async_method
    async def smooth(
        self, readings: list[Reading], last: Reading | None = None
    ) -> dict[str, Reading]:
        return await super().smooth.aio(readings)

    @ambidex.async_method
    async def readings(self, limit: int) -> AsyncGenerator[Reading, None]:
        async for reading in super().readings.aio(limit):
            yield Reading(-reading.value)

    @ambidex.async_method
    @asynccontextmanager
    async def reserved(self) -> AsyncGenerator[Reading, None]:
        async with super().reserved() as reading:
            yield reading


class Wider(Capital):
    """Takes still more."""

    @ambidex.method
    def measure(
        self, city: str, *, scale: float = 1.0, digits: int = 2, offset: float = 0.5
    ) -> Reading:
        return Reading(super().measure(city, scale=scale, digits=digits).value + offset)

    @ambidex.async_method
    async def readings(
        self, limit: int, scale: float = 1.0, *, last: bool = False
    ) -> AsyncGenerator[Reading, None]:
        async for reading in super().readings.aio(limit + last, scale):
            yield reading


class Backwards(Ledger):
    """Overrides what has overloads, and what a callable decides, by the types of those."""

    @ambidex.method(Ledger.find)
    def find(self, key: int | str) -> int | str:
        return -key if isinstance(key, int) else super().find(key)[::-1]

    @ambidex.async_method(Ledger.decided)
    async def decided(self, decide: Callable[[int], object]) -> object:
        decided = decide(-1)
        return await decided if inspect.isawaitable(decided) else decided

    @ambidex.method(Ledger.same)
    def same(self, value: R) -> R:
        return super().same(value)

    @ambidex.method(Ledger.called)
    def called(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> list[R]:
        return [function(*args, **kwargs)]

    @ambidex.method
    def counted(self, key: int | str, *, exactly: bool = True, more: int = 1) -> int:
        return len(str(key)) + more

    @ambidex.method(Ledger.listed)
    def listed(self, key: int | str) -> Generator[int | str, None, None]:
        yield from (key, self.find(key))


class Shout(Handler):
    @ambidex.method
    def handle(self, reading: Reading) -> str:
        return f"{reading.value}!"


class Ask(Handler):
    @ambidex.async_method
    async def handle(self, reading: Reading) -> str:
        return f"{reading.value}?"


class Hello(Plugin, tag="hello", rank=1):
    @ambidex.method
    def run(self) -> str:
        return f"hello, {super().run()}"


class Again(Hello, tag="again"):
    """Is below the class before it, inside as well."""


class Meeting(Again, Louder, tag="meeting"):
    """Has both."""


class Twice(Filter):
    """What follows blocks here, as everything does."""

    @ambidex.method
    def apply(
        self, reading: Reading, following: Callable[[Reading], Reading | Awaitable[Reading]]
    ) -> Reading:
        changed = following(Reading(reading.value * 2))
        assert not inspect.isawaitable(changed)
        return changed


class TwiceLater(Filter):
    """What follows is awaited here."""

    @ambidex.async_method
    async def apply(
        self, reading: Reading, following: Callable[[Reading], Reading | Awaitable[Reading]]
    ) -> Reading:
        changed = following(Reading(reading.value * 2))
        assert inspect.isawaitable(changed)
        return await changed


class Total(Sink):
    """Reads with `for` and `with`."""

    @ambidex.method
    def total(
        self,
        readings: Iterable[Reading] | AsyncIterable[Reading],
        lock: AbstractContextManager[Reading] | AbstractAsyncContextManager[Reading],
    ) -> float:
        assert isinstance(readings, Iterable)
        assert isinstance(lock, AbstractContextManager)
        with lock as held:
            found = [held, *readings]
        assert all(type(reading) is Reading for reading in found)
        return sum(reading.value for reading in found)


class TotalLater(Sink):
    """Reads with `async for` and `async with`."""

    @ambidex.async_method
    async def total(
        self,
        readings: Iterable[Reading] | AsyncIterable[Reading],
        lock: AbstractContextManager[Reading] | AbstractAsyncContextManager[Reading],
    ) -> float:
        assert isinstance(readings, AsyncIterable)
        assert isinstance(lock, AbstractAsyncContextManager)
        async with lock as held:
            found = [held, *[reading async for reading in readings]]
        assert all(type(reading) is Reading for reading in found)
        return sum(reading.value for reading in found)


class Lengths(Store[int]):
    @ambidex.method
    def load(self, key: str) -> int:
        return len(key)


blocking, awaited = Blocking("Oslo", 1.0), Awaited("Oslo", 1.0)
assert Station("Oslo").run(1) == {"Oslo": "4.0 C"}
assert blocking.run(2) == {"OSLO": "-5.0 not C"}
assert awaited.run(2) == {"OSLO": "10.0 not C"}
assert (blocking.measure("Rome").value, awaited.measure("Rome").value) == (5.0, 10.0)
assert [reading.value for reading in awaited.readings(1)] == [10.0]
with blocking.reserved() as reserved, awaited.reserved() as again:
    assert (reserved.value, again.value) == (5.0, 10.0)
assert blocking.itself() is blocking
wider = Wider("Oslo")
assert Capital("Oslo").run(1) == {"Oslo": "4 C"}
assert (wider.measure("Rome", offset=1.0).value, wider.run(1)) == (5.0, {"Oslo": "4.5 C"})
assert [each.value for each in wider.readings(1, 2.0, last=True)] == [8.5, 8.5]
backwards = Backwards()
assert Ledger().run() == ["a", 4, 8, 1]
assert backwards.run() == ["a", -2, [8], 1, -1]
assert (backwards.find(2), backwards.find("ab"), backwards.decided(abs)) == (-2, "ba", 1)
assert (Ledger().counted("ab", exactly=True), backwards.counted(12, more=2)) == (2, 4)
assert backwards.same("a").upper() == "A"
assert list(backwards.listed("ab")) == ["ab", "ba"]
assert dispatch([Shout(), Ask()], Reading(1.5)) == ["1.5!", "1.5?"]
assert type(filtered(Reading(1.0), Twice())) is Reading
assert filtered(Reading(1.0), Twice(), TwiceLater(), Twice()).value == 9.0
assert totalled(Total(), 2) == totalled(TotalLater(), 2) == 12.0
assert Lengths().load_all(["a", "bc"]) == [1, 2]
try:
    Handler()  # type: ignore[abstract]  # pyright: ignore[reportAbstractUsage]
except TypeError as error:
    assert "abstract" in str(error)
else:
    raise AssertionError


class Bare(Station):
    """What type checkers refuse."""

    def measure(self, city: str, *, scale: float = 1.0) -> Reading:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
        return Reading(7.0)


assert Bare("Oslo").run(1) == {"Oslo": "7.0 C"}
assert asyncio.run(Station.measure.__get__(Bare("Oslo"), Bare).aio("Rome")).value == 4.0
try:

    class Wrong(Station):
        @ambidex.method
        def label(self) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
            return ""

except ambidex.UsageError as error:
    assert "Wrong.label overrides a plain method" in str(error)
else:
    raise AssertionError


assert Plugin.run_all() == {
    "louder": "nothing! ['Louder', 'Plugin']",
    "hello": "hello, nothing ['Hello', 'Plugin']",
    "again": "hello, nothing ['Again', 'Hello', 'Plugin']",
    "meeting": "hello, nothing! ['Meeting', 'Again', 'Hello', 'Louder', 'Plugin']",
}
if not TYPE_CHECKING:
    try:
        class Wrong(Plugin, tag="wrong", key=1):
            pass

    except TypeError as error:
        assert "takes no keyword arguments" in str(error)
    else:
        raise AssertionError


async def waiting() -> None:
    assert await blocking.run.aio(2) == {"OSLO": "-5.0 not C"}
    assert await awaited.run.aio(2) == {"OSLO": "10.0 not C"}
    assert (await blocking.measure.aio("Rome")).value == 5.0
    assert (await awaited.measure.aio("Rome")).value == 10.0
    assert [reading.value async for reading in blocking.readings.aio(1)] == [-5.0]
    async with blocking.reserved() as reserved, awaited.reserved() as again:
        assert (reserved.value, again.value) == (5.0, 10.0)
    assert (await filtered.aio(Reading(1.0), TwiceLater(), Twice(), TwiceLater())).value == 9.0
    assert (await wider.measure.aio("Rome", offset=1.0)).value == 5.0
    assert [each.value async for each in wider.readings.aio(1, last=True)] == [4.5, 4.5]
    assert await backwards.run.aio() == ["a", -2, [8], 1, -1]
    assert (await backwards.find.aio(2), await backwards.decided.aio(abs)) == (-2, 1)
    assert [each async for each in backwards.listed.aio("ab")] == ["ab", "ba"]
    assert await totalled.aio(Total(), 2) == await totalled.aio(TotalLater(), 2) == 12.0
    assert await dispatch.aio([Shout(), Ask()], Reading(1.5)) == ["1.5!", "1.5?"]


asyncio.run(waiting())
gone = weakref.ref(blocking)
del blocking
gc.collect()
assert gone() is None
