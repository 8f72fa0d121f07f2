"""Own what becomes of a class's own ParamSpec where type checkers know no object to take it from.

What stands for a static or class method is no part of the class, and none of its arguments may say what the ParamSpec
is: any parameters are taken then, as for the class of the implementation by itself.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from .._ir import ANY, Function, Listed, Spread, Variable, VariableKind, parts, rebuild, retyped, variables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._ir import Face, Type, Variant


def without_unbound(variant: Variant, own: Face) -> Variant:
    """Return a way to call a static or class method of `own` without those that none of its arguments decides."""
    decided = {each for parameter in variant.parameters for each in _decided(parameter.type)}
    of_class = variables(own.arguments)
    lost = {each for each in of_class if each.kind is VariableKind.PARAMETERS and each not in decided}
    if lost.isdisjoint(variables(parameter.type for parameter in variant.parameters)):
        return variant

    def settle(type_: Type) -> Type:
        if isinstance(type_, Spread) and type_.variable in lost:
            return ANY
        if isinstance(type_, Variable) and type_ in lost:
            return Listed(None)
        if isinstance(type_, Function) and type_.rest in lost:
            return Function(None, settle(type_.result), type_.on_loop)
        return rebuild(type_, settle)

    sent = None if variant.sent is None else settle(variant.sent)
    parameters = retyped(variant.parameters, settle)
    return dataclasses.replace(variant, parameters=parameters, result=settle(variant.result), sent=sent)


def _decided(type_: Type) -> Iterator[Variable]:
    """Yield the type variables that an argument of a type decides: all but those of `P.args` and `P.kwargs`."""
    if isinstance(type_, Variable):
        yield type_
    elif not isinstance(type_, Spread):
        for part in parts(type_):
            yield from _decided(part)
