"""What a user of the modules of twins_apart infers, and what checkers refuse."""

from __future__ import annotations

from twins_apart.ports import AsyncPort, Port
from twins_apart.ships import AsyncShip, Ship
from typing_extensions import assert_type

ship = Ship("a", Port("b"))
assert_type(ship.where(), "tuple[int, int]")
assert_type(ship.built_on, "tuple[int, int]")
assert_type(Port("a").ships(), "dict[str, Ship]")
Ship("a", AsyncPort("b"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def waiting() -> None:
    """Find the same types in the other form."""
    assert_type(await AsyncShip("a", AsyncPort("b")).where(), "tuple[int, int]")
    assert_type(await AsyncPort("a").ships(), "dict[str, AsyncShip]")
