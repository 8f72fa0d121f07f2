"""`python -m ambidex.testing`: what it prints, and with what it ends; and that nothing of it is loaded unasked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ambidex.testing import behaviours
from tests.limits import LIMIT_S

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the folder of the repository."""
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S, check=False)


def test_placement_that_holds_ends_with_0() -> None:
    """It says how many behaviours there were, and names each exception."""
    done = run("-m", "ambidex.testing", "ambidex.testing:OverUnixSocket", "--group", "callbacks")
    number = len(behaviours("callbacks"))
    *exceptions, last = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert last == f"{number} behaviours, {number - 2} held, 0 failed, 2 exceptions"
    assert [line.partition(": ")[0] for line in exceptions] == ["excepted", "excepted"]


def test_placement_that_does_not_hold_ends_with_1_and_is_told() -> None:
    """Each failure by its id, its sentence and its traceback."""
    done = run("-m", "ambidex.testing", "tests.conformance.broken:GivesNewFaces", "--group", "identity")
    assert done.returncode == 1
    assert "failed: identity/same-object-same-face/blocking: " in done.stdout
    assert "AssertionError: expected the very object" in done.stdout


def test_behaviour_that_hangs_has_failed_and_says_where() -> None:
    """The others go on."""
    done = run("-m", "ambidex.testing", "tests.conformance.broken:Hangs", "--group", "contexts", "--limit", "0.5")
    number = len(behaviours("contexts"))
    assert done.returncode == 1
    assert "contexts/enter-and-leave/blocking has not ended within 0.5 s; it stands at:" in done.stdout
    assert "in enter_here" in done.stdout
    assert f"{number} behaviours" in done.stdout


@pytest.mark.parametrize("name", ["ambidex.testing:Nothing", "nothing_at_all:Placement", "builtins:int"])
def test_placement_that_cannot_be_had_ends_with_2(name: str) -> None:
    """And it is named."""
    done = run("-m", "ambidex.testing", name)
    assert (done.returncode, done.stdout) == (2, "")
    assert name in done.stderr


def test_import_of_ambidex_loads_nothing_of_it() -> None:
    """Not the package, not its parts, and not what runs objects elsewhere."""
    program = (
        "import ambidex, sys; from ambidex import Module, Synchronizer, ParentWorker, Service, connect; "
        "print([name for name in sys.modules if name.startswith('ambidex.testing')])"
    )
    done = run("-c", program)
    assert (done.stdout, done.stderr) == ("[]\n", "")
