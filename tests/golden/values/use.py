"""Use values: they are the implementation's own classes, imported when they are first asked for."""

from __future__ import annotations

import asyncio
import sys

import values

assert "_values" not in sys.modules
assert values.Unit.KELVIN.value == "K"
assert "_values" in sys.modules
import _values

assert values.Reading is _values.Reading
assert values.read({"units": values.Unit.KELVIN}) == values.Reading(1.0, ("K", "C"))
assert values.Position(1, 2) == (1, 2)
assert values.move(values.Token("t"), values.Position(1, 2)) == [(1, 2)]
try:
    values.move(values.Token(""), values.Position(1, 2))
except values.StationError as error:
    assert error.args == ("no token",)
place = values.moved(values.Place(1, 2))
assert place == values.Place(2, 2)
assert not hasattr(place, "__dict__")
account = values.Account("Ada")
assert account.deposit(2) == 2.0
assert account.balance == 2.0
assert account.owner == "Ada"
assert "Reading" in values.__all__
try:
    values.Missing  # type: ignore[attr-defined]  # pyright: ignore
except AttributeError as missing:
    assert "Missing" in str(missing)


async def waiting() -> None:
    assert await values.read.aio({"units": values.Unit.KELVIN}) == values.Reading(1.0, ("K", "C"))


asyncio.run(waiting())
