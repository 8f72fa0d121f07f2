"""What follows a call that never returns is not reached, and not checked."""

from __future__ import annotations

from typing import Generic, NoReturn, TypeVar

T = TypeVar("T")


class Box(Generic[T]):
    item: T


class Answer:
    def __init__(self, status: int) -> None:
        self.status: int = status


def elsewhere() -> NoReturn:
    raise NotImplementedError


def item() -> int:
    raise elsewhere().at(Box.item)


def status() -> int:
    raise elsewhere().at(Answer.status)
