"""Own what is asynchronous that users hand in: its type for them, where a blocking one serves as well, and its plan.

In a union the value tells which member it is, so a blocking one serves only where no other member could be meant by it.
"""

from __future__ import annotations

import ast
import dataclasses
from typing import TYPE_CHECKING, NamedTuple

from .._ir import (
    ANY,
    ASYNC_CONTEXT,
    ASYNC_ITERATORS,
    AWAITABLES,
    NONE,
    OBJECT,
    Alternatives,
    Applied,
    Face,
    Function,
    LiteralOf,
    Name,
    Own,
    Plan,
    TupleOf,
    bare,
    rebuild,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .._ir import Type

    Change = Callable[[Type], Type]

AWAITABLE = Name("collections.abc", "Awaitable")
_ITERABLE = Name("collections.abc", "Iterable")
_ASYNC_ITERABLE = Name("collections.abc", "AsyncIterable")
_CONTEXT = Name("contextlib", "AbstractContextManager")
_KINDS = {  # of what is used as no more than that, with all that is of its kind
    _ASYNC_ITERABLE: ("items_of", ASYNC_ITERATORS),
    Name("collections.abc", "AsyncIterator"): ("items_of", ASYNC_ITERATORS),
    ASYNC_CONTEXT: ("entered_of", frozenset((ASYNC_CONTEXT,))),
    AWAITABLE: ("awaited_of", frozenset(AWAITABLES)),
}
# What may be both is used as the async one.
_BLOCKING = (_ITERABLE, Name("collections.abc", "Iterator"), _CONTEXT)
# Classes that a checker, and the bridge, can tell from a blocking form: they are none, or text.
_TOLD_APART = {
    "builtins": ("bool", "bytearray", "bytes", "complex", "float", "int", "memoryview", "str"),
    "datetime": ("date", "datetime", "time", "timedelta"),
    "decimal": ("Decimal",),
    "os": ("PathLike",),
    "pathlib": ("Path", "PurePath"),
    "uuid": ("UUID",),
}


class _Beside(NamedTuple):
    """Hold what stands in a union beside something asynchronous: classes by their places, and what else there is."""

    places: frozenset[str]
    is_told_apart: bool  # nothing there could be meant by a blocking form


def combinator_of(type_: Type) -> str | None:
    """Return the plan of what a parameter wants to iterate with `async for`, to enter or to await, None of all else."""
    plain = bare(type_)
    found = _KINDS.get(plain.origin) if isinstance(plain, Applied) else None
    return None if found is None else found[0]


def accepted_handle(type_: Type, accept: Change, within: Alternatives | None = None) -> Type:
    """Return the type of what the user hands in for something asynchronous, which may stand within a union.

    `accept` is applied to what is in it.
    """
    if not isinstance(type_, Applied):
        return rebuild(type_, lambda part: accepted_handle(part, accept, within))  # what has metadata
    given = tuple(map(accept, type_.arguments))
    combinator = combinator_of(type_)
    if combinator == "awaited_of" or (within is not None and not _beside(within, combinator).is_told_apart):
        return dataclasses.replace(type_, arguments=given)
    blocking, waited = (_ITERABLE, _ASYNC_ITERABLE) if combinator == "items_of" else (_CONTEXT, ASYNC_CONTEXT)
    return union((Applied(blocking, given[:1]), Applied(waited, given[:1])))


def plan_handle(type_: Type, plan: Callable[[Type], Plan | None]) -> Plan:
    """Return the plan of something asynchronous that the user hands in; `plan` makes that of what is in it."""
    combinator = combinator_of(type_)
    assert combinator is not None  # as who calls this knows
    return _planned(combinator, _items(type_), plan)


def plan_handles_in(type_: Alternatives, plan: Callable[[Type], Plan | None]) -> Iterator[Plan]:
    """Yield the plans of what is asynchronous in a union: one for each kind, which says what any of them says."""
    for combinator in dict.fromkeys(map(combinator_of, type_.members)):
        if combinator is None:
            continue
        members = (member for member in type_.members if combinator_of(member) == combinator)
        made = _planned(combinator, union(map(_items, members)), plan)
        beside = _beside(type_, combinator)
        is_async_alone = combinator != "awaited_of" and not beside.is_told_apart
        options = (
            *((("form", "awaited"),) if is_async_alone else ()),
            *((("beside", beside.places),) if beside.places else ()),
        )
        yield dataclasses.replace(made, options=options)


def _items(type_: Type) -> Type:
    plain = bare(type_)
    assert isinstance(plain, Applied)  # as `combinator_of` has found
    return plain.arguments[0]


def _planned(combinator: str, item: Type, plan: Callable[[Type], Plan | None]) -> Plan:
    inner = plan(item)
    return Plan(combinator, () if inner is None else (inner,))


def _beside(within: Alternatives, combinator: str | None) -> _Beside:
    places: set[str] = set()
    is_told_apart = True
    for member in map(bare, within.members):
        if member == NONE or combinator_of(member) == combinator:
            continue
        names = list(_classes_of(member, combinator))
        places.update(map(_place, names))
        is_told_apart = is_told_apart and (
            isinstance(member, (Face, Own, Function))
            or (bool(names) and all(name.qualname in _TOLD_APART.get(name.module, ()) for name in names))
        )
    return _Beside(frozenset(places), is_told_apart)


def _classes_of(member: Type, combinator: str | None) -> Iterator[Name]:
    """Yield the classes that a value is asked for, so none of those of the same kind."""
    if isinstance(member, TupleOf):
        yield Name("builtins", "tuple")
    elif isinstance(member, LiteralOf):
        for value in member.values:
            yield Name("builtins", type(ast.literal_eval(value)).__name__) if isinstance(value, str) else value.enum
    else:
        name = member.origin if isinstance(member, Applied) else member
        is_alike = any(found == combinator and name in alike for found, alike in _KINDS.values())
        if isinstance(name, Name) and name not in (ANY, OBJECT, *_BLOCKING) and not is_alike:
            yield name


def _place(name: Name) -> str:
    return name.qualname if name.module == "builtins" else f"{name.module}:{name.qualname}"
