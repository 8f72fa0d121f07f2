"""Own `[tool.ambidex]` of pyproject.toml."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from ambidex.errors import UsageError

from ._files import real_path
from ._settings_file import SettingsFile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ._settings_file import Step

_TOP = ("tool", "ambidex")


@dataclass(frozen=True)
class Target:
    """Hold one thing to generate: from which modules, imported from which folder, into which one.

    `runtime` is the package whose `bridge` the generated modules import.
    """

    modules: tuple[str, ...]
    root: Path
    output: Path | None
    synchronizer: str | None = None
    runtime: str = "ambidex"


def read_settings(start: Path) -> list[Target]:
    """Return the targets of the nearest pyproject.toml, at or above `start`, that has a `[tool.ambidex]`.

    Raises:
        UsageError: the table cannot be read, or says something unknown.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        targets = read_project(folder)
        if targets is not None:
            return targets
    return []


def settings_file(start: Path) -> Path | None:
    """Return the pyproject.toml that `read_settings` reads, also one that is wrong; None where there is none."""
    for folder in (start.resolve(), *start.resolve().parents):
        try:
            is_found = read_project(folder) is not None
        except UsageError:
            is_found = True
        if is_found:
            return folder / "pyproject.toml"
    return None


def targets_of(configured: Sequence[Target], modules: Sequence[str], here: Path) -> list[Target]:
    """Return the targets that mean all of certain modules: where there are several, those with the root `here`."""
    meaning = [target for target in configured if all(_means(target.modules, module) for module in modules)]
    return [target for target in meaning if real_path(target.root) == real_path(here)] or meaning


def _means(patterns: Sequence[str], module: str) -> bool:
    return any(
        module == pattern or module.startswith(f"{pattern}.") or fnmatch.fnmatchcase(module, pattern)
        for pattern in patterns
    )


def read_project(folder: Path) -> list[Target] | None:
    """Return the targets of the pyproject.toml in `folder`, None where it has no `[tool.ambidex]`, or is not there.

    Raises:
        UsageError: the table cannot be read, or says something unknown.
    """
    file = folder / "pyproject.toml"
    if not file.is_file():
        return None
    settings = SettingsFile(file)
    table = _table_of(settings)
    return None if table is None else _targets(settings, table)


def place_of_table(file: Path, number: int | None = None) -> str:
    """Return where `[tool.ambidex]` begins in a file that was read, or the table of one of its targets."""
    settings = SettingsFile(file)
    if number is None:
        return settings.place(*_TOP)
    table = cast("Mapping[str, object]", _table_of(settings))
    others = number - ("modules" in table)
    return settings.place(*_TOP) if others < 0 else settings.place(*_TOP, "target", others)


def _table_of(settings: SettingsFile) -> object:
    tool: object = settings.content.get("tool", {})
    if not isinstance(tool, dict):
        raise UsageError(f"{settings.place('tool')}: [tool] is not a table")
    return cast("Mapping[str, object]", tool).get("ambidex")


def _targets(settings: SettingsFile, table: object) -> list[Target]:
    top = _Table(settings, _TOP, table, ("modules", "output", "root", "runtime", "synchronizer", "target"))
    listed = top.value("target", list, [])
    known = ("modules", "output", "root", "runtime", "synchronizer")
    tables = [_Table(settings, (*_TOP, "target", number), item, known) for number, item in enumerate(listed)]
    if top.has("modules"):
        tables.insert(0, top)
    return [item.target(top) for item in tables]


class _Table:
    """Check one table of the file."""

    def __init__(self, settings: SettingsFile, path: tuple[Step, ...], table: object, known: tuple[str, ...]) -> None:
        self._settings = settings
        self._path = path
        self._name = ".".join(step for step in path if isinstance(step, str))
        if not isinstance(table, dict):
            fix = "; for several, write [[tool.ambidex.target]]" if isinstance(table, list) else ""
            raise UsageError(f"{self._place()}: [{self._name}] is not a table{fix}")
        self._table = cast("Mapping[str, object]", table)
        for key in self._table:
            if key not in known:
                what = f"[{self._name}] has no setting {key}; it has {', '.join(known)}"
                raise UsageError(f"{self._place(key)}: {what}")

    def _place(self, *path: Step) -> str:
        return self._settings.place(*self._path, *path)

    def has(self, key: str) -> bool:
        """Tell whether a setting is given."""
        return key in self._table

    def value(self, key: str, kind: type, default: object) -> Any:  # Any: the caller names the type it has checked
        """Return a setting of a certain type."""
        found = self._table.get(key, default)
        if found is not default and not isinstance(found, kind):
            fix = "[[tool.ambidex.target]], one for each" if isinstance(found, dict) else f"a {kind.__name__}"
            raise UsageError(f"{self._place(key)}: {key} in [{self._name}] is {found!r}; write {fix}")
        return found

    def target(self, top: _Table) -> Target:
        """Return the target that this table describes; `top` has what it leaves out."""
        modules = self.value("modules", list, None)
        if not modules or not all(isinstance(module, str) for module in modules):
            place = self._place("modules") if self.has("modules") else self._place()
            raise UsageError(f"{place}: [{self._name}] needs modules, a list of strings")
        folder = self._settings.folder
        output = self.value("output", str, None)
        return Target(
            tuple(modules),
            folder / self.value("root", str, "."),
            None if output is None else folder / output,
            self.value("synchronizer", str, top.value("synchronizer", str, None)),
            self.value("runtime", str, top.value("runtime", str, "ambidex")),
        )
