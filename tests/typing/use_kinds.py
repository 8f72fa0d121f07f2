"""What a user of kinds.py infers, and what checkers refuse."""

from __future__ import annotations

from typing import Optional

import kinds
from kinds import Buoy, Registry, Route, Station
from typing_extensions import assert_type

registry = Registry(Buoy)
assert_type(kinds.made(Buoy, "b"), Buoy)
assert_type(Station().kind(), "type[Station]")
assert_type(registry.default, "type[Station]")
assert_type(registry.found("buoy"), "Optional[type[Station]]")
assert_type(registry.all_of_them(), "dict[str, type[Station]]")
assert_type(kinds.chosen([Buoy], [Station()]), "list[Buoy]")
assert_type(kinds.hidden(), "tuple[type[Station], Station]")
assert_type(kinds.asked(lambda given: given[0]), Station)
assert_type(kinds.route(Buoy).others, "list[type[Station]]")
assert_type(kinds.caught(KeyError), "type[Exception]")
assert_type(kinds.any_kind(Buoy), "type[Buoy]")
kinds.walked(Route(Station, [Buoy]))
registry.default = Station
kinds.made(int, "b")  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
registry.default = int  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]


async def waiting() -> None:
    """Find the same types by the async face."""
    assert_type(await kinds.made.aio(Buoy, "b"), Buoy)
    assert_type(await registry.found.aio("buoy"), "Optional[type[Station]]")
