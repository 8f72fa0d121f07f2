"""The implementation behind the faces of tests/bridge/archive.py: all that it does is old, and it says so."""

from __future__ import annotations

import warnings
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from types import TracebackType


def say(what: str) -> None:
    """Warn about the caller of the caller."""
    warnings.warn(f"{what} is old", DeprecationWarning, stacklevel=3)


class Shelf:
    def __init__(self) -> None:
        say("making")
        self.left = 2

    def size(self) -> int:
        say("size")
        return 2

    async def read(self) -> int:
        say("reading")
        return 1

    async def itself(self) -> Shelf:
        say("itself")
        return self

    async def items(self) -> AsyncGenerator[int, None]:
        say("first")
        yield 1
        say("second")
        yield 2

    @asynccontextmanager
    async def held(self) -> AsyncGenerator[int, None]:
        warnings.warn("holding is old", DeprecationWarning, stacklevel=3)  # contextlib's own frame is between
        yield 1

    async def __aenter__(self) -> Shelf:  # noqa: PYI034  Self is not in 3.9's typing
        say("entering")
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        say("leaving")

    def __aiter__(self) -> Shelf:
        return self

    async def __anext__(self) -> int:
        if not self.left:
            raise StopAsyncIteration
        self.left -= 1
        say("next")
        return self.left


async def look() -> int:
    say("looking")
    return 1


async def walk() -> AsyncGenerator[int, None]:
    say("walking")
    yield 1
