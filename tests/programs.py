"""Run a program of a test's in an interpreter of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import ambidex
from tests.limits import LIMIT_S

LIBRARY = Path(ambidex.__file__).resolve().parent.parent


@dataclass(frozen=True)
class Ended:
    """How a program ended."""

    code: int
    out: str
    err: str


def run_program(folder: Path, source: str, *options: str, limit_s: float = LIMIT_S) -> Ended:
    """Run a program, which is written to `folder`, in a new interpreter, to its end or the time limit."""
    file = folder / "program.py"
    file.write_text(source, encoding="utf-8")
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
