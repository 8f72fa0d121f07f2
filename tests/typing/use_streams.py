"""What a user of streams.py infers."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator

import streams
from typing_extensions import assert_type

assert_type(streams.numbers(), "Generator[int, None, None]")
assert_type(streams.echo("x"), "Generator[str, int | None, None]")
assert_type(streams.echo("x").send(1), str)
assert_type(streams.shifted(1), "Generator[int, None, None]")
with streams.opened("x") as name:
    assert_type(name, str)


async def waiting() -> None:
    assert_type(streams.numbers.aio(), "AsyncGenerator[int, None]")
    assert_type(streams.echo.aio("x"), "AsyncGenerator[str, int | None]")
    async for letter in streams.spelled.aio("x"):
        assert_type(letter, str)
    async with streams.opened("x") as name:
        assert_type(name, str)
    async with streams.opened.aio("x") as again:
        assert_type(again, str)
