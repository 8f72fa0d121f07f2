"""Own the decisions about callables that cross: what type they have for the user, and what is planned for them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from .._ir import (
    ANY,
    ASYNC_CONTEXT,
    ASYNC_ITERATORS,
    AWAITABLES,
    OBJECT,
    UNPACK,
    Alternatives,
    Applied,
    Form,
    Function,
    Kind,
    Plan,
    awaited,
    bare,
    is_awaited,
    parts,
    rebuild,
    retyped,
    revised,
    union,
)
from .._report import Unsupported
from ._asynchronous import AWAITABLE, accepted_handle, combinator_of
from ._unions import one_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .._ir import Option, Parameter, Type


CALLS = ("call_of", "plain_call_of")  # the plans of callables that the user is given


def accepted(parameters: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    """Return parameters as the user fills them: a callable that is awaited may be a blocking one as well."""
    return retyped(parameters, accepted_type)


def accepted_type(type_: Type) -> Type:
    """Return the type of what the user hands in."""
    if isinstance(type_, Applied) and combinator_of(type_) is not None:
        return accepted_handle(type_, accepted_type)
    if isinstance(type_, Alternatives):
        return union(
            accepted_type(member) if combinator_of(member) is None else accepted_handle(member, accepted_type, type_)
            for member in type_.members
        )
    if not isinstance(type_, Function):
        return rebuild(type_, accepted_type)
    result = awaited(type_)
    if result is None:
        return revised(type_, result=accepted_type(type_.result))
    result = accepted_type(result)
    either = result if result in (ANY, OBJECT) else union((result, Applied(AWAITABLE, (result,))))
    return dataclasses.replace(type_, result=either, on_loop=False)


def plan_given(
    function: Function, inward: Callable[[Type], Plan | None], outward: Callable[[Type], Plan | None]
) -> Plan:
    """Return the plan of a callable that the user is given and that is awaited.

    `inward` and `outward` plan what it is given and what it returns.

    Raises:
        Unsupported: it is given, or returns, what cannot be translated.
    """
    result = awaited(function)
    assert result is not None  # as who calls this knows
    _refuse_handles(result, "a Callable that is given to the user gives")
    takes, rest, named = _taken(function, inward)
    options = (("gives", outward(result)), ("rest", rest), ("named", named))
    return Plan("call_of", takes, options=tuple((name, plan) for name, plan in options if plan))


def plan_plainly_given(
    function: Function, inward: Callable[[Type], Plan | None], outward: Callable[[Type], Plan | None]
) -> Plan:
    """Return the plan of a callable that the user is given, that is not awaited, and that carries faces.

    `inward` and `outward` as in `plan_given`.

    Raises:
        Unsupported: it is given, or returns, what cannot be translated.
    """
    _refuse_handles(function.result, "a Callable that is given to the user gives")
    takes, rest, named = _taken(function, inward)
    options = (("gives", outward(function.result)), ("rest", rest), ("named", named))
    return Plan("plain_call_of", takes, options=tuple((name, plan) for name, plan in options if plan))


def refuse_what_is_not_told_apart(functions: Sequence[Function]) -> None:
    """Refuse callables of a union that the user is given where nothing tells how one of them is called.

    Raises:
        Unsupported: one is awaited at times and another one never, or what they take is awaited in one of them alone.
    """
    for at, one in enumerate(functions):
        for other in functions[at + 1 :]:
            if is_awaited(one) is not is_awaited(other):
                if any(isinstance(bare(each.result), Alternatives) and is_awaited(each) for each in (one, other)):
                    raise Unsupported(
                        "a Callable that is awaited at times stands in a union beside one that is not, "
                        "and nothing tells which of them is given",
                        "let the first give an Awaitable alone, or give each by a function of its own",
                    )
                continue
            for first, second in zip(one.parameters or (), other.parameters or ()):
                if _is_called_by_either(first, second):
                    raise Unsupported(
                        "Callables in a union take a callable each that is awaited in one of them alone, "
                        "and nothing tells which of them is given",
                        "give each by a function of its own",
                    )


def _is_called_by_either(one: Type, other: Type) -> bool:
    """Tell whether a callable is awaited under one type and is not under another."""
    found = [{is_awaited(part) for part in _members(bare(each)) if isinstance(part, Function)} for each in (one, other)]
    return (True in found[0] and False in found[1]) or (False in found[0] and True in found[1])


def _members(type_: Type) -> tuple[Type, ...]:
    return tuple(map(bare, type_.members)) if isinstance(type_, Alternatives) else (type_,)


def with_own(plan: Plan, form: Form = Form.BOTH) -> Plan:
    """Return a plan under which the callables that the user has handed in come back as they were.

    `form` is that in which a record's are given callables, where their plan goes both ways.
    """
    items = tuple(None if item is None else with_own(item, form) for item in plan.items)
    options = plan.options
    if plan.combinator in CALLS and ("own", True) not in options:
        options = (*options, ("own", True))
        if plan.combinator == "plain_call_of" and form is not Form.BOTH and any(map(_is_callback, plan.within)):
            options = (*options, ("form", form.value))
    return dataclasses.replace(plan, items=items, options=options)


def _is_callback(plan: Plan) -> bool:
    return plan.combinator == "callback" or any(map(_is_callback, plan.within))


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
            _refuse_handles(parameter, "a callback is given")
    takes, rest, named = _taken(function, outward)
    returned = function.result if result is None else result
    gives = inward(returned)
    if result is None and not function.places and not any((*takes, gives, rest, named)):
        return None
    if result is None and returned in (ANY, OBJECT) and gives is not None:  # the implementation may await it
        gives = Plan("one_of", (Plan("awaited_of", (gives,)), gives))
    options: dict[str, Option | None] = {"gives": gives, "rest": rest, "on_loop": function.on_loop, "named": named}
    options["places"] = " ".join(function.places)
    listed = tuple((name, value) for name, value in options.items() if value)
    return Plan("plain_callback" if result is None else "callback", takes, options=listed)


def _taken(
    function: Function, outward: Callable[[Type], Plan | None]
) -> tuple[tuple[Plan | None, ...], Plan | None, tuple[tuple[str, Plan], ...]]:
    """Return the plans of what a callable is given: by place, what follows that, and by name."""
    types = function.parameters or ()
    if function.shape is None:
        if function.parameters is None or function.rest is not None:
            return _trimmed(tuple(map(outward, types))), outward(ANY), ()
        end = next((place for place, each in enumerate(types) if is_unpacked(each)), len(types))
        takes, rest = tuple(map(outward, types[:end])), one_of(list(map(outward, types[end:])))
        return takes if rest is not None else _trimmed(takes), rest, ()
    filled = [(slot, outward(type_)) for slot, type_ in zip(function.shape.slots, types)]
    takes = tuple(plan for slot, plan in filled if slot.kind in (Kind.POSITIONAL_ONLY, Kind.POSITIONAL))
    rest = one_of([plan for slot, plan in filled if slot.kind in (Kind.REST, Kind.KEYWORDS)])
    named = ((slot.name, plan) for slot, plan in filled if slot.kind in (Kind.POSITIONAL, Kind.KEYWORD))
    keywords = tuple((name, plan) for name, plan in named if plan is not None)
    return takes if rest is not None else _trimmed(takes), rest, keywords


def is_unpacked(type_: Type) -> bool:
    """Tell whether a type stands for any number of parameters."""
    return isinstance(type_, Applied) and type_.origin == UNPACK


def _trimmed(takes: tuple[Plan | None, ...]) -> tuple[Plan | None, ...]:
    while takes and takes[-1] is None:
        takes = takes[:-1]
    return takes


def _refuse_handles(parameter: Type, what: str) -> None:
    """Refuse what is asynchronous where the bridge does not look."""
    if isinstance(parameter, Function):
        return  # the user is given a face of it
    origin = parameter.origin if isinstance(parameter, Applied) else parameter
    if origin in ASYNC_ITERATORS or origin in AWAITABLES or origin == ASYNC_CONTEXT:
        raise Unsupported(f"{what} something asynchronous where it cannot be reached", "use a list, set, dict or tuple")
    for part in parts(parameter):
        _refuse_handles(part, what)
