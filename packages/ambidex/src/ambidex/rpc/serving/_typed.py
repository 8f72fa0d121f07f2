"""Own the arguments of functions whose codec has plain data alone: they are made of the types that annotations say."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._table import Function


def taking_typed(entry: Function) -> Function:
    """Return the entry of a function that is given its arguments in the types that its annotations say.

    A call raises `UsageError` where an argument is of another type; the message names the place.
    """
    from .._codecs._annotations import Names, evaluated, readable  # here: a child that trusts its parent needs none

    plain: Any = inspect.unwrap(entry.function)
    names = Names(getattr(plain, "__globals__", {}))
    annotations: dict[str, Any] = getattr(plain, "__annotations__", {})
    kinds = {name: readable(evaluated(each, names), names) for name, each in annotations.items() if name != "return"}
    if all(kind is Any for kind in kinds.values()):
        return entry
    return entry._replace(function=_converting(entry.name, entry.function, kinds))


def _converting(name: str, function: Callable[..., Any], kinds: dict[str, Any]) -> Callable[..., Any]:
    from .._codecs._converting import converted

    signature = inspect.signature(function)

    def made(parameter: inspect.Parameter, value: Any) -> Any:
        kind, place = kinds.get(parameter.name, Any), f"{name}({parameter.name})"
        if parameter.kind is parameter.VAR_POSITIONAL:
            return tuple(converted(each, kind, f"{place}[{index}]") for index, each in enumerate(value))
        if parameter.kind is parameter.VAR_KEYWORD:
            return {key: converted(each, kind, f"{place}[{key!r}]") for key, each in value.items()}
        return converted(value, kind, place)

    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError:
            return function(*args, **kwargs)  # which says so in Python's own words
        for each, value in bound.arguments.items():
            bound.arguments[each] = made(signature.parameters[each], value)
        return function(*bound.args, **bound.kwargs)

    return call
