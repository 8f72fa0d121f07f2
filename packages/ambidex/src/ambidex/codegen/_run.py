"""Own one run of the generator over several targets: import, compile, decide on files; nothing is written here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ambidex.errors import GenerationError, UsageError

from ._files import missing_packages, target_files
from ._find import Finder, importing_from
from ._report import Report
from ._runtimes import Runtimes
from ._vendored import check_importable
from .compile import compile_modules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ambidex.errors import Problem

    from ._settings import Target


@dataclass(frozen=True)
class Compiled:
    """Hold what a run makes: texts by module name, and, for targets with an output, the files.

    `packages` are the empty `__init__.py` files that are missing.
    """

    texts: dict[str, str]
    files: dict[Path, str]
    packages: dict[Path, str]


def compile_targets(targets: Sequence[Target], ruff: str | None = None) -> Compiled:
    """Import and compile every target; each finds its modules in its own folder first.

    Raises:
        GenerationError: with the problems of all targets.
        UsageError: the formatter, or a target's root or runtime, is missing, or two targets make the same file.
    """
    problems: list[Problem] = []
    compiled, runtimes = Compiled({}, {}, {}), Runtimes()
    for target in targets:
        try:
            _compile(target, ruff, compiled, runtimes)
        except GenerationError as error:
            problems.extend(error.problems)
    if problems:
        raise GenerationError(problems)
    return compiled


def _compile(target: Target, ruff: str | None, compiled: Compiled, runtimes: Runtimes) -> None:
    report = Report()
    if not target.root.is_dir():
        raise UsageError(f"there is no folder {target.root}, the root of {', '.join(target.modules)}: correct `root`")
    with importing_from(target.root, target.output):
        if target.runtime != "ambidex":
            check_importable(target.runtime)
        manifests = Finder(target.root, report).manifests(target.modules)
        runtimes.check(manifests, target.synchronizer, report)
        texts: dict[str, str] = {}
        try:
            texts = compile_modules(manifests, target.synchronizer, runtime=target.runtime, ruff=ruff)
        except GenerationError as error:
            report.include(error.problems)
        report.raise_if_any()
        files = target_files(target.output, texts) if target.output is not None else {}
        twice = next((file for file in files if file in compiled.files), None)
        if twice is not None:
            raise UsageError(f"two targets generate {twice}; name it in one of them")
        _refuse_one_in_two([*compiled.files, *files])
        if target.output is not None:
            compiled.packages.update(missing_packages(target.output, texts))
    compiled.texts.update(texts)
    compiled.files.update(files)


def _refuse_one_in_two(files: Sequence[Path]) -> None:
    """Refuse files whose names differ in the case of letters alone: many file systems have only one of them."""
    known: dict[str, Path] = {}
    for file in files:
        other = known.setdefault(str(file).casefold(), file)
        if other != file:
            raise UsageError(f"{other} and {file} are one file where the case of letters does not count: rename one")
