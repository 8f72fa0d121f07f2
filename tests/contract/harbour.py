"""The faces over `_harbour`, written by hand so that they say what the contract needs and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ambidex.bridge import (
    Context,
    Face,
    Implementation,
    attribute,
    constructor,
    context,
    dict_of,
    implemented_elsewhere,
    method,
    sequence_of,
    stream,
    sync_method,
)

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.contract._harbour import Position

harbour = Implementation("tests.contract._harbour", synchronizer="contract", abi=1)


class Ship(Face, implementation=harbour):
    @constructor
    def __init__(self, name: str, *, speed: float = 10.0) -> None:
        implemented_elsewhere()

    @property
    @attribute
    def name(self) -> str:
        implemented_elsewhere()

    @property
    @attribute
    def speed(self) -> float:
        implemented_elsewhere()

    @speed.setter
    @attribute
    def speed(self, value: float) -> None:
        implemented_elsewhere()

    @property
    @attribute
    def cargo(self) -> list[str]:
        implemented_elsewhere()

    @cargo.setter
    @attribute
    def cargo(self, value: list[str]) -> None:
        implemented_elsewhere()

    @method
    def sail(self, to: Position, *, hours: float = 1.0) -> Position:
        implemented_elsewhere()

    @method(takes={"others": sequence_of("Ship")}, gives=dict_of(None, "Ship"))
    def meet(self, others: list[Ship]) -> dict[str, Ship]:
        implemented_elsewhere()

    @method
    def weigh(self, cargo: bytes) -> bytes:
        implemented_elsewhere()

    @stream
    def crates(self, cargo: bytes) -> Generator[bytes, None, None]:
        implemented_elsewhere()

    @method
    def founder(self) -> None:
        implemented_elsewhere()

    @method
    def drift(self) -> None:
        implemented_elsewhere()

    @method
    def adrift(self) -> None:
        implemented_elsewhere()

    @method
    def watch(self) -> float | None:
        implemented_elsewhere()

    @stream
    def hails(self) -> Generator[float | None, None, None]:
        implemented_elsewhere()

    @sync_method
    def glance(self) -> float | None:
        implemented_elsewhere()

    @sync_method
    def rename(self, name: str) -> None:
        implemented_elsewhere()

    @sync_method
    def history(self) -> list[str]:
        implemented_elsewhere()

    @stream
    def soundings(self, first: float) -> Generator[float, float, None]:
        implemented_elsewhere()

    @context(gives="Ship")
    def docked(self) -> Context[Ship]:
        implemented_elsewhere()


@harbour.function(gives="Ship")
def launch(name: str) -> Ship:
    """Return a new ship."""
    implemented_elsewhere()
