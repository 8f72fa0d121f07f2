"""Run a program of a test's in an interpreter of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import ambidex
from tests.limits import HANG_S, LIMIT_S

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    done = run_to_its_end([sys.executable, *options, str(file)], {"PYTHONPATH": path}, limit_s=limit_s)
    return Ended(done.returncode, done.stdout, done.stderr)


def run_to_its_end(
    command: Sequence[str], variables: Mapping[str, str], *, cwd: Path | None = None, limit_s: float = LIMIT_S
) -> subprocess.CompletedProcess[str]:
    """Run a command in this environment with these variables, or fail with the stacks of an interpreter that hangs."""
    with subprocess.Popen(
        command,
        env={**os.environ, "PYTHONFAULTHANDLER": "1", **variables},
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as program:
        try:
            out, err = program.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the program did not end in {limit_s:g} s\n{_stacks(program)}") from None
        finally:
            program.kill()
    return subprocess.CompletedProcess(command, program.returncode, out, err)


def _stacks(program: subprocess.Popen[str]) -> str:
    """End a program that hangs, and its children; what they have written, at the end the stack of each thread."""
    os.killpg(program.pid, signal.SIGABRT)
    try:
        out, err = program.communicate(timeout=HANG_S / 6)
    except subprocess.TimeoutExpired:  # the abort is blocked, or a process of another session holds its output
        os.killpg(program.pid, signal.SIGKILL)
        return "and it gave no stacks when it was aborted"
    return f"{out}\n{err}"
