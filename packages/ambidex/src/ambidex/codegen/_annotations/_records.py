"""Own the fields of records: a record crosses as it is, so none of them may hold a face."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

from .._ir import Face, walk
from .._report import Unsupported

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._ir import Type
    from ._resolver import Resolver


def annotations_of(owner: object) -> dict[str, object]:
    """Return the raw annotations that a function or class itself carries."""
    if sys.version_info >= (3, 14):  # evaluated lazily there: names for type checkers only must not fail
        import annotationlib

        return dict(annotationlib.get_annotations(owner, format=annotationlib.Format.FORWARDREF))
    if isinstance(owner, type):
        return dict(cast("dict[str, object]", vars(owner).get("__annotations__", {})))
    return dict(cast("dict[str, object]", getattr(owner, "__annotations__", {})))


def face_in_fields(cls: type, resolver: Resolver) -> tuple[str, Face] | None:
    """Return the first field of a record that holds a face, and the face; None where there is none.

    Fields that cannot be resolved are left alone: a record may be somebody else's.
    """
    for field, type_ in _fields(cls, resolver):
        face = next((part for part in walk(type_) if isinstance(part, Face)), None)
        if face is not None:
            return field, face
    return None


def _fields(cls: type, resolver: Resolver) -> Iterator[tuple[str, Type]]:
    for owner in cls.__mro__:
        module = sys.modules.get(owner.__module__)
        if module is None or owner.__module__ in ("builtins", "enum", "typing"):
            continue
        near = resolver.beside(module, owner)
        for field, annotation in annotations_of(owner).items():
            try:
                inner = near.qualified(annotation)[1]
                if inner is not None:
                    yield field, near.resolve(inner)
            except Unsupported:
                continue
