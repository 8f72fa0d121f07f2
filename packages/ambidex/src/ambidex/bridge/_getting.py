"""Own `get`: what a face answers at once, awaited, because the object it stands for may be in another process."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from ._identity import class_of

if TYPE_CHECKING:
    from ._member import Member

_MISSING: Any = object()


def release(face: object, /) -> None:
    """Let go of an object in another process now, though its face is still there; the face is of no use any more.

    So ends what `create(..., overrides=True)` has made: the object calls this process no more, and neither process
    keeps the other's half. An override that is called later raises `UsageError` there; one that runs goes on. It waits
    for nothing, and any thread may call it. Nothing happens to an object of this process, which the garbage collector
    sees.

    Raises:
        TypeError: it is no face.
    """
    if not let_go(face):
        raise TypeError(f"release() takes an object of a generated class, and got {face!r}")


def let_go(face: object) -> bool:
    """Let go of the object that a face stands for; return whether it stands for one."""
    reference: Any = getattr(face, "__dict__", {}).get("__ambidex__")
    if reference is None:
        return False
    channel = getattr(reference.channel, "inner", reference.channel)
    release_over = getattr(channel, "release", None)
    if release_over is not None:
        release_over(reference.receiver)
    return True


async def get(obj: object, name: str, /, *args: object) -> Any:  # Any: a name does not tell a checker the type
    """Await an attribute or a property of an object, or what a special method gives, as "__len__" does.

    It is what `obj.name` is, without holding the event loop that runs here while another process answers. `args` are
    those of a special method: `await get(ship, "__contains__", item)`. Of what is no face it is what `obj.name` is.

    Raises:
        AttributeError: there is none of that name.
    """
    found = inspect.getattr_static(class_of(obj), name, _MISSING)
    is_read = isinstance(found, property)
    member = _member_of(found.fget if isinstance(found, property) else found)
    reference: Any = getattr(obj, "__dict__", {}).get("__ambidex__")
    channel: Any = getattr(reference, "channel", None)
    if member is None or not hasattr(channel, "aget") or member.runs != "here":
        value = getattr(obj, name)
        return value if is_read or member is None or member.runs != "here" else value(*args)
    if is_read:
        return await channel.aget(member, reference.receiver)
    return await channel.acall(member, reference.receiver, args, {}, None)


def _member_of(found: Any) -> Member | None:
    found = getattr(found, "__func__", found)
    members: tuple[Member, ...] = getattr(found, "__ambidex_members__", ())
    return members[0] if members else None
