"""What a user of values.py infers."""

from __future__ import annotations

import values
from typing_extensions import assert_type

assert_type(values.read({"units": values.Unit.KELVIN}), values.Reading)
assert_type(values.read({"units": values.Unit.KELVIN}).degrees, float)
assert_type(values.move(values.Token("x"), values.Position(1.0, 2.0)), "list[values.Position]")
assert_type(values.moved(values.Place(1, 2)).x, float)
assert_type(values.Account("Ada").balance, float)
assert_type(values.Account("Ada", balance=1).deposit(1), float)
options: values.Options = {"units": values.Unit.CELSIUS}
values.read({"units": 1})  # type: ignore[typeddict-item]  # pyright: ignore[reportArgumentType]
try:
    values.move(values.Token(""), values.Position(1.0, 2.0))
except values.StationError as failed:
    assert_type(failed, values.StationError)
