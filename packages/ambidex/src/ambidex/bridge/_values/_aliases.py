"""Make the alias of a type that is public from the implementation's own: with faces in the place of what has one."""

from __future__ import annotations

import collections.abc
import inspect
import types
import typing
from typing import Any, NamedTuple

from .._identity import face_class_of

_CALLABLE: Any = collections.abc.Callable


class Alias(NamedTuple):
    """Name an alias as `"module:name"`, and the class of the faces that stand in it; None where there is one kind."""

    place: str
    root: type[Any] | None


def alias_of(place: str, root: type[Any] | None = None) -> Alias:
    """Return what a generated module makes an alias of, when that is first asked for."""
    return Alias(place, root)


def faced(type_: Any, root: type[Any] | None) -> Any:
    """Return a type with faces in the place of the classes that have one; what is written in quotes stays so."""
    if type(type_).__name__ == "TypeAliasType":
        return faced(type_.__value__, root)
    origin: Any = getattr(type_, "__origin__", None)
    if origin is None and isinstance(type_, type) and not isinstance(type_, types.GenericAlias):
        return face_class_of(type_, root)
    arguments: Any = getattr(type_, "__args__", None)
    if not isinstance(arguments, tuple):
        return type_
    return _applied(type_, origin, arguments, root)


def _applied(type_: Any, origin: Any, arguments: Any, root: type[Any] | None) -> Any:
    given = tuple(faced(each, root) for each in arguments)
    generic: Any = face_class_of(origin, root) if inspect.isclass(origin) else origin
    if generic is not origin:
        return generic[given]
    if given == arguments:
        return type_
    if type(type_).__name__ == "UnionType":
        union: Any = typing.Union
        return union[given]
    if hasattr(type_, "copy_with"):
        return type_.copy_with(given)
    return generic[[*given[:-1]], given[-1]] if generic is _CALLABLE else generic[given]
