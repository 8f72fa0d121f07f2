"""A generic function is an argument of an overloaded function, beside fewer than it is called with."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Callable, TypeVar, overload

from typing_extensions import ParamSpec

P = ParamSpec("P")
R = TypeVar("R")


@overload
def called(function: Callable[P, Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> R: ...
@overload
def called(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R: ...
def called(function: Any, *args: Any, **kwargs: Any) -> Any:
    return function(*args, **kwargs)


called(divmod, 1)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
