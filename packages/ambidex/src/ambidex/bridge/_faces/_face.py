"""`Face`, the base of every generated class."""

from __future__ import annotations

import copy
import functools
import inspect
import types
from typing import TYPE_CHECKING, Any, Generic

from ...errors import UsageError
from ...options import AS_IT_IS
from ...runtime import hide_library_frames
from .._description import Description
from .._identity import FaceInfo, Reference, make_faces_with, placing
from .._member import Member
from .._overrides._adopt import adopt_overrides
from ._cache import forget_all
from ._copies import copied, own_attributes, pickled, stand_for
from ._descriptors import calling_face
from ._remains import own_of
from ._views import MISSING, options_of, own_attribute, set_through, view_of, viewed

if TYPE_CHECKING:
    from abc import ABCMeta as FaceType  # under one of ours, checkers do not look at `__init_subclass__`
    from collections.abc import Callable
    from typing import SupportsIndex

    from typing_extensions import Self

    from .._implementation import Implementation
else:
    from ._cache import FaceType

_MISSING = object()


class Face(metaclass=FaceType):
    """Stand for an object of the implementation, wherever that lives.

    A subclass names its implementation: `class Station(Face, implementation=_impl)`, and `name` where it is called
    otherwise there. The same object always has the same face while that is alive.
    """

    __ambidex__: Reference
    __ambidex_info__: FaceInfo

    if TYPE_CHECKING:  # what an implementation takes is not known here, so a checker refuses it

        def __init_subclass__(
            cls, *, implementation: Implementation | None = None, name: str | None = None
        ) -> None: ...
    else:

        def __init_subclass__(
            cls,
            *,
            implementation=None,
            name=None,
            implementation_name=None,  # what `FaceType` makes of `name`
            **kwargs,
        ):
            if implementation is None:  # a user's subclass: it stands for what its base stands for
                given = {"name": name or implementation_name} if name or implementation_name else {}
                taken = kwargs if _is_followed_by_hook(cls) else {}
                super().__init_subclass__(**taken)
                adopt_overrides(cls, given if taken else {**given, **kwargs})
                return
            super().__init_subclass__(**kwargs)
            info = cls.__ambidex_info__ = FaceInfo(cls, implementation, implementation_name or name or cls.__qualname__)
            for attribute in tuple(vars(cls).values()):
                for member in _members_in(attribute):
                    member.adopt(implementation, info.path)
            implementation.declare(info)

    if not TYPE_CHECKING:  # checkers know which of them are generic

        def __class_getitem__(cls, arguments):
            """Apply a generic face to its arguments, for annotations, base classes and `Box[int](...)`."""
            if not any("__orig_bases__" in vars(base) for base in cls.__mro__):
                raise TypeError(f"{cls.__qualname__} is not a generic class")
            return types.GenericAlias(cls, arguments)

    def __init__(self, /, *args: Any, **kwargs: Any) -> None:
        construct(self, None, args, kwargs)

    def with_options(self, *, timeout: float | None = AS_IT_IS, retry: int = AS_IT_IS, views: bool = AS_IT_IS) -> Self:
        """Return a view of this object whose calls have these options; what is left out stays as it is.

        The view is equal to this face and stands for the same object. What its methods return has no options. `timeout`
        is a deadline, in seconds, for the whole of each call, after which its work is stopped; None takes it back.
        `retry` is how often a call is tried again whose worker has died, of what is declared `@ambidex.idempotent`: a
        class method or a function, because an object is lost with its worker.
        With `views` long buffers of arguments and results, such as those of arrays, stay in memory that both processes
        share: they are read-only on the side they come to, and take that memory for as long as something refers to
        them. In this process, and where no memory is shared, `views` does nothing.

        Raises:
            ValueError: `timeout` is negative or not a number, `retry` is not a whole number of 0 or more, or `views` is
                neither True nor False.
        """
        view: Self = view_of(self, options_of(self.__ambidex__).changed(timeout, retry, views))
        return view

    if not TYPE_CHECKING:  # identity, as `object` has it: a checker needs to know no more

        def __eq__(self, other):
            """Be equal to the views of the same face, and to what another class in its order of resolution says."""
            own = viewed(self)
            others = viewed(other) if isinstance(other, Face) else other
            return super().__eq__(other) if own is self and others is other else own == others

        def __hash__(self):
            own = viewed(self)
            return super().__hash__() if own is self else hash(own)

    def __repr__(self) -> str:
        """Name the face, and the object it stands for as that shows itself."""
        cls = type(self)
        reference = self.__dict__.get("__ambidex__")
        stands_for = "nothing yet" if reference is None else repr(reference.receiver)
        options = "" if viewed(self) is self else f" with {options_of(self.__ambidex__).told()}"
        return f"<{cls.__module__}.{cls.__qualname__} for {stands_for}{options}>"

    def __reduce_ex__(self, protocol: SupportsIndex, /) -> tuple[Any, ...]:
        """Pickle the object by its own ways; what is read again is a face of the new object.

        Raises:
            TypeError: the object cannot be pickled.
        """
        if viewed(self) is not self:
            return view_of, (viewed(self), options_of(self.__ambidex__))
        return stand_for, (type(self), pickled(self, int(protocol)), own_attributes(self))

    def __copy__(self) -> Self:
        made: Self = copied(viewed(self), copy.copy)
        return made if viewed(self) is self else view_of(made, options_of(self.__ambidex__))

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        made: Self = copied(viewed(self), lambda receiver: copy.deepcopy(receiver, memo))
        return made if viewed(self) is self else view_of(made, options_of(self.__ambidex__))

    if not TYPE_CHECKING:  # a checker would take it as leave to use any name

        def __getattr__(self, name):
            message = f"{type(self).__name__!r} object has no attribute {name!r}"
            reference = self.__dict__.get("__ambidex__")
            if reference is not None and isinstance(getattr(type(self), name, None), property):
                return getattr(type(self), name).__get__(self)  # it raised an AttributeError: the same one again
            own = own_attribute(self, name)
            if own is not MISSING:
                return own
            if reference is None and (name == "__ambidex__" or hasattr(type(self), name)):
                message = (
                    f"this {type(self).__name__!r} object stands for nothing yet: "
                    "call `super().__init__(...)` in its __init__ before anything else of it"
                )
            if reference is not None and not name.startswith("_") and hasattr(reference.receiver, name):
                message += (
                    "; the object it stands for has one: annotate it in the body of the class, or make it a property, "
                    "and generate again"
                )
            raise AttributeError(message)

        def __setattr__(self, name, value):
            if name == "__class__":
                forget_all(self)
            reference = self.__dict__.get("__ambidex__")
            if reference is not None and reference.entry is None and set_through(self, name, value):
                return
            if (
                reference is not None
                and not name.startswith("_")
                and not hasattr(type(self), name)
                and hasattr(reference.receiver, name)
            ):
                raise AttributeError(
                    f"{type(self).__name__!r} object cannot set {name!r}: the object it stands for has it; "
                    "annotate it in the body of the class, or make it a property, and generate again"
                )
            object.__setattr__(self, name, value)


def _is_followed_by_hook(cls: type[Any]) -> bool:
    """Tell whether a class that is mixed in behind the face, which is no face, asks for keywords of its subclasses."""
    behind = cls.__mro__[cls.__mro__.index(Face) + 1 :]
    return any("__init_subclass__" in vars(each) for each in behind if each is not Generic and each is not object)


def construct(face: Face, member: Member | None, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Make the object that `face` stands for and tie the two together.

    Raises:
        ImplementationUnavailable: the implementation could not be imported.
        UsageError: `face` is of no generated class.
    """
    info: FaceInfo | None = getattr(type(face), "__ambidex_info__", None)
    if info is None:
        raise UsageError(f"{type(face).__name__} names no implementation: subclass a generated class instead of Face")
    if "__ambidex__" in face.__dict__:
        info.initialise(face, member, args, kwargs)
        return
    place = placing.get()
    if place is None or place.cls is not type(face):
        info.construct(face, member, args, kwargs)
        return
    placing.set(None)  # it is for this object, and who has set it takes it back
    place.face = face
    info.construct_elsewhere(face, place.channel, member, args, kwargs)


def _make_face(info: FaceInfo, reference: Reference) -> Face:
    remains = reference.remains
    if remains is None:
        face: Face = object.__new__(info.cls)
    else:
        face = object.__new__(remains.cls)
        vars(face).update(own_of(remains.attributes))
    face.__ambidex__ = reference
    return face


def constructor_face(stub: Callable[..., Any], options: dict[str, Any]) -> Callable[..., None]:
    """Make the `__init__` of a face: it makes the object in its place, on the loop where that is this process."""
    member = Member(stub, "loop", "instance", Description(**options))

    @functools.wraps(stub)
    def initialise(self: Face, /, *args: Any, **kwargs: Any) -> None:
        try:
            construct(self, member, args, kwargs)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    initialise.__dict__["__ambidex_members__"] = (member,)
    return initialise


def dynamic_face(stub: Callable[..., Any], options: dict[str, Any]) -> Callable[..., Any]:
    """Make the `__getattr__` of a face: public names that neither it nor its object has go to the object's."""
    call = calling_face(stub, "here", options)
    refuse: Callable[[Face, str], Any] = vars(Face)["__getattr__"]

    @functools.wraps(call)
    def look(self: Face, name: str) -> Any:
        reference: Reference | None = self.__dict__.get("__ambidex__")
        if name.startswith("_") or reference is None or hasattr(type(self), name):
            return refuse(self, name)
        own = own_attribute(self, name)
        if own is not MISSING:
            return own
        if inspect.getattr_static(reference.receiver, name, _MISSING) is not _MISSING:
            return refuse(self, name)  # the object's own `__getattr__` would not be asked
        return call(self, name)

    return look


def _members_in(attribute: object) -> tuple[Member, ...]:
    """Return the members behind an attribute of a class, through property, classmethod and staticmethod."""
    if isinstance(attribute, property):
        parts = (attribute.fget, attribute.fset, attribute.fdel)
        return tuple(member for part in parts if part is not None for member in _members_in(part))
    attribute = (
        inspect.unwrap(attribute, stop=lambda f: hasattr(f, "__ambidex_members__"))
        if callable(attribute)
        else attribute
    )
    attribute = getattr(attribute, "__func__", attribute)
    found: tuple[Member, ...] = getattr(attribute, "__ambidex_members__", ())
    return found


make_faces_with(_make_face)
