"""Generated code is what is committed, works, and has the types it promises, on every interpreter."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.codegen.cases import CASES, TESTS, Case
from tests.codegen.checking import faults
from tests.codegen.conftest import INTERPRETERS, UPDATE, in_turn, running
from tests.codegen.limits import shown_to

if TYPE_CHECKING:
    from tests.codegen.checking import Said
    from tests.conftest import Once

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@each_case
@pytest.mark.usefixtures("golden")
def test_compiled_case_is_what_is_committed(case: Case) -> None:
    """The same input gives the same bytes; a change of the generator shows in the committed files."""
    compiled = case.compile()
    assert compiled == case.committed(), (
        f"if the change is right: {UPDATE}=1 python -m pytest tests/codegen/test_golden.py"
    )


# Each case in a process of its own, forked where ambidex is imported already: to start and import takes longer.
RUN_ALL = """
import asyncio, os, runpy, sys
import ambidex.bridge

folder, *names = sys.argv[1:]
for name in names:
    said = os.open(os.path.join(folder, name + ".said"), os.O_WRONLY | os.O_CREAT)
    child = os.fork()
    if child == 0:
        os.dup2(said, 1)
        os.dup2(said, 2)
        sys.argv = ["run_" + name + ".py"]
        runpy.run_path(sys.argv[0], run_name="__main__")
        sys.exit()
    os.close(said)
    status = os.waitpid(child, 0)[1]
    with open(os.path.join(folder, name + ".status"), "w") as ended:
        ended.write(str(status))
"""


@pytest.fixture
def behaviours(trees: Path, interpreter: Path, once: Once) -> Path:
    """Run `use.py` of each case on an interpreter, with nothing installed but ambidex; return the folder of outcomes.

    What a case has printed is in `<case>.said`, and how it ended in `<case>.status`.
    """
    name = "ran-" + next(version for version, path in INTERPRETERS.items() if path == interpreter)

    def run(folder: Path) -> None:
        done = subprocess.run(
            [interpreter, "-W", "error", "-c", RUN_ALL, folder, *[case.name for case in CASES]],
            cwd=trees / "cases",
            env=running(trees),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (0, "")

    return once.folder(name, run)


@pytest.mark.of_text
@pytest.mark.timeout(180)  # the first one runs all cases
@each_case
def test_generated_code_does_what_the_implementation_does(case: Case, behaviours: Path) -> None:
    """`use.py` of each case runs, blocking and async, on each interpreter, and prints nothing."""
    assert (behaviours / f"{case.name}.said").read_text() == ""
    assert (behaviours / f"{case.name}.status").read_text() == "0"


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


# What this interpreter generates has been compared above, unless it is the only one.
OTHERS = [version for version, path in INTERPRETERS.items() if path != Path(sys.executable)] or list(INTERPRETERS)


@pytest.mark.of_text
@pytest.mark.parametrize("interpreter", in_turn(OTHERS), indirect=True)
def test_every_interpreter_generates_the_same_bytes(trees: Path, interpreter: Path) -> None:
    """Output does not depend on the Python that generated it, nor on its having typing_extensions."""
    cases = json.dumps({case.name: case.module for case in CASES})
    done = subprocess.run(
        [interpreter, "-c", COMPILE_ALL, TESTS / "golden", cases],
        env=running(trees),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.stdout == ""
    assert done.returncode == 0


@pytest.mark.of_text
@pytest.mark.timeout(300)  # the one run of basedpyright, which may unpack its own node first
def test_basedpyright_infers_the_exact_types_in_strict_mode(pyright_says: list[Said]) -> None:
    """Inputs, outputs and the assert_type files of tests/typing are clean at Python 3.9."""
    assert faults(pyright_says, "cases") == []


@pytest.mark.of_text
@pytest.mark.timeout(300)  # the one run of mypy, from a cold cache: it reads the standard library's types first
def test_mypy_infers_the_exact_types_in_strict_mode(mypy_says: list[Said]) -> None:
    """The same files are clean under mypy, but for those that show what it is known to say wrongly."""
    assert [each for each in faults(mypy_says, "cases") if Path(each.file).name not in shown_to("mypy")] == []
