"""Own what a class pattern with places, `case Point(x, y)`, takes of a class: its `__match_args__`."""

from __future__ import annotations

import dataclasses
import sys
from typing import TYPE_CHECKING, cast

from ..._ir import Attribute, Callable, Constant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..._ir import Member
    from ._choice import Choice

_MATCH_ARGS = "__match_args__"


def match_args_of(layers: Sequence[type], choice: Choice, members: Sequence[Member]) -> tuple[str, ...] | None:
    """Return the public names of what such a pattern takes of a face, up to the first that it does not have.

    None where none of the classes says so: the base of the face does then.
    """
    listed = matched_by(layers)
    if listed is None:
        return None
    own = {
        each.renames or each.name: each.name for each in members if isinstance(each, (Attribute, Callable, Constant))
    }
    found: list[str] = []
    for name in listed:
        public = own.get(name) or (choice.public_name(name) if choice.is_given(name) else None)
        if public is None:
            break
        found.append(public)
    return tuple(found)


def matched_by(layers: Sequence[type]) -> tuple[str, ...] | None:
    """Return what the nearest of some classes says that it takes, None where none of them does."""
    return next((names for layer in layers if (names := _written(layer)) is not None), None)


def _written(layer: type) -> tuple[str, ...] | None:
    """Return what a class itself says, or a decorator for it."""
    written = vars(layer).get(_MATCH_ARGS)
    if isinstance(written, tuple):
        names = cast("tuple[object, ...]", written)
        return tuple(each for each in names if isinstance(each, str))
    if sys.version_info >= (3, 10) or "__dataclass_params__" not in vars(layer):
        return None
    fields: Mapping[str, dataclasses.Field[object]] = vars(layer)["__dataclass_fields__"]
    return tuple(name for name, field in fields.items() if field.init and _is_given_to_constructor(field))


def _is_given_to_constructor(field: dataclasses.Field[object]) -> bool:
    """Tell a field from a ClassVar, which Python 3.9 keeps beside them; it makes no `__match_args__` by itself."""
    return repr(getattr(field, "_field_type", None)) != "_FIELD_CLASSVAR"
