"""Own the plan of a union: one that says all that the plans of its members say."""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING

from .._ir import ANYTHING, Plan

if TYPE_CHECKING:
    from collections.abc import Sequence

_CALLED = ("call_of", "callback", "plain_call_of", "plain_callback")  # an object with a face may be callable as well
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
    flat = (
        part for plan in plans for part in ((plan.items if plan.combinator == "one_of" else (plan,)) if plan else ())
    )
    needed = list(dict.fromkeys(plan for plan in flat if plan is not None))
    if ANYTHING in needed:
        others = [plan for plan in needed if plan.face is None and plan != ANYTHING]
        called = [plan for plan in others if plan.combinator in _CALLED]
        needed = [*(plan for plan in others if plan not in called), ANYTHING, *called]
    needed = [*_joined([plan for plan in needed if plan.combinator not in _WIDER]), *_joined_handles(needed)]
    if len(needed) < 2:
        return needed[0] if needed else None
    return Plan("one_of", tuple(needed))


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
