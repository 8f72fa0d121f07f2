"""Own what the user sees of callables that the implementation gives out: their types, and the plans of each form.

Everything before the last step of lowering speaks of the callables as the implementation declares them.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeVar, cast

from .._ir import (
    ANY,
    ANYTHING,
    ANYTHING_ASYNC,
    BRIDGE,
    Applied,
    Definition,
    FaceClass,
    Form,
    Function,
    Handle,
    Kind,
    Listed,
    Name,
    Plan,
    Shape,
    Slot,
    Variable,
    Variant,
    as_declared,
    awaited,
    bare,
    changed_each,
    given,
    handed_in,
    is_asynchronous,
    is_awaited,
    rebuild,
    replace_in,
    retyped,
    revised,
    union,
    variables,
    walk,
)
from ._asynchronous import AWAITABLE
from ._callbacks import accepted_type, is_unpacked

if TYPE_CHECKING:
    from .._ir import Decorator, Type

N = TypeVar("N")

_CALL = Name(BRIDGE, "Call")
_VARIADIC_CALL = Name(BRIDGE, "VariadicCall")
_COROUTINE = Name("collections.abc", "Coroutine")
_CONCATENATE = Name("typing_extensions", "Concatenate")
_COMBINATORS = {Form.BOTH: "call_of", Form.BLOCKING: "blocking_call_of", Form.AWAITED: "async_call_of"}


def gives_callable(type_: Type) -> bool:
    """Tell whether the user is given a callable somewhere inside a type that has a form of its own."""
    return any(is_awaited(part) or _has_handles(part) for part in walk(type_))


def _has_handles(type_: Type) -> bool:
    """Tell whether a type is a callable that takes or gives something asynchronous."""
    return isinstance(type_, Function) and any(map(is_asynchronous, walk(type_)))


def with_bounds(lowered: N, form: Form) -> N:
    """Return what was lowered with the type variables in it bound to the callables that the user may hand in."""
    return replace_in(lowered, (Variable, Plan), lambda part: _bounded(part, form))


def _bounded(variable: Variable | Plan, form: Form) -> Variable | Plan:
    if isinstance(variable, Plan):  # which finds its records by what they are declared as
        return variable

    def as_handed_in(type_: Type) -> Type:
        return _taken(accepted_type(handed_in(type_)), form) if isinstance(bare(type_), Function) else type_

    bound = None if variable.bound is None else as_handed_in(variable.bound)
    return revised(variable, bound=bound, constraints=changed_each(variable.constraints, as_handed_in))


def kept(type_: Type, form: Form) -> Type:
    """Return the type of what either side may have put there: the user's own callables come back as they were."""
    if not isinstance(type_, Function):
        return rebuild(type_, lambda part: kept(part, form))
    own = _taken(accepted_type(handed_in(type_)), form)
    mine = _given(given(as_declared(type_), form), form)
    is_within = form is not Form.BOTH and not any(isinstance(part, Handle) for part in walk(mine))
    return own if is_within else union((mine, own))


def written(type_: Type, form: Form) -> Type:
    """Return the type of what the user may write where a type is kept."""
    if isinstance(type_, Handle):
        return _taken(handed_in(type_), form)
    if isinstance(type_, Function):
        return kept(type_, form)
    return rebuild(type_, lambda part: written(part, form))


def settled(lowered: N, form: Form, of_class: frozenset[Variable] = frozenset()) -> N:
    """Return what was lowered with the types and plans of its form: of faces of anything, and of callables.

    `of_class` are the type variables of the classes around it.
    """
    if isinstance(lowered, FaceClass):
        own = frozenset((*of_class, *variables(lowered.variables)))
        return revised(lowered, body=changed_each(lowered.body, lambda line: settled(line, form, own)))
    if isinstance(lowered, Definition):
        typed = _definition(lowered, form, of_class)
        if form is Form.BOTH:  # in which the planner makes plans
            return cast("N", typed)
        decorators = changed_each(typed.decorators, lambda each: _planned(each, form))
        return cast("N", revised(typed, decorators=decorators))
    return _plans_in(lowered, form)


def _planned(decorator: Decorator, form: Form) -> Decorator:
    takes, gives, sent = (_plans_in(held, form) for held in (decorator.takes, decorator.gives, decorator.sent))
    return revised(decorator, takes=takes, gives=gives, sent=sent)


def _plan(plan: Plan, form: Form) -> Plan:
    if plan == ANYTHING:
        return ANYTHING_ASYNC if form is Form.AWAITED else plan
    record = plan.record
    if record is not None and record.is_open and record.form is Form.BOTH:
        return dataclasses.replace(plan, record=dataclasses.replace(record, form=form))
    combinator = _COMBINATORS[form] if plan.combinator == "call_of" else plan.combinator
    return revised(
        plan, combinator=combinator, items=_plans_in(plan.items, form), options=_plans_in(plan.options, form)
    )


def _plans_in(node: N, form: Form) -> N:
    return replace_in(node, Plan, lambda plan: _plan(plan, form))


def _definition(definition: Definition, form: Form, of_class: frozenset[Variable]) -> Definition:
    if definition.is_settled:
        return definition
    whole = _variant(Variant(definition.parameters, definition.result, None), form, of_class)
    return revised(
        definition,
        decorators=changed_each(definition.decorators, lambda each: _typed(each, form, of_class)),
        parameters=whole.parameters,
        result=whole.result,
        overloads=changed_each(definition.overloads, lambda each: _variant(each, form, of_class)),
    )


def _typed(decorator: Decorator, form: Form, of_class: frozenset[Variable]) -> Decorator:
    told = decorator.signatures
    if told is None:
        return decorator
    variants, on_objects = (
        changed_each(each, lambda variant: _variant(variant, form, of_class))
        for each in (told.variants, told.on_objects)
    )
    return revised(decorator, signatures=revised(told, variants=variants, on_objects=on_objects))


def _variant(variant: Variant, form: Form, of_class: frozenset[Variable]) -> Variant:
    parameters = retyped(variant.parameters, lambda type_: _taken(type_, form))
    known = of_class.union(variables(each.type for each in variant.parameters))
    return revised(variant, parameters=parameters, result=_given_to_caller(variant.result, form, known))


def _given_to_caller(type_: Type, form: Form, known: frozenset[Variable]) -> Type:
    """Return the type of what a call gives, which decides none but the type variables in `known`.

    A callable that decides another one by an awaited callable which it is given is written with an overload for an
    async one and one for a blocking one: of `R | Awaitable[R]` a checker may take the awaitable itself for R.
    """
    if not isinstance(type_, Function):
        return rebuild(type_, lambda part: _given_to_caller(part, form, known))
    made = _given(type_, form)
    listed = type_.parameters or ()
    is_open = type_.shape is None and type_.rest is None and not known.intersection(variables([type_]))
    if not is_open or is_awaited(type_) or not isinstance(made, Function) or not any(map(_decides, listed)):
        return made
    pairs = list(zip(listed, made.parameters or ()))
    ways = tuple(
        tuple(_taken(_in_one_form(one, is_async), form) if _decides(one) else other for one, other in pairs)
        for is_async in (True, False)
    )
    names = ("function",) if len(listed) == 1 else tuple(f"argument_{place}" for place in range(len(listed)))
    slots = tuple(Slot(name, Kind.POSITIONAL_ONLY, is_optional=False) for name in names)
    return dataclasses.replace(made, shape=Shape("Decorator", slots, ways=ways))


def _decides(type_: Type) -> bool:
    """Tell whether a type is that of a callable that is awaited, and gives what a type variable stands for."""
    plain = bare(type_)
    result = awaited(plain) if isinstance(plain, Function) else None
    return result is not None and bool(variables([result]))


def _in_one_form(type_: Type, is_async: bool) -> Type:
    """Return the type of a callable that is awaited where it is async alone, or blocking alone."""
    plain = bare(type_)
    assert isinstance(plain, Function)  # as `_decides` has found
    result = awaited(plain)
    assert result is not None
    result = accepted_type(result)
    return dataclasses.replace(plain, result=Applied(AWAITABLE, (result,)) if is_async else result, on_loop=False)


def _taken(type_: Type, form: Form) -> Type:
    """Return the type of what the user hands in: a callable of the user's may be given callables."""
    if not isinstance(type_, Function):
        return rebuild(type_, lambda part: _taken(part, form))
    parameters = None if type_.parameters is None else tuple(_given(each, form) for each in type_.parameters)
    return dataclasses.replace(type_, parameters=parameters, result=_taken(type_.result, form))


def _given(type_: Type, form: Form) -> Type:
    """Return the type of what the user is given."""
    if not isinstance(type_, Function):
        return rebuild(type_, lambda part: _given(part, form))
    parameters = (
        None if type_.parameters is None else tuple(_taken(accepted_type(each), form) for each in type_.parameters)
    )
    result = awaited(type_)
    if result is None:
        return dataclasses.replace(type_, parameters=parameters, result=_given(type_.result, form))
    result = _given(result, form)
    if form is not Form.BOTH:
        delivered = result if form is Form.BLOCKING else Applied(_COROUTINE, (ANY, ANY, result))
        return dataclasses.replace(type_, parameters=parameters, result=delivered, on_loop=False)
    if type_.shape is not None:
        shape = dataclasses.replace(type_.shape, is_dual=True)
        return dataclasses.replace(type_, parameters=parameters, result=result, on_loop=False, shape=shape)
    if any(map(is_unpacked, parameters or ())):  # which no list of types for a ParamSpec may hold
        return Applied(_VARIADIC_CALL, (result, *(parameters or ())))
    if type_.rest is None:
        return Applied(_CALL, (Listed(parameters), result))
    spec: Type = Applied(_CONCATENATE, (*parameters, type_.rest)) if parameters else type_.rest
    return Applied(_CALL, (spec, result))
