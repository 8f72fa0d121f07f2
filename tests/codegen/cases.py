"""Know the golden cases: what each is generated from, which Python it needs, and how trees of them are made.

A case runs on every Python from 3.9 on, unless its `use.py` has a line such as `# Needs Python 3.12`.
"""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import ambidex
from ambidex.codegen import Target, compile_targets

TESTS = Path(__file__).resolve().parent.parent
GOLDEN = TESTS / "golden"
OWN = f"{sys.version_info[0]}.{sys.version_info[1]}"
# What type checkers read, each tree as one version of Python: most cases as the oldest one, the others as the newest.
TREES = {"cases": "3.9", "newer": "3.13"}
_OLDEST = "3.9"
_NEEDS = re.compile(r"^# Needs Python (?P<version>3\.\d+)$", re.MULTILINE)


def needed_by(file: Path) -> str:
    """Return the oldest Python that can read a file: what its line `# Needs Python 3.12` says."""
    said = _NEEDS.search(file.read_text(encoding="utf-8"))
    return _OLDEST if said is None else said["version"]


def is_served(needed: str, version: str) -> bool:
    """Tell whether a version of Python is the one that is needed, or a newer one."""
    return int(version.partition(".")[2]) >= int(needed.partition(".")[2])


@dataclass(frozen=True)
class Case:
    """One folder: its input modules, the generated ones under `expected`, and `use.py`, which uses them."""

    name: str

    @property
    def folder(self) -> Path:
        """Return the folder of the inputs."""
        return GOLDEN / self.name

    @property
    def expected(self) -> Path:
        """Return the folder of the outputs."""
        return self.folder / "expected"

    @cached_property
    def oldest(self) -> str:
        """Return the oldest Python that reads and runs it: "3.9" for most."""
        return needed_by(self.folder / "use.py")

    @property
    def tree(self) -> str:
        """Return the tree that it belongs to."""
        return "cases" if self.oldest == _OLDEST else "newer"

    def runs_on(self, version: str) -> bool:
        """Tell whether a version of Python reads and runs it."""
        return is_served(self.oldest, version)

    @property
    def module(self) -> str:
        """Return what is generated from: a package, or the one module of the folder."""
        return self.name if (self.folder / self.name).is_dir() else f"_{self.name}"

    def compile(self) -> dict[str, str]:
        """Return the generated files, by their place below `expected`."""
        compiled = compile_targets([Target((self.module,), self.folder, self.expected)])
        return {file.relative_to(self.expected).as_posix(): text for file, text in compiled.files.items()}

    def committed(self) -> dict[str, str]:
        """Return the files below `expected` as they are committed."""
        return {
            file.relative_to(self.expected).as_posix(): file.read_bytes().decode("utf-8")
            for file in self.expected.rglob("*.py")
        }

    def write(self, files: dict[str, str]) -> None:
        """Replace what is committed."""
        shutil.rmtree(self.expected, ignore_errors=True)
        for name, text in files.items():
            file = self.expected / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode("utf-8"))


CASES = tuple(Case(folder.name) for folder in sorted(GOLDEN.iterdir()) if (folder / "use.py").exists())


def cases_in(tree: str) -> tuple[Case, ...]:
    """Return the cases of a tree."""
    return tuple(case for case in CASES if case.tree == tree)


def make_tree(folder: Path, tree: str) -> None:
    """Lay the cases of a tree out: inputs and outputs together, each `use.py` as `run_<case>.py`, and ambidex."""
    unwanted = shutil.ignore_patterns("__pycache__", "expected", "use.py")
    for case in cases_in(tree):
        shutil.copytree(case.folder, folder, ignore=unwanted, dirs_exist_ok=True)
        shutil.copytree(case.expected, folder, dirs_exist_ok=True)
        shutil.copy(case.folder / "use.py", folder / f"run_{case.name}.py")
    for file in (TESTS / "typing").glob("*.py"):
        if tree_of(file) == tree:
            shutil.copy(file, folder)
    make_library(folder)


def tree_of(file: Path) -> str:
    """Return the tree that a module of `tests/typing` belongs to: that of its case, or what it says it needs."""
    case = next((case for case in CASES if file.name == f"use_{case.name}.py"), None)
    if case is not None:
        return case.tree
    return "cases" if needed_by(file) == _OLDEST else "newer"


def make_library(folder: Path) -> None:
    """Put ambidex into a tree, under `library`: all that is installed for it."""
    library = Path(ambidex.__file__).parent
    shutil.copytree(library, folder / "library" / "ambidex", ignore=shutil.ignore_patterns("__pycache__"))
