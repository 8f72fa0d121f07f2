"""Own which protocols are callable types: those that ask for `__call__` and for nothing else."""

from __future__ import annotations

from types import FunctionType
from typing import Generic, Protocol, runtime_checkable


@runtime_checkable
class _Nothing(Protocol):
    """Ask for nothing: what such a class holds, `typing` puts into every protocol."""


_OF_TYPING = frozenset(vars(_Nothing))
_METHODS = (FunctionType, classmethod, property, staticmethod)


def call_of(cls: type) -> tuple[type, FunctionType] | None:
    """Return the `__call__` that a callable protocol asks for, after the class that has it; None for other classes."""
    if not vars(cls).get("_is_protocol", False):
        return None
    layers = [
        each for each in cls.__mro__ if each is not object and each is not Generic and each.__name__ != "Protocol"
    ]
    if not all(getattr(each, "_is_protocol", False) for each in layers):
        return None
    if any(_members(each) - {"__call__"} for each in layers):
        return None
    for each in layers:
        function = vars(each).get("__call__")
        if isinstance(function, FunctionType):
            return each, function
    return None


def _members(protocol: type) -> set[str]:
    """Return what one protocol asks for by itself."""
    own = vars(protocol)
    named = {name for name in own if not name.startswith("__") or isinstance(own[name], _METHODS)}
    return (named - _OF_TYPING) | set(own.get("__annotations__", ()))
