"""Own the rules that one declaration cannot see: colliding names, faces where none can be carried, circles."""

from __future__ import annotations

import functools
import keyword
import sys
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING

from ._emit import RESERVED
from ._ir import (
    ASYNC_CONTEXT,
    ASYNC_ITERATORS,
    RECORD_VARIABLE,
    Applied,
    Attribute,
    Awaiting,
    Callable,
    Class,
    Constant,
    Entering,
    Face,
    Function,
    Handle,
    Iterating,
    Kind,
    Module,
    Name,
    Place,
    Registered,
    Value,
    awaited,
    bare,
    handed_in,
    is_awaited,
    is_handle,
    parts,
    public_name,
    walk,
)
from ._lower import Planner, result_of
from ._report import SETTER, Unsupported, parameter_subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ._ir import Item, Member, Parameter, Record, Records, Type
    from ._report import Report

ONE_MODULE = "generate these classes into one module"
_HANDLES = {ASYNC_CONTEXT: "an async context manager", **dict.fromkeys(ASYNC_ITERATORS, "an async iterator")}
_TWO_WAY = {ASYNC_CONTEXT, *(ASYNC_ITERATORS - {Name("collections.abc", "AsyncGenerator")})}
# What every face has of its own.
FACE_NAMES = frozenset(("aio", "with_options"))


def check_modules(modules: Sequence[Module], records: Records, report: Report, *, translates_any: bool) -> None:
    """Note every problem of the modules of a run."""
    planner = Planner(None, records, translates_any=translates_any)
    _check_homes(modules, report)
    for module in modules:
        _check_names(module, report)
        for item in module.items:
            with report.about(module.target, public_name(item)):
                if isinstance(item, Registered):
                    _check_callable(item.function, planner, report)
                elif isinstance(item, Class):
                    _check_class(item, module, planner, records, report)
                elif item.record is not None:
                    _check_record(item.record.record, planner, report)
    _check_circles(modules, report)


@functools.cache  # asked for every item, of a few modules
def _is_taken(name: str) -> bool:
    """Tell whether a module of the standard library, or ambidex, has a name at the top."""
    library = Path(functools.__file__).parent
    places = [str(library), str(library / "lib-dynload")]
    return name == "ambidex" or name in sys.builtin_module_names or PathFinder.find_spec(name, places) is not None


def _check_homes(modules: Sequence[Module], report: Report) -> None:
    """Refuse a class that two generated modules would have a face for: its objects can have only one."""
    homes: dict[tuple[str, str], str] = {}
    for module in modules:
        for item in module.items:
            if not isinstance(item, Class):
                continue
            home = homes.setdefault((item.module, item.path), module.target)
            if home != module.target:
                what = f"{item.path} is public in {home} and in {module.target}"
                with report.about(module.target, item.name):
                    report.add(item.place, what, "register it in one manifest")


def _place(item: Item) -> Place:
    return item.function.place if isinstance(item, Registered) else item.place


def _check_names(module: Module, report: Report) -> None:
    first: dict[str, Item] = {}
    for item in module.items:
        with report.about(module.target, public_name(item)):
            _check_name(item, module, first.setdefault(public_name(item), item), report)


def _check_name(item: Item, module: Module, first: Item, report: Report) -> None:
    name, place = public_name(item), _place(item)
    if first is not item:
        other = _place(first)
        report.add(
            place,
            f"{module.target} already has a {name}, from {other.file}:{other.line}",
            "give one of them another public name with name='...'",
        )
    if name in RESERVED or name.startswith(RECORD_VARIABLE) or (name.startswith("__") and name.endswith("__")):
        report.add(
            place,
            f"generated modules need the name {name} themselves",
            "give it another public name with name='...'",
        )
    if item.module == module.target:
        report.add(
            place,
            f"{module.target} would be generated over its own implementation",
            "name another module in Module('...')",
        )
    top = module.target.partition(".")[0]
    if item.module.partition(".")[0] != top and _is_taken(top):
        report.add(
            place,
            f"{module.target} would hide {'ambidex itself' if top == 'ambidex' else f'{top} of the standard library'}",
            "name another module in Module('...')",
        )
    wrong = next((part for part in module.target.split(".") if keyword.iskeyword(part)), None)
    if wrong is not None:
        report.add(
            place,
            f"{module.target} cannot be imported: {wrong} is a keyword",
            "name another module in Module('...')",
        )


def _check_class(item: Class, module: Module, planner: Planner, records: Records, report: Report) -> None:
    planner = planner.for_class(item.face(module.target))
    for base in item.bases:
        _check_types([(base, item.place)], f"the base {base.name} of {item.path}", planner, report)
    if item.constructor is not None:
        with report.about("__init__"):
            _check_callable(item.constructor, planner, report)
    for member in item.members:
        names = _member_names(member)
        with report.about(names[0]):
            _check_member_names(names, member, item, module.classes, report)
            if isinstance(member, Callable):
                _check_callable(member, planner, report)
            elif isinstance(member, Class):
                _check_class(member, module, planner, records, report)
            elif isinstance(member, Value):
                _check_nested_value(member, module.target, records, report)
            else:
                where = f"{item.path}.{names[0]}"
                _check_types(_other_results(member), where, planner, report)
                if isinstance(member, Attribute) and member.is_writable:
                    _check_written(member, where, planner, report)


def _check_member_names(
    names: Sequence[str], member: Member, item: Class, classes: frozenset[str], report: Report
) -> None:
    for name in names:
        if name in FACE_NAMES:
            report.add(
                member.place, f"{item.path}.{name} collides with what every face has", "give the member another name"
            )
        if name in classes:
            report.add(
                member.place,
                f"{item.path}.{name} hides the class {name} in the annotations of its own class",
                "give the member or the class another name",
            )


def _check_nested_value(value: Value, target: str, records: Records, report: Report) -> None:
    record = records.carrying(Name(target, value.name))
    if record is not None:
        report.add(
            value.place,
            f"{value.path} is nested and carries faces in its field {records.held_by(record).name}",
            "register it with wrap_class, which gives it a name of its own",
        )


def _check_record(record: Record, planner: Planner, report: Report) -> None:
    """Refuse a public record that cannot be copied, and fields of it that cannot be translated."""
    try:
        planner.plan(record.type)
    except Unsupported as refusal:
        report.add(record.place, refusal.what, refusal.fix)
        return
    for field in record.fields:
        given = next(filter(None, map(_one_way, walk(field.type))), None)
        if given is not None:
            what = f"the field {field.name} of {record.path} is a callable that is given {given.qualname}[...]"
            what = f"{what}, of which users have no blocking form to give"
            report.add(field.place, what, "give it an AsyncIterator, or plain values")
        _check_types([(field.type, field.place)], f"the field {field.name} of {record.path}", planner, report)


def _one_way(type_: Type) -> Name | None:
    """Return what a callable is given that is asynchronous and of which the user has no form to hand in, if anything.

    In a record the callable is the user's or the implementation's, so what it is given has to cross both ways.
    """
    waiting = list(type_.parameters or ()) if isinstance(type_, Function) else []
    while waiting:
        part = waiting.pop()
        if isinstance(part, Function):
            result = awaited(part)
            waiting += [*(part.parameters or ()), part.result if result is None else result]
            continue
        if isinstance(part, (Applied, Handle)) and is_handle(part.origin) and part.origin not in _TWO_WAY:
            return part.origin
        waiting += parts(part)
    return None


def _member_names(member: Member) -> tuple[str, ...]:
    if isinstance(member, Entering):
        return ("__aenter__",)
    if isinstance(member, Awaiting):
        return ("__await__", member.waits) if member.waits else ("__await__",)
    return ("__aiter__",) if isinstance(member, Iterating) else (member.name.rpartition(".")[2],)


def _other_results(member: Member) -> Iterator[tuple[Type, Place]]:
    if isinstance(member, Entering):
        yield member.result, member.place
        yield member.exit_result, member.place
    elif isinstance(member, Awaiting):
        yield member.result, member.place
    elif isinstance(member, Iterating):
        yield member.item, member.place
    elif isinstance(member, (Attribute, Constant)) and member.type is not None:
        yield member.type, member.place


def _check_callable(function: Callable, planner: Planner, report: Report) -> None:
    own = function.parameters
    optional = {each.name for each in own if each.default is not None or each.kind is Kind.KEYWORDS}
    for parameter in (*own, *_named_by_overloads(function)):
        try:
            planner.inward.plan(parameter.type)
        except Unsupported as refusal:
            where = f"the parameter {parameter.name} of {function.path}"
            with report.about(*((parameter_subject(parameter.name),) if parameter.name in optional else ())):
                report.add(parameter.place, f"{where}: {refusal.what}", refusal.fix)
    where = f"the result of {function.path}"
    if function.sent is not None:
        try:
            _refuse_sent(function.sent)
            planner.plan_sent(function.sent)
        except Unsupported as refusal:
            report.add(function.place, f"{where}: {refusal.what}", refusal.fix)
    results = [result_of(function)] if function.sent is None else [function.result, function.sent]
    _check_types([(result, function.place) for result in results], where, planner, report)


def _named_by_overloads(function: Callable) -> Iterator[Parameter]:
    """Yield what overloads name that the implementation does not say in the same way, each once."""
    said = {(each.name, each.type) for each in function.parameters}
    for overload in function.overloads:
        for parameter in overload.parameters:
            if (parameter.name, parameter.type) not in said:
                said.add((parameter.name, parameter.type))
                yield parameter


def _check_types(types: Iterable[tuple[Type, Place]], where: str, planner: Planner, report: Report) -> None:
    """Refuse what reaches the user and cannot: faces where no plan reaches, handles that only a whole result can be."""
    for type_, place in types:
        try:
            planner.plan(type_)
            _refuse_handles(type_)
        except Unsupported as refusal:
            report.add(place, f"{where}: {refusal.what}", refusal.fix)


def _check_written(attribute: Attribute, where: str, planner: Planner, report: Report) -> None:
    """Refuse an attribute that the user can read and cannot write as its type says."""
    if attribute.accepts is None:
        try:
            planner.plan(attribute.type)
        except Unsupported:
            return  # told already
    try:
        planner.inward.plan(handed_in(attribute.value_type))
    except Unsupported as refusal:
        with report.about(*(() if attribute.accepts is None else (SETTER,))):
            report.add(attribute.place, f"{where}, which can be written: {refusal.what}", refusal.fix)


def _refuse_sent(type_: Type) -> None:
    if any(map(is_awaited, walk(type_))):
        what = "a callable that is sent into a stream is handed on as it is, and nobody translates its calls"
        raise Unsupported(what, "take it as a parameter")


def _refuse_handles(type_: Type, around: str = "") -> None:
    """Refuse what is asynchronous where the bridge does not look: sent into a stream, or inside some other class."""
    plain = bare(type_)
    if isinstance(plain, Handle):
        _refuse_handles(plain.item, plain.origin.qualname)
        for sent in plain.arguments[1:] if plain.origin in ASYNC_ITERATORS else ():
            _refuse_sent(sent)
            _refuse_handles(sent)
        return
    origin = plain.origin if isinstance(plain, Applied) else plain
    if isinstance(origin, Name) and is_handle(origin):
        what = _HANDLES.get(origin, "an awaitable")
        if not around:
            raise Unsupported(f"{what} cannot be sent into a stream", "take it as a parameter")
        raise Unsupported(
            f"{what} inside {around}[...] would reach the user as it is", "use a list, set, dict or tuple"
        )
    if not isinstance(plain, Function):  # a callable is handed over as it is
        for part in parts(plain):
            _refuse_handles(part, _holder(plain) or around)


def _holder(type_: Type) -> str:
    if isinstance(type_, Applied):
        return type_.origin.qualname
    return type_.name if isinstance(type_, Face) else ""


def _check_circles(modules: Sequence[Module], report: Report) -> None:
    """Refuse base classes that would make generated modules import each other in a circle."""
    needs = {module.target: dict(_needed_modules(module)) for module in modules}

    def reaches(start: str, goal: str, seen: set[str]) -> bool:
        seen.add(start)
        return goal in needs.get(start, {}) or any(
            reaches(step, goal, seen) for step in needs.get(start, {}) if step not in seen
        )

    for target, wanted in needs.items():
        for other, (item, base) in wanted.items():
            if reaches(other, target, set()):
                what = f"its base {base} makes {target} import {other}, which imports {target} for a base of its own"
                with report.about(target, item.name):
                    report.add(item.place, what, ONE_MODULE)


def _needed_modules(module: Module) -> Iterator[tuple[str, tuple[Class, str]]]:
    waiting = [item for item in module.items if isinstance(item, Class)]
    while waiting:
        item = waiting.pop(0)
        waiting.extend(item.nested)
        for base in item.bases:
            if base.module != module.target:
                yield base.module, (item, base.name)
