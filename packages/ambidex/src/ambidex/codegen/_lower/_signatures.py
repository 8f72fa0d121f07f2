"""Own the decision which callables a decorator cannot type, and what type checkers are told of those instead.

A descriptor that is generic in parameters and result keeps a signature with type variables. It loses overloads, a
ParamSpec that is the callable's own, and, on a class method, the type variables of the class.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from .._ir import (
    Binding,
    Callable,
    Face,
    Flavour,
    Function,
    Signatures,
    Variable,
    VariableKind,
    Variant,
    bare,
    variables,
    walk,
)
from ._callbacks import accepted, awaited

if TYPE_CHECKING:
    from collections.abc import Callable as AnyCallable
    from collections.abc import Iterator

    from .._ir import Parameter, Type


def signatures_of(function: Callable, own: Face | None, settle: AnyCallable[[Type], Type]) -> Signatures | None:
    """Return what type checkers are told of a callable that is not plain; None where a decorator types it.

    `own` is the face of its class, and `settle` makes of a type what it is outside that class.
    """
    if function.flavour is Flavour.SYNC or not _is_lost(function, own):
        return None
    owner = own if own is not None and own.arguments and function.binding is Binding.INSTANCE else None
    inside = "" if own is None else f"{own.name.replace('.', '_')}_"
    variants = tuple(
        Variant(
            tuple(_settled(parameter, settle) for parameter in parameters),
            settle(each.result),
            None if each.sent is None else settle(each.sent),
        )
        for each in function.overloads or (function,)
        for parameters in ways_to_fill(each.parameters)
    )
    return Signatures(f"_{inside}{function.name}_faces", function.flavour, owner, variants, function.doc)


def overloads_of(function: Callable) -> tuple[Variant, ...]:
    """Return the variants of a plain callable, whose decorator leaves its type alone."""
    return tuple(Variant(accepted(each.parameters), each.result, each.sent) for each in function.overloads)


def _settled(parameter: Parameter, settle: AnyCallable[[Type], Type]) -> Parameter:
    return dataclasses.replace(parameter, type=settle(parameter.type))


def _is_lost(function: Callable, own: Face | None) -> bool:
    outer: tuple[Type, ...] = own.arguments if own is not None and function.binding is Binding.INSTANCE else ()
    types = [*(parameter.type for parameter in function.parameters), function.result]
    found = [variable for variable in variables(types) if variable not in outer]
    if function.overloads or any(variable.kind is not VariableKind.TYPE for variable in found):
        return True
    if own is not None and own.arguments and function.binding is not Binding.INSTANCE:
        return bool(found) or any(isinstance(part, Face) and part == own for type_ in types for part in walk(type_))
    return any(_gives_variable(parameter.type, found) for parameter in function.parameters)


def _gives_variable(type_: Type, found: list[Variable]) -> bool:
    """Tell whether a parameter is a callable, awaited, that decides what a type variable stands for."""
    plain = bare(type_)
    result = awaited(plain) if isinstance(plain, Function) else None
    return result is not None and any(variable in found for variable in variables([result]))


def ways_to_fill(parameters: tuple[Parameter, ...]) -> Iterator[tuple[Parameter, ...]]:
    """Yield the ways to fill parameters: a callable that decides a type variable is async in one, blocking in another.

    As one union, `R | Awaitable[R]`, a checker may take the awaitable itself for R.
    """
    decisive = [p.name for p in parameters if _gives_variable(p.type, variables(q.type for q in parameters))]
    if not decisive:
        yield accepted(parameters)
        return
    yield tuple(p if p.name in decisive else accepted((p,))[0] for p in parameters)
    blocking: list[Parameter] = []
    for parameter in parameters:
        plain = bare(parameter.type)
        result = awaited(plain) if isinstance(plain, Function) else None
        if parameter.name in decisive and isinstance(plain, Function) and result is not None:
            function = dataclasses.replace(plain, result=result)
            blocking.append(dataclasses.replace(parameter, type=function))
        else:
            blocking.extend(accepted((parameter,)))
    yield tuple(blocking)
