"""The ways to use a synchronizer, so that one body tests them all.

`Face` iterates and enters by the blocking face, or by the async one: that is driven from a loop of the test's own, step
by step, which gives it the blocking form. `ROADS` call a function and return what it returns: by either face, by a
future, by `run_async_task`, which runs on a synchronizer of the same kind.
"""

from __future__ import annotations

import asyncio
import collections.abc
from typing import TYPE_CHECKING, Any

from ambidex import run_async_task
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
    from contextlib import AbstractAsyncContextManager, AbstractContextManager
    from types import TracebackType

    from ambidex import Synchronizer

    Road = Callable[..., Any]

WAYS = ("blocking", "async")


class Face:
    """Use a synchronizer by one of its faces; every step of the async one runs on `loop`."""

    def __init__(self, synchronizer: Synchronizer, loop: asyncio.AbstractEventLoop | None) -> None:
        self._synchronizer = synchronizer
        self._loop = loop

    @property
    def is_async(self) -> bool:
        """Tell whether this is the async face."""
        return self._loop is not None

    def with_options(self, *, timeout: float) -> Face:
        """Return the face with a deadline for each call."""
        return Face(self._synchronizer.with_options(timeout=timeout), self._loop)

    def iterate(self, function: Callable[..., Any], *args: Any) -> Generator[Any, Any, Any]:
        """Return the stream as a generator."""
        if self._loop is None:
            return self._synchronizer.iterate(function, *args)
        return _Stream(self._synchronizer.aiterate(function, *args), self._loop)

    def context(self, function: Callable[..., Any], *args: Any) -> AbstractContextManager[Any]:
        """Return the context manager."""
        context = self._synchronizer.context(function, *args)
        return context if self._loop is None else _Context(context, self._loop)


class _Stream(collections.abc.Generator[Any, Any, Any]):
    """An async generator in the form of a generator."""

    def __init__(self, stream: AsyncGenerator[Any, Any], loop: asyncio.AbstractEventLoop) -> None:
        self._stream = stream
        self._loop = loop

    def __next__(self) -> Any:
        return self._run(self._stream.__anext__())

    def send(self, value: Any, /) -> Any:
        return self._run(self._stream.asend(value))

    def throw(self, typ: Any, val: Any = None, tb: TracebackType | None = None, /) -> Any:
        return self._run(self._stream.athrow(typ) if val is None else self._stream.athrow(typ, val, tb))

    def close(self) -> None:
        self._run(self._stream.aclose())

    def _run(self, step: Awaitable[Any]) -> Any:
        try:
            return _run(self._loop, step)
        except StopAsyncIteration as end:
            raise StopIteration from end


class _Context:
    """An async context manager in the form of a context manager."""

    def __init__(self, context: AbstractAsyncContextManager[Any], loop: asyncio.AbstractEventLoop) -> None:
        self._context = context
        self._loop = loop

    def __enter__(self) -> Any:
        return _run(self._loop, self._context.__aenter__())

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> Any:
        return _run(self._loop, self._context.__aexit__(exc_type, exc, traceback))


def _run(loop: asyncio.AbstractEventLoop, awaitable: Awaitable[Any]) -> Any:
    async def wait() -> Any:
        return await awaitable

    return loop.run_until_complete(wait())


# -- the roads of a call: the deadline, if any, is that of the synchronizer


def run(synchronizer: Synchronizer, function: Callable[..., Awaitable[Any]], *args: object) -> Any:
    """Call by the blocking face."""
    return synchronizer.run(function, *args)


def aio(synchronizer: Synchronizer, function: Callable[..., Awaitable[Any]], *args: object) -> Any:
    """Call by the async face, from another loop."""
    return asyncio.run(synchronizer.aio(function, *args))


def aio_on_the_loop(synchronizer: Synchronizer, function: Callable[..., Awaitable[Any]], *args: object) -> Any:
    """Call by the async face, from the synchronizer's own loop."""

    async def inner() -> Any:
        return await synchronizer.aio(function, *args)

    return synchronizer.run(inner)


def submit(synchronizer: Synchronizer, function: Callable[..., Awaitable[Any]], *args: object) -> Any:
    """Take the result of a future."""
    return synchronizer.submit(function, *args).result(HANG_S)


def submit_and_await(synchronizer: Synchronizer, function: Callable[..., Awaitable[Any]], *args: object) -> Any:
    """Await a future."""

    async def main() -> Any:
        return await synchronizer.submit(function, *args)

    return asyncio.run(main())


def run_with_timeout(synchronizer: Synchronizer, function: Callable[..., Awaitable[Any]], *args: object) -> Any:
    """Call by the blocking face, with a deadline that is far away."""
    return synchronizer.with_options(timeout=3600).run(function, *args)


def run_task(synchronizer: Synchronizer, function: Callable[..., Awaitable[Any]], *args: object) -> Any:
    """Call by `run_async_task`, on its own synchronizer."""
    return run_async_task(function(*args), timeout_of(synchronizer))


def run_task_and_wait(synchronizer: Synchronizer, function: Callable[..., Awaitable[Any]], *args: object) -> Any:
    """Take the result of the future that `run_async_task` gives."""
    return run_async_task(function(*args), timeout_of(synchronizer), fire_and_forget=True).result(HANG_S)


def timeout_of(synchronizer: Synchronizer) -> float | None:
    """Return the deadline that a synchronizer gives its calls."""
    timeout_s: float | None = vars(synchronizer)["_timeout_s"]
    return timeout_s


ROADS: list[Road] = [
    run,
    aio,
    aio_on_the_loop,
    submit,
    submit_and_await,
    run_with_timeout,
    run_task,
    run_task_and_wait,
]
BLOCKING_ROADS: list[Road] = [run, submit, run_with_timeout, run_task, run_task_and_wait]
# Those that keep the deadline of the synchronizer that they are given.
HURRIED_ROADS: list[Road] = [run, aio, submit, submit_and_await, run_task, run_task_and_wait]
