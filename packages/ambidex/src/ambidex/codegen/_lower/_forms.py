"""Own the decisions about the style "twin": what has two forms, what those are called, and how one of them is written.

Each form of a callable has one signature, which a decorator leaves alone, so nothing that it says can be lost.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeVar

from .._ir import (
    ANY,
    ASYNC_CONTEXT,
    NONE,
    OBJECT,
    Applied,
    Binding,
    Callable,
    Class,
    Decorator,
    Definition,
    Face,
    Flavour,
    Form,
    Handle,
    Name,
    Origin,
    Records,
    Registered,
    Value,
    Variable,
    Variant,
    rebuild_all,
    walk,
    with_types,
)
from ._functions import plans_of
from ._given import gives_callable
from ._signatures import parameters_of, ways_to_call

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._ir import Item, Module, Naming, Record, Type
    from ._plans import Planner

N = TypeVar("N")

_CONTEXT = Name("contextlib", "AbstractContextManager")
_GENERATOR = Name("collections.abc", "Generator")
_ASYNC_GENERATOR = Name("collections.abc", "AsyncGenerator")
_PREFIXES = {Form.BLOCKING: "blocking", Form.AWAITED: "async"}
_KINDS = {Flavour.ASYNC: "call", Flavour.STREAM: "stream", Flavour.CONTEXT: "context"}


class Forms:
    """Know which classes, functions and records of a run have two forms, and make both of each.

    `namings` are those of the generated modules in the style "twin"; `records` are all of the run.
    """

    def __init__(self, namings: Mapping[str, Naming], records: Records) -> None:
        self._namings = namings
        self._names: frozenset[Name] = frozenset()  # of the records whose own fields carry such classes
        self.records = records
        while namings:  # records refer to each other
            found = frozenset(
                record.name
                for record in records
                if not record.arguments and any(self.awaited(field.type) != field.type for field in record.fields)
            )
            if found == self._names:
                break
            self._names = found
        if namings:
            self.records = Records((each for record in records for each in self._of_record(record)), records.aliases)

    def _of_record(self, record: Record) -> Iterator[Record]:
        awaited = with_types(record, self.awaited)
        if awaited == record:
            yield record
        else:
            yield dataclasses.replace(record, form=Form.BLOCKING)
            yield dataclasses.replace(awaited, form=Form.AWAITED)

    def awaited(self, type_: Type) -> Type:
        """Return what a type of the blocking form is in the awaited one."""
        if isinstance(type_, Face) and type_.module in self._namings:
            name = self._namings[type_.module].awaited(type_.name, is_class=True)
            return Face(type_.module, name, tuple(map(self.awaited, type_.arguments)))
        if isinstance(type_, Name) and type_ in self._names:
            return self._renamed(type_)
        made = rebuild_all(type_, self.awaited)
        if isinstance(made, Applied) and made.origin in self._names:
            return Applied(self._renamed(made.origin), made.arguments)
        if isinstance(made, Handle) and made.form is Form.BLOCKING:
            return dataclasses.replace(made, form=Form.AWAITED)
        return made

    def _renamed(self, name: Name) -> Name:
        """Return what a record whose fields have two forms is called in the awaited one."""
        naming = self._namings.get(name.module)
        return name if naming is None else Name(name.module, naming.awaited(name.qualname, is_class=True))

    def split(self, module: Module) -> Module:
        """Return a module with both forms of what has two, the blocking one first."""
        naming = self._namings.get(module.target)
        if naming is None:
            return module
        return dataclasses.replace(
            module, items=tuple(each for item in module.items for each in self._both(item, naming))
        )

    def _both(self, item: Item, naming: Naming) -> Iterator[Item]:
        awaited = with_types(item, self.awaited)
        if isinstance(item, Class):
            yield _formed(item, Form.BLOCKING, naming)
        elif isinstance(item, Registered) and (awaited != item or _is_asynchronous(item.function)):
            other = naming.awaited(item.function.name, is_class=False)
            yield dataclasses.replace(item, form=Form.BLOCKING, other=other)
        elif isinstance(item, Value) and (item.alias is not None or awaited != item):
            yield _formed_value(item, Form.BLOCKING)
        else:
            yield item
        if isinstance(awaited, Class):
            yield _formed(awaited, Form.AWAITED, naming)
        elif isinstance(awaited, Registered) and (awaited != item or _is_asynchronous(awaited.function)):
            name = naming.awaited(awaited.function.name, is_class=False)
            path = awaited.function.path
            function = dataclasses.replace(awaited.function, name=name, renames=path if path != name else "")
            yield dataclasses.replace(awaited, function=function, form=Form.AWAITED)
        elif isinstance(awaited, Value) and awaited != item:
            name = naming.awaited(awaited.name, is_class=True)
            yield _formed_value(dataclasses.replace(awaited, name=name), Form.AWAITED)


def _is_asynchronous(function: Callable) -> bool:
    """Tell whether a function has two forms without a face in its signature; one that gives anything may give faces."""
    gives_anything = any(part in (ANY, OBJECT) or isinstance(part, Variable) for part in walk(function.result))
    return function.flavour is not Flavour.SYNC or gives_anything or gives_callable(function.result)


def _formed_value(value: Value, form: Form) -> Value:
    """Return an alias, or a record, in one form."""
    described = value.record
    if described is not None:
        described = dataclasses.replace(described, record=dataclasses.replace(described.record, form=form))
    return dataclasses.replace(value, form=value.form if value.alias is None else form, record=described)


def _formed(item: Class, form: Form, naming: Naming) -> Class:
    members = tuple(_formed(member, form, naming) if isinstance(member, Class) else member for member in item.members)
    other = naming.awaited(item.name, is_class=True)
    if form is Form.BLOCKING:
        return dataclasses.replace(item, members=members, form=form, other=other)
    return dataclasses.replace(item, name=other, members=members, form=form)


def lower_form(function: Callable, form: Form, planner: Planner, implementation: int, *, other: str = "") -> Definition:
    """Return the generated definition of one form of what is asynchronous.

    `other` is what the awaited form of a function or static method is called.
    """
    is_alone = function.binding in (Binding.MODULE, Binding.STATIC)
    decorator = Decorator(
        Origin.BRIDGE,
        f"{_PREFIXES[form]}_{_KINDS[function.flavour]}",
        **plans_of(function, planner),
        names_module=is_alone,
        other=other if is_alone else "",
    )
    bound = function.binding in (Binding.CLASS, Binding.STATIC)
    outer = (Decorator(Origin.BUILTIN, f"{function.binding.value}method"),) if bound else ()
    variants = [
        Variant(parameters, delivered_in(form, each), each.sent, deprecated=each.deprecated)
        for each, parameters in ways_to_call(function)
    ]
    return Definition(
        function.name,
        (*outer, decorator),
        {Binding.INSTANCE: "self", Binding.CLASS: "cls"}.get(function.binding, ""),
        parameters_of(function),
        delivered_in(form, function),
        function.doc,
        implementation,
        is_async=form is Form.AWAITED and function.flavour is Flavour.ASYNC,
        overloads=tuple(variants) if len(variants) > 1 else (),
    )


def delivered_in(form: Form, function: Callable) -> Type:
    """Return the annotation of one form of the generated `def`."""
    is_awaited = form is Form.AWAITED
    if function.flavour is Flavour.CONTEXT:
        return Applied(ASYNC_CONTEXT if is_awaited else _CONTEXT, (function.result,))
    if function.sent is None:
        return function.result
    if is_awaited:
        return Applied(_ASYNC_GENERATOR, (function.result, function.sent))
    return Applied(_GENERATOR, (function.result, function.sent, NONE))
