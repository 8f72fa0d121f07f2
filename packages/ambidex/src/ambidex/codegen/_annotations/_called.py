"""Own the type of callable protocols: the Callable that says what their `__call__` says."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from .._ir import ANY, Applied, Face, Function, Name, Own, Spread, Variable, variables, walk
from .._protocols import call_of
from .._report import Unsupported
from ._records import annotations_of
from ._source import module_of_class
from ._variables import meanings

if TYPE_CHECKING:
    from types import FunctionType

    from .._ir import Type
    from ._resolver import Resolver
    from ._source import Sources

_AWAITABLE = Name("collections.abc", "Awaitable")
_BY_PLACE = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_REST = [inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD]


def read_called(cls: type, arguments: tuple[Type, ...], resolver: Resolver, sources: Sources) -> Function | None:
    """Return the Callable that a callable protocol is, applied to `arguments`.

    Returns None for any other class, and where no Callable says it: what the user hands in is handed on as it is then.

    Raises:
        Unsupported: its `__call__` cannot be read, or no Callable says it and it is given or gives a face.
    """
    found = call_of(cls)
    if found is None:
        return None
    layer, function = found
    near = resolver.beside(module_of_class(layer), layer, meanings(cls, arguments, resolver).get(layer, {}))
    types = _types_of(function, near)
    if types is not None:
        read = _callable(function, types)
        is_open = any(isinstance(part, Own) for part in walk(read)) if read is not None else True
        own = set(variables(types.values())) - set(variables(arguments))
        has_overloads = bool(sources.of_file(function.__code__.co_filename).overloads(function.__qualname__))
        if not (is_open or own or has_overloads):
            return read
    face = next((part for type_ in (types or {}).values() for part in walk(type_) if isinstance(part, Face)), None)
    if face is not None:
        raise Unsupported(
            f"{cls.__qualname__} is a callable that names {face.name}, and takes more than a Callable can say",
            "write Callable[[X, Y], Z], with parameters that have no names and no defaults",
        )
    return None


def _types_of(function: FunctionType, near: Resolver) -> dict[str, Type] | None:
    """Return the types of the parameters and the result by name, None where one has no annotation.

    Raises:
        Unsupported: an annotation is not supported.
    """
    annotations = annotations_of(function)
    names = [*list(inspect.signature(function).parameters)[1:], "return"]
    if not all(name in annotations for name in names):
        return None
    try:
        return {name: near.resolve(annotations[name]) for name in names}
    except Unsupported as refusal:
        raise Unsupported(f"{function.__qualname__}: {refusal.what}", refusal.fix) from refusal


def _callable(function: FunctionType, types: dict[str, Type]) -> Function | None:
    """Return a signature as a Callable, None where it has keywords, defaults or a part of its parameters open."""
    listed = list(inspect.signature(function).parameters.values())[1:]
    places = [each for each in listed if each.kind in _BY_PLACE]
    rest = [types[each.name] for each in listed[len(places) :]]
    if any(each.default is not each.empty for each in places):
        return None
    result = types["return"]
    if inspect.iscoroutinefunction(function):
        result = Applied(_AWAITABLE, (result,))
    parameters = tuple(types[each.name] for each in places)
    if not rest:
        return Function(parameters, result)
    if [each.kind for each in listed[len(places) :]] != _REST:
        return None
    if all(type_ == ANY for type_ in rest) and not parameters:
        return Function(None, result)
    variable = rest[0].variable if isinstance(rest[0], Spread) and isinstance(rest[1], Spread) else None
    return Function(parameters, result, rest=variable) if isinstance(variable, Variable) else None
