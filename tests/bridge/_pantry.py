"""An implementation each of whose callables takes keywords of any name."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Callable

from ambidex import Module

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable

module = Module("tests.bridge.pantry", synchronizer="tests")


@module.wrap_class
class Jar:
    given: dict[str, int]

    def __init__(self, /, **given: int) -> None:
        self.given = given

    async def kept(self, /, **given: int) -> dict[str, int]:
        return given

    async def each(self, /, **given: int) -> AsyncGenerator[dict[str, int], None]:
        yield given

    @asynccontextmanager
    async def opened(self, /, **given: int) -> AsyncGenerator[dict[str, int], None]:
        yield given

    def plain(self, /, **given: int) -> dict[str, int]:
        return given

    @classmethod
    async def kept_by_class(cls, /, **given: int) -> dict[str, int]:
        return given

    @classmethod
    async def each_by_class(cls, /, **given: int) -> AsyncGenerator[dict[str, int], None]:
        yield given

    @classmethod
    @asynccontextmanager
    async def opened_by_class(cls, /, **given: int) -> AsyncGenerator[dict[str, int], None]:
        yield given

    @classmethod
    def plain_by_class(cls, /, **given: int) -> dict[str, int]:
        return given

    @staticmethod
    async def kept_by_nobody(**given: int) -> dict[str, int]:
        return given

    @staticmethod
    async def each_by_nobody(**given: int) -> AsyncGenerator[dict[str, int], None]:
        yield given

    @staticmethod
    @asynccontextmanager
    async def opened_by_nobody(**given: int) -> AsyncGenerator[dict[str, int], None]:
        yield given

    @staticmethod
    def plain_by_nobody(**given: int) -> dict[str, int]:
        return given

    async def __call__(self, /, **given: int) -> dict[str, int]:
        return given

    async def called(self, call: int) -> int:
        return call


@module.wrap_function
async def kept(**given: int) -> dict[str, int]:
    """Return the keywords."""
    return given


@module.wrap_function
async def each(**given: int) -> AsyncGenerator[dict[str, int], None]:
    """Yield the keywords."""
    yield given


@module.wrap_function
@asynccontextmanager
async def opened(**given: int) -> AsyncGenerator[dict[str, int], None]:
    """Give the keywords."""
    yield given


@module.wrap_function
def plain(**given: int) -> dict[str, int]:
    """Return the keywords at once."""
    return given


@module.wrap_function
async def jars(**given: Jar) -> dict[str, Jar]:
    """Return the jars among the keywords."""
    return given


@module.wrap_function
async def asked(work: Callable[..., Awaitable[dict[str, int]]], name: str) -> dict[str, int]:
    """Return what a callable says to a keyword."""
    return await work(**{name: 3})
