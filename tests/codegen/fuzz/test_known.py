"""What is listed as known still goes wrong: whatever is repaired leaves the list, and the grammar draws it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ambidex.codegen import Target, compile_targets
from tests.codegen.cases import make_library
from tests.codegen.conftest import environment
from tests.codegen.fuzz.known import KNOWN, PROLOGUE, Known


def said(known: Known, folder: Path) -> str:
    """Generate, run the use or the checker, and return what it says."""
    (folder / "_known.py").write_text(PROLOGUE + known.source, encoding="utf-8")
    for file, text in compile_targets([Target(("_known",), folder, folder)]).files.items():
        file.write_text(text, encoding="utf-8")
    make_library(folder)
    command = ["-c", f"import known; {known.use}"]
    if known.checker:
        command = ["-m", known.checker, "--strict", "--follow-imports", "silent", "--cache-dir", "cache", "known.py"]
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={**environment([folder / "library"]), "MYPYPATH": "library"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode != 0, f"this is repaired: take it out of known.py and out of the grammar\n{done.stdout}"
    return done.stdout


@pytest.mark.timeout(60)  # mypy reads the standard library's types first
@pytest.mark.parametrize("name", KNOWN)
def test_known_failure_still_fails_in_the_known_way(name: str, tmp_path: Path) -> None:
    """A listed failure is as it is described."""
    assert KNOWN[name].instead in said(KNOWN[name], tmp_path)
