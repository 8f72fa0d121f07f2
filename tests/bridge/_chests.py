"""Classes that are public in other generated modules than what gives their objects out."""

from __future__ import annotations

from ambidex import Module

from ._attic import Trunk

module = Module("tests.bridge.chests", synchronizer="tests")
never = Module("tests.bridge.attic_that_is_not_generated", synchronizer="tests")


@module.wrap_class
class Chest(Trunk):
    """A trunk that stands elsewhere."""

    def __init__(self) -> None:
        super().__init__("chest")


class Coffer(Chest):
    """A chest that is registered nowhere."""


@module.wrap_class
class Shelf:
    """What extends nothing."""

    class Board:
        """What stands in a class that is registered."""


def board() -> Shelf.Board:
    """Return a part of a shelf."""
    return Shelf.Board()


@never.wrap_class
class Lost(Chest):
    """A chest whose own face nobody has generated."""
