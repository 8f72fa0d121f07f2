"""`make soak` stops at the first failure with its seed, and says how far it came."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SOAK = Path(__file__).resolve().parents[2] / "tools" / "soak.py"

pytestmark = pytest.mark.timeout(180)  # each starts pytest anew


def run_soak(folder: Path, source: str, *options: str) -> tuple[int, str]:
    """Run the driver on one test file and return how that ended."""
    (folder / "test_it.py").write_text(source)
    done = subprocess.run(
        [sys.executable, SOAK, *options, str(folder)],
        cwd=folder,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},  # to load all takes longer than all else
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_soak_runs_as_often_as_asked_for(tmp_path: Path) -> None:
    """Each run has another seed, and the closing line counts them."""
    code, output = run_soak(tmp_path, "def test_it(): ...\n", "--runs", "2", "--seed", "5")
    assert code == 0
    assert [f"(seed {seed}," in output for seed in (5, 6, 7)] == [True, True, False]
    assert "soak: 2 of 2 runs passed" in output


def test_soak_runs_several_at_a_time(tmp_path: Path) -> None:
    """Two runs that wait for each other both end."""
    source = """
import os, pathlib, time
def test_it():
    folder = pathlib.Path(__file__).parent
    (folder / f"{os.getpid()}.here").touch()
    deadline = time.monotonic() + 150
    while len(list(folder.glob("*.here"))) < 2:
        assert time.monotonic() < deadline
"""
    code, output = run_soak(tmp_path, source, "--runs", "2", "--jobs", "2")
    assert code == 0
    assert "soak: 2 of 2 runs passed" in output


def test_soak_stops_at_a_failure_with_the_command_that_repeats_it(tmp_path: Path) -> None:
    """The failing run's output and seed are printed, and nothing runs after it."""
    source = "import random\ndef test_it():\n    assert random.random() < 0, 'as always'\n"
    code, output = run_soak(tmp_path, source, "--runs", "3", "--seed", "5")
    assert code == 1
    assert "as always" in output
    assert "a run failed after 0; repeat it with:" in output
    assert "--randomly-seed=5" in output
    assert "--randomly-seed=6" not in output


def test_soak_out_of_time_says_how_far_it_came(tmp_path: Path) -> None:
    """A run that time cuts short is no failure of the suite; none at all is one of the soak."""
    source = "import threading\ndef test_it():\n    threading.Event().wait(50)\n"
    code, output = run_soak(tmp_path, source, "--runs", "3", "--seconds", "3")
    assert code == 1
    assert "soak: 0 of 3 runs passed" in output
