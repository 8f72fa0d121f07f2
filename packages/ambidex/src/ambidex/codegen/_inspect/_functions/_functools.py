"""Own the methods that functools makes of others: with some arguments given, or one for each type of the first."""

from __future__ import annotations

import dataclasses
import functools
import inspect
from types import FunctionType
from typing import TYPE_CHECKING, Union, cast

from ..._ir import Binding, Default, Kind, variables
from ..._report import Unsupported
from ._functions import function_behind

if TYPE_CHECKING:
    from collections.abc import Callable as AnyCallable
    from collections.abc import Collection, Mapping, Sequence

    from ..._ir import Callable, Parameter, Variable

    Read = AnyCallable[[FunctionType, Binding], Union[Callable, None]]

_BY_PLACE = (Kind.POSITIONAL_ONLY, Kind.POSITIONAL)


def behind_derived(value: object) -> object | None:
    """Return what functools made a member of a class out of, None for every other member."""
    is_derived = isinstance(value, (functools.partialmethod, functools.singledispatchmethod))
    return cast("functools.partialmethod[object]", value).func if is_derived else None


def read_derived(value: object, path: str, read: Read, own: Collection[Variable]) -> Callable | None:
    """Return a method that functools made, None where the one that it is made of was refused.

    `read` reads that one; `own` are the type variables of the class.

    Raises:
        Unsupported: it is made of something else, or its types cannot be told.
    """
    made = cast("functools.partialmethod[object]", value)
    of: object = made.func
    binding = Binding.INSTANCE
    if isinstance(of, (classmethod, staticmethod)):
        binding = Binding.CLASS if isinstance(of, classmethod) else Binding.STATIC
        of = cast("object", of.__func__)
    kind = type(made).__name__
    if not isinstance(of, FunctionType):
        raise Unsupported(f"{path} is a {kind} of something that is no method", "write a method that calls it")
    if isinstance(value, functools.singledispatchmethod):
        check_dispatched(cast("object", value.dispatcher), path)  # pyright: ignore[reportUnknownMemberType]
    method = read(of, binding)
    if method is None:
        return None
    if isinstance(value, functools.singledispatchmethod):
        return by_first(dataclasses.replace(method, path=path))
    return _given(method, path, made.args, made.keywords, own)


def is_dispatching(function: FunctionType) -> bool:
    """Tell whether a function came out of `functools.singledispatch`."""
    return function.__globals__.get("__name__") == "functools" and hasattr(function, "registry")


def check_dispatched(dispatching: object, path: str) -> None:
    """Refuse functions of several kinds under one name: some have to be awaited then, and some must not.

    Raises:
        Unsupported: one that is registered is asynchronous in another way than the first one.
    """
    registry = cast("Mapping[type, object]", getattr(dispatching, "registry", {}))
    first = _kind(registry[object])
    for cls, function in registry.items():
        kind = _kind(function)
        if kind != first:
            raise Unsupported(
                f"{path} is {first}, and what is registered for {cls.__qualname__} is {kind}",
                "write all of them in the same way",
            )


def _kind(function: object) -> str:
    inner = function_behind(function)
    if inspect.iscoroutinefunction(inner):
        return "an async function"
    return "an async generator" if inspect.isasyncgenfunction(inner) else "a plain function"


def by_first(method: Callable) -> Callable:
    """Return what is chosen by the type of its first argument: that has to be given then, and by its place."""
    parameters = list(method.parameters)
    if parameters and parameters[0].kind is Kind.POSITIONAL:
        parameters[0] = dataclasses.replace(parameters[0], kind=Kind.POSITIONAL_ONLY, default=None)
    return dataclasses.replace(method, parameters=tuple(parameters))


def _given(
    method: Callable, path: str, args: Sequence[object], keywords: Mapping[str, object], own: Collection[Variable]
) -> Callable:
    """Return what is left of a method where some of its arguments are given."""
    if method.overloads:
        what = f"{path} gives arguments of {method.path}, which has overloads"
        raise Unsupported(what, "write a method that calls it")
    by_place = [each for each in method.parameters if each.kind in _BY_PLACE]
    has_rest = any(each.kind is Kind.REST for each in method.parameters)
    if len(args) > len(by_place) and not has_rest:
        what = f"{path} gives {len(args)} arguments, and {method.path} takes {len(by_place)}"
        raise Unsupported(what, "leave some out")
    gone = by_place[: len(args)]
    left = _with_defaults([each for each in method.parameters if each not in gone], keywords)
    lost = {*variables(each.type for each in gone)} - {*own}
    if lost.intersection(variables([method.result])) - {*variables(each.type for each in left)}:
        what = f"{path} gives the argument that says what {method.path} returns"
        raise Unsupported(what, "write a method that calls it, and annotate it")
    return dataclasses.replace(method, path=path, parameters=tuple(left))


def _with_defaults(parameters: Sequence[Parameter], keywords: Mapping[str, object]) -> list[Parameter]:
    """Return parameters of which some are given by name: these may be given again, and those after them by name too."""
    kept: list[Parameter] = []
    is_shifted = False
    for each in parameters:
        is_given = each.name in keywords and each.kind in (Kind.POSITIONAL, Kind.KEYWORD)
        is_shifted = is_shifted or (is_given and each.kind is Kind.POSITIONAL)
        if is_shifted and each.kind is Kind.REST:
            continue  # nobody can give what stands after a place that is taken
        kind = Kind.KEYWORD if is_shifted and each.kind is Kind.POSITIONAL else each.kind
        kept.append(dataclasses.replace(each, kind=kind, default=Default(None) if is_given else each.default))
    return kept
