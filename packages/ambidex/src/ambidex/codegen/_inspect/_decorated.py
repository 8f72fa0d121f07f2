"""Own what decorators take away: parameters that a function has, and what it became by them has not.

`functools.wraps` hides that at run time. The types of a decorator say it: one from
`Callable[Concatenate[S, int, P], R]` to `Callable[Concatenate[S, P], R]` gives the second parameter itself.
"""

from __future__ import annotations

import ast
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, cast

from .._annotations import annotations_of, compared_callable, module_of_function, variables_of
from .._ir import Function
from .._report import Unsupported

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._annotations import Definition, Resolver


def taken_away(
    function: FunctionType, node: Definition | None, cls: type | None, resolver: Resolver, path: str
) -> set[str]:
    """Return the positional parameters of a function that its decorators give it themselves.

    `node` is its definition, `cls` the class that it stands in. A decorator that does not say its type takes nothing.

    Raises:
        Unsupported: a decorator's type cannot be read, or gives the function other parameters.
    """
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    scopes = [function.__globals__] if cls is None else [vars(cls), function.__globals__]
    left = list(names)
    for each in reversed([] if node is None else node.decorator_list):
        decorator = _named(each.func if isinstance(each, ast.Call) else each, scopes)
        if isinstance(decorator, staticmethod):
            decorator = cast("object", decorator.__func__)
        if not isinstance(decorator, FunctionType):
            continue
        try:
            types = _types(decorator, resolver, is_made=isinstance(each, ast.Call))
        except Unsupported as refusal:
            what = f"the decorator {decorator.__qualname__} of {path}: {refusal.what}"
            raise Unsupported(what, refusal.fix) from refusal
        found = left if types is None else _left(left, *types)
        if found is None:
            raise Unsupported(
                f"the decorator {decorator.__qualname__} gives {path} other parameters than those of its `def`",
                "write a function that has them and calls it",
            )
        left = found
    return {*names} - {*left}


def _named(node: ast.expr, scopes: Sequence[Mapping[str, object]]) -> object:
    """Return what an expression names, None where it is no name, or one of something that an object has."""
    if isinstance(node, ast.Name):
        return next((scope[node.id] for scope in scopes if node.id in scope), None)
    if isinstance(node, ast.Attribute):
        owner = _named(node.value, scopes)
        return vars(owner).get(node.attr) if isinstance(owner, (ModuleType, type)) else None
    return None


def _types(decorator: FunctionType, resolver: Resolver, *, is_made: bool) -> tuple[Function, Function] | None:
    """Return the callables that a decorator takes and gives, None where it does not say; `is_made`: by a call of it."""
    module = module_of_function(decorator)
    annotations = annotations_of(decorator)
    if module is None or "return" not in annotations:
        return None
    near = resolver.beside(module, object, {}).within(variables_of(decorator))

    def said(name: str) -> Function | None:
        return compared_callable(near.qualified(annotations.get(name))[1], near.resolve)

    code, made = decorator.__code__, said("return")
    if is_made:
        listed = () if made is None or made.parameters is None else made.parameters
        taken = listed[0] if len(listed) == 1 else None
        given = None if made is None else made.result
    else:
        taken, given = said(code.co_varnames[0]) if code.co_argcount else None, made
    return (taken, given) if isinstance(taken, Function) and isinstance(given, Function) else None


def _left(names: list[str], taken: Function, given: Function) -> list[str] | None:
    """Return the parameters that are left where a decorator takes one callable and gives another; None for others."""
    if taken.parameters is None or given.parameters is None:
        return names  # it takes, or gives, any
    before, after = taken.parameters, given.parameters
    kept = 0
    while kept < min(len(before), len(after)) and before[kept] == after[kept]:
        kept += 1
    gone = len(before) - len(after)
    is_less = gone >= 0 and before[kept + gone :] == after[kept:] and taken.rest == given.rest
    if not is_less or (gone and len(names) < kept + gone):
        return None
    return names[:kept] + names[kept + gone :]
