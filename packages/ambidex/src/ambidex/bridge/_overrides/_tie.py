"""Tie an object whose face overrides methods to that face, past which it must not live alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._identity import FOR, attributes_of, class_of
from ._off_loop import OffLoop
from ._original import OVERRIDING

if TYPE_CHECKING:
    from ._info import Overriding

TIE = "__ambidex_tie__"  # in a class made for a user's class: the slot by which an object knows its face


class Tie:
    """Hold the face of an object, and what runs its blocking overrides."""

    __slots__ = ("_info", "_off_loops", "face")

    def __init__(self, info: Overriding, face: Any) -> None:
        self.face = face
        self._info = info
        self._off_loops: dict[str, OffLoop] = {}

    def off_loop(self, name: str) -> OffLoop:
        """Return what runs the blocking override of that name."""
        known = self._off_loops.get(name)
        if known is None:
            implementation = self._info.implementation
            made = OffLoop(f"{self._info.cls.__qualname__}.{name}", implementation.runtime, implementation.channel)
            known = self._off_loops.setdefault(name, made)
        return known


def untie(face: Any) -> None:
    """Let go of an object whose constructor failed."""
    reference = attributes_of(face).pop("__ambidex__", None)
    if reference is not None and reference.entry is not None:
        face.__ambidex_info__.forget(reference.entry)


def tie_of(receiver: Any) -> Tie:
    """Return what ties an object to its face; one that came into being past its constructor gets a face now."""
    overriding: type[Any] = getattr(class_of(receiver), OVERRIDING)
    slot: Any = vars(overriding)[TIE]
    try:
        known: Tie = slot.__get__(receiver)
    except AttributeError:
        info: Overriding = vars(overriding)[FOR]
        entry = info.faces.get(id(receiver))
        face = entry() if entry is not None else None
        tie = Tie(info, info.face_for(receiver) if face is None else face)
        slot.__set__(receiver, tie)
        return tie
    return known
