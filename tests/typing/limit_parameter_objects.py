"""A decorator may make a function an object of a class that is generic in its parameters."""

from __future__ import annotations

from typing import Callable, Generic, TypeVar

from typing_extensions import ParamSpec, assert_type

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class Call(Generic[P, R]):
    def __init__(self, function: Callable[P, R]) -> None:
        self._function = function

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self._function(*args, **kwargs)


def called(function: Callable[P, R]) -> Call[P, R]:
    return Call(function)


@called
def same(value: T) -> T:
    return value


def first(value: bytes) -> None:
    assert_type(same(value), bytes)
