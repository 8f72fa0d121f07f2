"""Own the text of the manifest that is written for a package: what is registered, and the reason for what is not."""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING

from .._emit import format_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._choose import Selection, Taken
    from ._left_out import LeftOut


def manifest_text(selection: Selection, package: str, alias: str, name: str) -> str:
    """Return the text of the module `name`, which registers what is taken."""
    lines = [
        f'"""Say what {alias} offers of {package}: made by `ambidex wrap {package} --as {alias}`, and yours to edit.',
        "",
        f"What was left out stands beside its reason. After an edit: `ambidex generate -m {name} -o .`",
        '"""',
        "",
        "from __future__ import annotations",
        "",
        *sorted({f"import {taken.module}" for taken in selection.taken.values()}),
        "from ambidex import Module",
        "",
    ]
    targets = dict.fromkeys((*(target for target, _ in selection.taken), *selection.again))
    for target in targets:
        variable = target.replace(".", "_")
        lines.extend(["", f'{variable} = Module("{target}")'])
        for (home, public), taken in selection.taken.items():
            if home == target:
                lines.extend(_registration(variable, public, taken))
    if selection.again:
        lines.extend(["", "# In more than one place:"])
    for target, homes in selection.again.items():
        for home, names in homes.items():
            listed = ", ".join(f'"{name}"' for name in names)
            lines.append(f"{target.replace('.', '_')}.reexport({home.replace('.', '_')}, {listed})")
    if selection.left_out:
        lines.extend(["", "# Left out:", *(f"# {left}" for left in sorted(selection.left_out))])
    return format_all({name: "\n".join(lines) + "\n"})[name]


def _registration(variable: str, public: str, taken: Taken) -> list[str]:
    path = f"{taken.module}.{taken.path}"
    verb = "wrap_function" if isinstance(taken.obj, FunctionType) else "wrap_class"
    named = f'name="{public}"' if public != getattr(taken.obj, "__name__", "") else ""
    options = [option for option in (named, f'by="{taken.by}"' if taken.by else "") if option]
    if taken.exclude or taken.inherit:
        return [
            f"{variable}.{verb}(",
            *(f"    {option}," for option in [path, *options]),
            *_listed("exclude", taken.exclude),
            *_listed("inherit", taken.inherit),
            ")",
        ]
    if named and verb == "wrap_function":
        return [f"{variable}.{verb}({named})({path})"]
    return [f"{variable}.{verb}({', '.join([path, *options])})"]


def _listed(option: str, members: Mapping[str, LeftOut]) -> list[str]:
    lines = [
        line
        for name, left in members.items()
        for line in (f"        # {left.file}:{left.line}: {left.reason}", f'        "{name}",')
    ]
    return [f"    {option}=[", *lines, "    ],"] if lines else []
