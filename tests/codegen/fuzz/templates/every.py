"""List the templates of what stands at the top of a module, each drawn at most once in a module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.codegen.fuzz.templates import (
    abstract,
    attributes,
    bases,
    callables,
    classes,
    containers,
    contexts,
    derived,
    errors,
    generics,
    manifests,
    marked,
    names,
    overrides,
    selves,
    values,
)
from tests.codegen.fuzz.templates.inside import inside

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.codegen.fuzz.shapes import Class, Snippet
    from tests.codegen.fuzz.values import Drawer

TEMPLATES: tuple[Callable[[Drawer, Sequence[Class]], Snippet | None], ...] = (
    values.unregistered,
    values.listing,
    values.new_type,
    values.by_value,
    values.derived,
    values.sheets,
    values.pages,
    values.kinds,
    values.knots,
    values.quiet,
    values.options,
    callables.all_called,
    callables.decided,
    callables.keyed,
    callables.adder,
    callables.speller,
    callables.spellers,
    callables.counting,
    callables.errand,
    callables.through,
    callables.picked,
    callables.bell,
    callables.desk,
    inside,
    inside,  # it has more constructs than any other
    selves.selves,
    generics.crates,
    generics.forests,
    generics.vault,
    generics.scroll,
    classes.reader,
    classes.given,
    classes.named,
    classes.rare,
    classes.extended,
    classes.generic_inside,
    overrides.worker,
    overrides.provided,
    overrides.surrounded,
    manifests.chosen,
    manifests.included,
    manifests.exported,
    manifests.by_hand,
    manifests.aliases,
    errors.mishaps,
    containers.tables,
    contexts.gates,
    contexts.two_forms,
    derived.requests,
    derived.dispatched,
    derived.under_decorators,
    marked.outdated,
    marked.kept,
    attributes.soils,
    attributes.trails,
    attributes.readings,
    bases.triathletes,
    names.parts,
    abstract.vessels,
    abstract.valves,
)
