"""Context variables: the work sees its caller's, and the caller sees what the work has set."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import Synchronizer
from tests.limits import HANG_S
from tests.runtime.faces import run, run_task, run_with_timeout

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from tests.runtime.faces import Road

variable: contextvars.ContextVar[object] = contextvars.ContextVar("variable")
other: contextvars.ContextVar[object] = contextvars.ContextVar("other", default="untouched")
third: contextvars.ContextVar[object] = contextvars.ContextVar("third")


class Awkward(Exception):
    """An error that cannot be compared."""

    def __eq__(self, other: object) -> bool:
        raise AssertionError("nobody may compare it")

    __hash__ = None  # type: ignore[assignment]


async def echo(value: object) -> object:
    """Return `value` without suspending."""
    return value


@pytest.mark.parametrize("road", [run, run_with_timeout, run_task])
def test_variables_of_the_caller_are_seen_and_changes_come_back(road: Road, synchronizer: Synchronizer) -> None:
    """A call shares its caller's context variables as a plain call does."""

    async def change() -> object:
        seen = variable.get()
        await asyncio.sleep(0)
        variable.set("changed")
        return seen

    def caller() -> None:
        variable.set("given")
        assert road(synchronizer, change) == "given"
        assert variable.get() == "changed"
        assert other not in contextvars.copy_context()

    contextvars.Context().run(caller)


def test_variables_come_back_from_an_awaited_call(synchronizer: Synchronizer) -> None:
    """An awaited call shares its caller's context variables as a plain await does."""

    async def change() -> object:
        seen = variable.get()
        await asyncio.sleep(0)
        variable.set("changed")
        return seen

    async def main() -> None:
        variable.set("given")
        assert await synchronizer.aio(change) == "given"
        assert variable.get() == "changed"

    asyncio.run(main())


def test_variables_come_back_from_a_call_that_failed(synchronizer: Synchronizer) -> None:
    """What was set before the exception stays set, as after a plain call."""

    async def change() -> None:
        variable.set("changed")
        raise ValueError

    def caller() -> None:
        with pytest.raises(ValueError):  # noqa: PT011  the only one
            synchronizer.run(change)
        assert variable.get() == "changed"

    contextvars.Context().run(caller)


def test_variables_come_back_to_a_caller_that_is_cancelled(synchronizer: Synchronizer) -> None:
    """What the work and its clean-up have set by then is seen, as after a plain await."""
    begun = threading.Event()

    async def change() -> None:
        token = other.set("held")
        try:
            variable.set("begun")
            begun.set()
            await asyncio.Event().wait()
        finally:
            other.reset(token)
            variable.set("cleaned up")

    async def changes() -> AsyncGenerator[object, None]:
        token = third.set("held across the yield")
        try:
            yield 1
            await change()
        finally:
            third.reset(token)

    async def read() -> None:
        async for _ in synchronizer.aiterate(changes):
            assert third.get() == "held across the yield"

    async def caller(wait: Callable[[], Awaitable[None]]) -> None:
        with pytest.raises(asyncio.CancelledError):
            await wait()
        assert variable.get() == "cleaned up"
        assert other.get() == "untouched"
        assert third not in contextvars.copy_context()

    async def main() -> None:
        for wait in (lambda: synchronizer.aio(change), read):
            begun.clear()
            task = asyncio.ensure_future(caller(wait))
            await asyncio.get_running_loop().run_in_executor(None, begun.wait)
            task.cancel()
            await task

    asyncio.run(main())


def test_variables_are_compared_by_identity(synchronizer: Synchronizer) -> None:
    """A value whose `==` raises crosses like any other, and one that was not changed is not set again."""

    def caller() -> None:
        value = Awkward()
        variable.set(value)
        token = variable.set(value)
        synchronizer.run(echo, None)
        assert variable.get() is value
        variable.reset(token)

    contextvars.Context().run(caller)


def test_variables_of_one_caller_do_not_reach_another(synchronizer: Synchronizer) -> None:
    """What one call sets is seen by its own caller alone."""

    async def change() -> None:
        variable.set("mine")

    def look() -> object:
        return synchronizer.run(read)

    async def read() -> object:
        return variable.get("unset")

    contextvars.Context().run(synchronizer.run, change)
    assert contextvars.Context().run(look) == "unset"


def test_variable_token_may_be_held_across_awaits(synchronizer: Synchronizer) -> None:
    """A task runs in one context from its first step to its last, on every version."""

    async def work() -> object:
        token = variable.set("inside")
        await asyncio.sleep(0)
        child = asyncio.ensure_future(read())
        seen = await child
        variable.reset(token)
        return seen

    async def read() -> object:
        return variable.get()

    assert contextvars.Context().run(synchronizer.run, work) == "inside"


def test_variables_in_each_step_of_a_stream_are_the_callers_of_that_moment(synchronizer: Synchronizer) -> None:
    """A stream sees what its caller has set since the last step, and the caller what the stream has set."""

    async def follow() -> AsyncGenerator[object, None]:
        token = other.set("held across the yield")
        for number in range(3):
            seen = variable.get()
            variable.set(f"from step {number}")
            yield seen
        other.reset(token)

    def caller() -> None:
        variable.set("first")
        stream = synchronizer.iterate(follow)
        assert next(stream) == "first"
        assert variable.get() == "from step 0"
        assert next(stream) == "from step 0"
        variable.set("from the caller")
        assert next(stream) == "from the caller"
        assert other.get() == "held across the yield"
        assert list(stream) == []
        assert other.get() == "untouched"

    contextvars.Context().run(caller)


def test_variables_of_the_collecting_thread_do_not_reach_a_generators_clean_up(synchronizer: Synchronizer) -> None:
    """A stream that is collected cleans up in its own context, not in that of whoever let it go."""
    seen: list[object] = []
    ended = threading.Event()

    async def numbers() -> AsyncGenerator[int, None]:
        try:
            yield 1
        finally:
            seen.append(variable.get())
            ended.set()

    def open_stream() -> list[Any]:
        variable.set("the opener's")
        stream = synchronizer.iterate(numbers)
        next(stream)
        return [stream]

    def drop(streams: list[Any]) -> None:
        variable.set("the collector's")
        streams.clear()

    contextvars.Context().run(drop, contextvars.Context().run(open_stream))
    assert ended.wait(HANG_S)
    assert seen == ["the opener's"]
