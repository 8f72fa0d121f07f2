"""Give the implementation an async context manager for what a user hands in where it wants one.

A blocking one serves as well as an async one. It is entered and left where the user's callables run (see `Callback`): a
blocking one off the loop, on the thread of the caller while that waits for its call, else on threads of the pool, which
may be two; an async one on its own loop, and there each of the two in a task of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...runtime import Callback
from .._identity import Reference, class_of
from ._awaiting import handed, run_step, taking
from ._binding import outward, take_async_with
from ._plans import EnteredOf, anything, error_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from ...runtime import Caller
    from ._binding import Convert

    Function = Callable[..., Any]


class HandedContext:
    """Enter and leave what the user has handed in."""

    def __init__(self, source: Any, caller: Caller, take: Convert | None, give_error: Convert) -> None:
        kind = class_of(source)
        is_async = hasattr(kind, "__aenter__")
        names = ("__aenter__", "__aexit__") if is_async else ("__enter__", "__exit__")
        self._enter, self._leave = (_callback(getattr(kind, name), source, caller, is_async=is_async) for name in names)
        self._take = take
        self._give_error = give_error

    async def __aenter__(self) -> Any:
        value = await run_step(self._enter)
        return value if self._take is None else self._take(value)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Any:
        given = None if error is None else self._give_error(error)
        try:
            return await run_step(self._leave, (kind, given, trace))
        finally:
            del error, given, trace  # error -> traceback -> frame -> error would be a cycle


def _callback(method: Function, source: Any, caller: Caller, *, is_async: bool) -> Callback:
    async def waiting(*args: Any) -> Any:
        return await method(source, *args)

    def blocking(*args: Any) -> Any:
        return method(source, *args)

    made = Callback(waiting if is_async else blocking, is_value=None if is_async else _is_value)
    made.name = f"{class_of(source).__qualname__}.{getattr(method, '__name__', 'enter')}"
    made.hand_over(caller)
    return made


def _is_value(_: object) -> bool:
    """Tell that what a blocking one gives is what it is, though one could await it: `with` would not."""
    return True


def _entering(plan: EnteredOf, names: Mapping[str, Any]) -> Convert:
    """Return the function that makes an async context manager of what the user hands in."""
    take = taking(plan.item, names)

    def make(source: Any, caller: Caller) -> HandedContext:
        return HandedContext(
            source, caller, take(caller), outward(error_of(anything), names, Reference(caller.owner, None))
        )

    return lambda value: handed(value, make)


take_async_with(EnteredOf, ("__aenter__", "__enter__"), _entering)
