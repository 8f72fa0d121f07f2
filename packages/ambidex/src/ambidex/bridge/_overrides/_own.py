"""What stands in a user's class for a method of its own that has the faces of a generated one.

Its members are called with the face itself, not with the object that the face stands for: nothing is translated, and a
blocking function that is called to block runs where it is called.
"""

from __future__ import annotations

import inspect
import types
from typing import TYPE_CHECKING, Any

from ...runtime import Context, check_blocking, hide_library_frames
from .._faces._callables import Call, Entry, Stream, show_own_docstrings
from .._faces._descriptors import Descriptor, EntryMethod, Method, StreamMethod
from .._faces._views import options_of, plain_of
from .._identity import ELSEWHERE, Reference, class_of
from .._member import Member
from ._off_loop import OffLoop
from ._work import work_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from .._member import Runs

    Function = Callable[..., Any]


class OwnMember(Member):
    """Describe a function of a user's class; its receiver is the face."""

    __slots__ = ("is_async",)

    def __init__(self, function: Function, runs: Runs, is_async: bool) -> None:
        super().__init__(function, runs, "instance")
        self.is_async = is_async

    def below(self) -> Member:
        """Return this member: nothing is below it that it could mean."""
        return self

    def bind(self, receiver: Any) -> Function:
        """Return what an event loop runs: the function itself, or where it blocks, what runs it off that loop."""
        implementation = receiver.__ambidex_info__.implementation
        off_loop = OffLoop(self.name, implementation.runtime, implementation.channel)
        return work_of(types.MethodType(self.stub, receiver), self.runs, self.is_async, off_loop)

    def may_block(self, face: Any) -> Function:
        """Return the function, bound to `face`, for who calls it to block.

        Raises:
            DeadlockError: this thread runs the loop, where it has to be awaited.
        """
        check_blocking(face.__ambidex_info__.implementation.runtime.thread, self.name, self.instead)
        return types.MethodType(self.stub, face)


class _ToFace(Reference):
    """Refer to a face as the receiver of its class's own functions; two to the same face are equal."""

    __slots__ = ()

    def __init__(self, face: Any) -> None:
        channel = plain_of(face.__ambidex__).channel
        own = face.__ambidex_info__.implementation.channel  # the function is of this process, wherever its object is
        super().__init__(own if getattr(channel, ELSEWHERE, False) else channel, face)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ToFace) and other.receiver is self.receiver

    def __hash__(self) -> int:
        return id(self.receiver)


class _OwnCall(Call[Any, Any]):
    __slots__ = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        member, reference, (timeout_s, _) = self.__bound__
        try:
            if timeout_s is not None or not isinstance(member, OwnMember) or member.is_async:
                return super().__call__(*args, **kwargs)
            return member.may_block(reference.receiver)(*args, **kwargs)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise


class _OwnStream(Stream[Any, Any, Any]):
    __slots__ = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        member, reference, options = self.__bound__
        if options != (None, None) or not isinstance(member, OwnMember) or member.is_async:
            return super().__call__(*args, **kwargs)
        return member.may_block(reference.receiver)(*args, **kwargs)


class _OwnEntry(Entry[Any, Any]):
    __slots__ = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Context[Any]:
        member, reference, (timeout_s, _) = self.__bound__
        channel, face = reference.channel, reference.receiver

        def inside() -> Generator[Any, Any, None]:
            if timeout_s is not None or not isinstance(member, OwnMember) or member.is_async:
                return channel.stream(member, face, args, kwargs, timeout_s)
            return _inside(member.may_block(face)(*args, **kwargs))

        return Context(inside, lambda: channel.astream(member, face, args, kwargs, timeout_s))


def _inside(manager: Any) -> Generator[Any, Any, None]:
    with manager as value:
        yield value


show_own_docstrings(_OwnCall, _OwnStream, _OwnEntry)


class _Own(Descriptor):
    """Bind a function of a user's class to its face: what the three descriptors below have in common."""

    _kind: type[Any]
    _runs: Runs

    def __init__(self, function: Function, is_async: bool) -> None:
        super().__init__(OwnMember(function, self._runs, is_async))
        self.__ambidex_own__ = function, is_async  # by which a copy of the library knows it

    if not TYPE_CHECKING:  # what its decorator says

        def __get__(self, owner, cls):
            if owner is None:
                return self
            if not hasattr(class_of(owner), "__ambidex_info__"):
                raise TypeError(
                    f"{self._member.name} is decorated for a subclass of a generated class, and "
                    f"{class_of(owner).__qualname__} is none; leave the decorator out"
                )
            return self._kind(self._member, _ToFace(owner), options_of(owner.__ambidex__).timeout_s)

        def __call__(self, face, *args, **kwargs):
            return self.__get__(face, class_of(face))(*args, **kwargs)


class OwnMethod(_Own, Method[Any, Any]):
    """A user's method with the faces of an async one."""

    _kind: type[Any] = _OwnCall
    _runs: Runs = "task"


class OwnStreamMethod(_Own, StreamMethod[Any, Any, Any]):
    """A user's generator method with the faces of an async one."""

    _kind: type[Any] = _OwnStream
    _runs: Runs = "stream"


class OwnEntryMethod(_Own, EntryMethod[Any, Any]):
    """A user's method that makes a context manager, which serves in `with` and `async with`."""

    _kind: type[Any] = _OwnEntry
    _runs: Runs = "context"


_KINDS: dict[str, type[_Own]] = {"task": OwnMethod, "stream": OwnStreamMethod, "context": OwnEntryMethod}


def own_method(function: Function, is_async: bool, runs: Runs | None = None) -> Any:
    """Return the descriptor of a user's function; how it `runs` is seen from it, where nothing else tells."""
    return _KINDS[runs or _runs_of(function)](function, is_async)


def is_member(given: Any) -> bool:
    """Tell whether something is a method with two faces, as its class gives it: of a copy of the library's, too.

    It passes for a function. What stands for a plain method is one, and has members, too.
    """
    return type(given) is not types.FunctionType and hasattr(given, "__ambidex_members__")


def is_async_function(function: Any) -> bool:
    """Tell whether a function is async: a coroutine function, an async generator, or a context manager made of one."""
    return (
        inspect.iscoroutinefunction(function)
        or inspect.isasyncgenfunction(function)
        or inspect.isasyncgenfunction(inspect.unwrap(function))
    )


def is_generator(function: Any) -> bool:
    """Tell whether a function is a generator, async or not."""
    return inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function)


def _runs_of(function: Function) -> Runs:
    if is_generator(function):
        return "stream"
    return "context" if is_generator(inspect.unwrap(function)) else "task"
