"""Own the decisions about callables that the user hands in: what type they may have, and what is planned for them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from .._ir import (
    ANY,
    ASYNC_CONTEXT,
    ASYNC_ITERATORS,
    AWAITABLES,
    NONE,
    OBJECT,
    Alternatives,
    Applied,
    Function,
    Name,
    Plan,
    Variable,
    bare,
    rebuild,
    union,
    walk,
)
from .._report import Unsupported

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._ir import Parameter, Type

_AWAITABLE = Name("collections.abc", "Awaitable")
_ITERABLE = Name("collections.abc", "Iterable")
_ASYNC_ITERABLE = Name("collections.abc", "AsyncIterable")
_READ = (_ASYNC_ITERABLE, Name("collections.abc", "AsyncIterator"))
_AWAITED = (_AWAITABLE, Name("collections.abc", "Coroutine"))  # what an `async def` of the user's can be


def awaited(function: Function) -> Type | None:
    """Return what awaiting a callable's result gives, None where the implementation does not await it."""
    result = bare(function.result)
    members = result.members if isinstance(result, Alternatives) else (result,)
    found = [_awaited(member) for member in members]
    if all(item is None for item in found):
        return None
    return union(member if item is None else item for member, item in zip(members, found))


def _awaited(type_: Type) -> Type | None:
    type_ = bare(type_)
    if not isinstance(type_, Applied) or type_.origin not in _AWAITED:
        return None
    return type_.arguments[AWAITABLES[type_.origin]]


def accepted(parameters: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    """Return parameters as the user fills them: a callable that is awaited may be a blocking one as well."""
    return tuple(dataclasses.replace(parameter, type=_accepted(parameter.type)) for parameter in parameters)


def is_async_items(type_: Type) -> bool:
    """Tell whether a parameter wants something to iterate with `async for`, and no more of it than that."""
    return isinstance(type_, Applied) and type_.origin in _READ


def is_either(type_: Type) -> bool:
    """Tell whether a union has more than one member beside None: a blocking iterable could be meant by another one."""
    return isinstance(type_, Alternatives) and len([member for member in type_.members if member != NONE]) > 1


def _accepted(type_: Type) -> Type:
    if isinstance(type_, Applied) and is_async_items(type_):
        items = tuple(map(_accepted, type_.arguments))
        return union((Applied(_ITERABLE, items), Applied(_ASYNC_ITERABLE, items)))
    if isinstance(type_, Alternatives) and is_either(type_):
        return union(member if is_async_items(member) else _accepted(member) for member in type_.members)
    if not isinstance(type_, Function):
        return rebuild(type_, _accepted)
    result = awaited(type_)
    if result is None:
        return type_
    either = result if result in (ANY, OBJECT) else union((result, Applied(_AWAITABLE, (result,))))
    return Function(type_.parameters, either, rest=type_.rest)


def is_callback(plan: Plan) -> bool:
    """Tell whether a plan is that of a callable itself."""
    return plan.combinator in ("callback", "plain_callback")


def plan_callback(
    function: Function, inward: Callable[[Type], Plan | None], outward: Callable[[Type], Plan | None]
) -> Plan | None:
    """Return the plan of a callable that the user hands in, None where it is handed on as it is.

    `inward` and `outward` plan what it returns and what it is given.

    Raises:
        Unsupported: it is given, or returns, what cannot be translated.
    """
    result = awaited(function)
    if result is None and function.on_loop:
        raise Unsupported("ON_LOOP marks a Callable that is not awaited", "leave it out: it runs on the loop anyway")
    if result is not None:
        for parameter in function.parameters or ():
            _refuse_handles(parameter)
    takes = tuple(map(outward, function.parameters or ()))
    returned = function.result if result is None else result
    gives = None if is_async_items(bare(returned)) else inward(returned)
    if any(is_async_items(part) for part in walk(returned)) and gives is not None:
        raise Unsupported("an async iterable inside what a callback returns is not supported yet", "take a list")
    rest = outward(ANY) if function.parameters is None or function.rest is not None else None
    if any(isinstance(part, Function) and inward(part) is not None for part in walk(result or function.result)):
        raise Unsupported("a callable that a callback returns is not supported yet", "take it as a parameter")
    is_generic = any(isinstance(part, Variable) for part in walk(function))  # what it is given was translated inward
    plans = [plan for plan in (*takes, gives, rest) if plan is not None]
    if result is None and all(plan.is_of_anything and not is_generic for plan in plans):
        return None
    while takes and takes[-1] is None:
        takes = takes[:-1]
    options: dict[str, Plan | bool | None] = {"gives": gives, "rest": rest, "on_loop": function.on_loop}
    listed = tuple((name, value) for name, value in options.items() if value)
    return Plan("plain_callback" if result is None else "callback", takes, options=listed)


def _refuse_handles(parameter: Type) -> None:
    for part in walk(parameter):
        origin = part.origin if isinstance(part, Applied) else part
        if origin in ASYNC_ITERATORS or origin in AWAITABLES or origin == ASYNC_CONTEXT:
            raise Unsupported(
                "a callback is given something asynchronous, which is not supported yet", "give it plain values"
            )
