"""What stands in a generated class: the descriptors of its async members, and the functions of all others."""

from __future__ import annotations

import functools
import types
from typing import TYPE_CHECKING, Any, Generic, overload

from ...runtime import hide_library_frames
from .._description import Description
from .._identity import Reference
from .._member import Member
from ._cache import keep
from ._callables import Call, Entry, P, R_co, S_contra, Stream, V_co, Y_co, bound_again
from ._documented import documented
from ._overridable import OverridableEntry, OverridableMethod, OverridableStream
from ._replaced import allow_replacing_in_class

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from ...runtime import Context
    from .._member import Runs
    from ._face import Face


_UNBOUND = "Call the method of `face`, as `Class.method(face, ...)` does."


class Descriptor:
    """Stand for an async member in the class of a face."""

    def __init__(self, member: Member) -> None:
        self._member = member
        self._name = member.stub.__name__
        self.__ambidex_members__ = (member,)
        _look_like(self, member.stub)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as functions are: by name."""
        return bound_again, self._member.whereabouts_of_stub()

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), "aio"]  # `object` asks `__class__`, which is that of a builtin below


def _look_like(descriptor: Any, stub: Callable[..., Any]) -> None:
    functools.update_wrapper(descriptor, stub)
    for name in _OF_FUNCTIONS:
        descriptor.__dict__[name] = getattr(stub, name)


# What a function has besides its names, for those who ask `isinstance` whether a descriptor is one
_OF_FUNCTIONS = ("__closure__", "__code__", "__defaults__", "__globals__", "__kwdefaults__")


def _passes_for(kind: type[Any]) -> Any:
    """Return the `__class__` of a descriptor that passes for a function, or a class method, to `isinstance`.

    That is what `unittest.mock` asks before it makes, for `autospec=True`, a mock that takes the object first.
    """
    return property(lambda _: kind)


class Method(Descriptor, OverridableMethod["Callable[P, R_co]"], Generic[P, R_co]):
    """An async method of a face; on an instance, a `Call`.

    A subclass overrides it by a `def` under `@ambidex.method`, or an `async def` under `@ambidex.async_method`.
    """

    if not TYPE_CHECKING:
        __class__ = _passes_for(types.FunctionType)

    @overload
    def __get__(self, owner: None, cls: type[Any]) -> Method[P, R_co]: ...
    @overload
    def __get__(self, owner: object, cls: type[Any]) -> Call[P, R_co]: ...
    def __get__(self, owner: Any, cls: type[Any]) -> Method[P, R_co] | Call[P, R_co]:
        if owner is None:
            return self
        kept: Call[P, R_co] = Call(self._member, owner.__ambidex__)
        keep(owner, self._name, self, kept)
        return Call(self._member, owner)

    @documented(_UNBOUND)
    def __call__(self, face: Face, /, *args: P.args, **kwargs: P.kwargs) -> R_co:
        bound: Call[P, R_co] = Call(self._member, face.__ambidex__)
        try:
            return bound(*args, **kwargs)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise


class StreamMethod(
    Descriptor, OverridableStream["Callable[P, Generator[Y_co, S_contra, None]]"], Generic[P, Y_co, S_contra]
):
    """An async generator method of a face; on an instance, a `Stream`.

    A subclass overrides it by a generator under `@ambidex.method`, or an async one under `@ambidex.async_method`.
    """

    if not TYPE_CHECKING:
        __class__ = _passes_for(types.FunctionType)

    @overload
    def __get__(self, owner: None, cls: type[Any]) -> StreamMethod[P, Y_co, S_contra]: ...
    @overload
    def __get__(self, owner: object, cls: type[Any]) -> Stream[P, Y_co, S_contra]: ...
    def __get__(self, owner: Any, cls: type[Any]) -> StreamMethod[P, Y_co, S_contra] | Stream[P, Y_co, S_contra]:
        if owner is None:
            return self
        kept: Stream[P, Y_co, S_contra] = Stream(self._member, owner.__ambidex__)
        keep(owner, self._name, self, kept)
        return Stream(self._member, owner)

    @documented(_UNBOUND)
    def __call__(self, face: Face, /, *args: P.args, **kwargs: P.kwargs) -> Generator[Y_co, S_contra, None]:
        bound: Stream[P, Y_co, S_contra] = Stream(self._member, face.__ambidex__)
        return bound(*args, **kwargs)


class EntryMethod(Descriptor, OverridableEntry["Callable[P, Context[V_co]]"], Generic[P, V_co]):
    """A method that makes a context manager; on an instance, an `Entry`.

    A subclass overrides it under `@ambidex.method` over `@contextmanager`, or the two async ones.
    """

    if not TYPE_CHECKING:
        __class__ = _passes_for(types.FunctionType)

    @overload
    def __get__(self, owner: None, cls: type[Any]) -> EntryMethod[P, V_co]: ...
    @overload
    def __get__(self, owner: object, cls: type[Any]) -> Entry[P, V_co]: ...
    def __get__(self, owner: Any, cls: type[Any]) -> EntryMethod[P, V_co] | Entry[P, V_co]:
        if owner is None:
            return self
        kept: Entry[P, V_co] = Entry(self._member, owner.__ambidex__)
        keep(owner, self._name, self, kept)
        return Entry(self._member, owner)

    @documented(_UNBOUND)
    def __call__(self, face: Face, /, *args: P.args, **kwargs: P.kwargs) -> Context[V_co]:
        bound: Entry[P, V_co] = Entry(self._member, face.__ambidex__)
        return bound(*args, **kwargs)


for _kind in (Method, StreamMethod, EntryMethod):
    allow_replacing_in_class(_kind, is_awaited=_kind is Method)


# -- members with one face: functions


def of_face_class(cls: type[Any]) -> Reference:
    """Return the reference of a face's class, for what is bound to that and not to an object."""
    info = cls.__ambidex_info__
    return Reference(info.implementation.channel, info)


def _with_members(face: Any, *members: Member) -> Any:
    face.__ambidex_members__ = members
    return face


def calling_face(stub: Any, runs: Runs, options: Mapping[str, Any]) -> Any:
    """Make the face of a plain method, called on an instance or on the class."""
    member = Member(stub, runs, "instance", Description(**options))
    of_class = Member(stub, runs, "class", Description(**options))

    @functools.wraps(stub)
    def call(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        try:
            if isinstance(self, type):
                reference, chosen = of_face_class(self), of_class
            else:
                reference, chosen = self.__ambidex__, member
            return reference.channel.call(chosen, reference.receiver, args, kwargs, None)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    return _with_members(call, member, of_class)


def attribute_face(stub: Any, options: Mapping[str, Any]) -> Any:
    """Make what reads an attribute, or writes it where the stub has a parameter for the value."""
    member = Member(stub, "here", "instance", Description(**options))
    if stub.__code__.co_argcount == 1:

        @functools.wraps(stub)
        def read(self: Face) -> Any:
            try:
                return self.__ambidex__.channel.get(member, self.__ambidex__.receiver)
            except BaseException as error:  # any: it is passed on, without the library's frames
                hide_library_frames(error)
                raise

        return _with_members(read, member)

    @functools.wraps(stub)
    def write(self: Face, value: Any) -> None:
        try:
            self.__ambidex__.channel.set(member, self.__ambidex__.receiver, value)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    return _with_members(write, member)


def deleter_face(stub: Any, options: Mapping[str, Any]) -> Any:
    """Make what deletes an attribute."""
    member = Member(stub, "here", "instance", Description(**options))

    @functools.wraps(stub)
    def delete(self: Face) -> None:
        try:
            self.__ambidex__.channel.delete(member, self.__ambidex__.receiver)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    return _with_members(delete, member)


def _enter_face(stub: Any, options: Mapping[str, Any]) -> Any:
    member = Member(stub, "context", "itself", Description(**options))

    @functools.wraps(stub)
    def enter(self: Face) -> Any:
        reference = self.__ambidex__
        try:
            return reference.entered.enter(reference.channel.stream(member, reference.receiver, (), {}, None))
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    return _with_members(enter, member)


def _exit_face(stub: Any, _: Mapping[str, Any]) -> Any:
    @functools.wraps(stub)
    def exit_(self: Face, _: Any, exc: Any, __: Any) -> Any:
        try:
            return self.__ambidex__.entered.leave(exc)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    return exit_


def _aenter_face(stub: Any, options: Mapping[str, Any]) -> Any:
    member = Member(stub, "context", "itself", Description(**options))

    @functools.wraps(stub)
    async def enter(self: Face) -> Any:
        reference = self.__ambidex__
        try:
            stream = reference.channel.astream(member, reference.receiver, (), {}, None)
            return await reference.entered.enter_async(stream)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    return _with_members(enter, member)


def _aexit_face(stub: Any, _: Mapping[str, Any]) -> Any:
    @functools.wraps(stub)
    async def exit_(self: Face, _: Any, exc: Any, __: Any) -> Any:
        try:
            return await self.__ambidex__.entered.leave_async(exc)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    return exit_


def _iter_face(stub: Any, options: Mapping[str, Any]) -> Any:
    member = Member(stub, "stream", "instance", Description(**options)._replace(name="__aiter__"))

    @functools.wraps(stub)
    def iterate(self: Face) -> Any:
        return self.__ambidex__.channel.stream(member, self.__ambidex__.receiver, (), {}, None)

    return _with_members(iterate, member)


def _aiter_face(stub: Any, options: Mapping[str, Any]) -> Any:
    member = Member(stub, "stream", "instance", Description(**options))

    @functools.wraps(stub)
    def iterate(self: Face) -> Any:
        return self.__ambidex__.channel.astream(member, self.__ambidex__.receiver, (), {}, None)

    return _with_members(iterate, member)


def _next_face(stub: Any, options: Mapping[str, Any]) -> Any:
    member = Member(stub, "task", "instance", Description(**options)._replace(name="__anext__"))

    @functools.wraps(stub)
    def advance(self: Face) -> Any:
        try:
            return self.__ambidex__.channel.call(member, self.__ambidex__.receiver, (), {}, None)
        except StopAsyncIteration as stop:
            end = StopIteration(*stop.args)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise
        raise end

    return _with_members(advance, member)


def _anext_face(stub: Any, options: Mapping[str, Any]) -> Any:
    member = Member(stub, "task", "instance", Description(**options))

    @functools.wraps(stub)
    async def advance(self: Face) -> Any:
        try:
            return await self.__ambidex__.channel.acall(member, self.__ambidex__.receiver, (), {}, None)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    return _with_members(advance, member)


def await_face(stub: Any, options: Mapping[str, Any]) -> Any:
    """Make the `__await__` of a face: it awaits the object itself, on that object's loop."""
    member = Member(stub, "task", "itself", Description(**options))

    async def wait(reference: Reference) -> Any:
        try:
            return await reference.channel.acall(member, reference.receiver, (), {}, None)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    @functools.wraps(stub)
    def begin(self: Face) -> Any:
        return wait(self.__ambidex__).__await__()

    return _with_members(begin, member)


CONTEXT_FACES = {
    "__enter__": _enter_face,
    "__exit__": _exit_face,
    "__aenter__": _aenter_face,
    "__aexit__": _aexit_face,
}
ITERATOR_FACES = {
    "__iter__": _iter_face,
    "__next__": _next_face,
    "__aiter__": _aiter_face,
    "__anext__": _anext_face,
}
