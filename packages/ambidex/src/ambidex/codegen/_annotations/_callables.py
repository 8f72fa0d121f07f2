"""Own what `Callable[...]` says in an annotation: what it takes, what it gives, and where it runs."""

from __future__ import annotations

import collections.abc
import dataclasses
import typing
from typing import TYPE_CHECKING, cast

from .._ir import ANY, Alternatives, Function, Listed, LiteralOf, Type, Variable, VariableKind, union
from .._report import Unsupported
from ._forms import Form
from ._variables import unpacked

if TYPE_CHECKING:
    from collections.abc import Callable

_CALLABLE: object = collections.abc.Callable


def read_callable(arguments: tuple[object, ...], resolve: Callable[[object], Type]) -> Type:
    """Return what `Callable[...]` means with these arguments, or without any.

    Raises:
        Unsupported: what it takes is no list of types and no ParamSpec, or a part of it is not supported.
    """
    if not arguments:
        return Function(None, ANY)
    *first, result = arguments
    parameters = first[0] if len(first) == 1 else first
    if parameters is Ellipsis:
        return Function(None, resolve(result))
    if isinstance(parameters, list):  # as a ParamSpec of typing_extensions is before Python 3.10, alone in it
        within = cast("list[object]", parameters)
        if [type(each).__name__ for each in within] != ["ParamSpec"]:
            taken = tuple(part for each in within for part in unpacked(resolve(each)))
            return Function(taken, resolve(result))
        (parameters,) = within
    listed = _concatenated(parameters)
    if listed[-1] is Ellipsis:
        return Function(None, resolve(result))
    rest = resolve(listed[-1])
    before = tuple(map(resolve, listed[:-1]))
    if isinstance(rest, Listed):  # a ParamSpec of a base, with what stands for it
        return Function(None if rest.items is None else before + rest.items, resolve(result))
    if not isinstance(rest, Variable) or rest.kind is not VariableKind.PARAMETERS:
        raise Unsupported(f"{parameters!r} is not what a Callable takes", "write Callable[[X, Y], Z]")
    return Function(before, resolve(result), rest=rest)


def compared_callable(annotation: object, resolve: Callable[[object], Type]) -> Function | None:
    """Return the Callable that an evaluated annotation is, to be compared with others; None for anything else.

    What has no type that may be public stands there by its text.

    Raises:
        Unsupported: what it takes is no list of types and no ParamSpec.
    """
    arguments: tuple[object, ...] = ()
    if isinstance(annotation, Form):
        arguments = annotation.arguments if annotation.name == "Callable" else ()
    elif typing.get_origin(annotation) is _CALLABLE:
        arguments = typing.get_args(annotation)

    def compared(part: object) -> Type:
        inner = compared_callable(part, resolve)
        if inner is not None:
            return inner
        try:
            return resolve(part)
        except Unsupported:
            return LiteralOf((repr(part),))

    read = read_callable(arguments, compared) if arguments else None
    return read if isinstance(read, Function) else None


def _concatenated(parameters: object) -> tuple[object, ...]:
    """Return what `Concatenate` puts together, or the parameters themselves."""
    if isinstance(parameters, Form):
        return parameters.arguments
    origin: object = typing.get_origin(parameters) or getattr(parameters, "__origin__", None)
    if str(getattr(origin, "_name", None) or getattr(origin, "__name__", "")) == "Concatenate":
        arguments: tuple[object, ...] = getattr(parameters, "__args__", ())
        return arguments
    return (parameters,)


def on_loop(type_: Type) -> Type:
    """Return a callable, or a union with callables, as declared to run on the loop; the marker is no literal.

    Raises:
        Unsupported: there is no callable.
    """
    if isinstance(type_, Function):
        return dataclasses.replace(type_, on_loop=True)
    if isinstance(type_, Alternatives) and any(isinstance(member, Function) for member in type_.members):
        return union(on_loop(member) if isinstance(member, Function) else member for member in type_.members)
    raise Unsupported("ON_LOOP marks something that is no Callable", "write Annotated[Callable[..., X], ON_LOOP]")
