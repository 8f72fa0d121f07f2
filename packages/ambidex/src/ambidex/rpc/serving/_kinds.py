"""Own which objects of the implementation stay where they are, and what the other side is told of them."""

from __future__ import annotations

import enum
from typing import Any

from ...module import registration_of

_kinds: dict[type, tuple[str, str, str, str] | None] = {}


def public_class_of(cls: type[Any]) -> tuple[str, str, str, str] | None:
    """Return what the objects of a class are elsewhere, None where they cross by value.

    That is the nearest class that a manifest of this process makes public, by identity: its module and qualified name,
    and the module and the name that it is public by.
    """
    try:
        return _kinds[cls]
    except KeyError:
        found = _kinds[cls] = _looked_up(cls)
        return found


def forget_classes() -> None:
    """Look classes up again: another module was imported."""
    _kinds.clear()


def _looked_up(cls: type[Any]) -> tuple[str, str, str, str] | None:
    for base in cls.__mro__:
        registered = registration_of(base)
        if registered is None:
            continue
        manifest, entry = registered
        if entry.by == "value" or (entry.by is None and _is_data(base)):
            return None
        return base.__module__, base.__qualname__, manifest.target_module, entry.name
    return None


def _is_data(cls: Any) -> bool:
    """Tell whether a class is one of those whose objects always cross by value."""
    if issubclass(cls, (enum.Enum, BaseException)) or hasattr(cls, "__dataclass_fields__"):
        return True
    is_named_tuple = tuple in cls.__mro__ and hasattr(cls, "_fields")
    return is_named_tuple or hasattr(cls, "__struct_fields__")
