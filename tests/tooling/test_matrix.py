"""tools/matrix.py finds interpreters, and says which it did not find."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MATRIX = ROOT / "tools" / "matrix.py"
WITHOUT_TIME = ("--uv", "uv", "--wheel", "none.whl", "--seconds", "0")


def run_matrix(folder: Path, *, require_all: bool) -> tuple[int, str]:
    """Run the matrix with no time to run anything: it discovers, and reports."""
    (folder / "shims").mkdir()
    shim = folder / "shims" / "python3.9"
    shim.write_text("#!/bin/sh\necho 'command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    done = subprocess.run(
        [sys.executable, MATRIX, "full", *WITHOUT_TIME, "--interpreters", folder / "interpreters"],
        env={
            "PATH": str(folder / "shims"),
            "PYENV_ROOT": str(folder / "pyenv"),
            "AMBIDEX_REQUIRE_ALL": "1" if require_all else "0",
            "LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", ""),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_missing_interpreters_are_named_and_fail_only_where_all_are_required(tmp_path: Path) -> None:
    """A shim that leads nowhere is no interpreter; a missing version is reported by name."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    code, output = run_matrix(tmp_path / "a", require_all=False)
    assert code == 0
    assert "3.13t  not run: not built, and not required; `make interpreters` builds it" in output
    missing = {line.split()[0] for line in output.splitlines() if line.endswith("missing")}
    assert missing == {"3.9", "3.10", "3.11", "3.12", "3.13"} - {f"3.{sys.version_info.minor}"}
    code, _ = run_matrix(tmp_path / "b", require_all=True)
    assert code == 1


def test_interpreter_of_pyenv_is_found_without_a_shim(tmp_path: Path) -> None:
    """An interpreter that pyenv has installed counts, whichever version is chosen at the moment."""
    (tmp_path / "pyenv" / "versions" / "any" / "bin").mkdir(parents=True)
    pretend = tmp_path / "pyenv" / "versions" / "any" / "bin" / "python"
    pretend.write_text("#!/bin/sh\necho cpython 3.15t /opt/python\n")
    pretend.chmod(0o755)
    _, output = run_matrix(tmp_path, require_all=False)
    assert " 3.15t  not run: out of time" in output


def test_interpreter_that_was_built_here_is_found(tmp_path: Path) -> None:
    """What `make interpreters` has built counts, wherever it was told to build."""
    (tmp_path / "interpreters" / "3.13t" / "bin").mkdir(parents=True)
    for name in ("python3.13t", "python3.13t-config"):
        pretend = tmp_path / "interpreters" / "3.13t" / "bin" / name
        pretend.write_text(f"#!/bin/sh\necho cpython 3.13t /opt/{name}\n")
        pretend.chmod(0o755)
    code, output = run_matrix(tmp_path, require_all=False)
    assert code == 0
    assert " 3.13t  not run: out of time" in output
    assert "make interpreters" not in output
