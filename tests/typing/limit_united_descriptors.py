"""An attribute whose type is a union of descriptors is overridden by one of them."""

from __future__ import annotations

from typing import Any, Callable, Generic, TypeVar

R_co = TypeVar("R_co", covariant=True)


class Base(Generic[R_co]):
    def __get__(self, owner: object, cls: type[Any]) -> R_co:
        raise NotImplementedError


class Method(Base[R_co]):
    pass


def united(function: Callable[[Any], R_co]) -> Method[R_co] | Base[R_co]:
    raise NotImplementedError


def alone(function: Callable[[Any], R_co]) -> Method[R_co]:
    raise NotImplementedError


class Station:
    @united
    def measure(self) -> int:
        return 1


class Capital(Station):
    @alone
    def measure(self) -> int:
        return 2
