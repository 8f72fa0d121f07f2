"""A method with a type variable of its own is overridden by one of the same type, which a decorator takes from each."""

from __future__ import annotations

from typing import Any, Callable, Generic, TypeVar

from typing_extensions import Concatenate, ParamSpec

P = ParamSpec("P")
R = TypeVar("R")


class Call(Generic[P, R]):
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        raise NotImplementedError


class Method(Generic[P, R]):
    def __get__(self, owner: object, cls: type[Any]) -> Call[P, R]:
        raise NotImplementedError


def method(function: Callable[Concatenate[Any, P], R]) -> Method[P, R]:
    raise NotImplementedError


class Ledger:
    @method
    def same(self, value: R) -> R:
        return value


class Mine(Ledger):
    @method
    def same(self, value: R) -> R:
        return value
