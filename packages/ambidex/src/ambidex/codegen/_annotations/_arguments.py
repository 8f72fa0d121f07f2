"""Own what a generic class, or an alias, is given in brackets, and which type variable each of those stands for.

A ParamSpec is given a list of types, which some versions of Python make a tuple of. That is no type anywhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from .._ir import ANY, Listed, Type, Variable, VariableKind
from .._report import Unsupported
from ._variables import is_many, is_variable, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def read_arguments(
    variables: Sequence[object], given: tuple[object, ...], resolve: Callable[[object], Type]
) -> tuple[Type, ...]:
    """Return the types that a class or an alias with these type variables is given.

    Raises:
        Unsupported: one of them is not supported, or is not what its type variable takes.
    """
    return tuple(read_argument_for(variable, each, resolve) for variable, each in for_each(variables, given))


def read_argument(argument: object, resolve: Callable[[object], Type]) -> Type:
    """Return a type, or what a ParamSpec is given.

    Raises:
        Unsupported: it is not supported.
    """
    if argument is Ellipsis:
        return Listed(None)
    if is_variable(argument):  # before Python 3.10 a ParamSpec of typing_extensions is a list
        return resolve(argument)
    if isinstance(argument, (list, tuple)):
        listed = cast("Sequence[object]", argument)
        return Listed(tuple(part for each in listed for part in unpacked(resolve(each))))
    return resolve(argument)


def read_argument_for(variable: object, argument: object, resolve: Callable[[object], Type]) -> Type:
    """Return what one type variable is given, None where there is none.

    Raises:
        Unsupported: it is not supported, or not what the type variable takes.
    """
    name = str(getattr(variable, "__name__", variable))
    if type(variable).__name__ != VariableKind.PARAMETERS.value:
        if variable is not None and is_for_spec(argument) and not is_variable(argument):
            raise Unsupported(f"the type variable {name} stands for types, and is given parameters", "write a type")
        return read_argument(argument, resolve)
    read = read_argument(argument, resolve)
    if read == ANY:
        return Listed(None)
    if isinstance(read, Listed) or (isinstance(read, Variable) and read.kind is VariableKind.PARAMETERS):
        return read
    what = f"the type variable {name} stands for parameters, and is given a type"
    raise Unsupported(what, "write a list of types, as in [int, str]")


def is_for_spec(argument: object) -> bool:
    """Tell whether an argument says itself what a ParamSpec stands for."""
    return argument is Ellipsis or isinstance(argument, (list, tuple)) or type(argument).__name__ == "ParamSpec"


def for_each(variables: Sequence[object], given: tuple[object, ...]) -> tuple[tuple[object, object], ...]:
    """Return each argument of a generic class, or alias, with the type variable that it is for: None for one too many.

    The brackets that a lone ParamSpec takes may be left out, and no types for a TypeVarTuple are one empty tuple.
    """
    kinds = [type(variable).__name__ for variable in variables]
    if kinds == [VariableKind.PARAMETERS.value] and not (len(given) == 1 and is_for_spec(given[0])):
        given = (given,)
    many = next((place for place, each in enumerate(variables) if is_many(each)), None)
    if many is None:
        places = list(range(len(given)))
    else:
        given = () if given == ((),) else given
        places = [at if at < many else max(many, at - len(given) + len(variables)) for at in range(len(given))]
    return tuple((variables[at] if at < len(variables) else None, each) for at, each in zip(places, given))
