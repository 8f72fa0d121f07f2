"""Copy and pickle what a face stands for, by the object's own ways, or say which class has none."""

from __future__ import annotations

import copy
import io
from typing import TYPE_CHECKING, Any

from .._identity import FaceInfo, Reference, attributes_of, class_of, has_face
from ._remains import own_of

if TYPE_CHECKING:
    from collections.abc import Callable


def stand_for(cls: type[Any], receiver: Any, attributes: dict[str, Any]) -> Any:
    """Return the face of an object that was pickled or copied, of the class that its original had."""
    info: FaceInfo = cls.__ambidex_info__
    info.implementation.load()
    entry = info.faces.get(id(receiver))
    known = entry() if entry is not None else None
    if known is not None:
        if info.is_overriding and class_of(known) is cls:  # it was made with its object
            attributes_of(known).update(attributes)
        return known
    face = object.__new__(cls)
    face.__ambidex__ = Reference(info.channel(), receiver)
    face.__dict__.update(attributes)
    found = info.remember(receiver, face)
    info.hold(receiver, found)
    return found


def own_attributes(face: Any) -> dict[str, Any]:
    """Return what a user's subclass has put into a face."""
    return own_of(face.__dict__)


def pickled(face: Any, protocol: int) -> Any:
    """Return the object that a face stands for, after a trial that it can be pickled.

    The trial is what lets the error name the class: pickle itself fails later, and somewhere inside. It stops at other
    objects that have faces, which may be many.

    Raises:
        TypeError: the object cannot be pickled.
    """
    import pickle  # here: nobody else of the bridge needs it

    receiver = _receiver(face, "pickled")

    class Trial(pickle.Pickler):
        def persistent_id(self, obj: Any) -> str | None:
            return "other" if obj is not receiver and has_face(class_of(obj)) else None

    try:
        Trial(io.BytesIO(), protocol).dump(receiver)
    except Exception as cause:  # whatever the object's own code raises
        raise _refusal(face, "pickled", cause) from cause
    return receiver


def copied(face: Any, copier: Callable[[Any], Any]) -> Any:
    """Return a face of a copy of the object, with the face's own attributes copied in the same way.

    Raises:
        TypeError: the object cannot be copied.
    """
    receiver = _receiver(face, "copied")
    try:
        new = copier(receiver)
    except Exception as cause:  # as above
        raise _refusal(face, "copied", cause) from cause
    attributes = own_attributes(face)
    if copier is not copy.copy:
        attributes = {name: copier(held) for name, held in attributes.items()}
    return stand_for(class_of(face), new, attributes)


def _receiver(face: Any, verb: str) -> Any:
    reference = face.__dict__.get("__ambidex__")
    if reference is None:
        raise TypeError(f"{class_of(face).__qualname__} cannot be {verb}: it stands for nothing yet")
    return reference.receiver


def _refusal(face: Any, verb: str, cause: Exception) -> TypeError:
    return TypeError(
        f"{class_of(face).__qualname__} cannot be {verb}, because the object it stands for cannot: "
        f"{type(cause).__name__}: {cause}"
    )
