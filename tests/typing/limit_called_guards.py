"""An object whose `__call__` is a type guard narrows what it is called with."""

from __future__ import annotations

from typing_extensions import TypeGuard, assert_type


class Guard:
    def __call__(self, value: object) -> TypeGuard[int]:
        return isinstance(value, int)


def ask(guard: Guard, value: object) -> None:
    if guard(value):
        assert_type(value, int)
