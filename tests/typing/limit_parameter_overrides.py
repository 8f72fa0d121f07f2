"""A method is overridden by one that takes more, where a decorator makes of each what is covariant in a callable."""

from __future__ import annotations

from typing import Any, Callable, Generic, TypeVar

from typing_extensions import Concatenate, ParamSpec

P = ParamSpec("P")
R = TypeVar("R")
F_co = TypeVar("F_co", covariant=True)


class Call(Generic[P, R]):
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        raise NotImplementedError


class Overridable(Generic[F_co]):
    def __get__(self: Overridable[Callable[P, R]], owner: object, cls: type[Any]) -> Call[P, R]:
        raise NotImplementedError


class Method(Overridable[Callable[P, R]], Generic[P, R]):
    pass


def method(function: Callable[Concatenate[Any, P], R]) -> Method[P, R] | Overridable[Callable[P, R]]:
    raise NotImplementedError


class Station:
    @method
    def measure(self, city: str) -> int:
        return len(city)


class Capital(Station):
    @method
    def measure(self, city: str, *, digits: int = 2) -> int:
        return digits
