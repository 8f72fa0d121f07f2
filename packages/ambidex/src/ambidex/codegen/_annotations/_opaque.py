"""Own which classes cannot go as they are: those of the library that nobody registered, and that are no mere values.

What is asynchronous in one, or takes or gives something that has a face, would reach the other side in the form of the
implementation, whatever the types say.
"""

from __future__ import annotations

import inspect
from types import FunctionType
from typing import TYPE_CHECKING, cast

from .._ir import Applied, Face, Name, walk
from .._report import Unsupported
from ._carried import annotations_of
from ._declared import attributes_of
from ._meanings import meaning
from ._source import module_of_class

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._ir import Type
    from .._manifest import Registry
    from ._resolver import Resolver
    from ._source import Sources

_FIX = "register it with wrap_class, or with wrap_class(by='value') where it is to be handed over as it is"


class Opaque(Unsupported):
    """Say that a class cannot go as it is; `way` is where from it something leads that has to be translated."""

    def __init__(self, cls: type, way: str, what: str = "", fix: str = _FIX) -> None:
        super().__init__(what or f"{cls.__qualname__} is not public, and its {way}", fix)
        self.way = f"{cls.__qualname__}, whose {way}"


def refuse_opaque(cls: type, resolver: Resolver, registry: Registry, sources: Sources) -> None:
    """Refuse a class that is not registered, of a module or package that has registered ones, unless it is a value.

    What it names is looked through as far as it goes: other such classes, and records.

    Raises:
        Opaque: a public member of it is asynchronous, or leads to a class that has a face.
    """
    layers = [layer for layer in cls.__mro__ if registry.is_of_library(layer.__module__)]
    if cls not in layers:
        return
    for layer in layers:
        for name, value in vars(layer).items():
            function = _function_behind(value)
            is_async = inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)
            if is_async and (not name.startswith("_") or name.endswith("__")):
                raise Opaque(cls, f"{name} is asynchronous")
    if cls in registry.leading:
        raise Opaque(cls, registry.leading[cls])
    with registry.reading_inside(cls) as is_first:
        for layer in layers if is_first else ():
            near = resolver.beside(module_of_class(layer), layer, meaning(layer, (), sources))
            for name, annotation in _annotations(layer, sources):
                way = _way_to_face(annotation, near, registry)
                if way:
                    registry.leading[cls] = f"{name} names {way}"
                    raise Opaque(cls, registry.leading[cls])


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


def _way_to_face(annotation: object, resolver: Resolver, registry: Registry) -> str:
    """Return what an annotation names that leads to a face, and how; nothing where none does."""
    try:
        near, written = resolver.placed(annotation)
        inner = near.qualified(written)[1]
        found = None if inner is None else near.resolve(inner)
    except Opaque as refusal:
        return refusal.way
    except Unsupported:
        return ""  # whatever it is, nothing here has to name it
    return "" if found is None else _way_from(found, registry, set())


def _way_from(type_: Type, registry: Registry, seen: set[Type]) -> str:
    for part in walk(type_):
        if isinstance(part, Face):
            return f"{part.name}, which has a face"
        is_new = isinstance(part, (Name, Applied)) and part not in seen
        record = registry.records.get(cast("Name | Applied", part)) if is_new else None
        seen.add(part)
        for field in () if record is None else record.fields:
            way = _way_from(field.type, registry, seen)
            if way:
                return f"{record.name.qualname}, whose {field.name} names {way}" if record is not None else way
    return ""
