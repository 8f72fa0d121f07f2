"""Let a test put something in the place of an `.aio`: by `unittest.mock.patch.object`, `monkeypatch` or assignment.

Bound callables come and go, so what is put there is kept here: under the face's reference where it was put on a face's
method, under the member alone where it was put on a class's. As everywhere in Python, a plain function that stands in a
class gets the object as its first argument; a mock does not. While nothing is replaced, `.aio` costs what it does
without this module.
"""

from __future__ import annotations

import functools
import types
from typing import TYPE_CHECKING, Any, cast

from .._identity import face_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._identity import Reference
    from .._member import Member

    Key = tuple[Member, "Reference | None"]

_replaced: dict[Key, list[Any]] = {}  # the last one counts; `patch` ends by deleting, and what it found comes back
_kinds: list[tuple[type[Any], property, property]] = []  # of bound callables: `.aio` as it is, and one that looks here
_MISSING = object()


def allow_replacing(kind: type[Any]) -> None:
    """Make the `.aio` of a kind of bound callables assignable and deletable."""
    own: Any = vars(kind)["aio"]
    get: Callable[[Any], Any] = getattr(own, "fget", None) or functools.partial(types.MethodType, own)

    def look(bound: Any) -> Any:
        member, reference, _ = bound.__bound__
        found = _find(_key(bound))
        if found is not _MISSING:
            return found
        found = _find((member, None))
        if found is _MISSING:
            return get(bound)
        if isinstance(found, types.FunctionType) and member.binding == "instance":
            return types.MethodType(found, face_of(reference.receiver, None, reference.channel))
        return found

    def put(bound: Any, value: Any) -> None:
        # monkeypatch undoes by putting back what it has found
        _put(_key(bound), value, is_own=isinstance(value, types.MethodType) and value == get(bound))

    def take_away(bound: Any) -> None:
        _take_away(_key(bound))

    _kinds.append((kind, property(get, put, take_away, own.__doc__), property(look, put, take_away, own.__doc__)))
    _arrange()


def allow_replacing_in_class(kind: type[Any]) -> None:
    """Give the members that stand in a class an `.aio`, which takes the face first, and make it assignable."""

    def own(descriptor: Any) -> Any:
        attributes = cast("dict[str, Any]", descriptor.__dict__)
        return attributes.get("_aio") or attributes.setdefault("_aio", _unbound(descriptor))

    def look(descriptor: Any) -> Any:
        (member,) = descriptor.__ambidex_members__
        found = _find((member, None))
        return own(descriptor) if found is _MISSING else found

    def put(descriptor: Any, value: Any) -> None:
        (member,) = descriptor.__ambidex_members__
        _put((member, None), value, is_own=value is own(descriptor))

    def take_away(descriptor: Any) -> None:
        (member,) = descriptor.__ambidex_members__
        _take_away((member, None))

    doc = "The `.aio` of every face's method, which takes the face first."
    setattr(kind, "aio", property(look, put, take_away, doc))  # noqa: B010  as in _arrange


def _unbound(descriptor: Any) -> Any:
    (member,) = descriptor.__ambidex_members__

    async def awaited(face: Any, /, *args: Any, **kwargs: Any) -> Any:
        return await descriptor.__get__(face, type(face)).aio(*args, **kwargs)

    def opened(face: Any, /, *args: Any, **kwargs: Any) -> Any:
        return descriptor.__get__(face, type(face)).aio(*args, **kwargs)

    aio: Any = functools.wraps(member.stub)(awaited if member.runs == "task" else opened)
    aio.__qualname__ = f"{member.stub.__qualname__}.aio"
    return aio


def _key(bound: Any) -> Key:
    member, reference, _ = bound.__bound__
    return member, reference if member.binding == "instance" else None


def _find(key: Key) -> Any:
    values = _replaced.get(key)
    return values[-1] if values else _MISSING


def _put(key: Key, value: Any, *, is_own: bool) -> None:
    values = _replaced.setdefault(key, [])
    if is_own:
        values.clear()
    elif any(value is earlier for earlier in values):
        while values[-1] is not value:
            values.pop()
    else:
        values.append(value)
    _arrange(key)


def _take_away(key: Key) -> None:
    if key not in _replaced:
        raise AttributeError(f"nothing stands in the place of {key[0].name}.aio")
    _replaced[key].pop()
    _arrange(key)


def _arrange(key: Key | None = None) -> None:
    if key is not None and not _replaced[key]:
        del _replaced[key]
    for kind, plain, looking in _kinds:
        setattr(kind, "aio", looking if _replaced else plain)  # noqa: B010  a checker would take it for its method
