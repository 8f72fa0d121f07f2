"""Own which objects of the implementation stay where they are, and what the other side is told of them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from ... import module
from .._abilities import is_data

if TYPE_CHECKING:
    from ...module import Entry, Module

EXTENDS = "__ambidex_extends__"  # in a class that is made here for a user's class: the implementation's own
NUMBER = "__ambidex_number__"  # in such a class, too: the number of the user's class, over there
_kinds: dict[type, tuple[str, str, str, str] | None] = {}


def public_class_of(cls: type[Any]) -> tuple[str, str, str, str] | None:
    """Return what the objects of a class are elsewhere, None where they cross by value.

    That is the nearest class that a manifest of this process makes public, by identity: its module and qualified name,
    and the module and the name that it is public by.
    """
    try:
        return _kinds[cls]
    except KeyError:
        extended = cls.__dict__.get(EXTENDS)
        if extended is not None:  # it is not remembered, because it goes with its last object
            return public_class_of(extended)
        found = _kinds[cls] = _looked_up(cls)
        return found


def forget_classes() -> None:
    """Look classes up again: another module was imported."""
    _kinds.clear()


def registration_of(target: object) -> tuple[Module, Entry] | None:
    """Return what a manifest says of a class or function: one of ours, or of a library that carries a copy of this."""
    found = module.registration_of(target)
    if found is None:
        ours = f".{module.__name__.rpartition('.')[2]}"
        copies = [copy for name, copy in tuple(sys.modules.items()) if name.endswith(ours) and copy is not module]
        for look in [getattr(copy, "registration_of", None) for copy in copies]:
            found = found or (None if look is None else look(target))
    return found


def is_renamed(cls: type[Any], name: str) -> bool:
    """Tell whether a manifest makes a member of a class public by another name."""
    registered = (registration_of(base) for base in cls.__mro__) if name.startswith("_") else ()
    return any(found is not None and name in found[1].rename for found in registered)


def _looked_up(cls: type[Any]) -> tuple[str, str, str, str] | None:
    for base in cls.__mro__:
        outer, inner = _outermost(base)
        registered = registration_of(outer)
        if registered is None or "._" in inner:
            continue
        manifest, entry = registered
        if (entry.by == "value" and not inner) or (entry.by != "identity" and is_data(base)):
            return None
        return base.__module__, base.__qualname__, manifest.target_module, entry.name + inner
    return None


def _outermost(cls: type[Any]) -> tuple[Any, str]:
    """Return the class at the top of its module that a nested class stands in, which is registered, and the way in."""
    first, dot, rest = cls.__qualname__.partition(".")
    found = vars(sys.modules.get(cls.__module__, sys)).get(first) if dot else None
    return (found, f".{rest}") if isinstance(found, type) else (cls, "")
