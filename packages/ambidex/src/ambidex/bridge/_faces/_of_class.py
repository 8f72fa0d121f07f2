"""What stands in a generated class and is bound to that class: its methods, its static methods, its constants."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Generic, NoReturn

from ...runtime import hide_library_frames
from .._description import Description
from .._member import Member
from ._callables import Call, Entry, P, R_co, S_contra, Stream, V_co, Y_co
from ._descriptors import Descriptor, of_face_class

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .._identity import Reference


class _OfClass(Descriptor):
    """Stand for an async class method or static method: the same callable on the class and on its instances."""

    _kind: type[Any]  # of the callable

    def __init__(self, member: Member) -> None:
        super().__init__(member)
        self.__func__ = member.stub
        self._owner: type[Any] | None = None

    def __set_name__(self, owner: type[Any], _: str) -> None:
        self._owner = owner

    if not TYPE_CHECKING:

        @property
        def __class__(self):
            """The builtin that it passes for to `isinstance`, which is what `unittest.mock` asks."""
            return classmethod if self._member.binding == "class" else staticmethod

        @property
        def aio(self):
            """The `.aio` that the class's attribute has, for who finds the descriptor itself: a mock made after it."""
            return self.__get__(None, self._owner).aio

        def __get__(self, owner, cls):
            bound = cls.__ambidex_info__.bound
            found = bound.get(self._member)
            if found is None:
                found = bound.setdefault(self._member, self._kind(self._member, of_face_class(cls)))
            return found


class ClassMethod(_OfClass, Generic[P, R_co]):
    """An async class method or static method of a face: a `Call`."""

    _kind = Call

    if TYPE_CHECKING:

        def __get__(self, owner: object, cls: type[Any]) -> Call[P, R_co]: ...


class ClassStream(_OfClass, Generic[P, Y_co, S_contra]):
    """An async generator that is a class method or static method of a face: a `Stream`."""

    _kind = Stream

    if TYPE_CHECKING:

        def __get__(self, owner: object, cls: type[Any]) -> Stream[P, Y_co, S_contra]: ...


class ClassEntry(_OfClass, Generic[P, V_co]):
    """A class method or static method of a face that makes a context manager: an `Entry`."""

    _kind = Entry

    if TYPE_CHECKING:

        def __get__(self, owner: object, cls: type[Any]) -> Entry[P, V_co]: ...


class ClassAttribute(Generic[R_co]):
    """An attribute of the implementation's class: read there each time, through an object where there is one."""

    def __init__(self, stub: Callable[..., Any], options: Mapping[str, Any]) -> None:
        self._of_object = Member(stub, "here", "instance", Description(**options))
        self._of_class = Member(stub, "here", "class", Description(**options))
        self.__ambidex_members__ = (self._of_object, self._of_class)
        look: Any = self  # no callable, and yet documented as its stub is
        functools.update_wrapper(look, stub)

    def __get__(self, owner: Any, cls: type[Any]) -> R_co:
        reference = of_face_class(cls) if owner is None else owner.__ambidex__
        member = self._of_class if owner is None else self._of_object
        value: R_co = _read(member, reference)
        return value

    def __set__(self, owner: Any, value: NoReturn) -> None:  # of no type: checkers refuse every assignment
        raise AttributeError(f"{self._of_object.name} is an attribute of the class, and cannot be set")


class TypeAttribute(Generic[R_co]):
    """An attribute that a metaclass gives the implementation's class: read there each time; its objects have none."""

    def __init__(self, stub: Callable[..., Any], options: Mapping[str, Any]) -> None:
        self._member = Member(stub, "here", "class", Description(**options))
        self.__ambidex_members__ = (self._member,)
        look: Any = self  # no callable, and yet documented as its stub is
        functools.update_wrapper(look, stub)

    def __get__(self, owner: None, cls: type[Any]) -> R_co:
        if owner is not None:
            raise AttributeError(f"{cls.__name__!r} object has no attribute {self._member.name!r}: its class has")
        value: R_co = _read(self._member, of_face_class(cls))
        return value

    def __set__(self, owner: Any, value: NoReturn) -> None:  # of no type: checkers refuse every assignment
        raise AttributeError(f"{self._member.name} is an attribute of the class, and cannot be set")


def _read(member: Member, reference: Reference) -> Any:
    try:
        return reference.channel.get(member, reference.receiver)
    except BaseException as error:  # any: it is passed on, without the library's frames
        hide_library_frames(error)
        raise
