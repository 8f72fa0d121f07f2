"""The decorators of a generated class: each turns a stub into the faces of one member of the implementation.

A stub is a signature, a docstring and `implemented_elsewhere()`; its body never runs. Decorators typed as identities
(`F -> F`) keep the stub's own signature; the descriptors are generic in parameters and result alone, not in the owner,
because an owner parameter makes every override in a subclass an error.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Generic, NoReturn, Protocol, TypeVar, overload

from ...errors import InternalError
from ...runtime import hide_library_frames
from .._identity import Reference
from .._member import Member
from ._cache import keep
from ._callables import Call, Entry, P, R_co, S_contra, Stream, V_co, Y_co, bound_again
from ._face import Face, constructor_face
from ._replaced import allow_replacing_in_class

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from typing_extensions import Concatenate, Self

    from ...runtime import Context
    from .._member import Binding, Runs
    from .._values._plans import Plan

F = TypeVar("F")
R = TypeVar("R")
Y = TypeVar("Y")
S = TypeVar("S")
V = TypeVar("V")


class _Descriptor:
    """Stand for an async member in the class of a face."""

    def __init__(self, member: Member) -> None:
        self._member = member
        self._name = member.stub.__name__
        self.__ambidex_members__ = (member,)
        _look_like(self, member.stub)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as functions are: by name."""
        return bound_again, self._member.whereabouts_of_stub()


class Method(_Descriptor, Generic[P, R_co]):
    """An async method of a face; on an instance, a `Call`."""

    @overload
    def __get__(self, owner: None, cls: type[Any]) -> Self: ...
    @overload
    def __get__(self, owner: object, cls: type[Any]) -> Call[P, R_co]: ...
    def __get__(self, owner: Any, cls: type[Any]) -> Self | Call[P, R_co]:
        if owner is None:
            return self
        bound: Call[P, R_co] = Call(self._member, owner.__ambidex__)
        keep(owner, self._name, self, bound)
        return bound

    def __call__(self, face: Face, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Call the method of `face`, as `Class.method(face, ...)` does."""
        bound: Call[P, R_co] = Call(self._member, face.__ambidex__)
        try:
            return bound(*args, **kwargs)
        except BaseException as error:
            hide_library_frames(error)
            raise


class StreamMethod(_Descriptor, Generic[P, Y_co, S_contra]):
    """An async generator method of a face; on an instance, a `Stream`."""

    @overload
    def __get__(self, owner: None, cls: type[Any]) -> Self: ...
    @overload
    def __get__(self, owner: object, cls: type[Any]) -> Stream[P, Y_co, S_contra]: ...
    def __get__(self, owner: Any, cls: type[Any]) -> Self | Stream[P, Y_co, S_contra]:
        if owner is None:
            return self
        bound: Stream[P, Y_co, S_contra] = Stream(self._member, owner.__ambidex__)
        keep(owner, self._name, self, bound)
        return bound

    def __call__(self, face: Face, *args: P.args, **kwargs: P.kwargs) -> Generator[Y_co, S_contra, None]:
        """Call the method of `face`, as `Class.method(face, ...)` does."""
        bound: Stream[P, Y_co, S_contra] = Stream(self._member, face.__ambidex__)
        return bound(*args, **kwargs)


class EntryMethod(_Descriptor, Generic[P, V_co]):
    """A method that makes a context manager; on an instance, an `Entry`."""

    @overload
    def __get__(self, owner: None, cls: type[Any]) -> Self: ...
    @overload
    def __get__(self, owner: object, cls: type[Any]) -> Entry[P, V_co]: ...
    def __get__(self, owner: Any, cls: type[Any]) -> Self | Entry[P, V_co]:
        if owner is None:
            return self
        bound: Entry[P, V_co] = Entry(self._member, owner.__ambidex__)
        keep(owner, self._name, self, bound)
        return bound

    def __call__(self, face: Face, *args: P.args, **kwargs: P.kwargs) -> Context[V_co]:
        """Call the method of `face`, as `Class.method(face, ...)` does."""
        bound: Entry[P, V_co] = Entry(self._member, face.__ambidex__)
        return bound(*args, **kwargs)


class ClassMethod(_Descriptor, Generic[P, R_co]):
    """An async class method or static method of a face: a `Call`, on the class and on its instances."""

    def __get__(self, owner: object, cls: type[Any]) -> Call[P, R_co]:
        bound = cls.__ambidex_info__.bound
        found: Call[P, R_co] | None = bound.get(self._member)
        return bound.setdefault(self._member, Call(self._member, _of_class(cls))) if found is None else found


class CallDecorator(Protocol):
    """Decorate the stub of an async function."""

    def __call__(self, stub: Callable[P, R], /) -> Call[P, R]: ...


class StreamDecorator(Protocol):
    """Decorate the stub of an async generator function."""

    def __call__(self, stub: Callable[P, Generator[Y, S, None]], /) -> Stream[P, Y, S]: ...


class ContextDecorator(Protocol):
    """Decorate the stub of a function that makes a context manager."""

    def __call__(self, stub: Callable[P, Context[V]], /) -> Entry[P, V]: ...


class SameDecorator(Protocol):
    """Decorate a stub that keeps its own signature."""

    def __call__(self, stub: F, /) -> F: ...


class MethodDecorator(Protocol):
    """Decorate the stub of an async method."""

    def __call__(self, stub: Callable[Concatenate[Any, P], R], /) -> Method[P, R]: ...


class StreamMethodDecorator(Protocol):
    """Decorate the stub of an async generator method."""

    def __call__(self, stub: Callable[Concatenate[Any, P], Generator[Y, S, None]], /) -> StreamMethod[P, Y, S]: ...


class EntryMethodDecorator(Protocol):
    """Decorate the stub of a method that makes a context manager."""

    def __call__(self, stub: Callable[Concatenate[Any, P], Context[V]], /) -> EntryMethod[P, V]: ...


class ClassMethodDecorator(Protocol):
    """Decorate the stub of an async class method."""

    def __call__(self, stub: Callable[Concatenate[Any, P], R], /) -> ClassMethod[P, R]: ...


class StaticMethodDecorator(Protocol):
    """Decorate the stub of an async static method."""

    def __call__(self, stub: Callable[P, R], /) -> ClassMethod[P, R]: ...


# -- async members


@overload
def method(stub: Callable[Concatenate[Any, P], R], /) -> Method[P, R]: ...
@overload
def method(*, name: str | None = ..., takes: Mapping[str, Plan] = ..., gives: Plan | None = ...) -> MethodDecorator: ...
def method(stub: Any = None, /, **options: Any) -> Any:
    """Give an async method its faces."""
    return _decorate(stub, lambda target: _descriptor(Method, target, "task", "instance", options))


@overload
def stream(stub: Callable[Concatenate[Any, P], Generator[Y, S, None]], /) -> StreamMethod[P, Y, S]: ...
@overload
def stream(
    *,
    name: str | None = ...,
    takes: Mapping[str, Plan] = ...,
    gives: Plan | None = ...,
    sent: Plan | None = ...,
) -> StreamMethodDecorator: ...
def stream(stub: Any = None, /, **options: Any) -> Any:
    """Give an async generator method its faces."""
    return _decorate(stub, lambda target: _descriptor(StreamMethod, target, "stream", "instance", options))


@overload
def context(stub: Callable[Concatenate[Any, P], Context[V]], /) -> EntryMethod[P, V]: ...
@overload
def context(
    *, name: str | None = ..., takes: Mapping[str, Plan] = ..., gives: Plan | None = ...
) -> EntryMethodDecorator: ...
def context(stub: Any = None, /, **options: Any) -> Any:
    """Give a method that makes an async context manager its face, which serves in `with` and `async with`."""
    return _decorate(stub, lambda target: _descriptor(EntryMethod, target, "context", "instance", options))


@overload
def class_method(stub: Callable[Concatenate[Any, P], R], /) -> ClassMethod[P, R]: ...
@overload
def class_method(
    *, name: str | None = ..., takes: Mapping[str, Plan] = ..., gives: Plan | None = ...
) -> ClassMethodDecorator: ...
def class_method(stub: Any = None, /, **options: Any) -> Any:
    """Give an async class method (a stub under `@classmethod`) its faces."""
    return _decorate(stub, lambda target: _descriptor(ClassMethod, target.__func__, "task", "class", options))


@overload
def static_method(stub: Callable[P, R], /) -> ClassMethod[P, R]: ...
@overload
def static_method(
    *, name: str | None = ..., takes: Mapping[str, Plan] = ..., gives: Plan | None = ...
) -> StaticMethodDecorator: ...
def static_method(stub: Any = None, /, **options: Any) -> Any:
    """Give an async static method (a stub under `@staticmethod`) its faces."""
    return _decorate(stub, lambda target: _descriptor(ClassMethod, target.__func__, "task", "static", options))


# -- members with one face, typed as their stubs


@overload
def constructor(stub: F, /) -> F: ...
@overload
def constructor(*, takes: Mapping[str, Plan] = ...) -> SameDecorator: ...
def constructor(stub: Any = None, /, **options: Any) -> Any:
    """Make the object a face stands for from the arguments of `__init__`."""
    return _decorate(stub, lambda target: constructor_face(target, options))


@overload
def sync_method(stub: F, /) -> F: ...
@overload
def sync_method(
    *, name: str | None = ..., takes: Mapping[str, Plan] = ..., gives: Plan | None = ...
) -> SameDecorator: ...
def sync_method(stub: Any = None, /, **options: Any) -> Any:
    """Give a plain method, or class method under `@classmethod`, its face; it runs on the loop."""
    return _decorate(stub, lambda target: _calling(target, "loop", options))


@overload
def special(stub: F, /) -> F: ...
@overload
def special(*, takes: Mapping[str, Plan] = ..., gives: Plan | None = ...) -> SameDecorator: ...
def special(stub: Any = None, /, **options: Any) -> Any:
    """Give a special method, such as `__len__`, its face; in process it runs on the calling thread."""
    return _decorate(stub, lambda target: _calling(target, "here", options))


@overload
def attribute(stub: F, /) -> F: ...
@overload
def attribute(
    *, name: str | None = ..., takes: Mapping[str, Plan] = ..., gives: Plan | None = ...
) -> SameDecorator: ...
def attribute(stub: Any = None, /, **options: Any) -> Any:
    """Read an attribute, or write it (a stub with a parameter), under `@property` and its setter."""

    def decorate(target: Any) -> Any:
        member = Member(target, "here", "instance", **options)
        parameters = target.__code__.co_argcount

        if parameters == 1:

            @functools.wraps(target)
            def read(self: Face) -> Any:
                try:
                    return self.__ambidex__.channel.get(member, self.__ambidex__.receiver)
                except BaseException as error:
                    hide_library_frames(error)
                    raise

            return _with_members(read, member)

        @functools.wraps(target)
        def write(self: Face, value: Any) -> None:
            try:
                self.__ambidex__.channel.set(member, self.__ambidex__.receiver, value)
            except BaseException as error:
                hide_library_frames(error)
                raise

        return _with_members(write, member)

    return _decorate(stub, decorate)


@overload
def context_method(stub: F, /) -> F: ...
@overload
def context_method(*, gives: Plan | None = ...) -> SameDecorator: ...
def context_method(stub: Any = None, /, **options: Any) -> Any:
    """Give `__enter__`, `__exit__`, `__aenter__` or `__aexit__` its face; enter and exit share one task."""
    return _decorate(stub, lambda target: _context_faces[target.__name__](target, options))


@overload
def iterator_method(stub: F, /) -> F: ...
@overload
def iterator_method(*, gives: Plan | None = ...) -> SameDecorator: ...
def iterator_method(stub: Any = None, /, **options: Any) -> Any:
    """Give `__iter__`, `__next__`, `__aiter__` or `__anext__` its face, over the implementation's async one."""
    return _decorate(stub, lambda target: _iterator_faces[target.__name__](target, options))


def implemented_elsewhere() -> NoReturn:
    """Stand as the body of a stub, which never runs.

    Raises:
        InternalError: it ran: the decorator above the stub is missing.
    """
    raise InternalError("the body of a generated stub ran: its decorator is missing; generate the module again")


# -- how the faces with one signature are made


def _decorate(stub: Any, decorator: Callable[[Any], Any]) -> Any:
    return decorator if stub is None else decorator(stub)


def _descriptor(
    kind: Callable[[Member], Any], stub: Any, runs: Runs, binding: Binding, options: Mapping[str, Any]
) -> Any:
    return kind(Member(stub, runs, binding, **options))


def _look_like(descriptor: Any, stub: Callable[..., Any]) -> None:
    functools.update_wrapper(descriptor, stub)


def _renamed(options: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {**options, "name": name}


def _of_class(cls: type[Any]) -> Reference:
    info = cls.__ambidex_info__
    return Reference(info.implementation.channel, info)


def _with_members(face: Any, *members: Member) -> Any:
    face.__ambidex_members__ = members
    return face


def _calling(stub: Any, runs: Runs, options: Mapping[str, Any]) -> Any:
    member = Member(stub, runs, "instance", **options)
    of_class = Member(stub, runs, "class", **options)

    @functools.wraps(stub)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            if isinstance(self, type):
                reference, chosen = _of_class(self), of_class
            else:
                reference, chosen = self.__ambidex__, member
            return reference.channel.call(chosen, reference.receiver, args, kwargs, None)
        except BaseException as error:
            hide_library_frames(error)
            raise

    return _with_members(call, member, of_class)


def _enter_face(stub: Any, options: Mapping[str, Any]) -> Any:
    member = Member(stub, "context", "itself", **options)

    @functools.wraps(stub)
    def enter(self: Face) -> Any:
        reference = self.__ambidex__
        try:
            return reference.entered.enter(reference.channel.stream(member, reference.receiver, (), {}, None))
        except BaseException as error:
            hide_library_frames(error)
            raise

    return _with_members(enter, member)


def _exit_face(stub: Any, _: Mapping[str, Any]) -> Any:
    @functools.wraps(stub)
    def exit_(self: Face, _: Any, exc: Any, __: Any) -> Any:
        try:
            return self.__ambidex__.entered.leave(exc)
        except BaseException as error:
            hide_library_frames(error)
            raise

    return exit_


def _aenter_face(stub: Any, options: Mapping[str, Any]) -> Any:
    member = Member(stub, "context", "itself", **options)

    @functools.wraps(stub)
    async def enter(self: Face) -> Any:
        reference = self.__ambidex__
        try:
            stream = reference.channel.astream(member, reference.receiver, (), {}, None)
            return await reference.entered.enter_async(stream)
        except BaseException as error:
            hide_library_frames(error)
            raise

    return _with_members(enter, member)


def _aexit_face(stub: Any, _: Mapping[str, Any]) -> Any:
    @functools.wraps(stub)
    async def exit_(self: Face, _: Any, exc: Any, __: Any) -> Any:
        try:
            return await self.__ambidex__.entered.leave_async(exc)
        except BaseException as error:
            hide_library_frames(error)
            raise

    return exit_


def _iter_face(stub: Any, options: Mapping[str, Any]) -> Any:
    member = Member(stub, "stream", "instance", **_renamed(options, "__aiter__"))

    @functools.wraps(stub)
    def iterate(self: Face) -> Any:
        return self.__ambidex__.channel.stream(member, self.__ambidex__.receiver, (), {}, None)

    return _with_members(iterate, member)


def _aiter_face(stub: Any, options: Mapping[str, Any]) -> Any:
    member = Member(stub, "stream", "instance", **options)

    @functools.wraps(stub)
    def iterate(self: Face) -> Any:
        return self.__ambidex__.channel.astream(member, self.__ambidex__.receiver, (), {}, None)

    return _with_members(iterate, member)


def _next_face(stub: Any, options: Mapping[str, Any]) -> Any:
    member = Member(stub, "task", "instance", **_renamed(options, "__anext__"))

    @functools.wraps(stub)
    def advance(self: Face) -> Any:
        try:
            return self.__ambidex__.channel.call(member, self.__ambidex__.receiver, (), {}, None)
        except StopAsyncIteration as stop:
            end = StopIteration(*stop.args)
        except BaseException as error:
            hide_library_frames(error)
            raise
        raise end

    return _with_members(advance, member)


def _anext_face(stub: Any, options: Mapping[str, Any]) -> Any:
    member = Member(stub, "task", "instance", **options)

    @functools.wraps(stub)
    async def advance(self: Face) -> Any:
        try:
            return await self.__ambidex__.channel.acall(member, self.__ambidex__.receiver, (), {}, None)
        except BaseException as error:
            hide_library_frames(error)
            raise

    return _with_members(advance, member)


_context_faces = {
    "__enter__": _enter_face,
    "__exit__": _exit_face,
    "__aenter__": _aenter_face,
    "__aexit__": _aexit_face,
}
_iterator_faces = {
    "__iter__": _iter_face,
    "__next__": _next_face,
    "__aiter__": _aiter_face,
    "__anext__": _anext_face,
}

for _kind in (Method, StreamMethod, EntryMethod):
    allow_replacing_in_class(_kind)
