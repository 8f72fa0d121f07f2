"""Own the decisions about callables: the decorator, the plans, the signature."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from .._ir import (
    ANY,
    BRIDGE,
    NONE,
    OBJECT,
    Applied,
    Callable,
    Decorator,
    Definition,
    Flavour,
    Form,
    Function,
    Name,
    Origin,
    Plan,
    Type,
    bare,
    union,
    walk,
)
from ._plans import Planner
from ._signatures import overloads_of, parameters_of, signatures_of
from ._taken import plans_taken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


CONTEXT = Name(BRIDGE, "Context")


if TYPE_CHECKING:
    from typing_extensions import TypedDict

    class Plans(TypedDict):
        """Hold the plans of a callable and its other name, under the names that a decorator gives them."""

        takes: tuple[tuple[str, Plan], ...]
        gives: Plan | None
        sent: Plan | None
        renames: str


def plans_of(function: Callable, planner: Planner) -> Plans:
    """Return the plans of a callable, and its name in the implementation where the public one is another."""
    gives = planner.plan(result_of(function))
    return {
        "takes": tuple((name, plan) for name, plan in plans_taken(function, planner) if plan is not None),
        "gives": Plan("perhaps_awaited", () if gives is None else (gives,)) if function.may_be_plain else gives,
        "sent": planner.plan(function.sent) if function.sent is not None else None,
        "renames": function.renames,
    }


def result_of(function: Callable) -> Type:
    """Return what a callable gives; where it says nothing of that itself, its overloads do."""
    says_nothing = bare(function.result) in (ANY, OBJECT) or any(map(_gives_any, walk(function.result)))
    if not says_nothing:
        return function.result
    return union((function.result, *(each.result for each in function.overloads)))


def _gives_any(type_: Type) -> bool:
    """Tell whether a type is a callable that is not said to be awaited, nor not to be."""
    return isinstance(type_, Function) and bare(type_.result) in (ANY, OBJECT)


def marked(definition: Definition, marks: Iterable[Decorator]) -> Definition:
    """Return a definition with what type checkers read above it, next to the `def`."""
    listed = tuple(marks)
    if not listed:
        return definition
    return dataclasses.replace(definition, decorators=(*definition.decorators, *listed))


def deprecation(message: str | None, definition: Definition) -> Iterator[Decorator]:
    """Yield the mark of what is deprecated; nothing where other classes type it, which have it then."""
    if message is not None and all(each.signatures is None for each in definition.decorators):
        yield Decorator(Origin.MARK, "deprecated", message=message)


def source_at(path: str) -> str:
    """Return a path that a stub may name: empty for one that is private to the implementation's module."""
    return "" if any(part.startswith("_") and not part.endswith("__") for part in path.split(".")) else path


def delivered(function: Callable, result: Type) -> Type:
    """Return the annotation of the generated `def`: what a blocking caller gets."""
    if function.flavour is Flavour.STREAM and function.sent is not None:
        return Applied(Name("collections.abc", "Generator"), (result, function.sent, NONE))
    return Applied(CONTEXT, (result,)) if function.flavour is Flavour.CONTEXT else result


def lower_function(function: Callable, planner: Planner, implementation: int, form: Form = Form.BOTH) -> Definition:
    """Return the generated definition of a public function; a plain one may have two forms."""
    names = {
        Flavour.ASYNC: "function",
        Flavour.SYNC: "sync_function",
        Flavour.STREAM: "stream",
        Flavour.CONTEXT: "context",
    }
    decorator = Decorator(
        Origin.IMPLEMENTATION,
        names[function.flavour],
        **plans_of(function, planner),
        signatures=signatures_of(function),
        form=form if function.flavour is Flavour.SYNC else Form.BOTH,
    )
    return Definition(
        function.name,
        (decorator,),
        "",
        parameters_of(function),
        delivered(function, function.result),
        function.doc,
        implementation,
        overloads=overloads_of(function) if function.flavour is Flavour.SYNC else (),
        source=source_at(function.path),
    )
