"""Run work on the caller's own loop, without a change of threads: what an implementation with `aio="caller"` gets.

It is a plain await, with the two things that a call through the bridge has besides: a deadline, and a clear error where
no asyncio loop runs.
"""

from __future__ import annotations

import asyncio
import collections.abc
import sys
import time
import weakref
from typing import TYPE_CHECKING, Any, TypeVar

from ...deadlines import within
from ...errors import DeadlineExceeded
from .._diagnosis._guard import running_loop
from .._diagnosis._stack import hide_library_frames
from ._stream import as_error
from ._stream_task import as_generator

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
    from types import TracebackType

Y = TypeVar("Y")
S = TypeVar("S")


async def await_here(work: Awaitable[Any], name: str, timeout_s: float | None, remaining_s: float | None = None) -> Any:
    """Await `work` in the caller's own task; `remaining_s` is what is left of `timeout_s`, all of it unless given.

    Raises:
        DeadlineExceeded: it did not end within `timeout_s` seconds, and was cancelled.
    """
    if timeout_s is None:
        return await work
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None
    is_late = False

    def expire() -> None:
        nonlocal is_late
        is_late = True
        task.cancel()

    left_s = timeout_s if remaining_s is None else remaining_s
    timer = loop.call_later(left_s, expire)
    try:
        with within(time.monotonic() + left_s):
            return await work
    except asyncio.CancelledError:
        if not is_late or (sys.version_info >= (3, 11) and task.cancelling() > 1):  # the caller was cancelled, too
            raise
        raise DeadlineExceeded(name, timeout_s) from None
    finally:
        timer.cancel()
        if is_late and sys.version_info >= (3, 11):
            task.uncancel()


class StreamHere(collections.abc.AsyncGenerator[Y, S]):
    """An async generator of the implementation, iterated on the caller's own loop.

    `timeout_s` is the whole stream's deadline in seconds, from its first step. `ended` is called when the stream is
    collected.
    """

    __slots__ = ("__weakref__", "_deadline", "_generator", "_inward", "_name", "_open", "_outward", "_timeout_s")

    def __init__(
        self,
        function: Callable[..., Any],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        name: str,
        timeout_s: float | None,
        outward: Callable[[Any], Any] | None,
        inward: Callable[[Any], Any] | None,
        ended: Callable[[], object],
    ) -> None:
        weakref.finalize(self, ended).atexit = False
        self._open: Callable[[], Any] | None = lambda: function(*args, **kwargs)
        self._generator: AsyncGenerator[Any, Any] | None = None
        self._name = name
        self._timeout_s = timeout_s
        self._deadline: float | None = None
        self._outward = outward
        self._inward = inward

    def __aiter__(self) -> StreamHere[Y, S]:
        return self

    async def __anext__(self) -> Y:
        return await self._step(lambda generator: generator.asend(None))

    async def asend(self, value: S, /) -> Y:
        """Continue with `value` as the result of the `yield`; return the next item.

        Raises:
            StopAsyncIteration: the generator has returned.
            NoRunningLoop: no asyncio loop runs here.
            DeadlineExceeded: the stream did not end within its `timeout`.
        """
        sent = value if self._inward is None or value is None else self._inward(value)
        return await self._step(lambda generator: generator.asend(sent))

    async def athrow(self, typ: Any, val: Any = None, tb: TracebackType | None = None, /) -> Y:
        """Raise an exception at the `yield`; return the next item.

        Raises:
            StopAsyncIteration: the generator has returned.
        """
        thrown = [as_error(typ, val, tb)]  # taken out: error -> traceback -> frame -> error would be a cycle
        del typ, val, tb
        return await self._step(lambda generator: generator.athrow(thrown.pop()))

    async def aclose(self) -> None:
        """End the generator and wait for its clean-up."""
        self._open = None
        if self._generator is not None:
            await self._generator.aclose()

    async def _step(self, step: Callable[[AsyncGenerator[Any, Any]], Awaitable[Any]]) -> Y:
        try:
            loop = running_loop(self._name)
            if self._open is not None:
                opened, self._open = self._open, None
                self._generator = as_generator(opened())
                if self._timeout_s is not None:
                    self._deadline = loop.time() + self._timeout_s
            if self._generator is None:  # closed before its first step, or by the deadline
                raise StopAsyncIteration  # noqa: TRY301  from within, so that our frames can be hidden
            item = await self._within(self._generator, step, loop)
            return item if self._outward is None else self._outward(item)  # type: ignore[no-any-return]
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    async def _within(
        self,
        generator: AsyncGenerator[Any, Any],
        step: Callable[[AsyncGenerator[Any, Any]], Awaitable[Any]],
        loop: asyncio.AbstractEventLoop,
    ) -> Any:
        if self._deadline is None:
            return await step(generator)
        assert self._timeout_s is not None
        remaining_s = self._deadline - loop.time()
        if remaining_s <= 0:  # it passed between two steps: nothing is to be cancelled, least of all the clean-up
            self._generator = None
            await generator.aclose()
            raise DeadlineExceeded(self._name, self._timeout_s)
        return await await_here(step(generator), self._name, self._timeout_s, remaining_s)
