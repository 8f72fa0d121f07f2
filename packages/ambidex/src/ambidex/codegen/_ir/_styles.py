"""Own the two styles of a generated module: one class for both ways to call it, or a class for each."""

from __future__ import annotations

import dataclasses
import enum
import re
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_args

from ambidex.errors import InternalError

from ._types import Function, Spread, Type, Variable, changed_each, rebuild, revised

if TYPE_CHECKING:
    from collections.abc import Callable

N = TypeVar("N")
_TYPES = get_args(Type)
_LEAVES = frozenset(("str", "int", "bool", "str | None", "tuple[str, ...]"))  # most of what declarations hold
_FIELDS: dict[type, tuple[str, ...]] = {}  # by class, as `_fields_of` has found them


class Form(enum.Enum):
    """Say which ways to call it a generated class or function offers."""

    BOTH = "both"
    BLOCKING = "blocking"
    AWAITED = "awaited"


@dataclasses.dataclass(frozen=True)
class Naming:
    """Say what the awaited one of two is called: patterns in which `{}` is the name of the blocking one."""

    classes: str = "Async{}"
    functions: str = "async_{}"

    def __post_init__(self) -> None:
        for pattern in (self.classes, self.functions):
            if pattern.count("{}") != 1 or not pattern.replace("{}", "x").isidentifier() or pattern == "{}":
                raise InternalError(f"{pattern!r} is not the pattern of a name")

    def awaited(self, name: str, *, is_class: bool) -> str:
        """Return the name of the awaited one; of what stands inside a class, the name inside the awaited class."""
        top, dot, rest = name.partition(".")
        return (self.classes if is_class else self.functions).replace("{}", top) + dot + rest

    def blocking(self, name: str, *, is_class: bool) -> str:
        """Return the name of the blocking one, whichever of the two `name` is."""
        before, after = map(re.escape, (self.classes if is_class else self.functions).split("{}"))
        found = re.fullmatch(f"{before}([A-Z].*){after}" if is_class else f"{before}([a-zA-Z].*){after}", name)
        return name if found is None else found[1]


def with_types(node: N, change: Callable[[Type], Type]) -> N:
    """Return a declaration with `change` applied to each type that stands in it."""
    return replace_in(node, _TYPES, change)


def replace_in(node: N, kinds: type[Any] | tuple[type[Any], ...], change: Callable[[Any], object]) -> N:
    """Return frozen data with `change` applied to each part of it that is of one of `kinds`."""
    replaced: N = _replace(node, kinds, change)
    return replaced


def _replace(
    value: Any, kinds: Any, change: Callable[[Any], object]
) -> Any:  # Any: such data holds every kind of value
    if isinstance(value, kinds):
        return change(value)
    if isinstance(value, tuple):
        return changed_each(cast("tuple[object, ...]", value), lambda each: _replace(each, kinds, change))
    changes: dict[str, object] = {}
    for name in _fields_of(value):
        held = getattr(value, name)
        made = _replace(held, kinds, change) if held else held
        if made is not held:
            changes[name] = made
    return dataclasses.replace(value, **changes) if changes else value


def _fields_of(value: object) -> tuple[str, ...]:
    """Return the names of the fields of frozen data that may hold other such data, none for anything else."""
    kind = type(value)
    known = _FIELDS.get(kind)
    if known is None:
        fields = dataclasses.fields(kind) if dataclasses.is_dataclass(kind) else ()
        known = _FIELDS[kind] = tuple(field.name for field in fields if field.type not in _LEAVES)
    return known


def rebuild_all(type_: Type, change: Callable[[Type], Type]) -> Type:
    """Return a type with `change` applied to each type directly inside it, and to what its type variables say."""
    if isinstance(type_, Variable):
        bound = None if type_.bound is None else change(type_.bound)
        default = None if type_.default is None else change(type_.default)
        return revised(type_, bound=bound, constraints=changed_each(type_.constraints, change), default=default)
    if isinstance(type_, Spread):
        return revised(type_, variable=change(type_.variable))
    made = rebuild(type_, change)
    if isinstance(made, Function) and made.rest is not None:
        return revised(made, rest=change(made.rest))
    return made
