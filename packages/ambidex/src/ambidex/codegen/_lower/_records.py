"""Own the decisions about records that carry faces: the plans of their fields, and what type checkers see of them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from .._ir import (
    RECORD_VARIABLE,
    UNPACK,
    Applied,
    Attribute,
    Binding,
    Callable,
    Decorator,
    Definition,
    FaceClass,
    Name,
    Origin,
    RecordKind,
    RecordPlan,
    Twin,
    VariableKind,
)
from ._callbacks import with_own
from ._given import kept, settled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .._ir import ConstantLine, Field, Plan, Record, RecordClass, Value, ValueLine, Variable
    from ._plans import Planner

_BASES = {
    RecordKind.NAMED_TUPLE: Name("typing", "NamedTuple"),
    RecordKind.TYPED_DICT: Name("typing", "TypedDict"),
}


def lower_records(
    values: Sequence[Value], body: Iterable[FaceClass | Definition], planner: Planner
) -> tuple[RecordPlan, ...]:
    """Return the plans that a module holds: of its own public records, and of the generic ones that it uses."""
    found: dict[object, RecordPlan] = {}

    def add(record: Record, variable: str) -> None:
        fields = tuple((name, with_own(plan, record.form)) for name, plan in planner.fields(record))
        required: tuple[str, ...] | None = None
        if record.kind is RecordKind.TYPED_DICT:
            required = tuple(field.name for field in record.fields if field.is_required)
        found[record.key] = settled(RecordPlan(variable, record, required, fields), record.form)
        for _, plan in found[record.key].fields:
            follow(plan)

    def follow(plan: Plan | None) -> None:
        if plan is None:
            return
        record = plan.record
        if record is not None and record.arguments and record.key not in found:
            number = 1 + sum(bool(known.record.arguments) for known in found.values())
            add(record, f"{RECORD_VARIABLE}{record.path.replace('.', '_')}_{number}")
        for item in plan.within:
            follow(item)

    for value in values:
        if value.record is not None and value.record.record.kind is not RecordKind.EXCEPTION:
            add(value.record.record, f"{RECORD_VARIABLE}{value.name}")
    for plan in _plans(body):
        follow(plan)
    return tuple(found.values())


def _plans(body: Iterable[FaceClass | Definition | ConstantLine | ValueLine]) -> Iterator[Plan | None]:
    for item in body:
        if isinstance(item, FaceClass):
            yield from _plans(item.body)
        elif isinstance(item, Definition):
            for decorator in item.decorators:
                yield from (plan for _, plan in decorator.takes)
                yield decorator.gives
                yield decorator.sent


def lower_twin(name: str, described: RecordClass) -> Twin:
    """Return what type checkers see of a public record."""
    record = described.record
    body: list[Definition] = []
    if described.constructor is not None:
        constructor = _definition(described.constructor, ())
        parameters = tuple(
            dataclasses.replace(each, type=kept(each.type, record.form)) for each in constructor.parameters
        )
        body.append(dataclasses.replace(constructor, parameters=parameters, is_settled=True))
    for member in described.members:
        body.extend(_member(member))
    decorator = f"({', '.join(('init=False', *described.options))})" if record.kind is RecordKind.DATACLASS else ""
    return Twin(
        name,
        decorator,
        (*((_BASES[record.kind],) if record.kind in _BASES else described.bases), *_generic(described.variables)),
        tuple(dataclasses.replace(field, type=kept(field.type, record.form)) for field in _shown(described)),
        described.defaults,
        described.class_variables,
        tuple(body),
        described.doc,
        described.match_args,
    )


def _generic(variables: Sequence[Variable]) -> Iterator[Applied]:
    """Yield the base that makes a class generic, where it is."""
    many = VariableKind.TYPES
    arguments = tuple(Applied(UNPACK, (each,)) if each.kind is many else each for each in variables)
    if arguments:
        yield Applied(Name("typing", "Generic"), arguments)


def _shown(described: RecordClass) -> tuple[Field, ...]:
    """Return the fields that type checkers are told of: of an exception, what its constructor sets may be private."""
    is_error = described.record.kind is RecordKind.EXCEPTION
    return tuple(field for field in described.fields if not (is_error and field.name.startswith("_")))


def lower_twins(values: Sequence[Value]) -> tuple[Twin, ...]:
    """Return what type checkers see of the public records, a base before what extends it."""
    described = {value.name: value.record for value in values if value.record is not None}
    ordered: dict[str, Twin] = {}

    def place(name: str, record: RecordClass) -> None:
        for each in record.bases:
            base = each.origin if isinstance(each, Applied) else each
            known = described.get(base.qualname)
            if base.module == record.record.name.module and known is not None and base.qualname not in ordered:
                place(base.qualname, known)
        ordered.setdefault(name, lower_twin(name, record))

    for name, record in described.items():
        place(name, record)
    return tuple(ordered.values())


def _member(member: Callable | Attribute) -> Iterator[Definition]:
    if isinstance(member, Callable):
        decorators: tuple[Decorator, ...] = ()
        if member.binding is not Binding.INSTANCE:
            decorators = (Decorator(Origin.BUILTIN, f"{member.binding.value}method"),)
        yield _definition(member, decorators)
        return
    yield Definition(member.name, (Decorator(Origin.BUILTIN, "property"),), "self", (), member.type, member.doc)


def _definition(function: Callable, decorators: tuple[Decorator, ...]) -> Definition:
    receiver = {Binding.CLASS: "cls", Binding.STATIC: ""}.get(function.binding, "self")
    return Definition(function.name, decorators, receiver, function.parameters, function.result, function.doc)
