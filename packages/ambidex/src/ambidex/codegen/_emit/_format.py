"""Own the layout of generated text: one formatter process for all files of a run."""

from __future__ import annotations

import importlib.machinery
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ambidex.errors import InternalError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# The versions of one yearly style, 2026, that the tests compare: the bytes of generated modules rest on it. The same
# bound stands in pyproject.toml, for the extra `codegen`.
_FIRST, _BEYOND = (0, 15), (0, 18)
BOUND = ">={}.{},<{}.{}".format(*_FIRST, *_BEYOND)

_SETTINGS = (
    *("--isolated", "--quiet", "--no-cache"),
    *("--config", "line-length=100"),
    *("--config", "target-version='py39'"),
    *("--config", f"required-version='{BOUND}'"),  # ruff compares it with its own, which costs no process
)
_SORT = ("check", "--fix", "--select=I", "--config", "lint.isort.combine-as-imports=true")


def find_ruff() -> str:
    """Return the path of ruff: the one that is installed beside ambidex, or else one on PATH.

    Raises:
        UsageError: there is none.
    """
    beside = next(filter(Path.is_file, _beside()), None)
    found = str(beside) if beside is not None else shutil.which("ruff")
    if found is None:
        raise UsageError(
            "generated code is formatted with ruff, which is not installed: pip install 'ambidex[codegen]'"
        )
    return found


def _beside() -> Iterator[Path]:
    """Yield where the program may be that was installed with the packages this interpreter imports.

    While a wheel is built, these are not in the interpreter's own environment, which may have another ruff.
    """
    name = "ruff.exe" if sys.platform == "win32" else "ruff"
    scripts = sysconfig.get_path("scripts")
    spec = importlib.machinery.PathFinder.find_spec("ruff")
    if spec is not None and spec.origin is not None:
        packages = Path(spec.origin).parent.parent
        there = os.path.relpath(scripts, sysconfig.get_path("platlib"))
        yield Path(os.path.normpath(packages / there)) / name
        yield packages / "bin" / name  # where `pip install --target` puts it
    yield Path(scripts, name)


def format_all(texts: Mapping[str, str], ruff: str | None = None) -> dict[str, str]:
    """Return the formatted texts under the same keys; `ruff` is the program's path.

    Raises:
        UsageError: ruff is not installed, or is of another version than those that give the same text.
    """
    program = ruff or find_ruff()
    with tempfile.TemporaryDirectory(prefix="ambidex-") as folder:
        files = {key: Path(folder, f"generated_{index}.py") for index, key in enumerate(texts)}
        for key, file in files.items():
            file.write_bytes(texts[key].encode("utf-8"))
        for command in (_SORT, ("format",)):
            _run([program, *command, *_SETTINGS, "."], folder)
        return {key: file.read_bytes().decode("utf-8") for key, file in files.items()}


def _run(command: list[str], folder: str) -> None:
    # In a folder of its own: what stands in the current one would change how imports are sorted.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("RUFF_")}
    result = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, env=environment, cwd=folder)  # noqa: S603  ruff itself
    if result.returncode != 0:
        _check_version(command[0])
        raise InternalError(f"ruff refused generated code:\n{result.stdout}{result.stderr}")


def _check_version(program: str) -> None:
    """Refuse a formatter of a version that may lay out the same code in another way.

    Raises:
        UsageError: it is of no version within `BOUND`.
    """
    told = subprocess.run([program, "--version"], capture_output=True, encoding="utf-8", check=False).stdout.strip()  # noqa: S603  ruff itself
    found = re.match(r"ruff (\d+)\.(\d+)", told)
    if found is None or not _FIRST <= (int(found[1]), int(found[2])) < _BEYOND:
        raise UsageError(
            f"generated code is laid out by ruff{BOUND}, to be the same bytes everywhere, "
            f"and {program} is {told or 'another program'}: pip install 'ambidex[codegen]'"
        )
