"""Own the plan of a union: one that says all that the plans of its members say."""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING

from .._ir import ANYTHING, Plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .._ir import Option

_PLAIN = "plain_callback"
_CALLBACKS = ("callback", _PLAIN)
_CALLED = (*_CALLBACKS, "call_of", "plain_call_of")  # an object with a face may be callable as well
# These are tried last, the narrowest first: an object with a face is that, though it may be iterated as well.
_WIDER = {
    "async_generator_of": ("async_iterator_of", "async_iterable_of"),
    "async_iterator_of": ("async_iterable_of",),
    "async_iterable_of": (),
    "async_context_of": (),
    "awaitable_of": (),
}
# What else a value fits that fits one of these, from the narrowest to the widest.
_FITS = {
    "tuple_of": ("sequence_of", "iterable_of"),
    "dict_of": ("iterable_of",),
    "sequence_of": ("iterable_of",),
    "set_of": ("iterable_of",),
    "iterable_of": (),
}


def one_of(plans: Sequence[Plan | None]) -> Plan | None:
    """Return one plan for a union: a leaf lets everything else pass, and `anything` covers every face."""
    needed = list(dict.fromkeys(_members(plans)))
    if not needed or (len(needed) == 1 and needed[0].combinator not in _CALLBACKS):  # as most are
        return needed[0] if needed else None
    if ANYTHING in needed:
        others = [plan for plan in needed if plan.face is None and plan != ANYTHING]
        called = [plan for plan in others if plan.combinator in _CALLED]
        needed = [*(plan for plan in others if plan not in called), ANYTHING, *called]
    told = _joined([plan for plan in needed if plan.combinator not in _WIDER])
    needed = [*_joined_callbacks(told), *_joined_handles(needed)]
    if len(needed) < 2:
        return needed[0] if needed else None
    return Plan("one_of", tuple(needed))


def _members(plans: Iterable[Plan | None]) -> Iterator[Plan]:
    """Yield the plans of which unions of plans are made."""
    for plan in plans:
        if plan is not None and plan.combinator == "one_of":
            yield from (item for item in plan.items if item is not None)
        elif plan is not None:
            yield plan


def _joined_callbacks(plans: list[Plan]) -> list[Plan]:
    """Return plans with one for all callables that the user hands in: nothing tells which one is meant.

    Those that are given by keyword what the user takes by place stay apart, as each has names of its own.
    """
    groups: dict[object, list[Plan]] = {}
    for plan in plans:
        if plan.combinator in _CALLBACKS:
            groups.setdefault(plan.option("places"), []).append(plan)
    joined = {group[0]: _callback(group) for group in groups.values()}
    return [joined.get(plan, plan) for plan in plans if plan.combinator not in _CALLBACKS or plan in joined]


def joined_calls(plans: Sequence[Plan], gives: Plan | None) -> Plan:
    """Return one plan for callables of the implementation that are awaited, or for those that are not.

    `gives` is the plan of what any of them gives.
    """
    options: list[tuple[str, Option | None]] = [
        ("gives", gives),
        ("rest", one_of([plan.plan_of("rest") for plan in plans])),
        ("named", _named(plans)),
    ]
    columns = itertools.zip_longest(*(plan.items for plan in plans))
    listed = tuple((name, value) for name, value in options if value)
    return Plan(plans[0].combinator, tuple(map(one_of, columns)), options=listed)


def _named(plans: Sequence[Plan]) -> tuple[tuple[str, Plan], ...]:
    """Return the plans of what callables are given by name."""
    named: dict[str, list[Plan | None]] = {}
    for plan in plans:
        for name, value in plan.named:
            named.setdefault(name, []).append(value)
    return tuple((name, plan) for name, values in named.items() for plan in [one_of(values)] if plan is not None)


def _callback(plans: list[Plan]) -> Plan:
    """Return one plan for callables; the first says whether the implementation awaits what is called."""
    first = plans[0]
    if len(plans) == 1:
        return first
    columns = itertools.zip_longest(*(plan.items for plan in plans))
    options: dict[str, Option | None] = {
        "gives": _given(plans),
        "rest": one_of([plan.plan_of("rest") for plan in plans]),
        "on_loop": any(plan.option("on_loop") for plan in plans) and first.combinator != _PLAIN,
        "named": _named(plans),
        "places": first.option("places"),
    }
    listed = tuple((name, value) for name, value in options.items() if value)
    return Plan(first.combinator, tuple(map(one_of, columns)), options=listed)


def _given(plans: list[Plan]) -> Plan | None:
    """Return the plan of what callables give: of plain ones, the implementation may await that if it awaits another."""
    is_plain = plans[0].combinator == _PLAIN
    values: list[Plan | None] = []
    waited: list[Plan | None] = []
    is_awaited = any(plan.combinator != _PLAIN for plan in plans)
    for plan in plans:
        for member in _members([plan.plan_of("gives")]):
            if plan.combinator == _PLAIN and member.combinator == "awaited_of" and not member.options:
                waited.extend(member.items)
                is_awaited = True
            else:
                values.append(member)
    if not is_plain or not is_awaited:
        return one_of([*values, *waited])
    awaited = one_of([*waited, *values])
    return one_of([Plan("awaited_of", () if awaited is None else (awaited,)), *values])


def _joined_handles(plans: list[Plan]) -> list[Plan]:
    """Return one plan for each kind of what is asynchronous, which says all that any of them says about its items."""
    joined: list[Plan] = []
    for combinator, wider in _WIDER.items():
        group = [plan for plan in plans if plan.combinator == combinator]
        listed = [*(plan.items for plan in group), *(plan.items[:1] for plan in plans if plan.combinator in wider)]
        items = list(map(one_of, itertools.zip_longest(*listed)))
        while items and items[-1] is None:
            items.pop()
        joined.extend(dataclasses.replace(plan, items=tuple(items)) for plan in group[:1])
    return joined


def _joined(plans: list[Plan]) -> list[Plan]:
    """Return plans of which the first that fits a value says all that any of them says about it.

    A list fits the plan of every list in a union: nothing but its items tells which one is meant.
    """
    containers = [plan for plan in plans if plan.combinator in _FITS]
    if len(containers) < 2:
        return plans
    groups: dict[tuple[str, int], list[Plan]] = {}
    for plan in containers:
        groups.setdefault((plan.combinator, len(plan.items)), []).append(plan)
    columns = {key: tuple(map(one_of, zip(*(plan.items for plan in group)))) for key, group in groups.items()}
    joined: list[Plan] = []
    for combinator, length in sorted(columns, key=lambda key: list(_FITS).index(key[0])):
        wider = [columns[name, 1][0] for name in _FITS[combinator] if (name, 1) in columns]
        items = columns[combinator, length]
        reached = 1 if combinator == "dict_of" else length  # an iterable of a dict's gives its keys
        joined.append(
            Plan(combinator, tuple(one_of((item, *wider)) if n < reached else item for n, item in enumerate(items)))
        )
    first = plans.index(containers[0])
    return (
        [plan for plan in plans[:first] if plan not in containers]
        + joined
        + [plan for plan in plans[first:] if plan not in containers]
    )
