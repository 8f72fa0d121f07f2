"""What a user of inside.py infers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import inside
from typing_extensions import assert_type

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Generator, Iterable, Iterator

    from ambidex.bridge import Context, DualAwaitable, DualGenerator, DualIterable, DualIterator

assert_type(inside.numbers(3), "DualIterator[int] | None")
assert_type(inside.several(3), "list[DualIterator[int]]")
assert_type(next(inside.several(3)[0]), int)
assert_type([*inside.several(3)[0]], list[int])
assert_type(inside.feeds(), "dict[str, DualIterable[int]]")
assert_type(inside.echo("x"), "DualGenerator[str, int] | None")
two_way = inside.echo("x")
assert two_way is not None
assert_type(next(two_way), str)
assert_type(two_way.send(7), str)
assert_type(inside.doors("x"), "dict[str, Context[inside.Station]]")
with inside.doors("x")["x"] as station:
    assert_type(station, inside.Station)
assert_type(inside.begun(3), "tuple[int, DualAwaitable[int]]")
assert_type(inside.begun(3)[1].result(), int)
assert_type(inside.begun(3)[1].with_options(timeout=1).result(), int)
assert_type(inside.opened(3), "DualIterator[int]")
assert_type(inside.opened(3).with_options(timeout=1), "DualIterator[int]")
assert_type(inside.chained(3), "Generator[DualIterator[int], None, None]")
assert_type(inside.report("x").lines, "DualIterator[str]")
assert_type(inside.report("x").done, "DualAwaitable[int] | None")
assert_type(inside.pages()[0].rows, "DualIterable[int]")
assert_type(inside.counted(lambda numbers: assert_type(next(numbers), int), 3), int)
assert_type(inside.total([1], [[2]]), int)
oslo = inside.Station("Oslo")
assert_type(inside.sent([b"x"]), bytes)
inside.sent(["x"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
inside.named([oslo])
inside.named({oslo})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
inside.settled(oslo.ready, 3)
assert_type(oslo.feed, "DualIterable[int] | None")
oslo.source = [1, 2]
assert_type(oslo.near(), "DualIterator[inside.Station] | None")
assert_type(oslo.kept(1), "tuple[int, DualAwaitable[inside.Station]]")


def blocking(
    items: Iterator[int], things: Iterable[int], two_way: Generator[str, int, None]
) -> None: ...  # what serves `for` elsewhere


async def awaited(
    items: AsyncIterator[int], things: AsyncIterable[int], two_way: AsyncGenerator[str, int], work: Awaitable[int]
) -> None: ...


blocking(inside.opened(1), inside.feeds()["two"], two_way)


async def waiting() -> None:
    assert_type(await inside.numbers.aio(3), "DualIterator[int] | None")
    async for number in await inside.opened.aio(3):
        assert_type(number, int)
    async for number in inside.feeds()["two"]:
        assert_type(number, int)
    two_way = await inside.echo.aio("x")
    assert two_way is not None
    assert_type(await two_way.__anext__(), str)
    assert_type(await two_way.asend(7), str)
    async with (await inside.doors.aio("x"))["x"] as station:
        assert_type(station, inside.Station)
    assert_type(await inside.begun(3)[1], int)
    assert_type(inside.chained.aio(3), "AsyncGenerator[DualIterator[int], None]")
    report = await inside.report.aio("x")
    async for letter in report.lines:
        assert_type(letter, str)
    await awaited(await inside.opened.aio(1), inside.feeds()["two"], two_way, inside.begun(3)[1])


assert_type(inside.report("x"), inside.Report)
assert_type(inside.report("x").lines, "DualIterator[str]")
assert_type(inside.report("x").done, "DualAwaitable[int] | None")
inside.Report("x", 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
