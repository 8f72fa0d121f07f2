"""Own the arguments of a call that came as plain data: they are made of the types that annotations say."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from ._annotations import Names, evaluated, readable
from ._converting import converted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Args = tuple[Any, ...]
    Kwargs = dict[str, Any]


class Arguments:
    """Convert the arguments of calls of one function; `name` is what messages call it.

    `written` is the function whose annotations count, `called` the one that is called, and `leading` how many arguments
    it has before those of a call, as a method its object.
    """

    def __init__(self, name: str, written: Any, called: Callable[..., Any], leading: int = 0) -> None:
        names = Names(getattr(written, "__globals__", {}))
        annotations: dict[str, Any] = getattr(written, "__annotations__", {})
        self._kinds = {key: readable(evaluated(each, names), names) for key, each in annotations.items()}
        self._kinds.pop("return", None)
        self.are_any = all(kind is Any for kind in self._kinds.values())
        self._name = name
        self._leading = (None,) * leading
        self._signature = inspect.signature(called)

    def converted(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Args, Kwargs]:
        """Return the arguments in their types; those that do not fit the parameters stay as they are.

        Raises:
            UsageError: one is of another type; the message names the place.
        """
        if self.are_any:
            return tuple(args), dict(kwargs)
        try:
            bound = self._signature.bind(*self._leading, *args, **kwargs)
        except TypeError:
            return tuple(args), dict(kwargs)  # which the call itself says, in Python's own words
        parameters = list(self._signature.parameters.values())[len(self._leading) :]
        for each in parameters:
            if each.name in bound.arguments:
                bound.arguments[each.name] = self._made(each, bound.arguments[each.name])
        return bound.args[len(self._leading) :], bound.kwargs

    def _made(self, parameter: inspect.Parameter, value: Any) -> Any:
        kind, place = self._kinds.get(parameter.name, Any), f"{self._name}({parameter.name})"
        if parameter.kind is parameter.VAR_POSITIONAL:
            return tuple(converted(each, kind, f"{place}[{index}]") for index, each in enumerate(value))
        if parameter.kind is parameter.VAR_KEYWORD:
            return {key: converted(each, kind, f"{place}[{key!r}]") for key, each in value.items()}
        return converted(value, kind, place)
