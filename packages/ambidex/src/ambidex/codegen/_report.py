"""Own what a run refuses: the list of it, and how a place in a file is shown."""

from __future__ import annotations

import contextlib
import functools
import os
import re
from typing import TYPE_CHECKING

from ambidex.errors import GenerationError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ._ir import Place

_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")
SETTER = ".setter"  # names that of a property among the subjects of a problem: no member is called so


class Unsupported(Exception):
    """Say what cannot be generated from and what to write instead; whoever knows the place makes it a Problem."""

    def __init__(self, what: str, fix: str, parameter: str = "") -> None:
        super().__init__(what, fix)
        self.what = what
        self.fix = fix
        self.parameter = parameter  # of an overload, where callers can do without it


class _About(contextlib.AbstractContextManager[None]):
    """Put names below the last of some subjects: a generator would take three times as long, for every parameter."""

    def __init__(self, subjects: list[tuple[str, ...]], names: tuple[str, ...]) -> None:
        self._subjects = subjects
        self._names = names

    def __enter__(self) -> None:
        self._subjects.append((*self._subjects[-1], *self._names))

    def __exit__(self, *error: object) -> None:
        self._subjects.pop()


class Report:
    """Collect problems, each once and with what it is about, and raise them together."""

    def __init__(self) -> None:
        self._problems: dict[Problem, dict[tuple[str, ...], None]] = {}
        self._subjects: list[tuple[str, ...]] = [()]

    @property
    def problems(self) -> Mapping[Problem, Iterable[tuple[str, ...]]]:
        """Return each problem with its subjects: a target module, a public name in it, a member, as far as known."""
        return self._problems

    def about(self, *names: str) -> contextlib.AbstractContextManager[None]:
        """Note what the problems are about that are added inside: names below those of the enclosing block."""
        return _About(self._subjects, names)

    def add(self, place: Place, what: str, fix: str) -> None:
        """Note one problem."""
        problem = Problem(place.file, place.line, without_addresses(what), without_addresses(fix))
        self._problems.setdefault(problem, {})[self._subjects[-1]] = None

    def include(self, problems: Iterable[Problem]) -> None:
        """Note problems that another report raised."""
        for problem in problems:
            self._problems.setdefault(problem, {})

    def raise_if_any(self) -> None:
        """End the run if anything was refused.

        Raises:
            GenerationError: with every problem, file by file in the order of lines.
        """
        if self._problems:
            raise GenerationError(sorted(self._problems, key=lambda problem: (problem.file, problem.line)))


def without_addresses(text: str) -> str:
    """Return a text without the places in memory that a `repr` gives: they are others in each run."""
    return _ADDRESS.sub("", text)


def parameter_subject(name: str) -> str:
    """Return what names a parameter among the subjects of a problem: no member is called so."""
    return f"{name}="


def display_path(file: str | os.PathLike[str]) -> str:
    """Return a file's name as a person in the current directory writes it."""
    return _seen_from(os.getcwd(), os.fspath(file))  # noqa: PTH109  a Path would have to be made for each place


@functools.lru_cache(maxsize=1024)  # every place of a run names one of a few files
def _seen_from(folder: str, file: str) -> str:
    try:
        relative = os.path.relpath(file, folder)
    except ValueError:  # another drive, on Windows
        return file
    return file if relative.startswith(os.pardir) else relative
