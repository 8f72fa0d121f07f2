"""Generated code is what is committed, works, and has the types it promises, on every interpreter."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.codegen.cases import CASES, TESTS, Case
from tests.codegen.conftest import UPDATE, environment

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@each_case
@pytest.mark.usefixtures("golden")
def test_compiled_case_is_what_is_committed(case: Case) -> None:
    """The same input gives the same bytes; a change of the generator shows in the committed files."""
    compiled = case.compile()
    assert compiled == case.committed(), (
        f"if the change is right: {UPDATE}=1 python -m pytest tests/codegen/test_golden.py"
    )


@each_case
def test_generated_code_does_what_the_implementation_does(case: Case, tree: Path, interpreter: Path) -> None:
    """`use.py` of each case runs, blocking and async, with nothing installed but ambidex."""
    done = subprocess.run(
        [interpreter, "-W", "error", f"run_{case.name}.py"],
        cwd=tree,
        env={**environment([tree / "library"]), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.stdout == ""
    assert done.returncode == 0


COMPILE_ALL = """
import json, sys
from pathlib import Path
from ambidex.codegen import Target, compile_targets

golden = Path(sys.argv[1])
for name, module in json.loads(sys.argv[2]).items():
    compiled = compile_targets([Target((module,), golden / name, golden / name / "expected")])
    for file, text in compiled.files.items():
        if file.read_bytes() != text.encode("utf-8"):
            print(file)
"""


def test_every_interpreter_generates_the_same_bytes(tree: Path, interpreter: Path) -> None:
    """Output does not depend on the Python that generated it, nor on its having typing_extensions."""
    cases = json.dumps({case.name: case.module for case in CASES})
    done = subprocess.run(
        [interpreter, "-B", "-c", COMPILE_ALL, TESTS / "golden", cases],
        env=environment([tree / "library"]),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.stdout == ""
    assert done.returncode == 0


PYRIGHT = {
    "typeCheckingMode": "strict",
    "pythonVersion": "3.9",
    "extraPaths": ["library"],
    "exclude": ["library"],
    "enableTypeIgnoreComments": False,
    "reportUnnecessaryTypeIgnoreComment": True,
}


def check_types(tree: Path, *command: str | Path) -> tuple[int, str]:
    """Run a type checker over the tree and return how it ended and what it said."""
    done = subprocess.run(
        command,
        cwd=tree,
        env={**os.environ, "MYPYPATH": "library"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def check_with_basedpyright(tree: Path) -> None:
    """Check the tree in strict mode at Python 3.9."""
    (tree / "pyrightconfig.json").write_text(json.dumps(PYRIGHT), encoding="utf-8")
    code, output = check_types(tree, sys.executable, "-m", "basedpyright", "--pythonpath", sys.executable)
    assert (code, output.splitlines()[-1]) == (0, "0 errors, 0 warnings, 0 notes"), output


def check_with_mypy(tree: Path) -> None:
    """Check the tree in strict mode; mypy no longer takes 3.9 for a target."""
    options = (
        "--strict",
        "--follow-imports",
        "silent",
        "--python-version",
        "3.10",
        "--exclude",
        "^library/",
        "--cache-dir",
        ".mypy_cache",
    )
    code, output = check_types(tree, sys.executable, "-m", "mypy", *options, ".")
    assert code == 0, output


@pytest.mark.timeout(120)  # the first run of basedpyright may unpack its own node
def test_basedpyright_infers_the_exact_types_in_strict_mode(tree: Path) -> None:
    """Inputs, outputs and the assert_type files of tests/typing are clean at Python 3.9."""
    check_with_basedpyright(tree)


@pytest.mark.timeout(120)  # a cold cache: mypy reads the standard library's types first
def test_mypy_infers_the_exact_types_in_strict_mode(tree: Path) -> None:
    """The same files are clean under mypy."""
    check_with_mypy(tree)
