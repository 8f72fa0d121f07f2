"""What a decorator makes of a method is overridden by what gives more, as a method is."""

from __future__ import annotations

from typing import Any, Callable, Protocol, TypeVar

F = TypeVar("F")


def typed(faces: Callable[[], type[F]]) -> Callable[[Callable[[Any], object]], F]:
    raise NotImplementedError


class Found(Protocol):
    def __call__(self) -> object: ...


class FoundNumber(Protocol):
    def __call__(self) -> int: ...


class Station:
    @typed(lambda: Found)
    def measure(self) -> object:
        return None


class Capital(Station):
    @typed(lambda: FoundNumber)
    def measure(self) -> int:
        return 1
