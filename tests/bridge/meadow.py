"""Faces over `_meadow`, written by hand: functions that give back the record they were given."""

from __future__ import annotations

from typing import Any

from ambidex.bridge import (
    Face,
    Implementation,
    attribute,
    constructor,
    dict_of,
    implemented_elsewhere,
    keys_of,
    one_of,
    record_of,
    sequence_of,
    set_of,
)
from tests.bridge import _meadow

__all__ = (
    "Count",
    "Counted",
    "Flock",
    "Row",
    "Sheep",
    "Shorn",
    "Tag",
    "counted",
    "either",
    "flags",
    "flock",
    "row",
    "tag",
)

# As `Any`: that their fields hold faces here, generated modules tell type checkers (tests/golden/records).
Count: Any = _meadow.Count
Counted: Any = _meadow.Counted
Flock: Any = _meadow.Flock
Row: Any = _meadow.Row
Shorn: Any = _meadow.Shorn
Tag: Any = _meadow.Tag

meadow = Implementation("tests.bridge._meadow", synchronizer="meadow", abi=1)
_row = record_of("tests.bridge._meadow:Row", first="Sheep", rest=sequence_of(one_of("_row", "Sheep")))
_flags = keys_of((), chief="Sheep", flocks=sequence_of("_flock"))
_flock = record_of(
    "tests.bridge._meadow:Flock",
    leader="Sheep",
    flocks=sequence_of("_flock"),
    by_name=dict_of(None, one_of("_flock", "Sheep")),
    row="_row",
    flags="_flags",
    members=set_of("Sheep"),
)
_tag = record_of("tests.bridge._meadow:Tag", sheep="Sheep")
_count = record_of("tests.bridge._meadow:Count", sheep="Sheep", late="Sheep")


class Sheep(Face, implementation=meadow):
    @constructor
    def __init__(self, name: str) -> None:
        implemented_elsewhere()

    @property
    @attribute
    def name(self) -> str:
        implemented_elsewhere()


@meadow.function(takes={"thing": "_flock"}, gives="_flock")
def flock(thing: Any) -> Any:
    """Return the same."""
    implemented_elsewhere()


@meadow.function(takes={"thing": "_row"}, gives="_row")
def row(thing: Any) -> Any:
    """Return the same."""
    implemented_elsewhere()


@meadow.function(takes={"thing": "_flags"}, gives="_flags")
def flags(thing: Any) -> Any:
    """Return the same."""
    implemented_elsewhere()


@meadow.function(takes={"thing": "_tag"}, gives="_tag")
def tag(thing: Any) -> Any:
    """Return the same."""
    implemented_elsewhere()


@meadow.function(takes={"thing": "_count"}, gives="_count")
def counted(thing: Any) -> Any:
    """Return the same."""
    implemented_elsewhere()


@meadow.function(
    takes={"thing": one_of("_tag", "_flock", "Sheep")},
    gives=one_of("_tag", "_flock", "Sheep"),
)
def either(thing: Any) -> Any:
    """Return the same."""
    implemented_elsewhere()
