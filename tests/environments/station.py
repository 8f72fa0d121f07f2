"""Faces over `_station`, written as the generator writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ambidex.bridge import Face, Implementation, attribute, constructor, context, implemented_elsewhere, method, stream

if TYPE_CHECKING:
    from collections.abc import Generator

    from ambidex.bridge import Context

station = Implementation("tests.environments._station", synchronizer="station", abi=1)


class Station(Face, implementation=station):
    """A weather station."""

    @constructor
    def __init__(self, name: str) -> None:
        implemented_elsewhere()

    @property
    @attribute
    def name(self) -> str:
        implemented_elsewhere()

    @method
    def measure(self, value: int) -> int:
        """Return twice the value, holding a lock of the loop meanwhile."""
        implemented_elsewhere()

    @stream
    def readings(self, count: int) -> Generator[int, None, None]:
        """Yield the numbers below `count`."""
        implemented_elsewhere()

    @context
    def session(self) -> Context[str]:
        """Open a session."""
        implemented_elsewhere()


@station.function
def double(value: int) -> int:
    """Return twice the value."""
    implemented_elsewhere()


@station.function
def where() -> tuple[int, str]:
    """Return the process and the thread that runs this."""
    implemented_elsewhere()


@station.function
def who() -> str:
    """Return the caller's request id."""
    implemented_elsewhere()


@station.function
def fail(message: str) -> None:
    """Raise LookupError."""
    implemented_elsewhere()


@station.function
def meet(name: str, count: int) -> int:
    """Return once `count` calls of that name are under way at once."""
    implemented_elsewhere()


@station.function
def hold(cleaned_up: str) -> None:
    """Wait until cancelled, then write the file `cleaned_up`."""
    implemented_elsewhere()
