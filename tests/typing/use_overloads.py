"""What checkers infer of overloads.py, and what they refuse."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from typing import Optional, Union

import overloads
from overloads import Store
from typing_extensions import assert_type

from ambidex.bridge import Future


def functions() -> None:
    """Check the blocking face of functions."""
    assert_type(overloads.parsed(""), int)
    assert_type(overloads.parsed(b"", strict=True), bytes)
    assert_type(overloads.parsed(b""), Optional[bytes])
    assert_type(overloads.parsed.submit(""), "Future[int]")
    assert_type(overloads.parsed.with_options(timeout=1)(b"", strict=True), bytes)
    assert_type(overloads.plain(1), str)
    assert_type(overloads.plain(""), int)
    assert_type(overloads.counted(1), "Generator[int, None, None]")
    assert_type(overloads.counted.with_options(read_ahead=2)(""), "Generator[str, None, None]")
    overloads.parsed(1)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]


def classes(store: Store[int]) -> None:
    """Check the blocking face of a class."""
    assert_type(Store("a", "b"), Store[str])
    assert_type(store.get(0), int)
    assert_type(store.get(0, ""), Union[int, str])
    assert_type(store[0], int)
    assert_type(store[0:], "list[int]")
    assert_type(Store.of(b""), Store[bytes])


async def awaited(store: Store[int]) -> None:
    """Check the async face."""
    assert_type(await overloads.parsed.aio(b"", strict=True), bytes)
    assert_type(overloads.counted.aio(1), "AsyncGenerator[int, None]")
    assert_type(await store.get.aio(0, ""), Union[int, str])
    assert_type(await Store.of.aio(b""), Store[bytes])
