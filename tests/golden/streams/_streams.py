"""Streams and context managers at the top of a module."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import AsyncGenerator, AsyncIterable, AsyncIterator

from ambidex import Module

wrapper_module = Module("streams")
events: list[str] = []


@wrapper_module.wrap_function
async def numbers(limit: int = 3) -> AsyncIterator[int]:
    """Yield numbers."""
    for number in range(limit):
        yield number


@wrapper_module.wrap_function
async def echo(first: str) -> AsyncGenerator[str, "int | None"]:
    """Yield what was sent, as text."""
    sent = yield first
    while sent is not None:
        sent = yield str(sent)


@wrapper_module.wrap_function
def shifted(by: int) -> AsyncIterator[int]:
    """A plain function that returns a stream is one."""
    return _shifted(by)


@wrapper_module.wrap_function
def spelled(text: str) -> AsyncIterable[str]:
    return _spelled(text)


@wrapper_module.wrap_function
@asynccontextmanager  # pyright: ignore[reportDeprecated]  as most code still annotates it
async def opened(name: str) -> AsyncIterator[str]:
    """Open something for the block."""
    events.append(f"open {name}")
    try:
        yield name.upper()
    finally:
        events.append(f"close {name}")


@wrapper_module.wrap_function
async def seen() -> list[str]:
    return events


async def _shifted(by: int) -> AsyncIterator[int]:
    async for number in numbers():
        yield number + by


async def _spelled(text: str) -> AsyncIterator[str]:
    for letter in text:
        yield letter
