"""Own type variables: what a declaration says, whichever module and Python it was made with."""

from __future__ import annotations

import sys
import typing
from typing import TYPE_CHECKING, cast

from .._ir import ANY, UNPACK, Applied, TupleOf, Variable, VariableKind
from .._report import Unsupported
from . import _forms
from ._source import module_of_class

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .._ir import Type
    from ._resolver import Resolver

_KINDS = {kind.value: kind for kind in VariableKind}
# Not `infer_variance`, by which Python 3.12 declares type parameters: mypy knows it in no declaration. They are
# invariant, which refuses some assignments and allows no wrong one.
_VARIANCES = ("covariant", "contravariant")


def is_variable(value: object) -> bool:
    """Tell whether a value is a TypeVar, a ParamSpec or a TypeVarTuple, of typing or typing_extensions."""
    return type(value).__name__ in _KINDS and type(value).__module__ in ("typing", "typing_extensions", _forms.__name__)


def read_variable(value: object, resolve: Callable[[object], Type]) -> Variable:
    """Return the IR of a type variable; `resolve` reads annotations of the module that made it.

    Raises:
        Unsupported: its bound, a constraint or its default is not supported.
    """
    name = str(getattr(value, "__name__", ""))
    kind = _KINDS[type(value).__name__]
    try:
        bound = getattr(value, "__bound__", None)
        constraints = cast("tuple[object, ...]", getattr(value, "__constraints__", ()))
        variances = (word for word in _VARIANCES if getattr(value, f"__{word}__", False))
        return Variable(
            name,
            kind,
            None if bound is None or bound is type(None) or bound is object else resolve(bound),
            tuple(map(resolve, constraints)),
            next(variances, "") if kind is VariableKind.TYPE else "",
            resolve(getattr(value, "__default__")) if has_default(value) else None,  # noqa: B009
        )
    except Unsupported as refusal:
        raise Unsupported(f"the type variable {name}: {refusal.what}", refusal.fix) from refusal


def has_default(value: object) -> bool:
    """Tell whether a type variable has a default; before Python 3.13 only one of typing_extensions may."""
    tells: object = getattr(value, "has_default", None)
    return bool(tells()) if callable(tells) else False


def variables_of(owner: object) -> tuple[object, ...]:
    """Return the type variables that a class has, or those that a function declares in its own brackets."""
    if isinstance(owner, type):
        known: object = getattr(owner, "__parameters__", ())
        if not isinstance(known, tuple):  # the descriptor of a class of generic aliases
            return ()
        known = cast("tuple[object, ...]", known)
        if known or typing.Generic in owner.__mro__:
            return known
        # Only `Generic` notes them: a class that applies nothing but abstract classes of the library has them, too.
        bases = cast("tuple[object, ...]", vars(owner).get("__orig_bases__", ()))
        return tuple(dict.fromkeys(each for base in bases for each in getattr(base, "__parameters__", ())))
    return cast("tuple[object, ...]", getattr(owner, "__type_params__", ()))


def meanings(cls: type, arguments: tuple[Type, ...], resolver: Resolver) -> dict[type, dict[object, Type]]:
    """Return what the type variables of a class and of its generic bases mean, where it is applied to `arguments`."""
    found: dict[type, dict[object, Type]] = {cls: meaning(cls, arguments)}
    owners = list(cls.__mro__)
    for owner in owners:  # a typed dict has its bases written there alone
        near = resolver.beside(module_of_class(owner), owner, found.get(owner, {}))
        for base in cast("tuple[object, ...]", vars(owner).get("__orig_bases__", ())):
            origin: object = typing.get_origin(base)
            if isinstance(origin, type) and origin is not typing.Generic:
                found.setdefault(origin, meaning(origin, tuple(_meant(near, part) for part in typing.get_args(base))))
                owners.extend((origin,) if origin not in owners else ())
    return found


def meaning(cls: type, arguments: tuple[Type, ...]) -> dict[object, Type]:
    """Return what the type variables of a class mean: Any, as far as `arguments` do not say."""
    return bound_to(variables_of(cls), arguments)


def bound_to(variables: tuple[object, ...], arguments: tuple[Type, ...]) -> dict[object, Type]:
    """Return what type variables mean where `arguments` stand for them: Any, as far as there are too few.

    A TypeVarTuple means what its `Unpack[...]` then holds: another one, or a tuple of the types it stands for.
    """
    many = next((place for place, each in enumerate(variables) if is_many(each)), None)
    if many is None:
        return dict(zip(variables, arguments + (ANY,) * (len(variables) - len(arguments))))
    end = max(len(arguments) - (len(variables) - many - 1), many)
    before, after = arguments[:many], arguments[end:]
    padded = (ANY,) * (many - len(before))
    return dict(zip(variables, (*before, *padded, _packed(arguments[many:end]), *after)))


def arguments_of(meant: Mapping[object, Type]) -> tuple[Type, ...]:
    """Return the arguments by which the type variables of a class have their meanings."""
    found: list[Type] = []
    for variable, type_ in meant.items():
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


def _packed(types: tuple[Type, ...]) -> Type:
    if len(types) != 1:
        return TupleOf(types)
    (only,) = types
    if isinstance(only, Applied) and only.origin == UNPACK:
        return only.arguments[0]
    is_whole = isinstance(only, Variable) and only.kind is VariableKind.TYPES
    return only if is_whole else TupleOf(types)


def _meant(resolver: Resolver, annotation: object) -> Type:
    try:
        return resolver.resolve(annotation)
    except Unsupported:
        return ANY


def module_of(value: object) -> object:
    """Return the module in which a type variable was made, None where it is not known."""
    return sys.modules.get(str(getattr(value, "__module__", "")))
