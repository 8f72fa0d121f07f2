"""Own results that are objects of a class with a protocol of its own: to await or enter, or to iterate over.

What may be awaited or entered for the same thing, as in `await get()` and `async with get() as x`, is awaited: where
what comes out is entered by itself, nothing is lost by that. A caller gets it, and `with` works on it.
"""

from __future__ import annotations

import typing
from types import FunctionType
from typing import TYPE_CHECKING, cast

from ..._annotations import meanings
from ..._ir import Applied, Face, Name, Own, bare
from ..._report import Unsupported

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..._annotations import Meaning, Resolver
    from ..._ir import Type

    Result = Callable[[FunctionType, str, type, Mapping[object, Meaning]], Type]  # of a method, where a class has it

_NEXT = "__anext__"
_GENERATOR = Name("collections.abc", "Generator")


def awaited_value(annotation: object, resolver: Resolver, result_of: Result) -> Type | None:
    """Return what awaiting an object of a class gives, None unless entering the object does no more than that.

    `annotation` names the class, applied or not. Its objects do no more where `__await__` and `__aenter__` give the
    same, which is no object of that class, has a face, and gives itself when it is entered.
    """
    try:
        named = resolver.qualified(annotation)[1]
        origin: object = typing.get_origin(named) or named
        if not isinstance(origin, type) or not _has_both(origin):
            return None
        bound = meanings(origin, tuple(map(resolver.resolve, typing.get_args(named))), resolver)
        steps = bare(_result(origin, "__await__", bound, result_of))
        value = steps.arguments[2] if isinstance(steps, Applied) and steps.origin == _GENERATOR else None
        if not isinstance(value, Face) or _result(origin, "__aenter__", bound, result_of) != value:
            return None
        inner = resolver.class_of(value)
        if inner is None or origin in inner.__mro__ or inner in origin.__mro__:
            return None
        if not isinstance(_written(inner, "__aenter__"), FunctionType):
            return None
        entered = _result(inner, "__aenter__", {}, result_of)
    except Unsupported:
        return None  # it is read as any other class is
    is_itself = isinstance(entered, Own) or (isinstance(entered, Face) and entered.plain == value.plain)
    return value if is_itself else None


def iterated_item(annotation: object, resolver: Resolver, result_of: Result) -> Type | None:
    """Return what an async iterator of a class of its own yields, None where `annotation` names no such class."""
    try:
        named = resolver.qualified(annotation)[1]
        origin: object = typing.get_origin(named) or named
        if not isinstance(origin, type) or not isinstance(_written(origin, _NEXT), FunctionType):
            return None
        bound = meanings(origin, tuple(map(resolver.resolve, typing.get_args(named))), resolver)
        return _result(origin, _NEXT, bound, result_of)
    except Unsupported:
        return None  # which is refused with the place of what returns it


def _has_both(cls: type) -> bool:
    return all(isinstance(_written(cls, name), FunctionType) for name in ("__await__", "__aenter__"))


def _written(cls: type, name: str) -> object:
    """Return what a class, or the nearest one above it, has under a name, as it stands there."""
    return next((vars(layer)[name] for layer in cls.__mro__ if name in vars(layer)), None)


def _result(cls: type, name: str, bound: Mapping[type, Mapping[object, Meaning]], result_of: Result) -> Type:
    """Return what a method gives, which the class or one above it writes as a function."""
    layer = next(layer for layer in cls.__mro__ if name in vars(layer))
    function = cast("FunctionType", vars(layer)[name])
    return result_of(function, f"{layer.__qualname__}.{name}", layer, bound.get(layer, {}))
