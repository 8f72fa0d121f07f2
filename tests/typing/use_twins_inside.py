"""What a user of twins_inside.py infers: each form has its own kind alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import twins_inside
from typing_extensions import assert_type

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Generator, Iterable
    from contextlib import AbstractAsyncContextManager, AbstractContextManager

    from ambidex.bridge import BlockingAwaitable

assert_type(twins_inside.numbers(3), "Generator[int, None, None] | None")
assert_type(twins_inside.feeds(), "dict[str, Iterable[int]]")
assert_type(twins_inside.echo("x"), "Generator[str, int, None] | None")
assert_type(twins_inside.doors("x"), "dict[str, AbstractContextManager[twins_inside.Station]]")
with twins_inside.doors("x")["x"] as station:
    assert_type(station, twins_inside.Station)
assert_type(twins_inside.begun(3), "tuple[int, BlockingAwaitable[int]]")
assert_type(twins_inside.begun(3)[1].result(), int)
assert_type(twins_inside.chained(3), "Generator[Generator[int, None, None], None, None]")
assert_type(twins_inside.report("x").lines, "Generator[str, None, None]")
assert_type(twins_inside.report("x").done, "BlockingAwaitable[int] | None")
assert_type(twins_inside.counted(lambda numbers: assert_type(next(numbers), int), 3), int)
assert_type(twins_inside.Station("Oslo").feed, "Iterable[int] | None")
assert_type(twins_inside.Station("Oslo").near(), "Generator[twins_inside.Station, None, None] | None")


async def waiting() -> None:
    assert_type(await twins_inside.async_numbers(3), "AsyncGenerator[int, None] | None")
    assert_type(twins_inside.async_feeds(), "dict[str, AsyncIterable[int]]")
    assert_type(await twins_inside.async_echo("x"), "AsyncGenerator[str, int] | None")
    assert_type(
        await twins_inside.async_doors("x"), "dict[str, AbstractAsyncContextManager[twins_inside.AsyncStation]]"
    )
    async with (await twins_inside.async_doors("x"))["x"] as station:
        assert_type(station, twins_inside.AsyncStation)
    assert_type(await twins_inside.async_begun(3), "tuple[int, Awaitable[int]]")
    assert_type(twins_inside.async_chained(3), "AsyncGenerator[AsyncGenerator[int, None], None]")
    assert_type((await twins_inside.async_report("x")).lines, "AsyncGenerator[str, None]")
    assert_type((await twins_inside.async_report("x")).done, "Awaitable[int] | None")
    oslo = twins_inside.AsyncStation("Oslo")
    assert_type(oslo.feed, "AsyncIterable[int] | None")
    assert_type(await oslo.near(), "AsyncGenerator[twins_inside.AsyncStation, None] | None")
