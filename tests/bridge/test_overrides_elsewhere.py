"""Overrides in the two styles, and where the async face runs on its caller's loop."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import pytest

import ambidex
from ambidex import UsageError
from ambidex.bridge import (
    AsyncFace,
    BlockingFace,
    Face,
    Implementation,
    async_call,
    async_context,
    async_stream,
    attribute,
    blocking_call,
    blocking_context,
    blocking_stream,
    constructor,
    implemented_elsewhere,
    method,
    sync_method,
)
from tests.bridge.callables import here

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from contextlib import AbstractAsyncContextManager, AbstractContextManager

twins = Implementation("tests.bridge._observatory", synchronizer="twins", abi=1)
callers = Implementation("tests.bridge._observatory", synchronizer="callers", abi=1, aio="caller")


class Star(BlockingFace, implementation=twins, async_name="AsyncStar"):
    @constructor
    def __init__(self, name: str) -> None:
        implemented_elsewhere()

    @property
    @attribute
    def name(self) -> str:
        implemented_elsewhere()


class AsyncStar(AsyncFace, implementation=twins, name="Star"):
    @constructor
    def __init__(self, name: str) -> None:
        implemented_elsewhere()

    @property
    @attribute
    def name(self) -> str:
        implemented_elsewhere()


class Mirror(BlockingFace, implementation=twins, async_name="AsyncMirror"):
    @constructor
    def __init__(self, size: float) -> None:
        implemented_elsewhere()

    @blocking_call(takes={"star": "Star"})
    def measure(self, star: Star) -> float:
        implemented_elsewhere()

    @blocking_stream(gives="Star")
    def stars(self, limit: int) -> Generator[Star, None, None]:
        implemented_elsewhere()

    @blocking_context(gives="Star")
    def dome(self) -> AbstractContextManager[Star]:
        implemented_elsewhere()

    @sync_method
    def label(self) -> str:
        implemented_elsewhere()

    @blocking_call
    def run(self) -> list[float | str]:
        implemented_elsewhere()

    @blocking_call(gives="Mirror")
    def itself(self) -> Mirror:
        implemented_elsewhere()


class AsyncMirror(AsyncFace, implementation=twins, name="Mirror"):
    @constructor
    def __init__(self, size: float) -> None:
        implemented_elsewhere()

    @async_call(takes={"star": "AsyncStar"})
    async def measure(self, star: AsyncStar) -> float:
        implemented_elsewhere()

    @async_stream(gives="AsyncStar")
    def stars(self, limit: int) -> AsyncGenerator[AsyncStar, None]:
        implemented_elsewhere()

    @async_context(gives="AsyncStar")
    def dome(self) -> AbstractAsyncContextManager[AsyncStar]:
        implemented_elsewhere()

    @sync_method
    def label(self) -> str:
        implemented_elsewhere()

    @async_call
    async def run(self) -> list[float | str]:
        implemented_elsewhere()

    @async_call(gives="AsyncMirror")
    async def itself(self) -> AsyncMirror:
        implemented_elsewhere()


# -- two styles


class Mine(Mirror):
    """Overrides as any class is overridden: the methods have one form."""

    threads: list[int] = []  # noqa: RUF012  of the test

    def measure(self, star: Star) -> float:
        assert type(star) is Star
        self.threads.append(here())
        return super().measure(star) + 0.5

    def stars(self, limit: int) -> Generator[Star, None, None]:
        for star in super().stars(limit):
            yield Star(f"{star.name}*")

    @contextlib.contextmanager
    def dome(self) -> Generator[Star, None, None]:
        with super().dome() as star:
            yield star

    def label(self) -> str:
        return f"my {super().label()}"


class AsyncMine(AsyncMirror):
    threads: list[int] = []  # noqa: RUF012  of the test

    async def measure(self, star: AsyncStar) -> float:
        assert type(star) is AsyncStar
        self.threads.append(here())
        return await super().measure(star) + 0.5

    async def stars(self, limit: int) -> AsyncGenerator[AsyncStar, None]:
        async for star in super().stars(limit):
            yield AsyncStar(f"{star.name}*")

    @contextlib.asynccontextmanager
    async def dome(self) -> AsyncGenerator[AsyncStar, None]:
        async with super().dome() as star:
            yield star

    def label(self) -> str:
        return f"my {super().label()}"


EXPECTED = [14.5, "my mirror", "0*", "1*"]


def test_class_whose_methods_block_is_overridden_by_plain_functions() -> None:
    """They run off the loop, and are what they are for who calls them."""

    async def loop() -> int:
        return here()

    mine = Mine(2.0)
    assert mine.run() == EXPECTED
    assert ambidex.Synchronizer("twins").run(loop) not in mine.threads
    assert mine.measure(Star("a")) == 2.5
    assert [star.name for star in mine.stars(1)] == ["0*"]
    with mine.dome() as star:
        assert star.name == "polaris"
    assert mine.itself() is mine


def test_class_whose_methods_are_awaited_is_overridden_by_async_functions() -> None:
    """The implementation's own calls run on its loop, the user's where they are awaited."""

    async def main() -> None:
        mine = AsyncMine(2.0)
        assert await mine.run() == EXPECTED
        assert here() not in mine.threads
        assert await mine.measure(AsyncStar("a")) == 2.5
        assert here() in mine.threads
        assert [star.name async for star in mine.stars(1)] == ["0*"]
        async with mine.dome() as star:
            assert star.name == "polaris"
        assert await mine.itself() is mine

    asyncio.run(main())


def test_wrong_form_is_refused() -> None:
    """Each with what to write, and where."""

    async def measure(self: Any, star: Any) -> float:
        return 1.0

    where = f"{__file__}:{measure.__code__.co_firstlineno}: Wrong.measure "
    with pytest.raises(UsageError) as raised:
        type("Wrong", (Mirror,), {"measure": measure})
    assert str(raised.value) == f"{where}is async, and the methods of its class block: write a plain `def`"
    with pytest.raises(UsageError) as raised:
        type("Wrong", (AsyncMirror,), {"measure": ambidex.async_method(measure)})
    assert str(raised.value) == (
        f"{where}overrides a method that has one form, since the methods of its class are awaited: "
        "write `async def` without a decorator"
    )


# -- the caller's loop


class Lens(Face, implementation=callers):
    @property
    @attribute
    def loops(self) -> list[object]:
        implemented_elsewhere()

    @method
    def measure(self, size: float) -> float:
        implemented_elsewhere()

    @method
    def run(self) -> float:
        implemented_elsewhere()

    @method(takes={"other": "Lens"})
    def with_other(self, other: Lens) -> float:
        implemented_elsewhere()


class BlockingLens(Lens):
    threads: list[int] = []  # noqa: RUF012  of the test

    @ambidex.method
    def measure(self, size: float) -> float:
        self.threads.append(here())
        return size * 2


class AsyncLens(Lens):
    @ambidex.async_method
    async def measure(self, size: float) -> float:
        self.loops.append(asyncio.get_running_loop())
        return await super().measure.aio(size) * 2


def test_override_follows_its_implementation_to_the_callers_loop() -> None:
    """An async one runs on the caller's loop, a blocking one beside it."""

    async def main() -> None:
        mine = AsyncLens()
        assert await mine.run.aio() == 2.0
        assert await mine.measure.aio(2.0) == 4.0
        assert await Lens().with_other.aio(mine) == 4.0
        assert set(mine.loops) == {asyncio.get_running_loop()}
        blocking = BlockingLens()
        assert await blocking.run.aio() == 2.0
        assert await blocking.measure.aio(1.0) == 2.0
        assert here() not in BlockingLens.threads

    asyncio.run(main())
    assert (AsyncLens().run(), BlockingLens().run(), AsyncLens().measure(1.0)) == (2.0, 2.0, 2.0)
    assert BlockingLens.threads[-1] == here()


def test_object_keeps_to_the_face_that_it_was_first_called_by() -> None:
    """As one without overrides: its own calls, and where it is an argument."""

    async def main() -> BlockingLens:
        mine = BlockingLens()
        assert await mine.run.aio() == 2.0
        return mine

    mine = asyncio.run(main())
    with pytest.raises(UsageError, match="was first used by the awaited face"):
        mine.run()
    with pytest.raises(UsageError, match="among its arguments was first used by the awaited face"):
        Lens().with_other(mine)
