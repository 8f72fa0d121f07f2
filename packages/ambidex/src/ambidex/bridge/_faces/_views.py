"""Own what `with_options` of a face gives: another face of the same object, a view, whose calls have options.

A view is of its face's class, equal to it, and no face of its object's that anybody else is given: what a call returns
are the faces without options. It keeps its face alive. Attributes that a user has put into the face are those of the
view, and the other way round.
"""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

from ...options import CallOptions
from .._channels._under_options import UnderOptions
from .._identity import Reference, attributes_of, class_of
from ._remains import own_of

if TYPE_CHECKING:
    from ._face import Face

NO_OPTIONS = CallOptions()
MISSING: Any = object()


class Optioned(Reference):
    """Refer to an object by way of a channel that gives each call options; `holds` is a face, or a plain reference."""

    __slots__ = ("holds", "options", "plain")

    def __init__(self, holds: Any, options: CallOptions) -> None:  # nothing of the plain one is set anew
        plain: Reference = getattr(holds, "__ambidex__", holds)
        self.holds = holds
        self.plain = plain
        self.options = options
        self.channel = UnderOptions(plain.channel, options)
        self.receiver = plain.receiver
        self.entered = plain.entered
        self.entry = None
        self.remains = None

    if not TYPE_CHECKING:  # the same attribute to a checker, and one and the same to the plain one

        @property
        def kept_to(self):
            """The form of face that the object is kept to."""
            return self.plain.kept_to

        @kept_to.setter
        def kept_to(self, form):
            self.plain.kept_to = form

    def face(self) -> Any:
        """Return the view with these options; the receiver itself where it can have no face."""
        face = self.plain.face()
        return view_of(face, self.options) if hasattr(class_of(face), "__ambidex_info__") else face


def with_options(holds: Any, options: CallOptions) -> Any:
    """Return the reference, or what holds it, to call with options; without any, the plain one itself."""
    reference: Any = getattr(holds, "__ambidex__", holds)
    if isinstance(reference, Optioned):
        holds = reference.holds
    return holds if options == NO_OPTIONS else Optioned(holds, options)


def plain_of(reference: Reference) -> Reference:
    """Return the reference that one with options is made of; any other one is its own."""
    return reference.plain if isinstance(reference, Optioned) else reference


def options_of(reference: Reference) -> CallOptions:
    """Return the options that a reference has."""
    return reference.options if isinstance(reference, Optioned) else NO_OPTIONS


def view_of(face: Any, options: CallOptions) -> Any:
    """Return a view of a face, or of a view's face, with these options; the face itself where they are none."""
    reference = with_options(face, options)
    if not isinstance(reference, Optioned):
        return reference
    view: Face = object.__new__(class_of(face))
    view.__ambidex__ = reference
    hiding = {
        name: value for name, value in own_of(attributes_of(reference.holds)).items() if hasattr(class_of(face), name)
    }
    attributes_of(view).update(hiding)  # what the user has put in the place of something of the class
    return view


def viewed(face: Any) -> Any:
    """Return the face that a view is of; any other face is its own."""
    reference = face.__dict__.get("__ambidex__")
    return reference.holds if type(reference) is Optioned else face


def own_attribute(view: Any, name: str) -> Any:
    """Return what a user has put under a name into the face that a view is of; MISSING where that is nothing."""
    face = viewed(view)
    if face is view:
        return MISSING
    slot = getattr(class_of(face), name, None)
    if isinstance(slot, types.MemberDescriptorType):  # of the user's class
        return slot.__get__(face)
    return own_of(attributes_of(face)).get(name, MISSING)


def set_through(view: Any, name: str, value: Any) -> bool:
    """Put what a user puts into a view into its face; False where it is for the object to set, or this is no view."""
    face = viewed(view)
    known = getattr(class_of(view), name, None)
    if face is view or (hasattr(known, "__set__") and not isinstance(known, types.MemberDescriptorType)):
        return False
    setattr(face, name, value)
    if name in attributes_of(face) and known is not None:
        attributes_of(view)[name] = value  # it hides something of the class
    return True
