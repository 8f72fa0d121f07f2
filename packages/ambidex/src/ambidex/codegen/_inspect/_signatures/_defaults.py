"""Own which defaults are written into generated code: those that stand in the source as literals.

What the source computes, calls by a name, or chooses by a condition, may be another value where the package is imported
next: the generated text would depend on the interpreter that wrote it. It is left to the side that has the
implementation.
"""

from __future__ import annotations

import ast
import dataclasses
from typing import TYPE_CHECKING

from ..._annotations import accepts, annotations_of, defaults_of, is_literal, literal_text, module_of_class
from ..._ir import Default

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ..._annotations import Definition, Sources
    from ..._ir import Parameter, Type


def literal_defaults(definitions: Sequence[Definition]) -> set[str]:
    """Return the parameters of a function whose defaults are literals, the same in each of its definitions."""
    first, *others = [
        {argument.arg: value for argument, value in defaults_of(node.args) if is_literal(value)} for node in definitions
    ]
    for other in others:
        first = {name: value for name, value in first.items() if name in other and _are_alike(value, other[name])}
    return set(first)


def _are_alike(value: ast.expr, other: ast.expr) -> bool:
    return ast.dump(value) == ast.dump(other)


def literal_fields(cls: type, names: Collection[str], sources: Sources) -> set[str]:
    """Return the fields, of those that are named, whose defaults are literals in the class or a base that has them."""
    return {name for name in names if _is_literal_field(cls, name, sources)}


def _is_literal_field(cls: type, name: str, sources: Sources) -> bool:
    layer = next((each for each in cls.__mro__ if name in annotations_of(each)), None)
    if layer is None:
        return False
    value = sources.of_module(module_of_class(layer)).only_value_of(f"{layer.__qualname__}.{name}")
    if isinstance(value, ast.Call):  # of `field`, by whatever name
        value = next((each.value for each in value.keywords if each.arg == "default"), value)
    return value is not None and is_literal(value)


def read_default(value: object, type_: Type, *, is_written: bool) -> Default:
    """Return a default: its source where it is written out, and its type visibly accepts it."""
    text = literal_text(value) if is_written else None
    return Default(text if text is not None and accepts(type_, value) else None)


def default_of_stub(parameter: Parameter) -> Parameter:
    """Return a parameter of a stub: the `...` that stands for its default there says nothing."""
    return dataclasses.replace(parameter, default=None if parameter.default is None else Default(None))
