"""A type variable stands for the class of a literal."""

from __future__ import annotations

from typing import TypeVar

from typing_extensions import assert_type

T = TypeVar("T")


def same(value: T) -> T:
    return value


assert_type(same(3), int)
