"""What a call held is freed with it: nothing of the library keeps a result or an exception alive."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import sysconfig
import threading
import weakref
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import Synchronizer, run_async_task
from tests.limits import HANG_S
from tests.runtime.faces import BLOCKING_ROADS, ROADS

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.runtime.faces import Road

each_road = pytest.mark.parametrize("road", ROADS)


async def echo(value: object) -> object:
    """Return `value` without suspending."""
    return value


class Own(BaseException):
    """An error that `except Exception` does not catch."""


# Without a GIL an object is freed by the thread that made it, between two of that one's instructions, when another has
# dropped the last reference: the loop that made it, one of two here, has to come by again, mostly once.
IS_FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
ROUNDS = 1000 if IS_FREE_THREADED else 1  # arbitrary: each is two round trips


def is_freed(dead: weakref.ref[Any], synchronizer: Synchronizer) -> bool:
    """Let both loops come by until the object is freed; with a GIL, once."""
    for _ in range(ROUNDS):
        synchronizer.run(echo, None)
        run_async_task(echo(None))
        if dead() is None:
            return True
    return False


@each_road
def test_result_is_freed_when_the_caller_drops_it(road: Road, synchronizer: Synchronizer) -> None:
    """No cycle and no leftover of the call keeps a result alive."""

    class Result:
        pass

    async def make() -> Result:
        return Result()

    gc.collect()
    gc.disable()
    try:
        dead = weakref.ref(road(synchronizer, make))
        assert is_freed(dead, synchronizer)
    finally:
        gc.enable()


@pytest.mark.parametrize("road", BLOCKING_ROADS)
def test_exception_is_freed_when_the_caller_has_handled_it(road: Road, synchronizer: Synchronizer) -> None:
    """No cycle through frames or tables of the library keeps an exception alive."""

    async def work() -> None:
        raise Own

    gc.collect()
    gc.disable()
    try:
        dead = None
        try:
            road(synchronizer, work)
        except Own as error:
            dead = weakref.ref(error)
        assert dead is not None
        assert is_freed(dead, synchronizer)
    finally:
        gc.enable()


@pytest.mark.parametrize("read_ahead", [None, 2])
def test_exception_of_a_stream_is_freed_when_its_reader_has_handled_it(
    read_ahead: int | None, synchronizer: Synchronizer
) -> None:
    """The task that ran the generator keeps nothing of it, whether a blocking reader or an awaiting one has seen it."""
    freed: list[weakref.ref[Own]] = []

    async def work() -> AsyncGenerator[int, None]:
        yield 1
        await asyncio.sleep(0)
        raise Own

    async def main() -> None:
        try:
            async for _ in synchronizer.aiterate(work):
                pass
        except Own as error:
            freed.append(weakref.ref(error))

    gc.collect()
    gc.disable()
    try:
        try:
            for _ in synchronizer.with_options(read_ahead=read_ahead).iterate(work):
                pass
        except Own as error:
            freed.append(weakref.ref(error))
        asyncio.run(main())
        assert [is_freed(dead, synchronizer) for dead in freed] == [True, True]
    finally:
        gc.enable()


def test_exception_that_is_thrown_into_a_stream_is_freed_when_it_has_been_handled(synchronizer: Synchronizer) -> None:
    """Neither the step nor its call keeps what its traceback leads back to, nor the frame that was given it."""
    freed: list[weakref.ref[Own]] = []

    async def work() -> AsyncGenerator[int, None]:
        yield 1

    def throw(read_ahead: int | None) -> None:
        stream = synchronizer.with_options(read_ahead=read_ahead).iterate(work)
        next(stream)
        try:
            stream.throw(Own())
        except Own as error:
            freed.append(weakref.ref(error))

    async def athrow() -> None:
        stream = synchronizer.aiterate(work)
        await stream.__anext__()
        try:
            await stream.athrow(Own())
        except Own as error:
            freed.append(weakref.ref(error))

    gc.collect()
    gc.disable()
    try:
        throw(None)
        throw(2)
        asyncio.run(athrow())
        assert [is_freed(dead, synchronizer) for dead in freed] == [True, True, True]
    finally:
        gc.enable()


def test_what_a_cancelled_call_held_is_freed_with_it(synchronizer: Synchronizer) -> None:
    """The cancellation that ended the work leads to its frames, and nobody asks for it."""
    held: list[weakref.ref[Own]] = []
    begun = threading.Event()

    async def work() -> None:
        own = Own()
        held.append(weakref.ref(own))
        begun.set()
        await asyncio.Event().wait()

    async def main() -> None:
        task = asyncio.ensure_future(synchronizer.aio(work))
        await asyncio.get_running_loop().run_in_executor(None, begun.wait)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    gc.collect()
    gc.disable()
    try:
        asyncio.run(main())
        assert [is_freed(dead, synchronizer) for dead in held] == [True]
    finally:
        gc.enable()


def test_exception_of_a_future_is_freed_with_the_frames_that_hold_the_future(synchronizer: Synchronizer) -> None:
    """The cycle future, exception, traceback, frame, future is one that the garbage collector can see."""

    async def work() -> None:
        raise Own

    def caller() -> None:
        future = synchronizer.submit(work)
        future.result(HANG_S)

    dead = None
    try:
        caller()
    except Own as error:
        dead = weakref.ref(error)
    synchronizer.run(echo, None)
    gc.collect()
    assert dead is not None
    assert is_freed(dead, synchronizer)
