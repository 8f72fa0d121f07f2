"""Reach the members of an object of the implementation below those that a user's subclass overrides."""

from __future__ import annotations

from typing import Any

from .._identity import attributes_of, class_of

MADE = "__ambidex_made__"  # in a class made for a user's subclass: that class itself
_MISSING: Any = object()


def original(receiver: Any, name: str) -> Any:
    """Return an attribute of an object of the implementation, as it is below what a user's subclass overrides."""
    made: type[Any] | None = getattr(class_of(receiver), MADE, None)
    if made is None or name not in vars(made):
        return getattr(receiver, name)
    found = _below(receiver, made, name)
    kind = class_of(found)
    if not hasattr(kind, "__set__") and hasattr(receiver, "__dict__") and name in attributes_of(receiver):
        return attributes_of(receiver)[name]
    if found is _MISSING:
        raise AttributeError(f"{made.__mro__[1].__qualname__!r} object has no attribute {name!r}")
    return kind.__get__(found, receiver, class_of(receiver)) if hasattr(kind, "__get__") else found


def _below(receiver: Any, made: type[Any], name: str) -> Any:
    mro = class_of(receiver).__mro__
    for base in mro[mro.index(made) + 1 :]:
        if name in vars(base):
            return vars(base)[name]
    return _MISSING


class Original:
    """Stand for an object of the implementation where an attribute of it is written or deleted below an override."""

    __slots__ = ("_receiver",)

    _receiver: Any

    def __init__(self, receiver: Any) -> None:
        object.__setattr__(self, "_receiver", receiver)

    def __setattr__(self, name: str, value: Any) -> None:
        receiver = self._receiver
        made: type[Any] | None = getattr(class_of(receiver), MADE, None)
        if made is None or name not in vars(made):
            setattr(receiver, name, value)
            return
        found = _below(receiver, made, name)
        kind = class_of(found)
        if hasattr(kind, "__set__"):
            kind.__set__(found, receiver, value)
        else:
            attributes_of(receiver)[name] = value

    def __delattr__(self, name: str) -> None:
        receiver = self._receiver
        made: type[Any] | None = getattr(class_of(receiver), MADE, None)
        if made is None or name not in vars(made):
            delattr(receiver, name)
            return
        found = _below(receiver, made, name)
        kind = class_of(found)
        if hasattr(kind, "__delete__"):
            kind.__delete__(found, receiver)
        elif name in attributes_of(receiver):
            del attributes_of(receiver)[name]
        else:
            raise AttributeError(name)
