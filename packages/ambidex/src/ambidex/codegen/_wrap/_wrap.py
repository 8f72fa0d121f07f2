"""Own one run of `wrap`: read a package, write its manifest, compile that as anybody's."""

from __future__ import annotations

import keyword
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ambidex.errors import UsageError

from .._files import target_files
from .._find import importing_from
from .._report import display_path
from .._run import compile_targets
from .._settings import Target
from ..compile import compile_modules
from ._blame import Blame
from ._checkers import find_checkers, find_faults
from ._choose import Selection
from ._left_out import LeftFaulty
from ._names import Surface
from ._text import manifest_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._run import Compiled
    from ._blame import Subject
    from ._checkers import Fault
    from ._left_out import LeftOut


@dataclass(frozen=True)
class Wrapped:
    """Hold the text of a manifest, what is generated from it, and what was left out, in the order of the sources.

    `faulty` is what type checkers still find fault with, if they were asked.
    """

    name: str
    manifest: str
    compiled: Compiled
    left_out: tuple[LeftOut, ...]
    faulty: tuple[LeftFaulty, ...]


def wrap_package(package: str, alias: str, output: Path | None, *, is_clean: bool = False) -> Wrapped:
    """Make the manifest of an installed package and compile it; nothing is written.

    `package` is the dotted name of a package or module, `alias` that of the module to generate. With `is_clean` what
    the type checkers that are installed find fault with is left out, too.

    Raises:
        GenerationError: what is left cannot be generated together.
        UsageError: the package cannot be imported, nothing in it can have a face, or the formatter is missing; or there
            is no type checker to ask.
    """
    if not _is_dotted(package):
        raise UsageError(f"{package!r} is not the name of a package: write the one that `import` takes")
    if not _is_dotted(alias) or alias == package:
        raise UsageError(f"{alias!r} cannot be generated: write the name of a module, as in --as {package}_sync")
    with importing_from(Path.cwd()):
        selection = Selection(Surface(package), alias)
        checkers = find_checkers() if is_clean else []
        # Of this run alone: what others may write to decides what is left out.
        with tempfile.TemporaryDirectory(prefix="ambidex-") as cache:
            remaining = _settle_all(selection, checkers, Path(cache))
        selection.note_unsaid()
        name = f"_{alias.replace('.', '_')}"
        text = manifest_text(selection, package, alias, name)
    left_out = [
        *selection.left_out,
        *(left for taken in selection.taken.values() for left in (*taken.exclude.values(), *taken.inherit.values())),
    ]
    if not any(taken.by != "value" for taken in selection.taken.values()):
        reasons = "".join(f"\n{left}" for left in sorted(left_out))
        raise UsageError(f"nothing of {package} can have a face{reasons}")
    with tempfile.TemporaryDirectory(prefix="ambidex-") as folder:
        Path(folder, f"{name}.py").write_bytes(text.encode("utf-8"))
        compiled = compile_targets([Target((name,), Path(folder), output)])
    files = dict(zip(compiled.texts, map(display_path, target_files(output or Path(), compiled.texts))))
    faulty = {LeftFaulty(files[each.module], each.line, each.what, reason) for each, reason in remaining}
    return Wrapped(name, text, compiled, tuple(sorted(left_out)), tuple(sorted(faulty)))


def _is_dotted(name: str) -> bool:
    return all(part.isidentifier() and not keyword.iskeyword(part) for part in name.split("."))


def _settle_all(selection: Selection, checkers: Sequence[str], cache: Path) -> list[tuple[Fault, str]]:
    """Leave out what type checkers find fault with, as far as that can be; return the rest, each with the reason."""
    while True:
        settled = [_settle(selection, checker, cache) for checker in checkers]
        if not any(was_changed for was_changed, _ in settled):  # what one made us leave out may be news to the other
            return [fault for _, faults in settled for fault in faults]


def _settle(selection: Selection, checker: str, cache: Path) -> tuple[bool, list[tuple[Fault, str]]]:
    """Leave out what one type checker finds fault with; tell whether anything was left out, and return the rest."""
    was_changed = False
    while True:
        faults = _faults(selection, checker, cache)
        if not selection.leave_out([(fault.what, subject) for fault, subjects in faults for subject in subjects]):
            return was_changed, [(fault, selection.reason_for(subjects)) for fault, subjects in faults]
        was_changed = True


def _faults(selection: Selection, checker: str, cache: Path) -> list[tuple[Fault, list[Subject]]]:
    """Return what a type checker says of the generated modules, each with what it is about."""
    texts = compile_modules(selection.manifests())
    blames = {name: Blame(name, text) for name, text in texts.items()}
    return [(each, blames[each.module].subjects(each.line, each.column)) for each in find_faults(checker, texts, cache)]
