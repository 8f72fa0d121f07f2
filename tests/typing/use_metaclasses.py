"""What a user of metaclasses.py infers."""

from __future__ import annotations

from metaclasses import Buoy, Station
from typing_extensions import assert_type

assert_type(Station.registry, "dict[str, int]")
assert_type(Buoy.registry, "dict[str, int]")
assert_type(Buoy.made, "list[str]")
assert_type(Buoy.known, "list[str]")
assert_type(Buoy.nearest, Station)
assert_type(Station().made, "list[str]")
assert_type(Station.label, str)
assert_type(Station.count(1), int)
assert_type(Buoy.opened(1), "list[Buoy]")
Station.count("x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
print(Station().registry)  # type: ignore[arg-type]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]
