"""Own which classes cannot go as they are: those of the library that nobody registered, and that are no mere values.

What is asynchronous in one, or takes or gives something that has a face, would reach the other side in the form of the
implementation, whatever the types say.
"""

from __future__ import annotations

import inspect
from types import FunctionType
from typing import TYPE_CHECKING, cast

from .._ir import Face, walk
from .._report import Unsupported
from ._declared import attributes_of
from ._records import annotations_of
from ._source import module_of_class
from ._variables import meaning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._manifest import Registry
    from ._resolver import Resolver
    from ._source import Sources

_FIX = "register it with wrap_class, or with wrap_class(by='value') where it is to be handed over as it is"


def refuse_opaque(cls: type, resolver: Resolver, registry: Registry, sources: Sources) -> None:
    """Refuse a class that is not registered, of a module or package that has registered ones, unless it is a value.

    Raises:
        Unsupported: a public member of it is asynchronous, or names a class that has a face.
    """
    layers = [layer for layer in cls.__mro__ if registry.is_of_library(layer.__module__)]
    if cls not in layers:
        return
    for layer in layers:
        for name, value in vars(layer).items():
            function = _function_behind(value)
            is_async = inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)
            if is_async and (not name.startswith("_") or name.endswith("__")):
                raise Unsupported(f"{cls.__qualname__} is not public, and its {name} is asynchronous", _FIX)
    with registry.reading_inside(cls) as is_first:
        for layer in layers if is_first else ():
            near = resolver.beside(module_of_class(layer), layer, meaning(layer, ()))
            for name, annotation in _annotations(layer, sources):
                face = _face_in(annotation, near)
                if face is not None:
                    what = f"{cls.__qualname__} is not public, and its {name} names {face.name}, which has a face"
                    raise Unsupported(what, _FIX)


def _function_behind(value: object) -> object:
    if isinstance(value, (classmethod, staticmethod)):
        return cast("object", value.__func__)
    return value.fget if isinstance(value, property) else value


def _annotations(layer: type, sources: Sources) -> Iterator[tuple[str, object]]:
    """Yield the annotations of the public members of a class, each after the name of its member."""
    for name, annotation in attributes_of(layer, sources).items():
        if not name.startswith("_"):
            yield name, annotation
    for name, value in vars(layer).items():
        function = _function_behind(value)
        if isinstance(function, FunctionType) and not name.startswith("_"):
            for annotation in annotations_of(function).values():
                yield name, annotation


def _face_in(annotation: object, resolver: Resolver) -> Face | None:
    try:
        near, written = resolver.placed(annotation)
        inner = near.qualified(written)[1]
        found = None if inner is None else near.resolve(inner)
    except Unsupported:
        return None  # whatever it is, nothing here has to name it
    return None if found is None else next((part for part in walk(found) if isinstance(part, Face)), None)
