"""Run a user's function for an implementation that awaits it: as a coroutine, an async generator, a context manager.

What is async runs where it is awaited. What blocks runs off the loop: the function itself, each step of the generator
that it returns, the enter and the exit of its context manager.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ...runtime import hide_library_frames
from .._values._binding import raise_taken

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable
    from types import TracebackType

    from .._member import Runs
    from ._off_loop import OffLoop

    Convert = Callable[[Any], Any]


def work_of(
    function: Callable[..., Any],
    runs: Runs,
    is_async: bool,
    off_loop: OffLoop,
    give: Convert | None = None,
    send: Convert | None = None,
) -> Callable[..., Any]:
    """Return what an implementation calls for a member that `runs` so; `give` translates results, `send` what is sent.

    The result of a task is left to who awaits it.
    """
    if is_async and (runs == "task" or give is send is None):
        return function

    async def run(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs) if is_async else await off_loop.run(function, args, kwargs)

    if runs == "task":
        return run
    if runs == "stream":
        return lambda *args, **kwargs: _relay(partial(run, *args, **kwargs), off_loop, give, send)
    return lambda *args, **kwargs: _Entering(partial(run, *args, **kwargs), off_loop, give)


_END: Any = object()  # what a step gives after the last item: a StopIteration cannot be a result


async def _relay(
    begin: Callable[[], Awaitable[Any]], off_loop: OffLoop, give: Convert | None, send: Convert | None
) -> AsyncGenerator[Any, Any]:
    try:
        steps = _steps_of(await begin(), off_loop)
        try:
            item = await steps.send(None)
            while item is not _END:
                try:
                    sent = yield item if give is None else give(item)
                except GeneratorExit:
                    raise
                except BaseException as error:  # noqa: BLE001  it belongs to the source
                    item = await steps.throw(error)
                else:
                    item = await steps.send(sent if send is None or sent is None else send(sent))
        finally:
            await steps.close()
    except BaseException as error:  # any: it is passed on, without the library's frames
        raise_taken(error)
        hide_library_frames(error)
        raise


def _steps_of(source: Any, off_loop: OffLoop) -> _AsyncSteps | _BlockingSteps:
    return _AsyncSteps(source) if hasattr(source, "__aiter__") else _BlockingSteps(source, off_loop)


class _AsyncSteps:
    def __init__(self, source: Any) -> None:
        self._source = source.__aiter__()

    async def send(self, value: Any) -> Any:
        try:
            return await (self._source.__anext__() if value is None else self._source.asend(value))
        except StopAsyncIteration:
            return _END

    async def throw(self, error: BaseException) -> Any:
        if not hasattr(self._source, "athrow"):
            raise error
        try:
            return await self._source.athrow(error)
        except StopAsyncIteration:
            return _END

    async def close(self) -> None:
        if hasattr(self._source, "aclose"):
            await self._source.aclose()


class _BlockingSteps:
    def __init__(self, source: Any, off_loop: OffLoop) -> None:
        self._source = source
        self._iterator: Any = None
        self._off_loop = off_loop

    async def send(self, value: Any) -> Any:
        return await self._off_loop.run(self._send, (value,), {})

    def _send(self, value: Any) -> Any:
        if self._iterator is None:
            self._iterator = iter(self._source)
        try:
            return next(self._iterator) if value is None else self._iterator.send(value)
        except StopIteration:
            return _END

    async def throw(self, error: BaseException) -> Any:
        if not hasattr(self._iterator, "throw"):
            raise error
        return await self._off_loop.run(self._throw, (error,), {})

    def _throw(self, error: BaseException) -> Any:
        try:
            return self._iterator.throw(error)
        except StopIteration:
            return _END

    async def close(self) -> None:
        if getattr(self._iterator, "gi_frame", _END) is not None and hasattr(self._iterator, "close"):
            await self._off_loop.run(self._iterator.close, (), {})


class _Entering:
    def __init__(self, begin: Callable[[], Awaitable[Any]], off_loop: OffLoop, give: Convert | None) -> None:
        self._begin = begin
        self._off_loop = off_loop
        self._give = give
        self._manager: Any = None

    async def __aenter__(self) -> Any:
        manager = self._manager = await self._begin()
        if hasattr(manager, "__aenter__"):
            value = await manager.__aenter__()
        else:
            value = await self._off_loop.run(manager.__enter__, (), {})
        return value if self._give is None else self._give(value)

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> Any:
        if hasattr(self._manager, "__aenter__"):
            return await self._manager.__aexit__(exc_type, exc, traceback)
        return await self._off_loop.run(self._manager.__exit__, (exc_type, exc, traceback), {})
