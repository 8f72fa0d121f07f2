"""Faces over `_archive`, written by hand: one of each kind of member."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ambidex.bridge import (
    Context,
    Face,
    Implementation,
    constructor,
    context,
    context_method,
    implemented_elsewhere,
    iterator_method,
    method,
    stream,
    sync_method,
)

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import TracebackType

    from typing_extensions import Self

archive = Implementation("tests.bridge._archive", synchronizer="archive", abi=1)


class Shelf(Face, implementation=archive):
    """A shelf."""

    @constructor
    def __init__(self) -> None:
        implemented_elsewhere()

    @sync_method
    def size(self) -> int:
        implemented_elsewhere()

    @method
    def read(self) -> int:
        implemented_elsewhere()

    @method(gives="Shelf")
    def itself(self) -> Shelf:
        implemented_elsewhere()

    @stream
    def items(self) -> Generator[int, None, None]:
        implemented_elsewhere()

    @context
    def held(self) -> Context[int]:
        implemented_elsewhere()

    @context_method(gives="Shelf")
    def __enter__(self) -> Self:
        implemented_elsewhere()

    @context_method
    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        implemented_elsewhere()

    @context_method(gives="Shelf")
    async def __aenter__(self) -> Self:
        implemented_elsewhere()

    @context_method
    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        implemented_elsewhere()

    def __iter__(self) -> Self:
        return self

    @iterator_method
    def __next__(self) -> int:
        implemented_elsewhere()

    def __aiter__(self) -> Self:
        return self

    @iterator_method
    async def __anext__(self) -> int:
        implemented_elsewhere()


@archive.function
def look() -> int:
    """Return 1."""
    implemented_elsewhere()


@archive.stream
def walk() -> Generator[int, None, None]:
    """Yield 1."""
    implemented_elsewhere()
