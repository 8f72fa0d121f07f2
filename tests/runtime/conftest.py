"""Supply what the runtime's tests need: a synchronizer of their own, and real interpreters to fork, signal and end."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import ambidex
from ambidex import Synchronizer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LIBRARY = Path(ambidex.__file__).resolve().parent.parent
LIMIT_S = 18.0  # a program that takes longer hangs; below the limit of one test


@dataclass(frozen=True)
class Ended:
    """How a program ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def synchronizer(request: pytest.FixtureRequest) -> Iterator[Synchronizer]:
    """Give the test a synchronizer that no other test uses, with a short grace period, and close it afterwards."""
    with Synchronizer(f"test {request.node.name}", grace_s=0.3) as own:
        yield own


@pytest.fixture
def run_program(tmp_path: Path) -> Callable[..., Ended]:
    """Give the test a function that runs a program in a new interpreter, to its end or the time limit."""

    def run(source: str, *options: str, limit_s: float = LIMIT_S) -> Ended:
        file = tmp_path / "program.py"
        file.write_text(textwrap.dedent(source), encoding="utf-8")
        path = os.pathsep.join([str(LIBRARY), *filter(None, [os.environ.get("PYTHONPATH")])])
        done = subprocess.run(
            [sys.executable, *options, str(file)],
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=limit_s,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    return run
