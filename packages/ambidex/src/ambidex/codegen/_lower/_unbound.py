"""Own what becomes of a class's own type variables where type checkers know no object to take them from.

What stands for a static or class method is no part of the class. None of its arguments may say what a ParamSpec of the
class is: any parameters are taken then, as for the class of the implementation by itself. And a type variable that
stands there once, by itself, says nothing: a strict checker wants what it may be at the most in its place.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from .._ir import ANY, OBJECT, Alternatives, Function, Spread, Variable, VariableKind, parts, rebuild, retyped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._ir import Parameter, Type


def without_unbound(
    parameters: tuple[Parameter, ...], others: Iterable[Type], of_class: Iterable[Variable]
) -> tuple[Parameter, ...]:
    """Return the parameters of a static or class method without what no argument decides, or nothing needs.

    `others` are the types of the signature beside those of its parameters.
    """
    decided = {each for parameter in parameters for each in _decided(parameter.type)}
    named = Counter(each for parameter in parameters for each in _named(parameter.type))
    named.update(each for type_ in others for each in _named(type_))
    alone = {each for each in of_class if named[each] == 1 and each.kind is VariableKind.TYPE and not each.constraints}

    def settle(type_: Type) -> Type:
        if isinstance(type_, Spread):
            return type_ if type_.variable in decided else ANY
        return _settled(type_, alone) if alone else type_

    return retyped(parameters, settle)


def _settled(type_: Type, alone: set[Variable]) -> Type:
    """Return what is accepted in the place of a type whose variables of `alone` say nothing."""
    if isinstance(type_, Variable):
        return (type_.bound or OBJECT) if type_ in alone else type_
    if isinstance(type_, Alternatives):
        return rebuild(type_, lambda member: _settled(member, alone))
    if isinstance(type_, Function) and type_.parameters is not None:
        return rebuild(type_, lambda part: ANY if part in alone and part is not type_.result else part)
    return type_


def _named(type_: Type) -> Iterator[Variable]:
    """Yield the type variables inside a type, as often as they stand there."""
    if isinstance(type_, Variable):
        yield type_
    for part in parts(type_):
        yield from _named(part)


def _decided(type_: Type) -> Iterator[Variable]:
    """Yield the type variables that an argument of a type decides: all but those of `P.args` and `P.kwargs`."""
    if isinstance(type_, Variable):
        yield type_
    elif not isinstance(type_, Spread):
        for part in parts(type_):
            yield from _decided(part)
