"""Generated code is what is committed, works, and has the types it promises, on every interpreter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.checkers import with_current_mypy
from tests.codegen.cases import CASES, OWN, TREES, Case, cases_in
from tests.codegen.checking import faults
from tests.codegen.compiling import compile_on
from tests.codegen.conftest import INTERPRETERS, UPDATE, in_turn, running
from tests.codegen.limits import shown_to

if TYPE_CHECKING:
    from tests.codegen.checking import Said
    from tests.conftest import Once


@pytest.mark.parametrize("case", [case for case in CASES if case.runs_on(OWN)], ids=lambda case: case.name)
@pytest.mark.usefixtures("golden")
def test_compiled_case_is_what_is_committed(case: Case) -> None:
    """The same input gives the same bytes; a change of the generator shows in the committed files.

    What this interpreter cannot read is compiled below, by those that can.
    """
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
def behaviours(trees: Path, version: str, once: Once) -> Path:
    """Run `use.py` of all that an interpreter can, with nothing installed but ambidex; return the folder of outcomes.

    What a case has printed is in `<case>.said`, and how it ended in `<case>.status`.
    """

    def run(folder: Path) -> None:
        for tree in TREES:
            names = [case.name for case in CASES if case.tree == tree and case.runs_on(version)]
            done = subprocess.run(
                [INTERPRETERS[version], "-W", "error", "-c", RUN_ALL, folder, *names],
                cwd=trees / tree,
                env=running(trees),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            assert (done.returncode, done.stdout) == (0, "")

    return once.folder(f"ran-{version}", run)


USES = [
    pytest.param(version.values[0], case, marks=version.marks, id=f"{version.values[0]}-{case.name}")
    for version in in_turn(INTERPRETERS)
    for case in CASES
    if case.runs_on(version.values[0])
]


@pytest.mark.of_text
@pytest.mark.timeout(180)  # the first one runs all cases
@pytest.mark.parametrize(("version", "case"), USES)
def test_generated_code_does_what_the_implementation_does(case: Case, behaviours: Path) -> None:
    """`use.py` of each case runs, blocking and async, on each interpreter from its oldest on, and prints nothing."""
    assert (behaviours / f"{case.name}.said").read_text() == ""
    assert (behaviours / f"{case.name}.status").read_text() == "0"


# What this interpreter generates has been compared above, unless it is the only one.
OTHERS = [version for version, path in INTERPRETERS.items() if path != Path(sys.executable)] or list(INTERPRETERS)


@pytest.mark.of_text
@pytest.mark.parametrize("version", in_turn(OTHERS))
def test_every_interpreter_generates_the_same_bytes(version: str, trees: Path) -> None:
    """Output does not depend on the Python that generated it, nor on its having typing_extensions."""
    cases = [case for case in CASES if case.runs_on(version)]
    targets = [(case.module, case.folder, case.expected) for case in cases]
    compiled = compile_on(INTERPRETERS[version], targets, running(trees))
    assert [case.name for case, made in zip(cases, compiled) if made.files != case.committed()] == []


IMPORT_ALL = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


@pytest.mark.of_text
@pytest.mark.parametrize("version", in_turn(INTERPRETERS))
def test_every_interpreter_imports_what_is_generated_of_newer_syntax(version: str, trees: Path) -> None:
    """Nothing in it is newer than Python 3.9; the implementation is imported when something is used."""
    names = [Path(file).stem for case in cases_in("newer") for file in case.committed()]
    done = subprocess.run(
        [INTERPRETERS[version], "-W", "error", "-c", IMPORT_ALL, *names],
        cwd=trees / "newer",
        env=running(trees),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.of_text
@pytest.mark.timeout(300)  # the one run of basedpyright, which may unpack its own node first
@pytest.mark.parametrize("tree", TREES)
def test_basedpyright_infers_the_exact_types_in_strict_mode(tree: str, pyright_says: list[Said]) -> None:
    """Inputs, outputs and the assert_type files of tests/typing are clean at Python 3.9, or at what they need."""
    assert faults(pyright_says, tree) == []


@with_current_mypy
@pytest.mark.of_text
@pytest.mark.timeout(300)  # the one run of mypy, from a cold cache: it reads the standard library's types first
@pytest.mark.parametrize("tree", TREES)
def test_mypy_infers_the_exact_types_in_strict_mode(tree: str, mypy_says: list[Said]) -> None:
    """The same files are clean under mypy, but for those that show what it is known to say wrongly."""
    assert [each for each in faults(mypy_says, tree) if Path(each.file).name not in shown_to("mypy")] == []
