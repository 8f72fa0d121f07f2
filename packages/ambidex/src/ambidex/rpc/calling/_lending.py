"""Own what this process lends of what has a face here: objects of another session, and its own.

They are lent as handles are, with their members for abilities. A call for an object of another session is passed on to
that one, as it is. One for an object of this process runs on the loop that the object belongs to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...bridge import InProcess, reached_by
from ...errors import UsageError
from ...options import CallOptions
from .._abilities import AWAITED, ENTERED, MEMBER
from ._held import RemoteHandle
from ._offered import offered_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...bridge import Reached, Way
    from ._remote import RemoteObject
    from ._types import FaceTypes

    Function = Callable[..., Any]

_ITSELF = {"await": AWAITED, "context": ENTERED}
_BLOCKING = ("block", "get", "set", "delete")
_STREAMS = ("stream", "context")
_WAYS: dict[str, tuple[Way, ...]] = {  # by verb
    "call": ("await", "block"),
    "stream": ("stream",),
    "context": ("context",),
    "get": ("get",),
    "set": ("set",),
    "delete": ("delete",),
}
_type_of: Callable[[object], type[Any]] = type  # strict checkers lose what is Any in `type(value)`


def passed_on(lent: RemoteObject, asked: str) -> tuple[Function, bool]:
    """Return what asks the object's own session for the same, and whether it gives a stream.

    Raises:
        UsageError: the object does not offer that: its own process would look further than at what it offers.
    """
    verb, _, name = (asked.removeprefix("again ")).partition(" ")
    offered = lent.abilities if isinstance(lent, RemoteHandle) else offered_by(_type_of(lent))
    if name and verb != "step" and not any(f"{MEMBER} {way} {name}" in offered for way in _WAYS.get(verb, ())):
        raise UsageError(f"{lent!r} offers no {name:.60} to {verb:.20}")
    if asked.partition(" ")[0] in _STREAMS:
        return lambda *args, **kwargs: lent.ambidex_stream(asked, args, kwargs), True
    return lambda *args, **kwargs: lent.ambidex_call(asked, args, kwargs), False


def run_here(lent: Any, asked: str, types: FaceTypes | None = None) -> tuple[Function, bool]:
    """Return what asks an object of this process, on the loop that it belongs to, and whether it gives a stream.

    With `types` it is given its arguments in the types that its annotations say: who asks sends plain data.

    Raises:
        UsageError: the object's face has no such member, or it may not run twice and was to.
    """
    verb, _, name = asked.partition(" ")
    is_again = verb == "again"
    if is_again:
        verb, _, name = name.partition(" ")
    way, reached = _found(_type_of(lent), verb, name)
    if is_again:
        is_idempotent = reached.member.is_idempotent(lent)
        CallOptions(retry=1).check_retry(reached.member.name, is_stream=False, is_idempotent=is_idempotent)
    member, channel = reached.member.untranslated(), reached.info.implementation.channel
    if not isinstance(channel, InProcess):
        raise UsageError(
            f'{lent!r} cannot be used from another process: its module has aio="caller", so its loop is not known'
        )
    runtime = reached.info.implementation.runtime

    async def reach(*args: Any, **kwargs: Any) -> Any:
        return _REACHING[way](lent, name, *args, **kwargs)

    def run(*args: Any, **kwargs: Any) -> Any:
        if types is not None:
            args, kwargs = types.taken(reached.member, args, kwargs)
        if way in _STREAMS:
            return channel.astream(member, lent, args, kwargs, None)
        if way == "await" and reached.member.gives is None:
            return channel.acall(member, lent, args, kwargs, None)
        if way == "await":  # what it gives may be to iterate over: it is no mistake that it comes unread
            return runtime.await_(member.bind(lent), args, kwargs, member.name)
        return runtime.await_(reach, args, kwargs, member.name)

    return run, way in _STREAMS


def _found(cls: type[Any], verb: str, name: str) -> tuple[str, Reached]:
    known = reached_by(cls)
    for way, reached in ((way, known.get((way, name))) for way in _WAYS.get(verb, ())):
        if reached is not None:
            return way, reached
    raise UsageError(f"{cls.__qualname__} makes no {name or verb} public")


def _called(lent: Any, name: str, *args: Any, **kwargs: Any) -> Any:
    return getattr(lent, name)(*args, **kwargs)


_REACHING: dict[str, Function] = {"block": _called, "get": getattr, "set": setattr, "delete": delattr}
