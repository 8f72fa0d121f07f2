"""Let a test put something in the place of an `.aio`: by `unittest.mock.patch.object`, `monkeypatch` or assignment.

A function that is put into a class in the place of a whole member, and has an `aio` of its own, gets the object first
in both: so does what `unittest.mock` makes for `autospec=True`.

Bound callables come and go, so what is put there is kept here: under the face's reference where it was put on a face's
method, under the member alone where it was put on a class's. As everywhere in Python, a plain function that stands in a
class gets the object as its first argument; a mock does not. While nothing is replaced, `.aio` costs what it does
without this module.
"""

from __future__ import annotations

import functools
import types
from typing import TYPE_CHECKING, Any, cast

from .._identity import class_of, face_of
from ._views import plain_of

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
        if isinstance(found, types.FunctionType) and member.binding in ("instance", "itself"):
            return types.MethodType(found, face_of(reference.receiver, None, reference.channel))
        return found

    def put(bound: Any, value: Any) -> None:
        # monkeypatch undoes by putting back what it has found
        _put(_key(bound), value, is_own=isinstance(value, types.MethodType) and value == get(bound))

    def take_away(bound: Any) -> None:
        _take_away(_key(bound))

    _kinds.append((kind, property(get, put, take_away, own.__doc__), property(look, put, take_away, own.__doc__)))
    _arrange()


class _AwaitedForm(property):
    """The `.aio` of an async method; from 3.13 on a mock made after a class looks at it unread, and unwraps it."""

    async def __wrapped__(self) -> None:  # an async function is all that the mock wants to see
        """Stand for what this gives."""


def allow_replacing_in_class(kind: type[Any], *, is_awaited: bool) -> None:
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
    form = _AwaitedForm if is_awaited else property
    setattr(kind, "aio", form(look, put, take_away, doc))  # noqa: B010  as in _arrange


def replacement_of(value: Any) -> Any:
    """Return what to put into a face's class for `value`: itself, unless it is a function with an `aio`."""
    return _Replacement(value) if class_of(value) is types.FunctionType and hasattr(value, "aio") else value


class _Replacement:
    """Stand in a class for a function with an `aio`: an instance binds both, the class gives out the function."""

    def __init__(self, function: Any) -> None:
        self._function = function

    def __get__(self, face: Any, cls: type[Any]) -> Any:
        return self._function if face is None else _BoundReplacement(self._function, face)


class _BoundReplacement:
    """A bound method, with an `aio` that is bound as well."""

    def __init__(self, function: Any, face: Any) -> None:
        self.__func__ = function
        self.__self__ = face

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        return self.__func__(self.__self__, *args, **kwargs)

    @property
    def aio(self) -> Any:
        """The `aio` of the function; it takes the face first."""
        return types.MethodType(self.__func__.aio, self.__self__)

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            return getattr(self.__func__, name)


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
    return member, plain_of(reference) if member.binding in ("instance", "itself") else None


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
