"""Own which values can be written into generated code as they are, and where a type visibly accepts them."""

from __future__ import annotations

import math
from typing import cast

from .._ir import ANY, NONE, OBJECT, Alternatives, Applied, LiteralOf, Name, TupleOf, Type, bare

_TOWER = {  # a parameter of the first accepts literals of the others (PEP 484's numeric tower)
    "bool": ("bool",),
    "int": ("int", "bool"),
    "float": ("float", "int", "bool"),
    "complex": ("complex", "float", "int", "bool"),
    "str": ("str",),
    "bytes": ("bytes",),
}
_EMPTY: dict[type, tuple[str, ...]] = {
    list: ("list", "Sequence", "MutableSequence", "Iterable", "Collection"),
    dict: ("dict", "Mapping", "MutableMapping"),
    set: ("set", "Set", "MutableSet", "Iterable", "Collection"),
}


def literal_text(value: object) -> str | None:
    """Return the source of a literal: None, numbers, strings, bytes, tuples of them, an empty list, dict or set.

    Returns None for everything else, infinities included.
    """
    if value is None or isinstance(value, bool):
        return repr(value)
    if type(value) in (int, bytes):
        return repr(value)
    if type(value) is float:
        return repr(value) if math.isfinite(value) else None
    if type(value) is complex:
        return repr(value) if math.isfinite(value.real) and math.isfinite(value.imag) else None
    if type(value) is str:
        # Which far characters count as printable depends on the interpreter's Unicode tables.
        return repr(value) if all(ord(character) < 0x2000 for character in value) else ascii(value)
    if type(value) is tuple:
        items = [literal_text(item) for item in cast("tuple[object, ...]", value)]
        texts = [item for item in items if item is not None]
        return None if len(texts) < len(items) else f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"
    if type(value) in _EMPTY and not value:
        return "set()" if type(value) is set else repr(value)
    return None


def type_of_literal(value: object) -> Type | None:
    """Return the type that type checkers infer for a literal, None where it says too little: None, or nothing in it."""
    if type(value) in (bool, int, float, complex, str, bytes):
        return Name("builtins", type(value).__name__)
    if type(value) is tuple and value:
        items = [type_of_literal(item) for item in cast("tuple[object, ...]", value)]
        found = [item for item in items if item is not None]
        return TupleOf(tuple(found)) if len(found) == len(items) else None
    return None


def accepts(type_: Type, value: object) -> bool:
    """Tell whether a type visibly accepts a literal, so that every type checker allows it as a default.

    False does not mean that it refuses: an alias or a protocol may accept it too.
    """
    type_ = bare(type_)
    if type_ in (ANY, OBJECT):
        return True
    if isinstance(type_, Alternatives):
        return any(accepts(member, value) for member in type_.members)
    if isinstance(type_, LiteralOf):
        return literal_text(value) in type_.values
    if value is None:
        return type_ == NONE
    if type(value) is tuple:
        return _accepts_tuple(type_, cast("tuple[object, ...]", value))
    if isinstance(type_, Applied):
        return type_.origin.qualname in _EMPTY.get(type(value), ())
    if not isinstance(type_, Name) or type_.module != "builtins":
        return False
    return type(value).__name__ in _TOWER.get(type_.qualname, ())


def _accepts_tuple(type_: Type, value: tuple[object, ...]) -> bool:
    if isinstance(type_, TupleOf):
        if type_.is_repeated:
            return all(accepts(type_.items[0], item) for item in value)
        return len(type_.items) == len(value) and all(map(accepts, type_.items, value))
    if isinstance(type_, Applied) and type_.origin.qualname in ("Sequence", "Iterable", "Collection"):
        return all(accepts(type_.arguments[0], item) for item in value)
    return False
