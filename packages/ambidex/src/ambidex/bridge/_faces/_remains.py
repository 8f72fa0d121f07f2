"""What a face of a user's class leaves behind, so that the same can be made again: its class and its own attributes.

In `make().where(1).where(2)` nobody holds the face when its kept method is called for the second time: it dies before
the call begins. The `Reference` in that method lives on, and has what is kept here. While the face lives, that is the
very `__dict__` of the face, hence a cycle of the dict and the reference, which the face is no part of. The end of the
face breaks it at once; nothing is left to the collector.

It costs a face of a generated class nothing, and one of a user's class some time when it keeps a method.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._identity import Reference
    from ._face import Face


class Remains(weakref.ref[Any]):
    """Refer to a face, and know its class and its attributes."""

    __slots__ = ("attributes", "cls")

    attributes: dict[str, Any]
    cls: type[Any]


def is_kept(reference: Reference | None, name: str, value: Any) -> bool:
    """Tell whether what stands under a name in the `__dict__` of the face of `reference` is a method kept there."""
    if not hasattr(value, "__bound__"):
        return False
    member, bound_to, options = value.__bound__
    return options == (None, None) and member.stub.__name__ == name and bound_to is reference


def own_of(attributes: dict[str, Any], is_kept: Callable[..., bool] = is_kept) -> dict[str, Any]:
    """Return what a user has put into the face with that `__dict__`."""
    reference = attributes.get("__ambidex__")
    return {
        name: value
        for name, value in attributes.copy().items()
        if name != "__ambidex__" and not is_kept(reference, name, value)
    }


def can_outlive(face: Face) -> bool:
    """Tell whether a reference to the object of `face` may outlive it; it remembers the face from now on.

    It may not where the face cannot be made again as it was: its class has slots, or is told of its end.
    """
    cls = type(face)
    info, reference = face.__ambidex_info__, face.__ambidex__
    if cls is info.cls and (info.is_overriding or not info.is_users):  # its object holds it, or it has no attributes
        reference.remains = None
        return True
    known = reference.remains
    if known is not None and known() is face and known.cls is cls and known.attributes is vars(face):
        return True
    if hasattr(cls, "__del__") or (info.has_slots if cls is info.cls else has_slots(cls)):
        return False
    remains = Remains(face, _break_cycle)
    remains.cls, remains.attributes = cls, vars(face)
    reference.remains = remains
    info.note(reference)
    return True


def has_slots(cls: type[Any]) -> bool:
    """Tell whether objects of a class have slots, whose values are in no `__dict__`."""
    return any(base.__dict__.get("__slots__") for base in cls.__mro__)


def _break_cycle(remains: Any, own_of: Callable[..., dict[str, Any]] = own_of) -> None:
    # The functions are defaults, because a face may outlive the names of this module at the interpreter's exit.
    remains.attributes = own_of(remains.attributes)
