"""A generic function is an argument of an overloaded function, and decides a type variable."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Callable, TypeVar, overload

from typing_extensions import assert_type

R = TypeVar("R")


@overload
def decided(decide: Callable[[int], Awaitable[R]]) -> R: ...
@overload
def decided(decide: Callable[[int], R]) -> R: ...
def decided(decide: Any) -> Any:
    return decide(1)


assert_type(decided(abs), int)
