"""Pickle and copy the objects of users' classes: as the implementation's class does, and as the user's class again.

A copy that the implementation makes has a copy of what the user has given the face. What it pickles has none: that is
the face's own business, which an implementation's data should not fail by.
"""

from __future__ import annotations

import copy
from typing import Any

from .._faces._remains import own_of
from .._identity import FOR, attributes_of, class_of
from ._original import MADE, bound_below
from ._tie import TIE, Tie, face_known_to, kept_by


class Attributes:
    """Carry what a user has given a face from an object to its copy."""

    __slots__ = ("held", "of")

    def __init__(self, of: int = 0, held: dict[str, Any] | None = None) -> None:
        self.of = of  # the id of the object, which whoever copies it keeps alive
        self.held = held or {}

    def __deepcopy__(self, memo: dict[Any, Any]) -> Attributes:
        if (Attributes, self.of) in memo:
            return Attributes()  # they lead to their own object, which is being copied
        memo[Attributes, self.of] = True
        return Attributes(self.of, copy.deepcopy(self.held, memo))

    def __reduce__(self) -> tuple[Any, ...]:
        return Attributes, ()


def reduce_ex(self: Any, protocol: Any, /) -> Any:
    """Pickle as the implementation's class does; who reads it makes the class anew, of the user's class."""
    made: type[Any] = getattr(class_of(self), MADE)
    kept, slot = kept_by(self), getattr(made, TIE)
    cls: type[Any] = vars(made)[FOR].cls
    if kept is not None:
        slot.__delete__(self)  # it is no part of the state; who needs the tie meanwhile finds the face in its table
    try:
        reduced: Any = bound_below(self, "__reduce_ex__")(max(protocol, 2))  # below 2, slots need a `__getstate__`
    finally:
        if kept is not None:
            slot.__set__(self, kept)
    if isinstance(reduced, str):
        return reduced
    parts = [cls if part is made else part for part in (reduced[0], *reduced[1])]
    return (rebuilt, (cls, Attributes(id(self), _attributes(kept)), *parts), *reduced[2:])


def _attributes(kept: Any) -> dict[str, Any]:
    if kept is None:
        return {}
    return own_of(attributes_of(kept.face) if isinstance(kept, Tie) else kept.attributes)


def rebuilt(cls: type[Any], attributes: Attributes, *parts: Any) -> Any:
    """Return a pickled object, as `__reduce_ex__` has named its parts; `cls` stands for what is made of it."""
    made = cls.__ambidex_info__.class_of_objects()
    function, *args = [made if part is cls else part for part in parts]
    receiver = function(*args)
    if attributes.held and hasattr(class_of(receiver), MADE):
        face = face_known_to(receiver)  # held until it has them: what is remembered is what it has in the end
        attributes_of(face).update(attributes.held)
    return receiver
