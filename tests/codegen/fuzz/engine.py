"""Take drawn implementations through the generator and both faces, and remember what came of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.checkers import mypy
from tests.codegen.cases import make_library
from tests.codegen.fuzz.counting import shown
from tests.codegen.fuzz.coverage import NEWER, OLDEST, oldest_for
from tests.codegen.fuzz.elsewhere import HERE, Elsewhere, found_for
from tests.codegen.fuzz.source import write
from tests.codegen.fuzz.trying import tried

if TYPE_CHECKING:
    from tests.codegen.fuzz.shapes import Program
    from tests.conftest import Once

# What checkers are told: generated modules are for each Python, but those of newer constructs name their sources.
NEWEST = ".".join(map(str, max(NEWER.values())))
PYRIGHT = {
    "typeCheckingMode": "strict",
    "include": ["fuzz*.py"],
    "extraPaths": ["../library"],
    "enableTypeIgnoreComments": False,
}


@dataclass
class Run:
    """Hold what one run of the tests has drawn; every module stays below `folder`."""

    folder: Path
    once: Once
    constructs: Counter[str] = field(default_factory=Counter)
    elsewhere: Counter[str] = field(default_factory=Counter)  # the programs, by version of Python
    programs: int = 0
    refusals: int = 0
    checks: int = 0

    def __post_init__(self) -> None:
        """Make the library that other interpreters and the type checkers see."""
        make_library(self.folder)
        self._elsewhere = Elsewhere(self.folder / "library")

    def take(self, program: Program) -> None:
        """Generate from a program and use what is generated; fail where a face is not what the implementation is."""
        self.programs += 1
        prefix = f"_fuzz{self.programs}_"
        texts = write(program, prefix)
        oldest = oldest_for(program)
        folder = self.folder / ("old" if oldest == OLDEST else "new") / str(self.programs)
        folder.mkdir(parents=True)
        for name, text in texts.items():
            (folder / f"{name}.py").write_text(text, encoding="utf-8")
        version = found_for(oldest)
        if version is None:
            self.elsewhere[f"none, which Python {oldest} would have run"] += 1
            return
        if version == HERE:
            self.checks += tried(program, prefix, folder)
        else:
            self.elsewhere[f"Python {version}"] += 1
            self.checks += self._elsewhere.tried(version, program, prefix, folder)
        if program.refused is None:
            self.constructs.update(shown(program))
        else:
            self.constructs[program.refused] += 1
            self.refusals += 1

    def table(self) -> str:
        """Return how often each construct occurred, as lines."""
        lines = [f"{count:7} {name}" for name, count in sorted(self.constructs.items())]
        about = f"{self.programs} programs, {self.refusals} of them refused; {self.checks} checks of the others"
        others = [f"{count} in another interpreter: {name}" for name, count in sorted(self.elsewhere.items())]
        return "\n".join([about, *others, *lines])

    def close(self) -> None:
        """End what runs in other interpreters."""
        self._elsewhere.close()

    def type_check(self) -> list[str]:
        """Return what the two type checkers, in strict mode, say about all generated modules."""
        running = [
            subprocess.Popen(
                command,
                cwd=folder,
                env={**os.environ, "MYPYPATH": "../library"},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for name, version in (("old", "3.9"), ("new", NEWEST))
            for folder, generated in self._tree(name)
            for command in (
                (sys.executable, "-m", "basedpyright", "--pythonpath", sys.executable, "--pythonversion", version),
                *self._asking_mypy(folder, version, generated),
            )
        ]
        answers = [process.communicate()[0] for process in running]
        return [answer for answer, process in zip(answers, running) if process.returncode != 0]

    def _asking_mypy(self, folder: Path, version: str, generated: list[str]) -> list[list[str | Path]]:
        if version == NEWEST and HERE == OLDEST:
            print("the last mypy for Python 3.9 reads with that Python's own parser: it is not asked of newer sources")
            return []
        return [mypy(folder, self.once, *(("--python-version", version) if version == NEWEST else ()), *generated)]

    def _tree(self, name: str) -> list[tuple[Path, list[str]]]:
        """Return the folder with all modules of one kind, and the generated ones of them; nothing if there are none."""
        tree = self.folder / f"{name}-tree"
        tree.mkdir()
        for file in (self.folder / name).glob("*/*fuzz*.py"):
            os.link(file, tree / file.name)
        (tree / "pyrightconfig.json").write_text(json.dumps(PYRIGHT), encoding="utf-8")
        generated = sorted(file.name for file in tree.glob("fuzz*.py"))
        return [(tree, generated)] if generated else []
