"""Own the rules about the two styles of generated modules: what of the one can stand in the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._ir import Class, Face, Name, Registered, public_name, walk, with_types

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ._ir import Item, Module, Naming, Type
    from ._lower import Forms
    from ._report import Report

_ONE_STYLE = "give both manifests the same style"


def check_styles(modules: Sequence[Module], namings: Mapping[str, Naming], forms: Forms, report: Report) -> None:
    """Note what cannot be, before what has two forms is split into them."""
    for module in modules if namings else ():
        is_twin = module.target in namings
        for item in module.items:
            if is_twin:
                _check_name(item, module, report)
                if isinstance(item, Class):
                    _check_bases(item, module, namings, report)
            else:
                _check_without_pair(item, module, forms, report)


def _check_name(item: Item, module: Module, report: Report) -> None:
    name = public_name(item)
    if name.startswith("_"):
        place = item.function.place if isinstance(item, Registered) else item.place
        report.add(
            place,
            f"{name} would be public in {module.target}, which has style='twin', beside an async one of its name",
            f"give it a public name with name={name.lstrip('_')!r}",
        )


def _check_bases(item: Class, module: Module, namings: Mapping[str, Naming], report: Report) -> None:
    for base in item.bases:
        if base.module not in namings:
            report.add(
                item.place,
                f"{item.path} has two classes in {module.target} (style='twin'), and its base {base.name} one in "
                f"{base.module}",
                _ONE_STYLE,
            )
    for inner in item.nested:
        _check_bases(inner, module, namings, report)


def _check_without_pair(item: Item, module: Module, forms: Forms, report: Report) -> None:
    """Refuse, in a module of the style "dual", what has two classes elsewhere: one signature cannot name both."""
    found: list[Face | Name] = []

    def look(type_: Type) -> Type:
        parts = (part for part in walk(type_) if isinstance(part, (Face, Name)) and forms.awaited(part) != part)
        found.extend(part for part in parts if part not in found)
        return type_

    with_types(item, look)
    place = item.function.place if isinstance(item, Registered) else item.place
    for type_ in found:
        name = type_.name if isinstance(type_, Face) else type_.qualname
        report.add(
            place,
            f"{public_name(item)} of {module.target} has one form, and its {name} two in {type_.module} (style='twin')",
            _ONE_STYLE,
        )
