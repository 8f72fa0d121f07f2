"""Own what is said of each package that is tried: each folder here has a `declaration.py` and an `exercise.py`.

The exercise is a program as users of the wrapped package write it: it uses both faces against something real, asserts
what it sees, and prints `done` last. It is given the address of its server, where it has one, as its only argument,
and an empty folder as the current one.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Edit:
    """Say what is changed by hand in the manifest that `wrap` writes: a text that occurs once, its successor, why."""

    old: str
    new: str
    why: str


@dataclass(frozen=True)
class Package:
    """Say how one package is wrapped and tried; `folder` holds its exercise."""

    folder: Path
    distributions: tuple[str, ...]  # the package itself, then what else its result depends on, as its stubs
    wraps: str  # the name it is imported by
    alias: str
    ran: str  # what the exercise does, for the page
    arguments: tuple[str, ...] = ()  # further ones for `wrap`
    server: tuple[str, ...] = ()  # a program below `tests`, and its arguments: it prints an address on one line
    edits: tuple[Edit, ...] = ()
    is_quick: bool = False  # tried in every test run, too; its distributions are then among those of the tests

    @property
    def exercise(self) -> Path:
        """Return the program."""
        return self.folder / "exercise.py"


def find_packages() -> list[Package]:
    """Return the declarations, in the order of their folders' names."""
    folders = sorted(file.parent.name for file in HERE.glob("*/declaration.py"))
    found: list[Package] = [
        importlib.import_module(f"tests.packages.{folder}.declaration").PACKAGE for folder in folders
    ]
    return found
