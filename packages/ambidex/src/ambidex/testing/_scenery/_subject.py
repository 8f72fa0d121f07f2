"""Reach every behaviour that the conformance suite holds a placement to.

What happens is noted, in order; who waits for something to happen waits for its note, so nobody sleeps.
"""

from __future__ import annotations

from ...module import Module
from ._callbacks import Callbacks
from ._failing import Failing
from ._parts import Part, Scope, SpecialPart
from ._streams import Streams

wrapper_module = Module("ambidex.testing._scenery.subject", "ambidex testing")
wrapper_module.wrap_class(Part)
wrapper_module.wrap_class(SpecialPart)
wrapper_module.wrap_class(Scope)


@wrapper_module.wrap_class
class Subject(Callbacks, Streams, Failing):
    """Be the root of what is placed: everything else comes from it."""

    title: str

    def __init__(self) -> None:
        super().__init__()
        self.title = "a subject"
        self._level = 0

    async def fresh(self) -> Subject:
        """Give another subject, which nobody else has."""
        return Subject()

    async def me(self) -> Subject:
        """Give this very object."""
        return self

    async def is_me(self, other: Subject) -> bool:
        """Tell whether that is this very object."""
        return other is self

    @property
    def level(self) -> int:
        """Be a property."""
        return self._level

    @level.setter
    def level(self, value: int) -> None:
        if value < 0:
            raise ValueError(f"the level {value} is below 0")
        self._level = value

    @level.deleter
    def level(self) -> None:
        self._level = 0

    def __len__(self) -> int:
        return len(self._parts)

    def __contains__(self, part: object) -> bool:
        return part in self._parts.values()

    def __getitem__(self, name: str) -> Part:
        return self._parts[name]

    def __bool__(self) -> bool:
        return True

    def __call__(self, name: str) -> Part | None:
        return self._parts.get(name)

    def __repr__(self) -> str:
        return f"Subject({self.title})"
