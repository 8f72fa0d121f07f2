"""Take drawn implementations through the generator and both faces, and remember what came of it."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ambidex.codegen import GenerationError, Target, compile_targets
from ambidex.codegen._find import importing_from
from tests.checkers import mypy
from tests.codegen.cases import make_library
from tests.codegen.fuzz.behave import World
from tests.codegen.fuzz.counting import shown
from tests.codegen.fuzz.owning import asserting
from tests.codegen.fuzz.source import manifests, write

if TYPE_CHECKING:
    from ambidex.errors import Problem
    from tests.codegen.fuzz.shapes import Check, Program
    from tests.conftest import Once

FORMS = ("implementation", "blocking", "aio")
PYRIGHT = {
    "typeCheckingMode": "strict",
    "pythonVersion": "3.9",
    "include": ["fuzz*.py"],
    "extraPaths": ["library"],
    "exclude": ["library"],
    "enableTypeIgnoreComments": False,
}


@dataclass
class Run:
    """Hold what one run of the tests has drawn; every module stays below `folder`."""

    folder: Path
    once: Once
    constructs: Counter[str] = field(default_factory=Counter)
    programs: int = 0
    refusals: int = 0
    checks: int = 0

    def take(self, program: Program) -> None:
        """Generate from a program and use what is generated; fail where a face is not what the implementation is."""
        self.programs += 1
        prefix = f"_fuzz{self.programs}_"
        folder = self.folder / str(self.programs)
        folder.mkdir()
        for name, text in write(program, prefix).items():
            (folder / f"{name}.py").write_text(asserting(text), encoding="utf-8")
        modules = manifests(program, prefix)
        about = f"\nin {folder}, drawn from {program.seed}"
        compiled = compile_or_refuse(modules, folder)
        if isinstance(compiled, GenerationError):
            assert program.refused is not None, f"refused: {compiled}{about}"
            assert compiled.problems
            for problem in compiled.problems:
                check_problem(problem, folder)
            self.constructs[program.refused] += 1
            self.refusals += 1
            return
        assert program.refused is None, f"{program.refused}: not refused{about}"
        for file, text in compiled.items():
            ast.parse(text, str(file), feature_version=(3, 9))
            file.write_text(text, encoding="utf-8")
        self.constructs.update(shown(program))
        with importing_from(folder):
            worlds = [World(program, prefix, form) for form in FORMS]
            for check in program.checks:
                self.compare(program, check, worlds, folder)

    def compare(self, program: Program, check: Check, worlds: list[World], folder: Path) -> None:
        """Check one use: both faces give what the implementation gives."""
        self.checks += 1
        expected, *faces = [world.outcome(check) for world in worlds]
        about = f"{check}\nin {folder}, drawn from {program.seed}"
        can_fail = "wrong=True" in check.arguments or check.flavour == "expression"
        assert expected[0] == "gave" or can_fail, f"the drawn implementation itself fails: {expected}\n{about}"
        for form, outcome in zip(FORMS[1:], faces):
            assert outcome == expected, f"the {form} face differs\nfrom {expected}\n  is {outcome}\n{about}"

    def table(self) -> str:
        """Return how often each construct occurred, as lines."""
        lines = [f"{count:7} {name}" for name, count in sorted(self.constructs.items())]
        about = f"{self.programs} programs, {self.refusals} of them refused; {self.checks} checks of the others"
        return "\n".join([about, *lines])

    def type_check(self) -> list[str]:
        """Return what the two type checkers, in strict mode, say about all generated modules."""
        tree = self.folder / "tree"
        tree.mkdir()
        make_library(tree)
        for file in self.folder.glob("*/*fuzz*.py"):
            with contextlib.suppress(FileExistsError):
                os.link(file, tree / file.name)
        (tree / "pyrightconfig.json").write_text(json.dumps(PYRIGHT), encoding="utf-8")
        generated = sorted(file.name for file in tree.glob("fuzz*.py"))
        commands = (
            (sys.executable, "-m", "basedpyright", "--pythonpath", sys.executable),
            mypy(tree, self.once, *generated),
        )
        running = [
            subprocess.Popen(
                command,
                cwd=tree,
                env={**os.environ, "MYPYPATH": "library"},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for command in commands
        ]
        answers = [process.communicate()[0] for process in running]
        return [answer for answer, process in zip(answers, running) if process.returncode != 0]


def compile_or_refuse(modules: tuple[str, ...], folder: Path) -> dict[Path, str] | GenerationError:
    """Return the generated files, or the refusal."""
    try:
        return compile_targets([Target(modules, folder, folder)]).files
    except GenerationError as error:
        return error


def check_problem(problem: Problem, folder: Path) -> None:
    """Check that a refusal says where, what and what to write instead."""
    file = Path(problem.file)
    assert file.resolve().parent == folder.resolve(), f"{problem}: not a file of the source"
    lines = file.read_text(encoding="utf-8").splitlines()
    assert 1 <= problem.line <= len(lines), f"{problem}: no such line"
    assert lines[problem.line - 1].strip(), f"{problem}: nothing stands there"
    assert problem.what.strip()
    assert problem.fix.strip()
