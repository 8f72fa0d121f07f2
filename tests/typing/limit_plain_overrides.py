"""A method is overridden by a method, not by an object that takes the same arguments."""

from __future__ import annotations

from typing import Any, Callable, Generic, TypeVar

R_co = TypeVar("R_co", covariant=True)


class Method(Generic[R_co]):
    def __init__(self, function: Callable[[Any], R_co]) -> None:
        self._function = function

    def __get__(self, owner: object, cls: type[Any]) -> Callable[[], R_co]:
        return lambda: self._function(owner)


class Station:
    def label(self) -> str:
        return "Oslo"


class Capital(Station):
    @Method
    def label(self) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
        return "OSLO"
