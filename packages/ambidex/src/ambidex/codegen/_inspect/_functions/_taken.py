"""Own what a function takes: its parameters as its code object has them, without their annotations.

`inspect.signature` says the same in ten times the time, and evaluates annotations on the way.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, NamedTuple

from ..._ir import Kind
from ._functions import signature_of

if TYPE_CHECKING:
    from types import FunctionType

EMPTY = inspect.Parameter.empty
_KINDS = {
    inspect.Parameter.POSITIONAL_ONLY: Kind.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD: Kind.POSITIONAL,
    inspect.Parameter.VAR_POSITIONAL: Kind.REST,
    inspect.Parameter.KEYWORD_ONLY: Kind.KEYWORD,
    inspect.Parameter.VAR_KEYWORD: Kind.KEYWORDS,
}
# What a decorator says in place of the code; the others are of functions that `partialmethod` made.
_SAID = frozenset(("__signature__", "__partialmethod__", "_partialmethod"))


class Taken(NamedTuple):
    """One parameter of a function; `default` is EMPTY where it has none."""

    name: str
    kind: Kind
    default: object


def taken_by(function: FunctionType) -> list[Taken]:
    """Return the parameters of a function itself, whatever it wraps, in their order."""
    if not _SAID.isdisjoint(vars(function)):
        listed = signature_of(function).parameters.values()
        return [Taken(each.name, _KINDS[each.kind], each.default) for each in listed]
    code, named = function.__code__, function.__kwdefaults__ or {}
    by_place, by_name = code.co_argcount, code.co_argcount + code.co_kwonlyargcount
    values = function.__defaults__ or ()
    found = [
        Taken(name, Kind.POSITIONAL_ONLY if place < code.co_posonlyargcount else Kind.POSITIONAL, value)
        for place, (name, value) in enumerate(zip(code.co_varnames, (*(EMPTY,) * (by_place - len(values)), *values)))
    ]
    variadic = iter(code.co_varnames[by_name:])  # first `*args`, then `**more`, whatever stands between them
    if code.co_flags & inspect.CO_VARARGS:
        found.append(Taken(next(variadic), Kind.REST, EMPTY))
    found.extend(Taken(name, Kind.KEYWORD, named.get(name, EMPTY)) for name in code.co_varnames[by_place:by_name])
    if code.co_flags & inspect.CO_VARKEYWORDS:
        found.append(Taken(next(variadic), Kind.KEYWORDS, EMPTY))
    return found
