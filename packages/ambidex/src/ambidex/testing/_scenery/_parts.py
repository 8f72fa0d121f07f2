"""Own the objects that a subject gives out, which have faces of their own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._subject import Subject


class Part:
    """Be an object that has a face, is equal by name, and says when it is let go of."""

    def __init__(self, name: str, owner: Subject | None = None) -> None:
        self.name = name
        self._owner = owner

    name: str

    async def owner(self) -> Subject | None:
        """Give the subject that has made this."""
        return self._owner

    async def named(self) -> str:
        """Tell the name."""
        return self.name

    async def me(self) -> Part:
        """Give this very object."""
        return self

    async def is_same(self, other: Part) -> bool:
        """Tell whether another one is this very object."""
        return other is self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Part) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __lt__(self, other: Part) -> bool:
        return self.name < other.name

    def __repr__(self) -> str:
        return f"Part({self.name})"


class SpecialPart(Part):
    """Be a part with one method more."""

    async def special(self) -> str:
        """Tell what only this has."""
        return f"special {self.name}"


class Scope:
    """Be an async context manager of a class."""

    def __init__(self, notes: Any, suppresses: bool) -> None:
        self._notes = notes
        self._suppresses = suppresses
        self._task: object = None

    async def __aenter__(self) -> Scope:  # noqa: PYI034  its own class: there is no other, and 3.9 has no `Self`
        self._task = asyncio.current_task()
        self._notes.add("entered")
        return self

    async def __aexit__(self, kind: object, error: BaseException | None, traceback: object) -> bool:
        same = "same" if asyncio.current_task() is self._task else "other"
        self._notes.add(f"left in the {same} task with {type(error).__name__}")
        return self._suppresses
