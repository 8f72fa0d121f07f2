"""A decorator that takes the receiver of a method away keeps the method's own type variables."""

from __future__ import annotations

from typing import Any, Callable, TypeVar

from typing_extensions import Concatenate, ParamSpec, assert_type

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


def bound(method: Callable[Concatenate[Any, P], R]) -> Callable[P, R]:
    raise NotImplementedError


@bound
def same(_: object, value: T) -> T:
    return value


def first(value: bytes) -> None:
    assert_type(same(value), bytes)
