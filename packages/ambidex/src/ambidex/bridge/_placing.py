"""Place public functions and classes elsewhere: the same faces, over another channel than their module's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from ..errors import UsageError
from ._faces._callables import Call, Entry, Stream
from ._identity import Reference, is_generated

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._channels._channel import Channel
    from ._identity import FaceInfo
    from ._member import Member


def placed(target: Any, channel: Channel) -> Callable[..., Any]:
    """Return a public function, class or class method that reaches its implementation over `channel`.

    What a class is placed as makes objects there; calling it blocks.

    Raises:
        UsageError: it is nothing of a generated module, or a user's subclass, or bound to an object.
    """
    if isinstance(target, type):
        return _placed_class(target, channel)
    bound: Any = getattr(target, "__ambidex_call__", target)
    if isinstance(bound, (Call, Stream, Entry)):
        member, reference, options = bound.__bound__  # pyright: ignore[reportUnknownMemberType]  of any parameters
        if member.binding not in ("module", "class", "static"):
            raise UsageError(f"{member.name} belongs to an object, which is where it is; call it as it is")
        kind: Any = cast("Any", type)(bound)
        made: Callable[..., Any] = kind(member, Reference(channel, reference.receiver), *options)
        return made
    members: tuple[Member, ...] = getattr(target, "__ambidex_members__", ())
    if len(members) == 1 and members[0].binding == "module":
        return _placed_plain(members[0], channel)
    raise UsageError(f"{target!r} is nothing of a generated module: give a public function, class or class method")


def _placed_plain(member: Member, channel: Channel) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        return channel.call(member, None, args, kwargs, None)

    return call


def _placed_class(cls: type[Any], channel: Channel) -> Callable[..., Any]:
    if not is_generated(cls):
        raise UsageError(
            f"{cls.__module__}.{cls.__qualname__} is no generated class: only these can be made in another process"
        )
    info: FaceInfo = cls.__ambidex_info__

    def make(*args: Any, **kwargs: Any) -> Any:
        members: tuple[Member, ...] = getattr(cls.__init__, "__ambidex_members__", ())
        receiver = channel.create(info, members[0] if members else None, args, kwargs)
        face = object.__new__(cls)
        face.__ambidex__ = Reference(channel, receiver)
        return info.remember(receiver, face)

    return make
