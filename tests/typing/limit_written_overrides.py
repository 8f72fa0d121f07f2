"""A method that a decorator made an object of is overridden by one that takes more: nobody assigns to methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Narrow(Protocol):
    def __call__(self, metres: int) -> int: ...


class Wide(Protocol):
    def __call__(self, metres: int, *, pace: float = 1.0) -> int: ...


def narrow(function: Callable[..., int]) -> Narrow:
    raise NotImplementedError


def wide(function: Callable[..., int]) -> Wide:
    raise NotImplementedError


class Swimmer:
    @narrow
    def move(self, metres: int) -> int:
        return metres


class Runner(Swimmer):
    @wide
    def move(self, metres: int, *, pace: float = 1.0) -> int:
        return metres
