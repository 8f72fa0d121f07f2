"""Faces over `_kiln`, written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ambidex.bridge import (
    Context,
    Face,
    Implementation,
    attribute,
    class_method,
    constructor,
    implemented_elsewhere,
    sync_method,
)

if TYPE_CHECKING:
    from collections.abc import Generator

    from typing_extensions import Self

kiln = Implementation("tests.bridge._kiln", synchronizer="kiln", abi=1)


class Pot(Face, implementation=kiln):
    @constructor
    def __init__(self, *, glaze: str, size: int = 1) -> None:
        implemented_elsewhere()

    @property
    @attribute
    def glaze(self) -> str:
        implemented_elsewhere()

    @class_method(gives="Pot")
    @classmethod
    def thrown(cls, glaze: str) -> Pot:
        implemented_elsewhere()

    @classmethod
    @sync_method(gives="Pot")
    def pressed(cls, glaze: str) -> Self:
        implemented_elsewhere()

    @sync_method
    def bad(self) -> int:
        implemented_elsewhere()


class Vase(Pot, implementation=kiln):
    pass


class Single(Face, implementation=kiln):
    @constructor
    def __init__(self, name: str) -> None:
        implemented_elsewhere()


@kiln.function
def forgets_to_await() -> int:
    """Return a coroutine."""
    implemented_elsewhere()


@kiln.sync_function
def plainly_forgets() -> int:
    """Return a coroutine."""
    implemented_elsewhere()


@kiln.function
def returns_numbers() -> int:
    """Return an async generator."""
    implemented_elsewhere()


@kiln.function
def returns_begun() -> int:
    """Return an async generator that has begun."""
    implemented_elsewhere()


@kiln.function
def returns_started() -> int:
    """Return a coroutine that has begun."""
    implemented_elsewhere()


@kiln.stream
def no_stream() -> Generator[int, None, None]:
    """Be no stream."""
    implemented_elsewhere()


@kiln.context(name="no_stream")
def no_context() -> Context[int]:
    """Be no context manager."""
    implemented_elsewhere()
