"""Own the type of callable protocols: the Callable that says what their `__call__` says."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from .._ir import (
    ANY,
    Applied,
    Face,
    Function,
    Kind,
    Name,
    Own,
    Shape,
    Slot,
    Spread,
    Variable,
    is_awaited,
    variables,
    walk,
)
from .._protocols import call_of
from .._report import Unsupported
from ._carried import annotations_of
from ._meanings import meanings
from ._source import module_of_class

if TYPE_CHECKING:
    from types import FunctionType

    from .._ir import Type
    from ._resolver import Resolver
    from ._source import Sources

_AWAITABLE = Name("collections.abc", "Awaitable")
_KINDS = {
    inspect.Parameter.POSITIONAL_ONLY: Kind.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD: Kind.POSITIONAL,
    inspect.Parameter.VAR_POSITIONAL: Kind.REST,
    inspect.Parameter.KEYWORD_ONLY: Kind.KEYWORD,
    inspect.Parameter.VAR_KEYWORD: Kind.KEYWORDS,
}
_BY_PLACE = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_REST = [inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD]


def read_called(cls: type, arguments: tuple[Type, ...], resolver: Resolver, sources: Sources) -> Function | None:
    """Return the Callable that a callable protocol is, applied to `arguments`.

    Returns None for any other class, and where no Callable says it and nothing is translated: what the user hands in is
    handed on as it is then.

    Raises:
        Unsupported: its `__call__` cannot be read, or has overloads or type variables and is given or gives a face.
    """
    found = call_of(cls)
    if found is None:
        return None
    layer, function = found
    near = resolver.beside(module_of_class(layer), layer, meanings(cls, arguments, resolver).get(layer, {}))
    types = _types_of(function, near)
    if types is None:
        return None
    read = _callable(cls, function, types)
    held = [part for type_ in types.values() for part in walk(type_)]
    is_open = any(isinstance(part, Own) for part in held)
    own = set(variables(types.values())) - set(variables(arguments))
    has_overloads = bool(sources.of_file(function.__code__.co_filename).overloads(function.__qualname__))
    if not (is_open or own or has_overloads):
        if read is not None:
            return read
        shaped = _shaped(cls.__name__, function, types)
        is_carrying = any(isinstance(part, Face) or resolver.is_record(part) for part in held)
        is_hidden = any(part.startswith("_") for part in cls.__qualname__.split("."))
        if not variables(types.values()) and (is_awaited(shaped) or is_carrying or is_hidden):
            return shaped
    face = next((part for part in held if isinstance(part, Face)), None)
    if face is not None:
        raise Unsupported(
            f"{cls.__qualname__} is a callable that names {face.name}, and has overloads, type variables or Self, "
            "which no Callable can say",
            "write Callable[[X, Y], Z], or one signature that names the classes",
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


def _callable(cls: type, function: FunctionType, types: dict[str, Type]) -> Function | None:
    """Return a signature as a Callable, None where it has keywords, defaults or a part of its parameters open."""
    listed = list(inspect.signature(function).parameters.values())[1:]
    places = [each for each in listed if each.kind in _BY_PLACE]
    rest = [types[each.name] for each in listed[len(places) :]]
    if any(each.default is not each.empty for each in places):
        return None
    result = _result(function, types)
    parameters = tuple(types[each.name] for each in places)
    names = _places(cls, places)
    if not rest:
        return Function(parameters, result, places=names)
    if [each.kind for each in listed[len(places) :]] != _REST:
        return None
    if all(type_ == ANY for type_ in rest) and not parameters:
        return Function(None, result)
    variable = rest[0].variable if isinstance(rest[0], Spread) and isinstance(rest[1], Spread) else None
    return Function(parameters, result, rest=variable, places=names) if isinstance(variable, Variable) else None


def _places(cls: type, parameters: list[inspect.Parameter]) -> tuple[str, ...]:
    """Return the names by which parameters can be given, `/` for one that has none; nothing where all have none."""
    private = (
        "__",
        f"_{cls.__name__.lstrip('_')}__",
    )  # which are by place alone, and the second is what Python calls them
    names = [
        "/" if each.kind is inspect.Parameter.POSITIONAL_ONLY or each.name.startswith(private) else each.name
        for each in parameters
    ]
    while names and names[-1] == "/":
        names.pop()
    return tuple(names)


def _shaped(name: str, function: FunctionType, types: dict[str, Type]) -> Function:
    """Return any other signature, with how each of its parameters is filled."""
    listed = list(inspect.signature(function).parameters.values())[1:]
    slots = tuple(Slot(each.name, _KINDS[each.kind], each.default is not each.empty) for each in listed)
    parameters = tuple(types[each.name] for each in listed)
    return Function(parameters, _result(function, types), shape=Shape(name, slots))


def _result(function: FunctionType, types: dict[str, Type]) -> Type:
    result = types["return"]
    return Applied(_AWAITABLE, (result,)) if inspect.iscoroutinefunction(function) else result
