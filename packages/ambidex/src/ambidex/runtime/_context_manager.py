"""An async context manager that serves in `with` and in `async with`.

Enter and exit run in one task and one context, as the steps of a generator that enters, yields once and exits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator
    from types import TracebackType

T_co = TypeVar("T_co", covariant=True)


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
        self._blocking: list[Generator[Any, Any, None]] = []  # entered and not left, innermost last
        self._awaited: list[AsyncGenerator[Any, Any]] = []

    def __enter__(self) -> T_co:
        stream = self._open_blocking()
        value: T_co = next(stream)
        self._blocking.append(stream)
        return value

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        return leave(self._blocking.pop(), exc)

    async def __aenter__(self) -> T_co:
        stream = self._open_awaited()
        value: T_co = await stream.__anext__()
        self._awaited.append(stream)
        return value

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        return await leave_async(self._awaited.pop(), exc)


def entering(function: Callable[..., Any]) -> Callable[..., AsyncGenerator[Any, None]]:
    """Turn what makes a context manager into an async generator that yields its value once, inside it."""

    async def enter(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, None]:
        async with function(*args, **kwargs) as value:
            yield value

    return enter


def leave(stream: Generator[Any, Any, None], error: BaseException | None) -> bool:
    """Run the exit of an entered context; True when it suppressed `error`."""
    try:
        if error is None:
            next(stream)
        else:
            stream.throw(error)
    except StopIteration:
        return error is not None
    except BaseException as raised:
        if _is_same(raised, error):
            return False
        raise
    raise RuntimeError("the context manager did not stop after its exit")


async def leave_async(stream: AsyncGenerator[Any, Any], error: BaseException | None) -> bool:
    """Run the exit of an entered context; True when it suppressed `error`."""
    try:
        if error is None:
            await stream.__anext__()
        else:
            await stream.athrow(error)
    except StopAsyncIteration:
        return error is not None
    except BaseException as raised:
        if _is_same(raised, error):
            return False
        raise
    raise RuntimeError("the context manager did not stop after its exit")


def _is_same(raised: BaseException, error: BaseException | None) -> bool:
    """Tell whether the exit raised the block's own exception; a stop in a generator arrives wrapped."""
    if raised is error:
        return True
    return isinstance(error, (StopIteration, StopAsyncIteration)) and raised.__cause__ is error
