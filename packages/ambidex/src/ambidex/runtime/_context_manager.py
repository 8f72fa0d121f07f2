"""An async context manager that serves in `with` and in `async with`.

Enter and exit run in one task and one context, as the steps of a generator that enters, yields once and exits.
"""

from __future__ import annotations

import asyncio
from asyncio import _get_running_loop
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..errors import UsageError
from ._diagnosis._call_site import awaited_for_caller, called_for_caller
from ._diagnosis._stack import hide_library_frames
from ._native import caller_ident

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
    from types import TracebackType

T_co = TypeVar("T_co", covariant=True)


class Entered:
    """Hold the generators of a context manager that is entered and not left, perhaps by several tasks and threads.

    Who leaves ends what the same task or thread has entered last; where there is none (an exit stack that was handed
    on), what anybody has. What `with` has entered is left by `with`, and what `async with` has by that.
    """

    __slots__ = ("_entered",)

    def __init__(self) -> None:
        # The owner, whether `async with` has entered, and the generator; each access is one operation, no lock.
        self._entered: list[tuple[object, bool, Any]] = []

    def enter(self, stream: Generator[Any, Any, None]) -> Any:
        """Enter by the first step of `stream`; return what it gives."""
        value = next(stream)
        self._entered.append((_owner(), False, stream))
        return value

    def leave(self, error: BaseException | None) -> bool:
        """Run the exit; True when it suppressed `error`, the exception of the block."""
        trace = None if error is None else error.__traceback__
        stream: Generator[Any, Any, None] = self._take(is_async=False)
        try:
            if error is None:
                next(stream)
            else:
                stream.throw(error)
        except StopIteration:
            return error is not None
        except BaseException as raised:  # any: it is passed on, or it is the one that went in
            if error is not None and _is_same(raised, error):
                BaseException.with_traceback(error, trace)
                return False
            raise
        raise RuntimeError("the context manager did not stop after its exit")

    async def enter_async(self, stream: AsyncGenerator[Any, Any]) -> Any:
        """Enter by the first step of `stream`; return what it gives."""
        value = await stream.__anext__()
        self._entered.append((_owner(), True, stream))
        return value

    async def leave_async(self, error: BaseException | None) -> bool:
        """Run the exit; True when it suppressed `error`, the exception of the block."""
        trace = None if error is None else error.__traceback__
        stream: AsyncGenerator[Any, Any] = self._take(is_async=True)
        try:
            if error is None:
                await stream.__anext__()
            else:
                await stream.athrow(error)
        except StopAsyncIteration:
            return error is not None
        except BaseException as raised:  # any: it is passed on, or it is the one that went in
            if error is not None and _is_same(raised, error):
                BaseException.with_traceback(error, trace)
                return False
            raise
        raise RuntimeError("the context manager did not stop after its exit")

    def _take(self, *, is_async: bool) -> Any:
        owner = _owner()
        while True:
            entered = self._entered.copy()
            if not entered:
                raise RuntimeError("the context manager is left and was not entered")
            fitting = [entry for entry in entered if entry[1] is is_async]
            if not fitting:
                one, other = ("async with", "with") if is_async else ("with", "async with")
                raise UsageError(
                    f"the context manager is left as by `{one}` and was entered by `{other}`; leave it by that as well"
                )
            chosen = next((entry for entry in reversed(fitting) if entry[0] == owner), fitting[-1])
            try:
                self._entered.remove(chosen)
            except ValueError:  # another thread has taken it since
                continue
            return chosen[2]


class Context(Generic[T_co]):
    """Enter an async context manager, by `with` or by `async with`.

    `open_blocking` and `open_awaited` open the generator that stands for the context manager (see `entering`).
    """

    def __init__(
        self,
        open_blocking: Callable[[], Generator[Any, Any, None]],
        open_awaited: Callable[[], AsyncGenerator[Any, Any]],
    ) -> None:
        self._open_blocking = open_blocking
        self._open_awaited = open_awaited
        self._entered = Entered()

    def __enter__(self) -> T_co:
        try:
            value: T_co = self._entered.enter(self._open_blocking())
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise
        return value

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        try:
            return self._entered.leave(exc)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    async def __aenter__(self) -> T_co:
        try:
            value: T_co = await self._entered.enter_async(self._open_awaited())
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise
        return value

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        try:
            return await self._entered.leave_async(exc)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise


def entering(function: Callable[..., Any]) -> Callable[..., AsyncGenerator[Any, None]]:
    """Turn what makes a context manager into an async generator that yields its value once, inside it."""

    async def enter(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, None]:
        manager = called_for_caller(function, args, kwargs)
        async with _AtCallersLine(manager) if _is_whole(manager) else manager as value:
            yield value

    return enter


def _is_whole(manager: object) -> bool:
    """Tell whether `async with` takes it; else that says itself what is missing."""
    kind = type(manager)
    return hasattr(kind, "__aenter__") and hasattr(kind, "__aexit__")


class _AtCallersLine:
    """Enter and leave a context manager, each at the line of whoever does so."""

    __slots__ = ("_manager", "_type")

    def __init__(self, manager: Any) -> None:
        self._manager = manager
        self._type: Any = type(manager)

    def __aenter__(self) -> Coroutine[Any, Any, Any]:
        return awaited_for_caller(self._type.__aenter__, self._manager)

    def __aexit__(self, *details: Any) -> Coroutine[Any, Any, Any]:
        return awaited_for_caller(self._type.__aexit__, self._manager, *details)


def _owner() -> object:
    """Return who enters and leaves: the task that runs here, else the thread."""
    return caller_ident() if _get_running_loop() is None else asyncio.current_task() or caller_ident()


def _is_same(raised: BaseException, error: BaseException) -> bool:
    """Tell whether the exit raised the block's own exception; a stop in a generator arrives wrapped."""
    if raised is error:
        return True
    return isinstance(error, (StopIteration, StopAsyncIteration)) and raised.__cause__ is error
