"""Own parameters that are not public: which ones may be excluded, and what becomes of those after them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ..._ir import Kind
from ._taken import EMPTY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from ..._ir import Parameter
    from ._taken import Taken

_BY_PLACE = (Kind.POSITIONAL_ONLY, Kind.POSITIONAL)
_VARIADIC = (Kind.REST, Kind.KEYWORDS)


def refused_parameter(listed: Sequence[Taken], path: str, name: str, hidden: Collection[str]) -> tuple[str, str] | None:
    """Return why a parameter of those listed cannot be excluded, and what to do instead; None where it can."""
    parameter = next((each for each in listed if each.name == name), None)
    if parameter is None:
        return f"{path} has no parameter {name!r}", "name one that it has"
    if parameter.default is EMPTY and parameter.kind not in _VARIADIC:
        return f"the parameter {name} of {path} has no default: whoever calls it has to give one", "leave it public"
    if parameter.kind in _BY_PLACE:
        for later in listed[[each.name for each in listed].index(name) + 1 :]:
            if later.kind in (Kind.POSITIONAL_ONLY, Kind.REST) and later.name not in hidden:
                what = f"{path} takes {later.name} by its place after {name}"
                return what, f"exclude {later.name}, too, or leave both public"
    return None


def public_parameters(parameters: Iterable[Parameter], hidden: Collection[str]) -> tuple[Parameter, ...]:
    """Return the parameters that stay; those after an excluded one are given by keyword, as its place is not theirs."""
    kept: list[Parameter] = []
    is_shifted = False
    for each in parameters:
        if each.name in hidden:
            is_shifted = is_shifted or each.kind in _BY_PLACE
        elif is_shifted and each.kind is Kind.POSITIONAL:
            kept.append(dataclasses.replace(each, kind=Kind.KEYWORD))
        else:
            kept.append(each)
    return tuple(kept)
