"""Report what a call returns and nobody would await: a coroutine, or an async generator, where a value was promised.

It is closed where its loop is, so that it neither warns that it was never awaited nor stays half run.
"""

from __future__ import annotations

import inspect
import types
from typing import TYPE_CHECKING, Any

from ...errors import UsageError
from ...runtime import called_for_caller
from .._identity import class_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...runtime import Runtime
    from .._member import Member

UNEXPECTED = frozenset((types.CoroutineType, types.AsyncGeneratorType))


def refusal(value: Any, member: Member, runtime: Runtime) -> UsageError:
    """Close what a call returned and return the error that names both."""
    is_coroutine = class_of(value) is types.CoroutineType
    what = "a coroutine" if is_coroutine else "an async generator"
    name: str = value.__qualname__
    if is_coroutine:
        if inspect.getcoroutinestate(value) in (inspect.CORO_CREATED, inspect.CORO_CLOSED):
            value.close()  # here: nothing of it runs
        else:
            runtime.submit(_close_coroutine, (value,), {}, f"closing {name}")
    else:
        runtime.submit(value.aclose, (), {}, f"closing {name}")
    return UsageError(
        f"{member.name} returned {what} ({name}) instead of a value; it was closed. Await it or iterate it in the "
        "implementation, or write the method as `async def` and generate again"
    )


async def _close_coroutine(coroutine: types.CoroutineType[Any, Any, Any]) -> None:
    coroutine.close()


def opening(function: Callable[..., Any], member: Member, runtime: Runtime) -> Callable[..., Any]:
    """Return a function that opens a stream or a context, and refuses a coroutine in its place."""

    def opened(*args: Any, **kwargs: Any) -> Any:
        value = called_for_caller(function, args, kwargs)
        if isinstance(value, types.CoroutineType):
            raise refusal(value, member, runtime)
        return value

    return opened
