"""The methods that lead from the implementation to what a user's class overrides.

They stand in the class of the object, where the implementation finds them by `self.method(...)`, as in any subclass.
What `super()` asks for in an override is found below them (`_original.py`). What the face's class has in the place of
a method is looked up at each call, so a test may replace it.
"""

from __future__ import annotations

import types
from functools import partial
from typing import TYPE_CHECKING, Any

from ...runtime import hide_library_frames
from .._identity import attributes_of, class_of, is_generated
from .._values._binding import raise_taken
from .._values._classes import for_channel
from .._values._turned import has_callback
from ._off_loop import with_caller
from ._original import MISSING, Original
from ._own import OwnMember, is_async_function
from ._tie import Tie, tie_of
from ._work import work_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._channels._channel import Channel
    from .._member import Member
    from ._info import Extending


def forwarder(info: Extending, name: str, members: tuple[Member, ...], channel: Channel) -> Any:
    """Return what leads to the override of the generated member or property called `name`.

    The faces that it makes of arguments take `channel`.
    """
    found = found_in(info.cls, name)
    if found is None:
        return None  # as `__hash__` where there is an `__eq__` alone
    member = members[0]
    others = [each.reversed(channel) for each in members]
    if isinstance(info.generated(name), property):
        return _property(name, others)
    if member.runs in ("loop", "here"):
        return _like(_plain(name, others[0]), found)
    make = _task if member.runs == "task" else _opening
    return _like(make(name, others[0], member.reversed(channel, is_awaited=False)), found)


def _like(forwarder: Any, found: Any) -> Any:
    function = getattr(found, "__ambidex_own__", (found, False))[0]
    for attribute in ("__name__", "__qualname__", "__doc__"):
        if hasattr(function, attribute):
            setattr(forwarder, attribute, getattr(function, attribute))
    forwarder.__wrapped__ = function
    return forwarder


def _task(name: str, other: Member, blocking: Member) -> Any:
    async def forward(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        tie = tie_of(self)
        bound = found_on(tie.face, name)
        if bound is MISSING:
            return await tie.original(self, name, other.attribute)(*args, **kwargs)
        try:
            function, is_async = _function_of(bound)
            args, kwargs = (other if is_async else blocking).take(args, kwargs)
            if is_async:
                value = await function(*args, **kwargs)
            else:
                value = await tie.off_loop(name).run(function, args, kwargs)
        except BaseException as error:  # any: it is passed on, without the library's frames
            raise_taken(error)
            hide_library_frames(error)
            raise
        return _given(value, other, tie.face)

    return forward


def _plain(name: str, other: Member) -> Any:
    def forward(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        tie = tie_of(self)
        face = tie.face
        bound = found_on(face, name)
        if bound is MISSING:
            return tie.original(self, name, other.attribute)(*args, **kwargs)
        try:
            args, kwargs = other.take(args, kwargs)
            value = bound(*args, **kwargs)
        except BaseException as error:  # any: it is passed on, without the library's frames
            raise_taken(error)
            hide_library_frames(error)
            raise
        return _given(value, other, face)

    return forward


def _opening(name: str, other: Member, blocking: Member) -> Any:
    def forward(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        tie = tie_of(self)
        bound = found_on(tie.face, name)
        if bound is MISSING:
            return tie.original(self, name, other.attribute)(*args, **kwargs)
        function, is_async = _function_of(bound)
        args, kwargs = (other if is_async else blocking).take(args, kwargs)

        def give(value: Any) -> Any:
            return _given(value, other, tie.face)

        giving = None if other.gives is None else give
        work = work_of(function, other.runs, is_async, tie.off_loop(name), giving, other.inward_sent())
        return work(*args, **kwargs)

    return forward


def _property(name: str, others: list[Member]) -> property:
    attribute = others[0].attribute

    def read(self: Any) -> Any:
        tie = tie_of(self)
        face = tie.face
        if found_on(face, name, is_read=False) is MISSING:
            return tie.original(self, name, attribute)
        try:
            value = getattr(face, name)
        except BaseException as error:  # any: it is passed on, without the library's frames
            raise_taken(error)
            hide_library_frames(error)
            raise
        return _given(value, others[0], face)

    def write(self: Any, value: Any) -> None:
        face = tie_of(self).face
        found = found_on(face, name, is_read=False)
        if not isinstance(self, Tie) and not can(found, "__set__", "fset"):
            setattr(Original(self), attribute, value)  # the implementation's own business, as where it sets it up
            return
        if len(others) > 1:
            (value,), _ = others[1].take((value,), {})
        setattr(face, name, value)

    def delete(self: Any) -> None:
        face = tie_of(self).face
        if isinstance(self, Tie) or can(found_on(face, name, is_read=False), "__delete__", "fdel"):
            delattr(face, name)
        else:
            delattr(Original(self), attribute)

    return property(read, write, delete)


def can(found: Any, special: str, part: str) -> bool:
    return getattr(found, part) is not None if isinstance(found, property) else hasattr(class_of(found), special)


def found_in(cls: type[Any], name: str) -> Any:
    """Return what stands before the generated member of that name, `MISSING` where nothing does."""
    for base in cls.__mro__:
        if name in vars(base):
            return MISSING if is_generated(base) else vars(base)[name]
    return MISSING


def found_on(face: Any, name: str, *, is_read: bool = True) -> Any:
    """Return what a face has in the place of a generated member; bound to it, unless it is not to be read."""
    if is_read and name in attributes_of(face):
        return attributes_of(face)[name]
    found = found_in(class_of(face), name)
    kind = class_of(found)
    if not is_read or found is MISSING or not hasattr(kind, "__get__"):
        return found
    return kind.__get__(found, face, class_of(face))


def _function_of(bound: Any) -> tuple[Callable[..., Any], bool]:
    """Return what runs an override, and whether it is async."""
    if hasattr(class_of(bound), "__bound__"):
        member, reference, _ = bound.__bound__
        if isinstance(member, OwnMember):
            return types.MethodType(member.stub, reference.receiver), member.is_async
    return bound, is_async_function(bound) or is_async_function(_call_of(bound))


def _given(value: Any, other: Member, face: Any) -> Any:
    """Translate a result for the implementation; a callable in it belongs to the call that leads here, or to none."""
    if other.gives is None:
        return value
    implementation = face.__ambidex_info__.implementation
    give = partial(for_channel(other.giver(implementation.channel), face.__ambidex__.channel), value)
    return with_caller(implementation, has_callback(other.gives), give)


def _call_of(bound: Any) -> Any:
    return getattr(class_of(bound), "__call__", None)  # noqa: B004  whether instances are async functions
