"""A method is overridden by a method, not by an object that takes the same arguments."""

from __future__ import annotations

from typing import Any, Callable, Generic, TypeVar

R_co = TypeVar("R_co", covariant=True)


class Base(Generic[R_co]):
    def __get__(self, owner: object, cls: type[Any]) -> Callable[[], R_co]:
        raise NotImplementedError


class Method(Base[R_co]):
    pass


def method(function: Callable[[Any], R_co]) -> Method[R_co] | Base[R_co]:
    raise NotImplementedError


class Station:
    def label(self) -> str:
        return "Oslo"


class Capital(Station):
    @method
    def label(self) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
        return "OSLO"
