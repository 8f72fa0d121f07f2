"""The async code that every candidate of the benchmarks runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ambidex import Module

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

wrapper_module = Module("measured", synchronizer="bench")


@wrapper_module.wrap_function
async def echo(value: int) -> int:
    """Return `value` without suspending."""
    return value


@wrapper_module.wrap_function
async def count(stop: int) -> AsyncGenerator[int, None]:
    """Yield the numbers below `stop` without suspending between them."""
    for number in range(stop):
        yield number
