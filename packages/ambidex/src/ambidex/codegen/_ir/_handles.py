"""Own what users hold of something asynchronous that stands inside another type: where it can stand, and its types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._containers import container_plan
from ._declarations import (
    BRIDGE,
    Attribute,
    Awaiting,
    Callable,
    Class,
    Constant,
    Entering,
    Iterating,
    Registered,
    retyped,
)
from ._styles import Form
from ._types import (
    ASYNC_CONTEXT,
    ASYNC_ITERATORS,
    AWAITABLES,
    NONE,
    Alternatives,
    Applied,
    Function,
    Handle,
    Name,
    TupleOf,
    WithMetadata,
    awaited,
    changed_each,
    rebuild,
    revised,
)

if TYPE_CHECKING:
    from ._declarations import Item, Member, Module, RecordClass
    from ._records import Field, Record
    from ._types import Type


_ABC = "collections.abc"
_ITERATOR = Name(_ABC, "AsyncIterator")
_ITERABLE = Name(_ABC, "AsyncIterable")
_GENERATOR = Name(_ABC, "AsyncGenerator")


def is_handle(origin: object) -> bool:
    """Tell whether something is asynchronous, and is used by iterating, entering or awaiting it."""
    return origin in ASYNC_ITERATORS or origin == ASYNC_CONTEXT or origin in AWAITABLES


def is_asynchronous(type_: Type) -> bool:
    """Tell whether a type is that of such a thing."""
    return isinstance(type_, Handle) or (isinstance(type_, Applied) and is_handle(type_.origin))


def given(type_: Type, form: Form) -> Type:
    """Return a type of the implementation's as the user gets it: what is asynchronous in it serves the user's form.

    What stands where the bridge does not look is left as it is, which is refused.
    """
    if isinstance(type_, Function):
        return _given_callable(type_, form)
    if isinstance(type_, Applied) and is_handle(type_.origin):
        first, rest = type_.arguments[0], type_.arguments[1:]
        if type_.origin in AWAITABLES:
            place = AWAITABLES[type_.origin]
            inner = tuple(given(each, form) if at == place else each for at, each in enumerate(type_.arguments))
            return Handle(type_.origin, inner, form)
        return Handle(type_.origin, (given(first, form), *rest), form)
    is_container = isinstance(type_, Applied) and container_plan(type_.origin) is not None
    if is_container or isinstance(type_, (TupleOf, Alternatives, WithMetadata)):
        return rebuild(type_, lambda part: given(part, form))
    return type_


def _given_callable(function: Function, form: Form) -> Function:
    """Return a callable as the user gets it."""
    parameters = None if function.parameters is None else changed_each(function.parameters, handed_in)
    result = given(function.result, form) if awaited(function) is None else _given_by_call(function.result, form)
    return revised(function, parameters=parameters, result=result)


def _given_by_call(type_: Type, form: Form) -> Type:
    """Return what a callable returns: that it is awaited stays, what that gives is as the user gets it."""
    if isinstance(type_, (Alternatives, WithMetadata)):
        return rebuild(type_, lambda part: _given_by_call(part, form))
    if isinstance(type_, Applied) and type_.origin in AWAITABLES:
        place = AWAITABLES[type_.origin]
        inner = (given(each, form) if at == place else each for at, each in enumerate(type_.arguments))
        return Applied(type_.origin, tuple(inner))
    return given(type_, form)


def handed_in(type_: Type) -> Type:
    """Return a type as the user fills it: the callables in it are given what is asynchronous in both forms.

    A callable may be a blocking one or an async one, in either style. `type_` may be one that the user gets, too.
    """
    return _handed_in(as_declared(type_))


def _handed_in(type_: Type) -> Type:
    if not isinstance(type_, Function):
        return rebuild(type_, _handed_in)
    parameters = type_.parameters and changed_each(type_.parameters, lambda each: given(each, Form.BOTH))
    return revised(type_, parameters=parameters, result=_handed_in(type_.result))


def as_declared(type_: Type) -> Type:
    """Return what the implementation says of a type that the user gets."""
    made = rebuild(type_, as_declared)
    return Applied(made.origin, made.arguments) if isinstance(made, Handle) else made


def written(handle: Handle) -> Applied:
    """Return the type that annotations say."""
    item = handle.item
    if handle.origin in AWAITABLES:
        names = {Form.BOTH: (BRIDGE, "DualAwaitable"), Form.BLOCKING: (BRIDGE, "BlockingAwaitable")}
        return Applied(Name(*names.get(handle.form, (_ABC, "Awaitable"))), (item,))
    if handle.origin == ASYNC_CONTEXT:
        names = {Form.BOTH: (BRIDGE, "Context"), Form.BLOCKING: ("contextlib", "AbstractContextManager")}
        return Applied(Name(*names[handle.form]) if handle.form in names else ASYNC_CONTEXT, (item,))
    if handle.origin == _ITERABLE:
        names = {Form.BOTH: (BRIDGE, "DualIterable"), Form.BLOCKING: (_ABC, "Iterable")}
        return Applied(Name(*names[handle.form]) if handle.form in names else _ITERABLE, (item,))
    if handle.form is Form.BOTH and handle.origin == _ITERATOR:
        return Applied(Name(BRIDGE, "DualIterator"), (item,))
    sent = handle.arguments[1] if len(handle.arguments) == 2 else NONE
    if handle.form is Form.BLOCKING:  # as a stream that is the whole result: what closes it has a type
        return Applied(Name(_ABC, "Generator"), (item, sent, NONE))
    return Applied(Name(BRIDGE, "DualGenerator") if handle.form is Form.BOTH else _GENERATOR, (item, sent))


# -- declarations


def with_handles(module: Module, form: Form) -> Module:
    """Return a module whose users get what is asynchronous inside other types in one form."""
    return revised(module, items=changed_each(module.items, lambda item: _item(item, form)))


def record_with_handles(record: Record, form: Form) -> Record:
    """Return a record with its fields as the user has them."""
    return revised(record, fields=_fields(record.fields, form))


def _fields(fields: tuple[Field, ...], form: Form) -> tuple[Field, ...]:
    return changed_each(fields, lambda field: revised(field, type=given(field.type, form)))


def _item(item: Item, form: Form) -> Item:
    if isinstance(item, Registered):
        return revised(item, function=_callable(item.function, form))
    if isinstance(item, Class):
        return _class(item, form)
    if item.record is None:
        return item
    return revised(item, record=_record_class(item.record, form))


def _class(item: Class, form: Form) -> Class:
    constructor = None if item.constructor is None else _callable(item.constructor, form)
    return revised(
        item, constructor=constructor, members=changed_each(item.members, lambda member: _member(member, form))
    )


def _record_class(described: RecordClass, form: Form) -> RecordClass:
    constructor = None if described.constructor is None else _callable(described.constructor, form)
    members = tuple(
        _callable(member, form) if isinstance(member, Callable) else _attribute(member, form)
        for member in described.members
    )
    return revised(described, fields=_fields(described.fields, form), constructor=constructor, members=members)


def _member(member: Member, form: Form) -> Member:
    if isinstance(member, Callable):
        return _callable(member, form)
    if isinstance(member, Class):
        return _class(member, form)
    if isinstance(member, Attribute):
        return _attribute(member, form)
    if isinstance(member, (Awaiting, Entering)):
        return revised(member, result=given(member.result, form))
    if isinstance(member, Iterating):
        return revised(member, item=given(member.item, form))
    if isinstance(member, Constant) and member.type is not None:
        return revised(member, type=given(member.type, form))
    return member


def _attribute(member: Attribute, form: Form) -> Attribute:
    accepts = None if member.accepts is None else handed_in(member.accepts)
    return revised(member, type=given(member.type, form), accepts=accepts)


def _callable(function: Callable, form: Form) -> Callable:
    return revised(
        function,
        parameters=retyped(function.parameters, handed_in),
        result=given(function.result, form),
        overloads=changed_each(function.overloads, lambda each: _callable(each, form)),
    )
