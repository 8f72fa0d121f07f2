"""Make an object of a user's class, so that the user's constructor and the implementation's both run, as in one class.

Who makes it decides which comes first. A user calls `Mine(...)`: the face is there, and what its `__init__` asks of
`super()` makes the object. The implementation calls `cls(...)`, or `type(self)(...)`: the object is there, its
`__init__` runs that of a new face, and what this asks of `super()` runs the implementation's own.
"""

from __future__ import annotations

import functools
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from ...runtime import hide_library_frames
from .._identity import class_of, is_generated
from .._values._binding import raise_taken
from ._off_loop import with_caller
from ._original import bound_below
from ._tie import face_known_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._channels._channel import Channel
    from .._member import Member
    from ._info import Extending

    Initialise = Callable[..., Any]


class Making:
    """Make an object for a face that is constructed, once.

    Hold the face until it has an object, and that until its `__init__` begins.
    """

    __slots__ = ("_cls", "face", "receiver")

    def __init__(self, face: Any, cls: Callable[..., Any]) -> None:
        self.face: Any = face
        self.receiver: Any = None
        self._cls = cls

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Make the object."""
        token = _making.set(self)
        try:
            return self._cls(*args, **kwargs)
        finally:
            self.face = self.receiver = None  # the loop keeps its last call until the next one: this object
            _making.reset(token)


class _Begun:
    """Hold the face of an object that the implementation makes, and the implementation's own `__init__` of it."""

    __slots__ = ("face", "rest")

    def __init__(self, face: Any, rest: Initialise) -> None:
        self.face = face
        self.rest: Initialise | None = rest


# Who finds something in them takes it out, for an `__init__` may start tasks, which keep the variables.
_making: ContextVar[Making] = ContextVar("ambidex_making")
_begun: ContextVar[_Begun] = ContextVar("ambidex_begun")


def taken_face(receiver: Any, cls: type[Any]) -> Any:
    """Return the face of `cls` that is constructed at this moment, whose object is `receiver`; None where none is."""
    making = _making.get(None)
    if making is None or type(making.face) is not cls:
        return None
    face, making.face, making.receiver = making.face, None, receiver
    return face


def initialiser(info: Extending) -> Initialise | None:
    """Return the `__init__` of the class made for a user's class; None where that has none of its own."""
    own = own_constructor(info.cls)
    if own is None:
        return None
    other = constructor_turned(info.cls, info.implementation.channel)

    @functools.wraps(own)
    def __init__(self: Any, /, *args: Any, **kwargs: Any) -> None:  # noqa: N807  it is put into a class
        rest: Initialise = bound_below(self, "__init__")
        making = _making.get(None)
        if making is not None and making.receiver is self:
            making.receiver = None
            rest(*args, **kwargs)
            return
        run_constructor(face_known_to(self), rest, other, args, kwargs)

    return __init__


def run_constructor(
    face: Any, rest: Initialise, other: Member | None, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    """Run the user's constructor for an object that the implementation makes; `rest` is the implementation's own.

    `other` is the generated constructor, turned around.
    """
    try:
        if other is not None:
            args, kwargs = other.take(args, kwargs)
        begun = _Begun(face, rest)
        token = _begun.set(begun)
        try:
            _constructor_of(class_of(begun.face))(begun.face, *args, **kwargs)
        finally:
            begun.face = begun.rest = None
            _begun.reset(token)
    except BaseException as error:  # any: it is passed on, without the library's frames
        raise_taken(error)
        hide_library_frames(error)
        raise


def own_constructor(cls: type[Any]) -> Initialise | None:
    """Return the `__init__` of a user's class; None where that is a generated one."""
    own = _constructor_of(cls)
    return None if own is _constructor_of(next(filter(is_generated, cls.__mro__))) else own


def constructor_turned(cls: type[Any], channel: Channel) -> Member | None:
    """Return the generated constructor, turned around; the faces among what it takes have `channel`."""
    member = _member(cls)
    return None if member is None else member.reversed(channel)


def _constructor_of(cls: Any) -> Initialise:
    function: Initialise = cls.__init__
    return function


def _member(cls: type[Any]) -> Member | None:
    """Return the member of the generated `__init__` that a class inherits, None where the implementation has none."""
    found = (vars(base)["__init__"] for base in cls.__mro__ if is_generated(base) and "__init__" in vars(base))
    members: tuple[Member, ...] = getattr(next(found, None), "__ambidex_members__", ())
    return members[0] if members else None


def initialise(face: Any, member: Member | None, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Run the implementation's own `__init__` of the object of a face, where that is what its `super()` asks for."""
    begun = _begun.get(None)
    if begun is None or begun.face is not face or begun.rest is None:
        return  # a generated class's constructor called by another one's: the object is made
    rest, begun.rest = begun.rest, None

    def run() -> None:
        taken = (args, kwargs) if member is None else member.take(args, kwargs)
        rest(*taken[0], **taken[1])

    with_caller(face.__ambidex_info__.implementation, member is not None and member.hands_over, run)
