"""Make the faces of module-level functions: real functions, with the other ways to call them as attributes."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from ...runtime import hide_library_frames
from .._description import Description
from .._identity import Reference
from .._member import Member
from ._callables import Call, Entry, Stream, describe_awaited, open_awaited

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .._implementation import Implementation

    Options = Mapping[str, Any]
    Function = Callable[..., Any]


def function_face(stub: Function, implementation: Implementation, options: Options) -> Function:
    """Make the face of an async function."""
    member = Member(stub, "task", "module", Description(**options), implementation=implementation)
    channel = implementation.channel

    @functools.wraps(stub)
    def blocking(*args: Any, **kwargs: Any) -> Any:
        try:
            return channel.call(member, None, args, kwargs, None)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    async def awaited(*args: Any, **kwargs: Any) -> Any:
        try:
            return await channel.acall(member, None, args, kwargs, None)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    face: Call[..., Any] = Call(member, _module(implementation))
    blocking.__dict__["submit"] = face.submit
    return _described(blocking, face, awaited)


def stream_function(stub: Function, implementation: Implementation, options: Options) -> Function:
    """Make the face of an async generator function."""
    return _as_function(
        Stream(
            Member(stub, "stream", "module", Description(**options), implementation=implementation),
            _module(implementation),
        )
    )


def context_function(stub: Function, implementation: Implementation, options: Options) -> Function:
    """Make the face of a function that makes an async context manager."""
    return _as_function(
        Entry(
            Member(stub, "context", "module", Description(**options), implementation=implementation),
            _module(implementation),
        )
    )


def sync_function(stub: Function, implementation: Implementation, options: Options) -> Function:
    """Make the face of a plain function."""
    member = Member(stub, "loop", "module", Description(**options), implementation=implementation)

    @functools.wraps(stub)
    def blocking(*args: Any, **kwargs: Any) -> Any:
        try:
            return implementation.channel.call(member, None, args, kwargs, None)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    blocking.__dict__["__ambidex_members__"] = (member,)  # a static method learns from its class what that is called
    return blocking


def _module(implementation: Implementation) -> Reference:
    return Reference(implementation.channel, None)


def _as_function(face: Stream[..., Any, Any] | Entry[..., Any]) -> Function:
    @functools.wraps(face.__bound__[0].stub)
    def blocking(*args: Any, **kwargs: Any) -> Any:
        try:
            return face(*args, **kwargs)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    def opened(*args: Any, **kwargs: Any) -> Any:
        return open_awaited(face, args, kwargs)

    return _described(blocking, face, opened)


def _described(
    blocking: Function, face: Call[..., Any] | Stream[..., Any, Any] | Entry[..., Any], awaited: Function
) -> Function:
    blocking.__dict__["with_options"] = face.with_options
    blocking.__dict__["__ambidex_call__"] = face
    blocking.__dict__["aio"] = describe_awaited(awaited, face.__bound__[0], is_bound=False)
    return blocking
