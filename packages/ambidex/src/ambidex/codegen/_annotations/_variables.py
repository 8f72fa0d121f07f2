"""Own type variables: what a declaration says, whichever module and Python it was made with."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple, Union, cast

from .._ir import ANY, UNPACK, Applied, TupleOf, Variable, VariableKind
from .._report import Unsupported
from . import _forms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .._ir import Type

_KINDS = {kind.value: kind for kind in VariableKind}
# Not `infer_variance`, by which Python 3.12 declares type parameters: mypy knows it in no declaration. They are
# invariant, which refuses some assignments and allows no wrong one.
_VARIANCES = ("covariant", "contravariant")


class Unread(NamedTuple):
    """Stand for what cannot be read, and is refused where a type variable is named that means it."""

    what: str
    fix: str


Meaning = Union["Type", Unread]  # of a type variable in a class


def is_variable(value: object) -> bool:
    """Tell whether a value is a TypeVar, a ParamSpec or a TypeVarTuple, of typing or typing_extensions."""
    return type(value).__name__ in _KINDS and type(value).__module__ in ("typing", "typing_extensions", _forms.__name__)


def read_variable(value: object, resolve: Callable[[object], Type]) -> Variable:
    """Return the IR of a type variable; `resolve` reads what its module says: types, and what a ParamSpec is given.

    Raises:
        Unsupported: its bound, a constraint or its default is not supported.
    """
    name = str(getattr(value, "__name__", ""))
    kind = _KINDS[type(value).__name__]
    try:
        bound = _asked(value, "bound")
        constraints = cast("tuple[object, ...]", _asked(value, "constraints") or ())
        variances = (word for word in _VARIANCES if getattr(value, f"__{word}__", False))
        return Variable(
            name,
            kind,
            None if bound is None or bound is type(None) or bound is object else resolve(bound),
            tuple(map(resolve, constraints)),
            next(variances, "") if kind is VariableKind.TYPE else "",
            resolve(default_of(value)) if has_default(value) else None,
        )
    except Unsupported as refusal:
        raise Unsupported(f"the type variable {name}: {refusal.what}", refusal.fix) from refusal


def _asked(value: object, what: str) -> object:
    """Return what a declaration says, which Python 3.12 evaluates in brackets when it is asked for the first time."""
    try:
        said: object = getattr(value, f"__{what}__", None)
    except Exception as error:  # whatever its expression raises
        raise Unsupported(
            f"its {what} cannot be evaluated ({type(error).__name__}: {error})",
            "write it in quotes, or import what it names at run time, too",
        ) from error
    return said


def has_default(value: object) -> bool:
    """Tell whether a type variable has a default; before Python 3.13 only one of typing_extensions may."""
    tells: object = getattr(value, "has_default", None)
    return bool(tells()) if callable(tells) else False


def default_of(value: object) -> object:
    """Return the default of a type variable that has one.

    Raises:
        Unsupported: it cannot be evaluated.
    """
    return _asked(value, "default")


def bound_to(variables: tuple[object, ...], arguments: tuple[Type, ...]) -> dict[object, Type]:
    """Return what type variables mean where `arguments` stand for them: Any, as far as there are too few.

    A TypeVarTuple means what its `Unpack[...]` then holds: another one, or a tuple of the types it stands for.
    """
    many = next((place for place, each in enumerate(variables) if is_many(each)), None)
    if many is None:
        return dict(zip(variables, arguments + (ANY,) * (len(variables) - len(arguments))))
    arguments = tuple(part for each in arguments for part in unpacked(each))
    end = max(len(arguments) - (len(variables) - many - 1), many)
    before, after = arguments[:many], arguments[end:]
    padded = (ANY,) * (many - len(before))
    return dict(zip(variables, (*before, *padded, packed(arguments[many:end]), *after)))


def readable(meaning: Meaning) -> Type:
    """Return the type that a type variable means.

    Raises:
        Unsupported: it means what cannot be read.
    """
    if isinstance(meaning, Unread):
        raise Unsupported(meaning.what, meaning.fix)
    return meaning


def arguments_of(meant: Mapping[object, Meaning]) -> tuple[Type, ...]:
    """Return the arguments by which the type variables of a class have their meanings.

    Raises:
        Unsupported: one of them cannot be read.
    """
    found: list[Type] = []
    for variable, meaning in meant.items():
        type_ = readable(meaning)
        if not is_many(variable):
            found.append(type_)
        elif isinstance(type_, TupleOf) and not type_.is_repeated:
            found.extend(type_.items)
        else:
            found.append(Applied(UNPACK, (type_,)))
    return tuple(found)


def unpacked(item: Type) -> tuple[Type, ...]:
    """Return the items that an item of a tuple stands for: those of a tuple that is unpacked in it."""
    if isinstance(item, Applied) and item.origin == UNPACK and isinstance(item.arguments[0], TupleOf):
        inner = item.arguments[0]
        return (item,) if inner.is_repeated else inner.items
    return (item,)


def is_many(variable: object) -> bool:
    """Tell whether a type variable is a TypeVarTuple."""
    return type(variable).__name__ == VariableKind.TYPES.value


def packed(types: tuple[Type, ...]) -> Type:
    """Return what a TypeVarTuple means for which `types` stand."""
    if len(types) != 1:
        return TupleOf(types)
    (only,) = types
    if isinstance(only, Applied) and only.origin == UNPACK:
        return only.arguments[0]
    is_whole = isinstance(only, Variable) and only.kind is VariableKind.TYPES
    return only if is_whole else TupleOf(types)


def module_of(value: object) -> object:
    """Return the module in which a type variable was made, None where it is not known."""
    return sys.modules.get(str(getattr(value, "__module__", "")))
