"""A class with an abstract member cannot be made, whatever a decorator above `abstractmethod` has made of that."""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from typing import Any, Callable, Generic, TypeVar

R_co = TypeVar("R_co", covariant=True)


class Method(Generic[R_co]):
    def __init__(self, function: Callable[[Any], R_co]) -> None:
        self._function = function

    def __get__(self, owner: object, cls: type[Any]) -> Callable[[], R_co]:
        return lambda: self._function(owner)


class Storage(metaclass=ABCMeta):
    @Method
    @abstractmethod
    def read(self) -> bytes:
        return b""


Storage()  # type: ignore[abstract]  # pyright: ignore[reportAbstractUsage]
