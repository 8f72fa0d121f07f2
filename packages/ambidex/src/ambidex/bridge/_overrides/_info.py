"""What a user's class knows about itself, and how its objects are made.

The objects are of a class that is made for the user's class, once, below the implementation's own, when it is needed
for the first time; at once, where the class statement has keywords, which are for that class. So what the
implementation makes by `cls(...)` or `type(self)(...)` is of the user's class again.

An object keeps what the user has given its face, which so can be made again when it has died. Where the class
overrides methods, the two refer to each other, so that an implementation may call the object when nobody else keeps the
face; who drops both leaves them to the garbage collector. So it is where a face cannot be made again as it was.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from ...errors import ImplementationUnavailable
from .._channels._originals import Originals
from .._faces._remains import Remains, can_outlive, has_slots
from .._identity import FaceInfo, Reference, attributes_of, is_generated
from ._class import make_class
from ._making import Making, initialise, taken_face
from ._pair import Pair
from ._tie import Tie, keep_in, kept_by, untie

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .._channels._channel import Channel
    from .._member import Member

    Overrides = Mapping[str, tuple[Member, ...]]


class Extending(FaceInfo):
    """Know a user's class, and what it overrides: by name, the members that stand for it in the implementation.

    Its faces are in the table of the generated class, so that each object has one.
    """

    __slots__ = ("_classes", "has_slots", "keywords", "overrides")

    is_users = True

    def __init__(self, cls: type[Any], base: FaceInfo, overrides: Overrides, keywords: Mapping[str, Any]) -> None:
        super().__init__(cls, base.implementation, base.path)
        self.faces, self.outliving = base.faces, base.outliving
        self.overrides = overrides
        self.keywords = keywords
        self.has_slots = has_slots(cls)
        self._classes: dict[None, type[Any]] = {}

    def generated(self, name: str) -> Any:
        """Return the generated member that an override of that name stands before."""
        return next(vars(base)[name] for base in self.cls.__mro__ if name in vars(base) and is_generated(base))

    def complete(self) -> None:
        """Have the implementation see the class that is made, where it is given keywords.

        An implementation that cannot be imported here is for the first use to report.

        Raises:
            TypeError: nobody takes them.
        """
        if self.keywords:
            with contextlib.suppress(ImplementationUnavailable):
                self.class_of_objects()

    def class_of_objects(self) -> type[Any]:
        """Return the class of the objects, which extends the implementation's own, or is that if it needs no more.

        Raises:
            ImplementationUnavailable: the implementation could not be imported.
            UsageError: the implementation's class cannot be extended.
        """
        return self._classes.get(None) or self._classes.setdefault(None, make_class(self))

    def construct(self, face: Any, member: Member | None, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Make the object that `face` stands for; the two know each other before its `__init__` runs."""
        channel = self.channel()
        try:
            receiver = channel.create(_Construction(self, face), member, args, kwargs)
        except BaseException:  # whatever stops the construction, an interrupt too: it is passed on
            untie(face)
            raise
        known = attributes_of(face).get("__ambidex__")
        if known is None or known.receiver is not receiver:  # the implementation gave out an object that it had
            self._tie(face, receiver, channel)

    def construct_elsewhere(
        self, face: Any, channel: Any, member: Member | None, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        """Make an object of the implementation's own class; what a user's class adds stays with the face."""
        generated = next(vars(base)["__ambidex_info__"] for base in self.cls.__mro__ if is_generated(base))
        generated.construct_elsewhere(face, channel, member, args, kwargs)

    def begin(self, receiver: Any) -> None:
        """Tie an object that is just being made to the face that is constructed, where it is for one."""
        face = taken_face(receiver, self.cls)
        if face is not None:
            self._tie(face, receiver, self.channel())

    def _tie(self, face: Any, receiver: Any, channel: Channel) -> None:
        face.__ambidex__ = Reference(channel, receiver)
        self.hold(receiver, self.remember(receiver, face))

    def initialise(self, face: Any, member: Member | None, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Run the implementation's own `__init__`, where the implementation makes the object."""
        initialise(face, member, args, kwargs)

    def face_for(self, receiver: object, channel: Channel) -> Any:
        """Return a new face of an object that has none, with what the user has given the one before."""
        face = super().face_for(receiver, channel)
        self.hold(receiver, face)
        return face

    def hold(self, receiver: object, face: Any) -> None:
        """Have an object keep what is needed to make its face again; the face itself, where that cannot be done."""
        if not can_outlive(face) and kept_by(receiver) is None:
            keep_in(receiver, self.tied(face))

    def tied(self, face: Any) -> Tie:
        """Return what ties an object of this process to its face."""
        return Tie(self, face, self.implementation.channel, self.implementation.runtime)

    def note(self, reference: Reference) -> None:
        """Have the object keep what `reference` remembers of its face."""
        super().note(reference)
        keep_in(reference.receiver, reference.remains)

    def reference_of(self, receiver: object, channel: Channel) -> Reference:
        """Return a reference to an object that remembers its last face, as the object does."""
        reference = super().reference_of(receiver, channel)
        kept = kept_by(receiver)
        if reference.remains is None and isinstance(kept, Remains):
            reference.remains = kept
        return reference


class Overriding(Extending):
    """Know a user's class that overrides something."""

    __slots__ = ("_channels",)

    is_overriding = True

    def __init__(self, cls: type[Any], base: FaceInfo, overrides: Overrides, keywords: Mapping[str, Any]) -> None:
        super().__init__(cls, base, overrides, keywords)
        self._channels: dict[int, Originals] = {}

    def channel(self) -> Originals:
        """Return the channel of the class's faces."""
        inner: Channel = self.implementation.channel
        known = self._channels.get(id(inner))
        return self._channels.setdefault(id(inner), Originals(inner)) if known is None else known

    def construct_elsewhere(
        self, face: Any, channel: Any, member: Member | None, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        """Make the object that `face` stands for in another process, which `channel` leads to."""
        channel.extend(self.paired(face, channel), member, args, kwargs)

    def paired(self, face: Any, channel: Any) -> Pair:
        """Return what ties `face` to an object of another process, which `channel` leads to."""
        return Pair(self, face, channel, channel.runtime)

    def face_for(self, receiver: object, channel: Channel) -> Any:  # noqa: ARG002  its own leads below the overrides
        """Return a new face of an object that has none."""
        return super().face_for(receiver, self.channel())

    def hold(self, receiver: object, face: Any) -> None:
        """Tie an object to the face whose methods it calls."""
        if kept_by(receiver) is None:
            keep_in(receiver, self.tied(face))


class _Construction(FaceInfo):
    """Be, to a channel, the class of one face that is constructed."""

    __slots__ = ("_face", "_of", "is_overriding", "overrides")

    is_users = True

    def __init__(self, of: Extending, face: Any) -> None:
        self.cls, self.implementation, self.path = of.cls, of.implementation, of.path
        self.faces, self.outliving, self.bound = of.faces, of.outliving, of.bound
        self.is_overriding = of.is_overriding
        self.overrides = of.overrides
        self._of = of
        self._face = face

    def implementation_class(self) -> Callable[..., Any]:
        """Return what makes the object, and ties it to its face on the way."""
        return Making(self._face, self._of.class_of_objects())
