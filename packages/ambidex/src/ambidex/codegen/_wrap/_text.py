"""Own the text of the manifest that is written for a package: what is registered, and the reason for what is not."""

from __future__ import annotations

import sys
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
        *sorted({_imported(taken) for taken in selection.taken.values()}),
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


def _is_hidden(module: str) -> bool:
    """Tell whether something else has the name of a module in the package around it."""
    found: object = sys.modules.get(module.partition(".")[0])
    for part in module.split(".")[1:]:
        found = getattr(found, part, None)
    return found is not sys.modules.get(module)


def _imported(taken: Taken) -> str:
    """Return the statement that makes known where something stands: its module, or itself out of a hidden one."""
    if not _is_hidden(taken.module):
        return f"import {taken.module}"
    return f"from {taken.module} import {taken.path.partition('.')[0]} as {_alias(taken)}"


def _alias(taken: Taken) -> str:
    return f"{taken.module}.{taken.path.partition('.')[0]}".replace(".", "_")


def _registration(variable: str, public: str, taken: Taken) -> list[str]:
    is_hidden = _is_hidden(taken.module)
    path = _alias(taken) + "".join(taken.path.partition(".")[1:]) if is_hidden else f"{taken.module}.{taken.path}"
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
