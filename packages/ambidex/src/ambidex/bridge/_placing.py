"""Place public functions and classes elsewhere: the same faces, over another channel than their module's own."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import sys
from typing import TYPE_CHECKING, Any, cast

from ..errors import UsageError
from ._faces._callables import Call, Entry, Stream
from ._faces._views import options_of, with_options
from ._getting import let_go
from ._identity import Placing, Reference, placing

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._channels._channel import Channel
    from ._identity import FaceInfo
    from ._member import Member

_OWN = __name__.rpartition(".")[0]  # the name of this bridge


def placed(target: Any, channel: Channel, *, overrides: bool = False) -> Callable[..., Any]:
    """Return a public function, class or class method that reaches its implementation over `channel`.

    What a class is placed as makes objects there; calling it blocks. With `overrides` these may call what a user's
    class overrides.

    Raises:
        UsageError: it is nothing of a generated module, or a user's subclass with overrides, or bound to an object, or
            of a vendored copy that this version cannot work with.
    """
    bridge = bridge_of(target)
    if bridge not in ("", _OWN):
        return _placed_by_copy(target, channel, bridge, overrides)
    if isinstance(target, type):
        return _placed_class(target, channel, overrides)
    bound: Any = getattr(target, "__ambidex_call__", target)
    if isinstance(bound, (Call, Stream, Entry)):
        member, reference, options = bound.__bound__  # pyright: ignore[reportUnknownMemberType]  of any parameters
        if member.binding not in ("module", "class", "static"):
            raise UsageError(f"{member.name} belongs to an object, which is where it is; call it as it is")
        kind: Any = cast("Any", type)(bound)
        if member.binding == "class":
            _check(reference.receiver, overrides)
        place = with_options(Reference(channel, reference.receiver), options_of(reference))
        made: Callable[..., Any] = kind(member, place, *options)
        return made
    members: tuple[Member, ...] = getattr(target, "__ambidex_members__", ())
    if len(members) == 1 and members[0].binding == "module":
        return _placed_plain(members[0], channel)
    raise UsageError(f"{target!r} is nothing of a generated module: give a public function, class or class method")


def bridge_of(target: Any) -> str:
    """Return the name of the bridge that a target's generated module imports: this one, or a vendored copy of it.

    It is empty for what is of none. A copy is asked only for what has a public name, or is a dunder: these are what
    `ABI` is the version of. All else may differ from one release to the next.

    Raises:
        UsageError: it is a copy with another ABI.
    """
    members: tuple[Member, ...] = getattr(target, "__ambidex_members__", ())
    bound = getattr(getattr(target, "__ambidex_call__", target), "__bound__", members)
    described: Any = getattr(target, "__ambidex_info__", None) or (bound[0] if bound else None)
    package, found, _ = type(described).__module__.rpartition(".bridge.")
    bridge = f"{package}.bridge" if found else ""
    if bridge not in ("", _OWN):
        _check_abi(bridge, getattr(target, "__qualname__", repr(target)))
    return bridge


def _check_abi(bridge: str, name: str) -> None:
    abi, own_abi = sys.modules[bridge].ABI, sys.modules[_OWN].ABI
    if abi == own_abi:
        return
    copy, own = (sys.modules[each.rpartition(".")[0]] for each in (bridge, _OWN))
    library = copy.__name__.partition(".")[0]
    fix = f"install a newer {own.__name__}" if abi > own_abi else f"install a newer release of {library}"
    raise UsageError(
        f"{name} is of {library}, which carries ambidex {copy.__version__} with version {abi} of the bridge, and "
        f"{own.__name__} {own.__version__} has version {own_abi}: the two cannot place it in another process together; "
        f"{fix}, or use it in this process, where each keeps to itself"
    )


def _placed_by_copy(target: Any, channel: Any, bridge: str, overrides: bool) -> Callable[..., Any]:
    """Place what belongs to a vendored copy of this library, by that copy's own rules."""
    copy, name = sys.modules[bridge], getattr(target, "__qualname__", repr(target))
    if not hasattr(channel, "for_copy"):
        raise UsageError(f"{name} carries a copy of ambidex, {bridge}: place it on one worker, no pool takes it yet")
    made: Callable[..., Any] = copy.placed(target, channel.for_copy(bridge), overrides=overrides)
    return made


def _placed_plain(member: Member, channel: Channel) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        return channel.call(member, None, args, kwargs, None)

    return call


class _Maker:
    """Make objects of a class over a channel."""

    def __init__(self, cls: type[Any], channel: Channel) -> None:
        self._cls = cls
        self._channel = channel

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        place = Placing(self._cls, self._channel)
        token = placing.set(place)
        try:
            return self._cls(*args, **kwargs)
        except BaseException:  # whatever stops the constructor, an interrupt too: it is passed on
            if place.face is not None and self._cls.__ambidex_info__.is_overriding:
                let_go(place.face)  # nobody is given it, who could
            raise
        finally:
            placing.reset(token)

    async def aio(self, /, *args: Any, **kwargs: Any) -> Any:
        """Do the same, awaited where the channel can; the `__init__` of a user's class runs on a thread then."""
        cls, info, channel = self._cls, self._cls.__ambidex_info__, self._channel
        acreate = getattr(channel, "acreate", None)
        if acreate is None:
            return self(*args, **kwargs)
        if info.is_users:
            work = functools.partial(contextvars.copy_context().run, self, *args, **kwargs)
            return await asyncio.get_running_loop().run_in_executor(None, work)
        members: tuple[Member, ...] = getattr(cls.__init__, "__ambidex_members__", ())
        receiver = await acreate(info, members[0] if members else None, args, kwargs)
        face = object.__new__(cls)
        face.__ambidex__ = Reference(channel, receiver)
        return info.remember(receiver, face)


def _placed_class(cls: type[Any], channel: Channel, overrides: bool) -> Callable[..., Any]:
    info: FaceInfo | None = getattr(cls, "__ambidex_info__", None)
    if info is None:
        raise UsageError(
            f"{cls.__module__}.{cls.__qualname__} is no generated class: only these can be made in another process"
        )
    _check(info, overrides)
    return _Maker(cls, channel)


def _check(info: FaceInfo, overrides: bool) -> None:
    if info.is_overriding and not overrides:
        overridden: Any = info  # as that of a user's class is
        raise UsageError(
            f"{info.cls.__module__}.{info.cls.__qualname__} overrides {', '.join(sorted(overridden.overrides))}, which "
            "its implementation would call in this process from another one: each such call is a round trip, and the "
            "object and its face keep each other until `ambidex.release(...)`, or until the other process ends; write "
            "`create(..., overrides=True)` where that is meant, hand a callable over instead, or make the object in "
            "this process"
        )
