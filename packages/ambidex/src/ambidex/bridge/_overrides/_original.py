"""Reach the members of an object of the implementation below those that a user's subclass overrides.

The classes made for a user's class and for the user's classes that it extends stand in one resolution order, so what is
below them is looked for past all of them.
"""

from __future__ import annotations

from typing import Any

from .._identity import FOR, attributes_of, class_of

MADE = "__ambidex_made__"  # in a class made for a user's subclass: that class itself
MISSING: Any = object()
_NOT_OVERRIDDEN: Any = object()


def original(receiver: Any, name: str) -> Any:
    """Return an attribute of an object of the implementation, as it is below what a user's subclass overrides."""
    found = _below_overrides(receiver, name)
    if found is _NOT_OVERRIDDEN:
        return getattr(receiver, name)
    kind = class_of(found)
    if not hasattr(kind, "__set__") and hasattr(receiver, "__dict__") and name in attributes_of(receiver):
        return attributes_of(receiver)[name]
    if found is MISSING:
        own = next(base for base in getattr(class_of(receiver), MADE).__mro__ if FOR not in vars(base))
        raise AttributeError(f"{own.__qualname__!r} object has no attribute {name!r}")
    return kind.__get__(found, receiver, class_of(receiver)) if hasattr(kind, "__get__") else found


def bound_below(receiver: Any, name: str) -> Any:
    """Return a special method of an object that every class has, as it is below what is made for users' classes."""
    cls = class_of(receiver)
    found = below(cls, getattr(cls, MADE), name)
    return found.__get__(receiver, cls) if hasattr(found, "__get__") else found


def below(cls: type[Any], made: type[Any], name: str) -> Any:
    """Return what stands under a name in the implementation's classes below `made` in `cls`, `MISSING` for nothing."""
    mro = cls.__mro__
    for base in mro[mro.index(made) + 1 :]:
        if name in vars(base) and FOR not in vars(base):
            return vars(base)[name]
    return MISSING


def _below_overrides(receiver: Any, name: str) -> Any:
    """Return what `below` does for an object's class, `_NOT_OVERRIDDEN` where nothing made for users has the name."""
    made: type[Any] | None = getattr(class_of(receiver), MADE, None)
    if made is None or not any(name in vars(base) for base in made.__mro__ if FOR in vars(base)):
        return _NOT_OVERRIDDEN
    return below(class_of(receiver), made, name)


class Original:
    """Stand for an object of the implementation where an attribute of it is written or deleted below an override."""

    __slots__ = ("_receiver",)

    _receiver: Any

    def __init__(self, receiver: Any) -> None:
        object.__setattr__(self, "_receiver", receiver)

    def __setattr__(self, name: str, value: Any) -> None:
        receiver = self._receiver
        found = _below_overrides(receiver, name)
        if found is _NOT_OVERRIDDEN:
            setattr(receiver, name, value)
            return
        kind = class_of(found)
        if hasattr(kind, "__set__"):
            kind.__set__(found, receiver, value)
        else:
            attributes_of(receiver)[name] = value

    def __delattr__(self, name: str) -> None:
        receiver = self._receiver
        found = _below_overrides(receiver, name)
        if found is _NOT_OVERRIDDEN:
            delattr(receiver, name)
            return
        kind = class_of(found)
        if hasattr(kind, "__delete__"):
            kind.__delete__(found, receiver)
        elif name in attributes_of(receiver):
            del attributes_of(receiver)[name]
        else:
            raise AttributeError(name)
