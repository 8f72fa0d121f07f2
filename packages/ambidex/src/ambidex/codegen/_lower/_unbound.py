"""Own what becomes of a class's own ParamSpec where type checkers know no object to take it from.

What stands for a static or class method is no part of the class, and none of its arguments may say what the ParamSpec
is: any parameters are taken then, as for the class of the implementation by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._ir import ANY, Spread, Variable, parts, retyped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._ir import Parameter, Type


def without_unbound(parameters: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    """Return the parameters of a static or class method: any in the place of those that no argument decides."""
    decided = {each for parameter in parameters for each in _decided(parameter.type)}

    def settle(type_: Type) -> Type:
        return ANY if isinstance(type_, Spread) and type_.variable not in decided else type_

    return retyped(parameters, settle)


def _decided(type_: Type) -> Iterator[Variable]:
    """Yield the type variables that an argument of a type decides: all but those of `P.args` and `P.kwargs`."""
    if isinstance(type_, Variable):
        yield type_
    elif not isinstance(type_, Spread):
        for part in parts(type_):
            yield from _decided(part)
