"""Own what stands around the type of a field or attribute: `ClassVar`, `Final`, and what typed dicts say of a key.

`evaluate` gives the value of an annotation that is a string.
"""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING

from ._namespace import Absent

if TYPE_CHECKING:
    from collections.abc import Callable

_QUALIFIERS = frozenset(("Final", "NotRequired", "ReadOnly", "Required"))


def qualified(annotation: object, evaluate: Callable[[str], object]) -> tuple[str | None, object]:
    """Split `ClassVar[T]` and `Final[T]` into the qualifier and T; T is None where it is left out.

    Raises:
        Unsupported: the annotation cannot be resolved.
    """
    if isinstance(annotation, typing.ForwardRef):
        annotation = annotation.__forward_arg__
    if isinstance(annotation, str):
        annotation = evaluate(annotation)
    origin = typing.get_origin(annotation)
    for name, form in (("ClassVar", typing.ClassVar), ("Final", typing.Final)):
        if annotation is form:
            return name, None
        if origin is form:
            return name, typing.get_args(annotation)[0]
    return None, annotation


def stripped(annotation: object, evaluate: Callable[[str], object]) -> tuple[tuple[str, ...], object]:
    """Split the qualifiers of a field from its type: `Final`, and what typed dicts say of a key.

    Raises:
        Unsupported: the annotation cannot be resolved.
    """
    found: list[str] = []
    while True:
        if isinstance(annotation, typing.ForwardRef):
            annotation = annotation.__forward_arg__
        if isinstance(annotation, str):
            annotation = evaluate(annotation)
        if isinstance(annotation, Absent):
            name, arguments = annotation.name.qualname, annotation.arguments
        else:
            origin = typing.get_origin(annotation) or getattr(annotation, "__origin__", None)
            name = str(getattr(origin, "_name", None) or getattr(origin, "__name__", ""))
            arguments = typing.get_args(annotation) or getattr(annotation, "__args__", ())
        if name not in _QUALIFIERS or not arguments:
            return tuple(found), annotation
        found.append(name)
        annotation = arguments[0]
