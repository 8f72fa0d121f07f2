"""What a lambda gives is known where overloads take it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, TypeVar, overload

from typing_extensions import assert_type

if TYPE_CHECKING:
    from collections.abc import Awaitable

R = TypeVar("R")


@overload
def mapped(function: Callable[[str], Awaitable[R]]) -> list[R]: ...
@overload
def mapped(function: Callable[[str], R]) -> list[R]: ...
def mapped(function: Any) -> Any:
    raise NotImplementedError


assert_type(mapped(lambda each: each.isdigit()), "list[bool]")
