"""Own the layout of generated text: one formatter process for all files of a run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ambidex.errors import InternalError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

_SETTINGS = ("--isolated", "--quiet", "--no-cache", "--config", "line-length=100", "--config", "target-version='py39'")
_SORT = ("check", "--fix", "--select=I", "--config", "lint.isort.combine-as-imports=true")

# Black and ruff format keep to the first, isort and ruff's sorting of imports to the second. No `ruff: noqa`: it would
# hide what linters find, and is itself found fault with where PGH004 is asked for.
_MARKS = "# fmt: off\n# isort: skip_file\n"


def find_ruff() -> str:
    """Return the path of ruff: beside this interpreter, or on PATH.

    Raises:
        UsageError: there is none.
    """
    name = "ruff.exe" if sys.platform == "win32" else "ruff"
    beside = Path(sysconfig.get_path("scripts")) / name
    found = str(beside) if beside.is_file() else shutil.which("ruff")
    if found is None:
        raise UsageError(
            "generated code is formatted with ruff, which is not installed: pip install 'ambidex[codegen]'"
        )
    return found


def format_all(texts: Mapping[str, str], ruff: str | None = None) -> dict[str, str]:
    """Return the formatted texts under the same keys; `ruff` is the program's path.

    Raises:
        UsageError: ruff is not installed.
    """
    program = ruff or find_ruff()
    with tempfile.TemporaryDirectory(prefix="ambidex-") as folder:
        files = {key: Path(folder, f"generated_{index}.py") for index, key in enumerate(texts)}
        for key, file in files.items():
            file.write_bytes(texts[key].encode("utf-8"))
        for command in (_SORT, ("format",)):
            _run([program, *command, *_SETTINGS, "."], folder)
        return {key: file.read_bytes().decode("utf-8") for key, file in files.items()}


def kept_as_written(text: str) -> str:
    """Return a formatted module with the marks by which a project's own formatter leaves it as it is."""
    first, _, rest = text.partition("\n")
    return f"{first}\n{_MARKS}{rest}"


def _run(command: list[str], folder: str) -> None:
    # In a folder of its own: what stands in the current one would change how imports are sorted.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("RUFF_")}
    result = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, env=environment, cwd=folder)  # noqa: S603  ruff itself
    if result.returncode != 0:
        raise InternalError(f"ruff refused generated code:\n{result.stdout}{result.stderr}")
