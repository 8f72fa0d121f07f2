"""A user's subclass overrides generators and context managers, and the implementation that uses them gets these."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import pytest

import ambidex
from tests.bridge.observatory import Observatory, Star

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from ambidex.bridge import Context


class Streaming(Observatory):
    """Overrides with blocking generators."""

    @ambidex.method
    def stars(self, limit: int = 2) -> Generator[Star, None, None]:
        try:
            for star in super().stars(limit):
                yield Star(f"{star.name}*")
        finally:
            self.log.append("closed")

    @ambidex.method
    def talk(self, start: str) -> Generator[str, str, None]:
        try:
            heard = yield start.upper()
            yield f"{heard}?"
        except LookupError:
            return

    @ambidex.method
    @contextlib.contextmanager
    def dome(self) -> Generator[Star, None, None]:
        with super().dome() as star, contextlib.suppress(LookupError):
            yield Star(f"{star.name}*")


class AsyncStreaming(Observatory):
    """Overrides with async ones."""

    @ambidex.async_method
    async def stars(self, limit: int = 2) -> AsyncGenerator[Star, None]:
        try:
            async for star in super().stars.aio(limit):
                yield Star(f"{star.name}*")
        finally:
            self.log.append("closed")

    @ambidex.async_method
    async def talk(self, start: str) -> AsyncGenerator[str, str]:
        try:
            heard = yield start.upper()
            yield f"{heard}?"
        except LookupError:
            return

    @ambidex.async_method
    @contextlib.asynccontextmanager
    async def dome(self) -> AsyncGenerator[Star, None]:
        async with super().dome() as star:
            with contextlib.suppress(LookupError):
                yield Star(f"{star.name}*")


STREAMS: list[type[Streaming | AsyncStreaming]] = [Streaming, AsyncStreaming]


@pytest.mark.parametrize("kind", STREAMS)
def test_streams_are_overridden(kind: type[Streaming | AsyncStreaming]) -> None:
    """The implementation iterates the user's, with items translated, sends and throws into it, and leaves it."""
    mine = kind("x")
    assert mine.first_seen() == "0*"
    assert mine.log[1:] == ["closed", "left"]
    assert mine.seen(3) == ["0*", "1*", "2*"]
    assert mine.conversation() == ["HELLO", "you?", "StopAsyncIteration"]
    assert [star.name for star in mine.stars(2)] == ["0*", "1*"]
    talk = mine.talk("a")
    assert (next(talk), talk.send("b")) == ("A", "b?")
    talk.close()

    async def main() -> None:
        assert await mine.seen.aio(2) == ["0*", "1*"]
        assert [star.name async for star in mine.stars.aio(2)] == ["0*", "1*"]
        talk = mine.talk.aio("a")
        assert (await talk.__anext__(), await talk.asend("b")) == ("A", "b?")
        await talk.aclose()

    asyncio.run(main())


@pytest.mark.parametrize("kind", STREAMS)
def test_context_managers_are_overridden(kind: type[Streaming | AsyncStreaming]) -> None:
    """The implementation enters the user's, which may suppress what is raised in its block; so do others."""
    mine = kind("x")
    assert mine.through_the_dome() == "polaris*"
    assert mine.through_the_dome(fails=True) == "suppressed"

    def use(dome: Context[Star]) -> None:
        with dome as star:
            assert star.name == "polaris*"
            raise LookupError

    async def main() -> None:
        assert await mine.through_the_dome.aio(fails=True) == "suppressed"
        async with mine.dome() as star:
            assert star.name == "polaris*"
            raise LookupError

    use(mine.dome())
    asyncio.run(main())
