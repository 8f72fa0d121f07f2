"""Own every decision about the generated code: which decorator, which signature, which plans, in which order."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from .._ir import (
    Class,
    Definition,
    Face,
    FaceClass,
    FaceModule,
    Flavour,
    Form,
    Module,
    Records,
    Registered,
    Value,
    public_name,
)
from ._classes import lower_class
from ._forms import lower_form
from ._functions import deprecation, lower_function, marked, source_at
from ._given import settled, with_bounds
from ._plans import Planner
from ._records import lower_records, lower_twins

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._ir import Item
    from ._overrides import Overrides


def lower_module(module: Module, records: Records, overrides: Overrides, *, translates_any: bool) -> FaceModule:
    """Return the generated module that a module's IR asks for; `records` and `overrides` are those of the run."""
    planner = Planner(None, records, translates_any=translates_any)
    implementations: dict[str, int] = {}
    items = _bases_first(module.target, module.items)
    for item in module.items:
        if not isinstance(item, Value):
            implementations.setdefault(item.module, len(implementations))
    body: list[FaceClass | Definition] = []
    for item in items:
        if isinstance(item, Class):
            lowered = lower_class(item, module.target, implementations[item.module], planner, overrides)
            body.append(with_bounds(settled(lowered, item.form), item.form))
        elif isinstance(item, Registered):
            registered = settled(_lower_registered(item, planner, implementations[item.module]), item.form)
            body.append(with_bounds(registered, item.form))
    values = tuple(item for item in items if isinstance(item, Value))
    return FaceModule(
        module.target,
        module.synchronizer,
        module.options,
        module.sources,
        module.doc,
        tuple(implementations) or tuple(dict.fromkeys(value.module for value in values)),
        values,
        lower_records(values, body, planner),
        with_bounds(lower_twins(values), Form.BOTH),
        tuple(body),
        tuple(sorted(map(public_name, items))),
        module.bridge,
    )


def _lower_registered(item: Registered, planner: Planner, implementation: int) -> Definition:
    function = item.function
    if item.form is Form.BOTH or function.flavour is Flavour.SYNC:
        lowered = lower_function(function, planner, implementation, item.form)
    else:
        lowered = lower_form(function, item.form, planner, implementation, other=item.other)
        lowered = dataclasses.replace(lowered, source=source_at(function.path))
    return marked(lowered, deprecation(function.deprecated, lowered))


def _bases_first(target: str, items: Sequence[Item]) -> list[Item]:
    """Return the items in their order, a base before its subclasses whatever order they were registered in."""
    by_face = {Face(target, cls.name): item for item in items if isinstance(item, Class) for cls in item.with_nested()}
    ordered: dict[str, Item] = {}

    def place(item: Item) -> None:
        name = public_name(item)
        if name in ordered:
            return
        for cls in item.with_nested() if isinstance(item, Class) else ():
            for base in cls.bases:
                if by_face.get(base.plain, item) is not item:
                    place(by_face[base.plain])
        ordered[name] = item

    for item in items:
        place(item)
    return list(ordered.values())
