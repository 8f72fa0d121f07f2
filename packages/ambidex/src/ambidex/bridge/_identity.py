"""Which face stands for which object: one face for one object, as long as the face lives.

A face refers to its object through a `Reference` (a channel, and what the channel knows the object by: in process the
object itself). The tables below go the other way. They refer to faces weakly and to nothing else: the id of an object
is a sound key because the face in the entry keeps the object alive. There is no lock: each step is one operation on a
dict, so a fork, another thread or a collection in between finds nothing half done.

A bound method that is kept in a face refers to the `Reference` alone, which so may outlive the face. The face of a
user's class is then made again of that class, with the attributes that the user has given it.
"""

from __future__ import annotations

import contextvars
import weakref
from typing import TYPE_CHECKING, Any, TypeVar

from ..runtime import Entered
from ._homes import settle

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._channels._channel import Channel
    from ._faces._remains import Remains
    from ._implementation import Implementation
    from ._member import Member

F = TypeVar("F")
REMOTE = "__ambidex_remote__"  # on the classes of what stands for objects of another process
ELSEWHERE = "__ambidex_elsewhere__"  # on channels whose objects are in another process
FOR = "__ambidex_for__"  # on the class that is made for the objects of a user's class: what knows that class


class Placing:
    """Have the next object of a class be made over a channel, and note its face."""

    __slots__ = ("channel", "cls", "face")

    def __init__(self, cls: type[Any], channel: Channel) -> None:
        self.cls = cls
        self.channel = channel
        self.face: Any = None


placing: contextvars.ContextVar[Placing | None] = contextvars.ContextVar("ambidex_placing", default=None)


class Reference:
    """What a face holds: the channel to its object, and the receiver by which the channel knows it."""

    __slots__ = ("__weakref__", "channel", "entered", "entry", "kept_to", "receiver", "remains")

    def __init__(self, channel: Channel, receiver: Any) -> None:
        self.channel = channel
        self.receiver = receiver
        self.entered = Entered()
        self.kept_to: str | None = None  # the face it was first called by, where a channel cares
        self.entry: weakref.ref[Any] | None = None  # the face, when it is the one that its class's table knows
        self.remains: Remains | None = None  # of a face of a user's class, once that keeps a method

    def known(self, face: Any) -> Any:
        """Return the face that the receiver had before `face` was made, or `face` where that has died."""
        return face.__ambidex_info__.remember(self.receiver, face)

    def face(self) -> Any:
        """Return the face of the receiver, made anew where it has died; the receiver itself where it can have none."""
        face = self.entry() if self.entry is not None else None
        return face_of(self.receiver, None, self.channel) if face is None else face


class _Entry(weakref.ref[Any]):
    """Refer to a face or a reference; `key` is the very number that stands as its key in the table."""

    __slots__ = ("key",)

    key: int


class _KeyOf:
    """Equal the key of one entry, and no other key of the same value: a `pop` with it is a compare and delete.

    Two threads may find the same dead entry, and a third may have put a new one in its place before the second acts.
    """

    __slots__ = ("_key",)

    def __init__(self, key: int) -> None:
        self._key = key

    def __eq__(self, other: object) -> bool:
        return other is self._key

    def __hash__(self) -> int:
        return hash(self._key)


class FaceInfo:
    """What a generated class knows about itself: whose face it is, and its living faces."""

    __slots__ = ("bound", "cls", "faces", "implementation", "outliving", "path")

    is_users = False  # of a user's class, not of a generated one
    is_overriding = False  # of a user's class that overrides what the implementation calls
    has_slots = False  # of a user's class that has slots
    _key_of = _KeyOf  # here, because a face may outlive the names of this module at the interpreter's exit

    def __init__(self, cls: type[Any], implementation: Implementation, path: str) -> None:
        self.cls = cls
        self.implementation = implementation
        self.path = path
        self.faces: dict[int, _Entry] = {}
        self.outliving: dict[int, _Entry] = {}  # by id of an object: the reference that remembers its face
        self.bound: dict[Any, Any] = {}  # class and static methods, by their members

    def complete(self) -> None:
        """Do nothing: what a generated class's implementation has to see of it, it has seen."""

    def channel(self) -> Channel:
        """Return the channel of the faces that are made for users."""
        return self.implementation.channel

    def implementation_class(self) -> Callable[..., Any]:
        """Return what makes an object of the implementation, in its process.

        Raises:
            ImplementationUnavailable: the implementation could not be imported.
        """
        made: Callable[..., Any] = self.implementation.resolve(self.path)
        return made

    def class_of_objects(self) -> Any:
        """Return the class of the objects that its faces stand for.

        Raises:
            ImplementationUnavailable: the implementation could not be imported.
        """
        return self.implementation.resolve(self.path)

    def construct(self, face: Any, member: Member | None, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Make the object that `face` stands for; `member` is the constructor, where it has one."""
        channel = self.implementation.channel
        receiver = channel.create(self, member, args, kwargs)
        face.__ambidex__ = Reference(channel, receiver)
        self.remember(receiver, face)

    def construct_elsewhere(
        self, face: Any, channel: Any, member: Member | None, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        """Make the object that `face` stands for in another process, which `channel` leads to."""
        receiver = channel.create(self, member, args, kwargs)
        face.__ambidex__ = Reference(channel, receiver)
        self.remember(receiver, face)

    def initialise(self, face: Any, member: Member | None, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Do nothing: a generated class's constructor is called by another one's, and the object is made."""

    def stand_for(self, cls: type[Any]) -> None:
        """Make its class the face of the instances of `cls`, which stand for objects elsewhere."""
        register(cls, self)

    def face_for(self, receiver: object, channel: Channel) -> Any:
        """Return a new face of an object that has none; the one that is, if another thread was first."""
        return self.remember(receiver, _makers[0](self, self.reference_of(receiver, channel)))

    def hold(self, receiver: object, face: Any) -> None:
        """Do nothing: a face of a generated class can be made again as it was."""

    def remember(self, receiver: object, face: F) -> F:
        """Enter `face` as the one of `receiver`; return the face that is the one, if another was first."""
        key = id(receiver)
        entry = _Entry(face, self.forget)
        entry.key = key
        while True:
            first = self.faces.setdefault(key, entry)
            if first is entry:
                reference: Reference = face.__dict__["__ambidex__"]
                reference.entry = entry
                return face
            known: F | None = first()
            if known is not None:
                return known
            self.forget(first)

    def forget(self, entry: Any) -> None:
        """Clear the entry of a dead face away; nothing happens where another one has its place by now."""
        key: Any = self._key_of(entry.key)  # of no type that the table knows
        self.faces.pop(key, None)

    def note(self, reference: Reference) -> None:
        """Know `reference` after the death of the face whose class and attributes it remembers."""
        key = id(reference.receiver)
        entry = _Entry(reference, self._forget_reference)
        entry.key = key
        while True:
            first = self.outliving.setdefault(key, entry)
            if first is entry or first() is reference:
                return
            self._forget_reference(first)

    def _forget_reference(self, entry: Any) -> None:
        key: Any = self._key_of(entry.key)
        self.outliving.pop(key, None)

    def reference_of(self, receiver: object, channel: Channel) -> Reference:
        """Return the reference that outlives a face of `receiver`, or a new one."""
        entry = self.outliving.get(id(receiver))
        reference: Reference | None = None if entry is None else entry()
        return Reference(self._home_of(receiver, channel), receiver) if reference is None else reference

    def _home_of(self, receiver: Any, channel: Channel) -> Channel:
        """Return the channel of an object, which may have come by way of another process than its own."""
        if getattr(class_of(receiver), REMOTE, False):
            home: Channel = receiver.__ambidex_home__(__name__.rpartition(".")[0])
            return home
        return self.implementation.channel if getattr(channel, ELSEWHERE, False) else channel


_infos: dict[type, list[FaceInfo]] = {}  # by class of the implementation; filled when an implementation is imported
_makers: list[
    Callable[[FaceInfo, Reference], Any]
] = []  # how a face is made; one entry, from the module that defines `Face`


def register(implementation_class: type, info: FaceInfo) -> None:
    """Make `info`'s class the face of the instances of `implementation_class`."""
    infos = _infos.setdefault(implementation_class, [])
    if info not in infos:
        infos.append(info)


def class_of(value: object) -> type[Any]:
    """Return the class of `value`."""
    return type(value)


def attributes_of(value: Any) -> dict[str, Any]:
    """Return the `__dict__` of an object that has one."""
    attributes: dict[str, Any] = value.__dict__
    return attributes


def is_generated(cls: type[Any]) -> bool:
    """Tell whether a class is a generated one, which names an implementation."""
    info: FaceInfo | None = vars(cls).get("__ambidex_info__")
    return info is not None and info.cls is cls and not info.is_users


def has_face(cls: type[Any]) -> bool:
    """Tell whether the instances of a class of an implementation have faces."""
    if cls not in _infos:
        settle(cls)
    return not _infos.keys().isdisjoint(cls.__mro__)


def infos_of(cls: type[Any]) -> list[FaceInfo]:
    """Return what is known of the faces of a class of an implementation: one, or two of two styles; none without."""
    if cls not in _infos:
        settle(cls)
    found = next((base for base in cls.__mro__ if base in _infos), None)
    return [] if found is None else _infos[found]


def make_faces_with(maker: Callable[[FaceInfo, Reference], Any]) -> None:
    """Set how a face is made; called once, by the module that defines `Face`, which is above this one."""
    _makers.append(maker)


def face_of(value: Any, expected: type | None, channel: Channel) -> Any:
    """Return the face of `value`, or `value` itself where its class has none.

    The class nearest to the value's own decides; among several faces of that class, one that fits `expected`.
    """
    info = _info_for(class_of(value), expected)
    if info is None:
        return value
    entry = info.faces.get(id(value))
    face = entry() if entry is not None else None
    if face is not None:
        return face
    return info.face_for(value, channel)


def face_class_of(cls: type[Any], expected: type | None) -> type[Any]:
    """Return the class of the faces of a class's objects, or `cls` itself where it has none; as `face_of` chooses."""
    info = _info_for(cls, expected)
    return cls if info is None else info.cls


def _info_for(cls: type[Any], expected: type[Any] | None) -> FaceInfo | None:
    if expected is not None:
        info: FaceInfo | None = getattr(expected, "__ambidex_info__", None)
        if info is not None and not getattr(cls, REMOTE, False):
            info.implementation.load()
    if cls not in _infos:
        users: object = getattr(cls, FOR, None)
        if isinstance(users, FaceInfo) and (expected is None or issubclass(users.cls, expected)):
            return users
        settle(cls)
    for base in cls.__mro__:
        for info in _infos.get(base, ()):
            if expected is None or issubclass(info.cls, expected):
                return info
    return None if expected is None else _info_of_form(cls, getattr(expected, "__ambidex_form__", ""))


def _info_of_form(cls: type[Any], form: str) -> FaceInfo | None:
    """Return what is known of the nearest face of `cls`; of two for one class, of the one of that form."""
    infos = next((_infos[base] for base in cls.__mro__ if base in _infos), None)
    if infos is None:
        return None
    return next((info for info in infos if getattr(info.cls, "__ambidex_form__", "") == form), infos[0])


def reference_of(receiver: Any) -> Reference | None:
    """Return the reference of the living face of an object, None where it has none."""
    info = _info_for(class_of(receiver), None)
    entry = None if info is None else info.faces.get(id(receiver))
    face = None if entry is None else entry()
    return None if face is None else face.__dict__.get("__ambidex__")


def is_face(value: Any) -> bool:
    """Tell whether an object is a face of this copy of the library."""
    return receiver_of(value) is not value


def receiver_of(value: Any) -> Any:
    """Return what a face stands for, or `value` itself where it is no face.

    The face of another copy of the library is none: what stands behind it belongs to that copy's loop.
    """
    if not hasattr(class_of(value), "__ambidex_info__"):
        return value
    reference: object = value.__dict__.get("__ambidex__")
    return reference.receiver if isinstance(reference, Reference) else value
