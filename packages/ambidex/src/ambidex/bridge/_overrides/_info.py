"""What a user's class that overrides methods knows about itself, and how its objects are made.

The object of such a face is of a class that is made for the user's class, once, below the implementation's own: its
methods lead to the overrides. The two refer to each other, so that an implementation may keep the object when nobody
else keeps the face; who drops both leaves them to the garbage collector.
"""

from __future__ import annotations

import contextvars
from typing import TYPE_CHECKING, Any

from .._channels._originals import Originals
from .._identity import FaceInfo, Reference, attributes_of, is_generated
from ._class import make_class
from ._tie import untie

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .._channels._channel import Channel
    from .._member import Member


class Overriding(FaceInfo):
    """Know what a user's class overrides: by name, the members that stand for it in the implementation.

    Its faces are in the table of the generated class, so that each object has one.
    """

    __slots__ = ("_channels", "_classes", "overrides")

    is_overriding = True

    def __init__(self, cls: type[Any], base: FaceInfo, overrides: Mapping[str, tuple[Member, ...]]) -> None:
        super().__init__(cls, base.implementation, base.path)
        self.faces, self.outliving = base.faces, base.outliving
        self.overrides = overrides
        self._channels: dict[int, Originals] = {}
        self._classes: dict[None, type[Any]] = {}

    def generated(self, name: str) -> Any:
        """Return the generated member that an override of that name stands before."""
        return next(vars(base)[name] for base in self.cls.__mro__ if name in vars(base) and is_generated(base))

    def channel(self) -> Originals:
        """Return the channel of the class's faces."""
        inner: Channel = self.implementation.channel
        known = self._channels.get(id(inner))
        return self._channels.setdefault(id(inner), Originals(inner)) if known is None else known

    def class_of_objects(self) -> type[Any]:
        """Return the class of the objects, as an implementation is to make them itself."""
        return self.overriding_class()

    def overriding_class(self) -> type[Any]:
        """Return the class of the objects, which extends the implementation's own.

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
            face.__ambidex__ = Reference(channel, receiver)
            self.remember(receiver, face)

    def face_for(self, receiver: Any) -> Any:
        """Return the face of an object that is just being made: the one that is constructed, or a new one."""
        faces = _constructed.get(None)
        face = faces.pop() if faces and type(faces[-1]) is self.cls else object.__new__(self.cls)
        face.__ambidex__ = Reference(self.channel(), receiver)
        return self.remember(receiver, face)


# The face whose object is being made here; who finds it takes it out, for an `__init__` may start tasks.
_constructed: contextvars.ContextVar[list[Any]] = contextvars.ContextVar("ambidex_constructed")


class _Construction(FaceInfo):
    """Be, to a channel, the class of one face that is constructed."""

    __slots__ = ("_face", "_of", "overrides")

    is_overriding = True

    def __init__(self, of: Overriding, face: Any) -> None:
        super().__init__(of.cls, of.implementation, of.path)
        self.overrides = of.overrides
        self._of = of
        self._face = face

    def implementation_class(self) -> Callable[..., Any]:
        """Return what makes the object, and ties it to its face on the way."""
        cls, faces = self._of.overriding_class(), [self._face]

        def make(*args: Any, **kwargs: Any) -> Any:
            token = _constructed.set(faces)
            try:
                return cls(*args, **kwargs)
            finally:
                faces.clear()  # the loop keeps its last call until the next one, and with it this function
                _constructed.reset(token)

        return make
