"""A method takes a contravariant type variable of its class; a decorator makes an object of it."""

from __future__ import annotations

from typing import Any, Callable, Generic, TypeVar

from typing_extensions import Concatenate, ParamSpec

P = ParamSpec("P")
R = TypeVar("R")
F_co = TypeVar("F_co", covariant=True)
T_contra = TypeVar("T_contra", contravariant=True)


class Call(Generic[P, R]):
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        raise NotImplementedError


class Overridable(Generic[F_co]):
    def __get__(self: Overridable[Callable[P, R]], owner: object, cls: type[Any]) -> Call[P, R]:
        raise NotImplementedError


def method(function: Callable[Concatenate[Any, P], R]) -> Overridable[Callable[P, R]]:
    raise NotImplementedError


class Meter(Generic[T_contra]):
    @method
    def put(self, value: T_contra) -> None:
        print(value)
