"""Own what a parameter takes: what the implementation says of it, and what the overloads name for it.

An implementation below overloads often says less than they do: `Any`, `object`, or a base of what they name. Users
hand in what the overloads name, so the plan of a parameter says all that any of them says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._ir import Kind, is_awaited, union, walk
from ._unions import one_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._ir import Callable, Parameter, Plan, Type
    from ._plans import Planner

_BY_PLACE = (Kind.POSITIONAL_ONLY, Kind.POSITIONAL)
_BY_NAME = (Kind.POSITIONAL, Kind.KEYWORD)


def plans_taken(function: Callable, planner: Planner) -> Iterator[tuple[str, Plan | None]]:
    """Yield the plan of what each parameter takes, None where nothing can need translation.

    Raises:
        Unsupported: a face stands where it cannot be translated.
    """
    named: dict[str, list[Type]] = {}
    for overload in function.overloads:
        for name, type_ in _taken(function.parameters, overload.parameters):
            named.setdefault(name, []).append(type_)
    for parameter in function.parameters:
        said = named.get(parameter.name, [])
        plans = [planner.inward.plan(parameter.type)]
        if any(type_ != parameter.type for type_ in said):
            plans.append(planner.inward.plan(union(sorted(said, key=_holds_awaited))))
        yield parameter.name, one_of(plans)


def _holds_awaited(type_: Type) -> bool:
    """Tell whether a callable that is awaited stands in a type; of several, one that is not says how all are called."""
    return any(map(is_awaited, walk(type_)))


def _taken(own: tuple[Parameter, ...], said: tuple[Parameter, ...]) -> Iterator[tuple[str, Type]]:
    """Yield what the parameters of one overload are, under the names of those of the implementation that take them."""
    places = [each.name for each in own if each.kind in _BY_PLACE]
    names = {each.name for each in own if each.kind in _BY_NAME}
    rest = [each.name for each in own if each.kind is Kind.REST]
    keywords = [each.name for each in own if each.kind is Kind.KEYWORDS]
    for place, parameter in enumerate(said):
        if parameter.kind in _BY_NAME and parameter.name in names:
            takers = [parameter.name]
        elif parameter.kind in _BY_PLACE and place < len(places):
            takers = [places[place]]
        else:
            by_place = rest if parameter.kind in (*_BY_PLACE, Kind.REST) else []
            by_name = keywords if parameter.kind in (*_BY_NAME, Kind.KEYWORDS) else []
            takers = [*by_place, *by_name]
        for taker in takers:
            yield taker, parameter.type
