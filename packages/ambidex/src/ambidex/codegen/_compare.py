"""Own the comparison of what would be generated with what is on disk."""

from __future__ import annotations

import difflib
import functools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ambidex.errors import InternalError

from ._emit import generated_sources
from ._files import first_line, foreign, obstacle, real_path
from ._report import display_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from ambidex.errors import Problem

_SKIPPED = frozenset(("__pycache__", "build", "dist", "node_modules", "site-packages"))


@dataclass(frozen=True)
class Difference:
    """Describe one file that is not what it should be: `stale`, `missing` or `extra`.

    `fix` is what to do about it, where that is not to generate it, or to delete it.
    """

    state: str
    file: Path
    diff: str
    fix: str = ""

    def __post_init__(self) -> None:
        if self.state not in ("stale", "missing", "extra"):
            raise InternalError(f"{self.file} cannot be {self.state}")

    def __str__(self) -> str:
        usual = "delete it: nothing generates it any more" if self.state == "extra" else "run `ambidex generate`"
        fix = self.fix or usual
        return f"{display_path(self.file)}:1: {self.state}: {fix}"


def compare(files: Mapping[Path, str], outputs: Collection[Path], roots: Collection[Path]) -> list[Difference]:
    """Return how the generated files below `outputs` differ from `files`.

    A generated file that is not among `files` is extra if its source is compiled in this run, or is gone: no folder
    below `roots` and `outputs` has it, where another project may have its own.
    """
    found: list[Difference] = []
    compiled: set[str] = set()
    for file, text in files.items():
        compiled.update(generated_sources(text) or ())
        in_the_way = obstacle(file)
        if in_the_way is not None:
            found.append(blocked(file, in_the_way))
        elif not file.exists():
            found.append(Difference("missing", file, _diff(file, "", text)))
        elif present_text(file) != text:
            why = foreign(file, text)
            fix = "" if why is None else f"it {why[0]}: {why[1]}"
            found.append(Difference("stale", file, text_difference(file, text), fix))
    expected = {real_path(file) for file in files}
    origins = _Origins(compiled, {real_path(folder) for folder in (*roots, *outputs)})
    for file in sorted({file for output in outputs for file in _python_files(output)}):
        if real_path(file) in expected:
            continue
        sources = generated_sources(first_line(file))
        if sources is not None and all(origins.gives_up(real_path(file), source) for source in sources):
            found.append(Difference("extra", file, text_difference(file, "")))
    return found


def blocked(file: Path, obstacle: Problem) -> Difference:
    """Return that a file is not what it should be because of what stands in its place, or in that of a folder."""
    if obstacle.file == display_path(file):
        return Difference("stale", file, "", f"it {obstacle.what}: {obstacle.fix}")
    return Difference("missing", file, "", f"{obstacle.file} {obstacle.what}: {obstacle.fix}")


class _Origins:
    """Know where the sources of generated files are; `folders` are those that this run takes its own from.

    A header names a source as seen from the folder that it was imported from, which may be one far below.
    """

    def __init__(self, compiled: Collection[str], folders: Collection[Path]) -> None:
        self._compiled = compiled
        self._folders = folders

    def gives_up(self, file: Path, source: str) -> bool:
        """Tell whether nothing generates a file from a source: that is gone, or this run compiles it to other files."""
        parts = Path(source).parts
        origins = [path for path in self._named.get(parts[-1], ()) if path.parts[-len(parts) :] == parts]
        ours = {folder / source for folder in self._folders}
        nearness = {path: len({*path.parents} & {*file.parents}) for path in origins}
        nearest = {path for path, shared in nearness.items() if shared == max(nearness.values())}
        return not nearest or (source in self._compiled and bool(nearest & ours))

    @functools.cached_property
    def _named(self) -> dict[str, list[Path]]:
        """The Python files below the folders, by their names: only read where a file is in question."""
        found: dict[str, list[Path]] = {}
        for file in {file for folder in self._folders for file in _python_files(folder)}:
            found.setdefault(file.name, []).append(file)
        return found


def text_difference(file: Path, text: str) -> str:
    """Return how a file that exists differs from the text it should have."""
    return _diff(file, present_text(file), text)


def present_text(file: Path) -> str:
    """Return the text of a file with plain ends of lines: version control may have given it others."""
    return file.read_bytes().decode("utf-8", errors="replace").replace("\r\n", "\n")


def _diff(file: Path, present: str, wanted: str) -> str:
    name = display_path(file)
    lines = difflib.unified_diff(
        present.splitlines(keepends=True),
        wanted.splitlines(keepends=True),
        f"{name} (on disk)",
        f"{name} (generated now)",
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _python_files(folder: Path) -> Iterator[Path]:
    for where, folders, files in os.walk(folder):
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and name not in _SKIPPED and not os.path.exists(f"{where}/{name}/pyvenv.cfg")  # noqa: PTH110  a Path fails where nobody may look
        ]
        for name in files:
            if name.endswith(".py"):
                yield Path(where, name)
