"""Take one drawn implementation through the generator and both faces, in this interpreter.

Only the library, the standard library and this folder are needed, and typing_extensions where what is drawn names it:
an interpreter that has no more than that runs this as a program (see `elsewhere`).
"""

from __future__ import annotations

import ast
import json
import pickle
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from ambidex.codegen import GenerationError, Target, compile_targets
from ambidex.codegen._find import importing_from
from tests.codegen.fuzz.behave import World
from tests.codegen.fuzz.owning import asserting
from tests.codegen.fuzz.source import manifests

if TYPE_CHECKING:
    from ambidex.errors import Problem
    from tests.codegen.fuzz.shapes import Check, Program

FORMS = ("implementation", "blocking", "aio")
PROGRAM = "program.pickle"  # the file, in the folder of the sources, for another interpreter


def tried(program: Program, prefix: str, folder: Path) -> int:
    """Generate from the sources in a folder and use what is generated; return the number of its uses.

    It fails where a face is not what the implementation is, and where the program is refused or is not, other than it
    says.
    """
    for file in folder.glob("*.py"):
        file.write_text(asserting(file.read_text(encoding="utf-8")), encoding="utf-8")
    about = f"\nin {folder}, drawn from {program.seed}"
    compiled = compile_or_refuse(manifests(program, prefix), folder)
    if isinstance(compiled, GenerationError):
        assert program.refused is not None, f"refused: {compiled}{about}"
        assert compiled.problems
        for problem in compiled.problems:
            check_problem(problem, folder)
        return 0
    assert program.refused is None, f"{program.refused}: not refused{about}"
    for file, text in compiled.items():
        ast.parse(text, str(file), feature_version=(3, 9))
        file.write_text(text, encoding="utf-8")
    try:
        with importing_from(folder):
            worlds = [World(program, prefix, form) for form in FORMS]
            for check in program.checks:
                compare(program, check, worlds, folder)
    finally:
        forget(prefix)
    return len(program.checks)


def forget(prefix: str) -> None:
    """Let go of the modules of a program, its own and the generated ones: a run has hundreds."""
    for name in [name for name in sys.modules if name.startswith((prefix, prefix.removeprefix("_")))]:
        del sys.modules[name]


def compare(program: Program, check: Check, worlds: list[World], folder: Path) -> None:
    """Check one use: both faces give what the implementation gives."""
    expected, *faces = [world.outcome(check) for world in worlds]
    about = f"{check}\nin {folder}, drawn from {program.seed}"
    can_fail = "wrong=True" in check.arguments or check.flavour == "expression"
    assert expected[0] == "gave" or can_fail, f"the drawn implementation itself fails: {expected}\n{about}"
    for form, outcome in zip(FORMS[1:], faces):
        assert outcome == expected, f"the {form} face differs\nfrom {expected}\n  is {outcome}\n{about}"


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


def main() -> None:
    """Try the program of each line: a folder and a prefix, answered by how often it was used, or by what failed."""
    for line in sys.stdin:
        folder, prefix = json.loads(line)
        program: Program = pickle.loads((Path(folder) / PROGRAM).read_bytes())
        try:
            answer: int | str = tried(program, prefix, Path(folder))
        except Exception:  # noqa: BLE001  whoever asked reports it as a failure
            answer = traceback.format_exc()
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
