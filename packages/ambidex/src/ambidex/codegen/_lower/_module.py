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
from .._processes import in_shares
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


def lower_modules(
    modules: Sequence[Module], records: Records, overrides: Overrides, *, translates_any: bool, processes: int = 1
) -> list[FaceModule]:
    """Return the generated modules that the IR of a run asks for; `records` and `overrides` are those of the run.

    `processes` may share the work.
    """
    planner = Planner(None, records, translates_any=translates_any)
    ordered = [_bases_first(module.target, module.items) for module in modules]
    implementations = [_implementations(module) for module in modules]
    parts = [(at, item) for at, items in enumerate(ordered) for item in items if not isinstance(item, Value)]

    def lower(part: tuple[int, Class | Registered]) -> FaceClass | Definition:
        at, item = part
        implementation = implementations[at][item.module]
        if isinstance(item, Class):
            lowered: FaceClass | Definition = lower_class(item, modules[at].target, implementation, planner, overrides)
        else:
            lowered = _lower_registered(item, planner, implementation)
        return with_bounds(settled(lowered, item.form), item.form)

    bodies: list[list[FaceClass | Definition]] = [[] for _ in modules]
    weights = [1 + (len(item.members) if isinstance(item, Class) else 0) for _, item in parts]
    for (at, _), lowered in zip(parts, in_shares(lower, parts, weights, processes)):
        bodies[at].append(lowered)
    return [
        _composed(module, [item for item in items if isinstance(item, Value)], body, planner)
        for module, items, body in zip(modules, ordered, bodies)
    ]


def _implementations(module: Module) -> dict[str, int]:
    """Return the modules that a generated one has functions and classes of, each with its place among them."""
    named = (item.module for item in module.items if not isinstance(item, Value))
    return {name: index for index, name in enumerate(dict.fromkeys(named))}


def _composed(
    module: Module, values: Sequence[Value], body: Sequence[FaceClass | Definition], planner: Planner
) -> FaceModule:
    """Return a generated module with all that stands around its functions and classes."""
    return FaceModule(
        module.target,
        module.synchronizer,
        module.options,
        module.sources,
        module.doc,
        tuple(_implementations(module)) or tuple(dict.fromkeys(value.module for value in values)),
        tuple(values),
        lower_records(values, body, planner),
        with_bounds(lower_twins(values), Form.BOTH),
        tuple(body),
        tuple(sorted(map(public_name, module.items))),
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
