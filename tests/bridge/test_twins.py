"""What two faces of one object promise: one that blocks and one that is awaited, each kept by identity."""

from __future__ import annotations

import asyncio
import gc
import inspect
import os
import sys
import traceback
import warnings
import weakref
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import BlockingInAsyncWarning, Synchronizer
from tests.runtime.work import DEADLINES_S

from . import _aviary
from .aviary import AsyncBird, Bird, async_wren, wren

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def freed() -> Iterator[list[str]]:
    """Give the list of what was cleaned up, empty."""
    _aviary.freed.clear()
    yield _aviary.freed
    _aviary.freed.clear()


def test_object_that_both_reach_has_one_face_of_each() -> None:
    """Neither takes the other's place, and each is the same as long as it lives."""

    async def awaited() -> AsyncBird:
        assert await async_wren() is await async_wren()
        return await async_wren()

    blocking, waiting = wren(), asyncio.run(awaited())
    assert type(blocking) is Bird
    assert type(waiting) is AsyncBird
    assert wren() is blocking
    assert asyncio.run(async_wren()) is waiting
    blocking.name = "robin"
    assert waiting.name == "robin"
    waiting.name = "wren"


def test_faces_die_with_their_last_reference() -> None:
    """No cycle holds a face, and its entry goes with it; the other face stays."""

    async def awaited() -> AsyncBird:
        bird = AsyncBird("owl")
        await bird.sing()
        return bird

    gc.disable()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            first, second = Bird("hen"), asyncio.run(awaited())
            first.sing()
        entries: list[weakref.ref[Any]] = [weakref.ref(first), weakref.ref(second)]
        del first, second
        assert [entry() for entry in entries] == [None, None]
    finally:
        gc.enable()


def test_blocking_face_inside_a_foreign_loop_names_the_awaited_class() -> None:
    """The warning says what to write: a name of the other class, or of the other function."""

    async def main() -> None:
        bird = Bird("hen")  # each blocks on a line of its own: a line is warned about once
        with pytest.warns(BlockingInAsyncWarning, match=r"`async for \.\.\. in AsyncBird\.eggs\(\.\.\.\)`"):
            list(bird.eggs())
        with pytest.warns(BlockingInAsyncWarning, match=r"`async with AsyncBird\.caged\(\.\.\.\)`"), bird.caged():
            pass
        with pytest.warns(BlockingInAsyncWarning, match=r"`await async_wren\(\.\.\.\)`") as caught:
            wren()
        assert {warning.filename for warning in caught} == {__file__}

    asyncio.run(main())


def test_warnings_of_the_implementation_point_at_the_callers_line() -> None:
    """In both forms: `stacklevel=2` is the line below."""

    async def main() -> None:
        await AsyncBird("owl").sing()

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        Bird("hen").sing()
        asyncio.run(main())
    assert [str(warning.message) for warning in caught] == ["hen sings", "owl sings"]
    assert {warning.filename for warning in caught} == {__file__}
    line = main.__code__.co_firstlineno
    assert [warning.lineno - line for warning in caught] == [5, 1]


def test_errors_show_no_frame_of_the_library() -> None:
    """From 3.11 on the traceback leads from the caller's line to the implementation's; before, by three at most."""

    async def main() -> None:
        await AsyncBird("owl").fail()

    calls: tuple[Callable[[], None], ...] = (lambda: Bird("hen").fail(), lambda: asyncio.run(main()))
    for call in calls:
        with pytest.raises(LookupError) as caught:
            call()
        frames = traceback.extract_tb(caught.value.__traceback__)
        assert frames[-1].name == "fail"
        ours = [frame.name for frame in frames if f"{os.sep}ambidex{os.sep}" in frame.filename]
        assert len(ours) <= (0 if sys.version_info >= (3, 11) else 3)


def test_cancelled_call_is_cleaned_up_before_its_caller_goes_on(freed: list[str]) -> None:
    """As with `.aio`: the task on the runtime's loop is cancelled, and waited for."""

    async def main() -> None:
        for timeout_s in DEADLINES_S:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(AsyncBird("owl").sleep(), timeout_s)
            if freed:  # it has begun in time
                break
        assert freed == ["owl"]

    asyncio.run(main())


def test_streams_and_contexts_end_where_they_are_left(freed: list[str]) -> None:
    """Closed early, and after an error in the block."""

    async def main() -> None:
        eggs = AsyncBird("owl").eggs()
        assert type(await eggs.__anext__()) is AsyncBird
        await eggs.aclose()
        with pytest.raises(KeyError):
            async with AsyncBird("owl").caged() as bird:
                raise KeyError(bird.name)

    asyncio.run(main())
    assert freed == ["eggs", "cage"]
    eggs = Bird("hen").eggs()
    assert type(next(eggs)) is Bird
    eggs.close()
    with pytest.raises(KeyError), Bird("hen").caged() as bird:
        raise KeyError(bird.name)
    assert freed == ["eggs", "cage"] * 2


def test_context_of_the_wrong_form_says_what_to_write() -> None:
    """Checkers refuse it; at run time it is a TypeError before anything of the implementation has run."""
    waiting: Any = AsyncBird("owl").caged()
    with pytest.raises(TypeError, match=r"AsyncBird\.caged is awaited and entered by `async with`"), waiting:
        pass

    async def main() -> None:
        blocking: Any = Bird("hen").caged()
        with pytest.raises(TypeError, match=r"write `async with AsyncBird\.caged"):
            async with blocking:
                pass

    asyncio.run(main())


def test_subclass_of_a_user_stands_for_its_object() -> None:
    """What returns the object gives the user's own face, and an object without one gets that of the generated class."""

    class Mine(AsyncBird):
        def __init__(self) -> None:
            super().__init__("mine")
            self.mood = "good"

    async def main() -> None:
        mine = Mine()
        async with mine.caged() as same:
            assert same is mine
        assert mine.mood == "good"
        assert type(await async_wren()) is AsyncBird

    asyncio.run(main())


def test_methods_are_what_inspect_takes_them_for() -> None:
    """Plain functions and coroutine functions, with the names, documentation and parameters of their stubs."""
    assert inspect.isfunction(Bird.sing)
    assert inspect.iscoroutinefunction(AsyncBird.sing)
    assert inspect.iscoroutinefunction(AsyncBird("owl").sing)
    assert inspect.iscoroutinefunction(async_wren)
    assert not inspect.iscoroutinefunction(wren)
    assert AsyncBird.sing.__qualname__ == "AsyncBird.sing"
    assert inspect.getdoc(AsyncBird.sing) == "Sing a song."
    assert async_wren.__module__ == "tests.bridge.aviary"


def test_awaited_face_on_the_runtimes_own_loop_is_awaited_there() -> None:
    """An implementation may use its own public awaited class."""

    async def main() -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return await AsyncBird("owl").sing()

    assert Synchronizer("tests").run(main) == "owl"
