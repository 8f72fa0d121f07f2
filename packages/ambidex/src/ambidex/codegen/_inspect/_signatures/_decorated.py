"""Own what decorators make of a function: which parameters they take away, and what they give for its result.

`functools.wraps` hides that at run time. The types of a decorator say it: one from
`Callable[Concatenate[S, int, P], R]` to `Callable[Concatenate[S, P], R]` gives the second parameter itself, one from
`Callable[P, Awaitable[R]]` to `Callable[P, Awaitable[List[R]]]` gives a list. One that does not say its types is taken
to change nothing.
"""

from __future__ import annotations

import ast
import inspect
from types import CellType, FunctionType, ModuleType
from typing import TYPE_CHECKING, NamedTuple, cast

from ..._annotations import annotations_of, compared_callable, module_of_function, type_parameters_of
from ..._ir import (
    ANY,
    ASYNC_ITERATORS,
    Applied,
    Flavour,
    Function,
    LiteralOf,
    Name,
    Variable,
    bare,
    parts,
    rebuild,
    variables,
    walk,
)
from ..._report import Unsupported
from ._deliveries import awaited_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..._annotations import Definition, Resolver
    from ..._ir import Type

    # What a decorator calls, how many of its parameters are bound, and whether it gives the decorator by that call.
    Called = tuple[FunctionType, int, bool]

_COROUTINE = Name("collections.abc", "Coroutine")
_ASYNC_GENERATOR = Name("collections.abc", "AsyncGenerator")


class Step(NamedTuple):
    """One decorator that says its types: what it takes and gives, and why a type in those cannot be public.

    `is_awaitable`: what its callable gives is of a class of somebody's own that can be awaited.
    """

    name: str
    taken: Function
    given: Function
    problems: Mapping[str, Unsupported]
    is_awaitable: bool


def steps_of(
    function: FunctionType, node: Definition | None, cls: type | None, resolver: Resolver, path: str
) -> list[Step]:
    """Return the decorators of a function that say their types, the nearest first.

    `node` is its definition, `cls` the class that it stands in.

    Raises:
        Unsupported: a decorator's type cannot be read.
    """
    scopes = [function.__globals__] if cls is None else [vars(cls), function.__globals__]
    found: list[Step] = []
    for each in reversed([] if node is None else node.decorator_list):
        decorator = _decorator(each, scopes)
        if decorator is None:
            continue
        try:
            step = _types(decorator, resolver)
        except Unsupported as refusal:
            what = f"the decorator {decorator[0].__qualname__} of {path}: {refusal.what}"
            raise Unsupported(what, refusal.fix) from refusal
        if step is not None:
            found.append(step)
    return found


def innermost(function: FunctionType, path: str) -> object:
    """Return the function that all decorators were put on, as far as something tells: `functools.wraps`, or a closure.

    `path` is the qualified name of it.
    """
    inner: object = inspect.unwrap(function)
    original = original_of(inner, path) if isinstance(inner, FunctionType) else None
    return inner if original is None else innermost(original, path)


def original_of(function: FunctionType, path: str = "") -> FunctionType | None:
    """Return what a decorator without `functools.wraps` was given, None where nothing tells.

    It is held by the closure of what stands there now. `path` is its qualified name, or empty for any at the top.
    """
    seen: set[int] = set()
    waiting = [function] if "<locals>" in function.__qualname__ else []
    while waiting:
        each = waiting.pop()
        seen.add(id(each))
        for cell in each.__closure__ or ():
            held: object = _content(cell)
            if not isinstance(held, FunctionType) or id(held) in seen:
                continue
            is_named = held.__qualname__ == path if path else held.__qualname__.isidentifier()
            if is_named and held.__module__ == function.__module__:
                return held
            waiting.append(held)
    return None


def check_known(function: FunctionType, node: Definition | None, steps: Sequence[Step], path: str) -> None:
    """Refuse a function whose decorators neither say their types nor show, by `functools.wraps`, what they were given.

    Raises:
        Unsupported: nothing tells the signature.
    """
    listed = [] if node is None else [ast.unparse(each) for each in node.decorator_list]
    if "<locals>" in function.__qualname__ and len(steps) < len({*listed} - {"staticmethod", "classmethod"}):
        raise Unsupported(
            f"a decorator of {path} hides what it takes and gives",
            "put `@functools.wraps(function)` on what the decorator returns, or type it with a ParamSpec",
        )


def _content(cell: CellType) -> object:
    try:
        return cast("object", cell.cell_contents)
    except ValueError:  # nothing is in it yet
        return None


def taken_away(function: FunctionType, steps: Sequence[Step], path: str) -> set[str]:
    """Return the positional parameters of a function that its decorators give it themselves.

    Raises:
        Unsupported: one gives the function other parameters.
    """
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    left = list(names)
    for step in steps:
        found = _left(left, step.taken, step.given)
        if found is None:
            raise Unsupported(
                f"the decorator {step.name} gives {path} other parameters than those of its `def`",
                "write a function that has them and calls it",
            )
        left = found
    return {*names} - {*left}


def given_under(steps: Sequence[Step], flavour: Flavour, result: Type, sent: Type | None, path: str) -> Type | None:
    """Return what a call of a function gives under its decorators, None where they leave alone how it delivers.

    Raises:
        Unsupported: the types of one do not say what it gives.
    """
    if flavour is Flavour.CONTEXT:  # what `asynccontextmanager` has made is no function of its own to the others
        return None
    before = result
    if flavour is Flavour.ASYNC:
        before = Applied(_COROUTINE, (ANY, ANY, result))
    elif sent is not None:
        before = Applied(_ASYNC_GENERATOR, (result, sent))
    after = _given(before, steps, path)
    return None if after is before else after


def _given(result: Type, steps: Sequence[Step], path: str) -> Type:
    for step in steps:
        taken, given = bare(step.taken.result), bare(step.given.result)
        if awaited_by(taken) == awaited_by(given) and (awaited_by(taken) is not None or taken == given):
            continue
        if awaited_by(taken) is not None and step.is_awaitable:  # it can be awaited as before, and something more
            continue
        known = dict(_matched(taken, bare(result)))
        for part in walk(given):
            if isinstance(part, LiteralOf) and part.values[0] in step.problems:
                refusal = step.problems[str(part.values[0])]
                raise Unsupported(f"the decorator {step.name} of {path}: {refusal.what}", refusal.fix) from refusal
        if not known.keys() >= {*variables([given])}:
            raise Unsupported(
                f"the decorator {step.name} does not say what {path} gives",
                "let it take `Callable[P, Awaitable[R]]` and give `Callable[P, Awaitable[R]]`",
            )
        result = _with(given, known)
    return result


def check_kind(function: FunctionType, flavour: Flavour, path: str) -> None:
    """Refuse a function that a decorator has made asynchronous without saying so.

    Raises:
        Unsupported: what stands there is asynchronous, and what is known of it says otherwise.
    """
    is_awaited, is_stream = inspect.iscoroutinefunction(function), inspect.isasyncgenfunction(function)
    if (is_awaited and flavour is not Flavour.ASYNC) or (is_stream and flavour is not Flavour.STREAM):
        made = "an async function" if is_awaited else "an async generator"
        gives = "Awaitable[R]" if is_awaited else "AsyncIterator[R]"
        raise Unsupported(
            f"a decorator makes {made} of {path}, and its types do not say so",
            f"annotate it: let it take `Callable[P, ...]` and give `Callable[P, {gives}]`",
        )


def _matched(expected: Type, made: Type) -> Iterator[tuple[Variable, Type]]:
    """Yield what the variables of one type stand for in another of its form."""
    expected, made = bare(expected), bare(made)
    if isinstance(expected, Variable):
        yield expected, made
        return
    one, other = awaited_by(expected), awaited_by(made)
    if one is not None and other is not None:
        yield from _matched(one, other)
    elif type(expected) is type(made):
        if isinstance(expected, Applied) and isinstance(made, Applied):
            origins = {expected.origin, made.origin}
            if len(origins) > 1 and not origins <= ASYNC_ITERATORS:
                return
        for part, another in zip(parts(expected), parts(made)):
            yield from _matched(part, another)


def _with(type_: Type, known: Mapping[Variable, Type]) -> Type:
    """Return a type with other types for its variables."""
    if isinstance(type_, Variable):
        return known[type_]
    return rebuild(type_, lambda part: _with(part, known))


def _decorator(node: ast.expr, scopes: Sequence[Mapping[str, object]]) -> Called | None:
    """Return what a decorator calls, None where that is no function of Python."""
    is_made = isinstance(node, ast.Call)
    named, owner = _named(node.func if isinstance(node, ast.Call) else node, scopes)
    bound = int(owner is not None and not isinstance(owner, (ModuleType, type)))
    if isinstance(named, (staticmethod, classmethod)):
        bound = int(isinstance(named, classmethod))
        named = cast("object", named.__func__)
    elif named is not None and not isinstance(named, FunctionType):  # an object that is called, or a class of such
        is_class = isinstance(named, type)
        if is_class and not is_made:
            return None
        named, bound = inspect.getattr_static(named if is_class else type(named), "__call__", None), 1
        is_made = is_made and not is_class
    return (named, bound, is_made) if isinstance(named, FunctionType) else None


def _named(node: ast.expr, scopes: Sequence[Mapping[str, object]]) -> tuple[object, object]:
    """Return what an expression names, and the object that has it; None where it is no name."""
    if isinstance(node, ast.Name):
        return next((scope[node.id] for scope in scopes if node.id in scope), None), None
    if isinstance(node, ast.Attribute):
        owner, _ = _named(node.value, scopes)
        if isinstance(owner, ModuleType):
            return vars(owner).get(node.attr), owner
        return (None, None) if owner is None else (inspect.getattr_static(owner, node.attr, None), owner)
    return None, None


def _types(decorator: Called, resolver: Resolver) -> Step | None:
    """Return what a decorator takes and gives, None where it does not say."""
    function, bound, is_maker = decorator
    module = module_of_function(function)
    annotations = annotations_of(function)
    if module is None or "return" not in annotations:
        return None
    near = resolver.beside(module, object, {}).within(type_parameters_of(function, resolver.sources))
    problems: dict[str, Unsupported] = {}

    def resolved(part: object) -> Type:
        try:
            return near.resolve(part)
        except Unsupported as refusal:
            problems[repr(part)] = refusal
            raise

    def said(name: str) -> Function | None:
        annotation = near.qualified(annotations.get(name))[1]
        while isinstance(annotation, str):  # in quotes, below `from __future__ import annotations`
            annotation = near.qualified(annotation)[1]
        return compared_callable(annotation, resolved)

    code, made = function.__code__, said("return")
    if is_maker:
        listed = () if made is None or made.parameters is None else made.parameters
        taken = listed[0] if len(listed) == 1 else None
        given = None if made is None else made.result
    else:
        taken, given = said(code.co_varnames[bound]) if code.co_argcount > bound else None, made
    if not (isinstance(taken, Function) and isinstance(given, Function)):
        return None
    is_awaitable = awaited_by(given.result) is None and hasattr(near.class_of(given.result), "__await__")
    return Step(function.__qualname__, taken, given, problems, is_awaitable)


def _left(names: list[str], taken: Function, given: Function) -> list[str] | None:
    """Return the parameters that are left where a decorator takes one callable and gives another; None for others."""
    if taken.parameters is None and given.parameters is not None and given.rest is None:
        return names if len(names) == len(given.parameters) else None
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
