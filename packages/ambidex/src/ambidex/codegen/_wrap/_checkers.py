"""Own what type checkers find fault with in generated modules: those that are installed here, in strict mode."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ambidex.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LIMIT_S = 600.0  # of one checker: arbitrary, far above what any package took
_MYPY_LINE = re.compile(r"(?P<file>.+?):(?P<line>\d+):(?P<column>\d+): error: (?P<what>.*)")


@dataclass(frozen=True)
class Fault:
    """Say where in a generated module a type checker finds fault, and what it says."""

    module: str
    line: int
    column: int  # from 0
    what: str


def find_checkers() -> list[str]:
    """Return the type checkers that are installed, of those that are known here.

    Raises:
        UsageError: there is none.
    """
    found = [name for name in _RUNS if importlib.util.find_spec(name) is not None]
    if not found:
        raise UsageError(f"there is no {' and no '.join(_RUNS)} here: install one beside ambidex, or leave out --clean")
    return found


def find_faults(checker: str, texts: Mapping[str, str], cache: Path, limit_s: float = _LIMIT_S) -> list[Fault]:
    """Return what a type checker says of generated modules, by name.

    `cache` is a folder of one run, in which a checker keeps what it has read of the packages, which stay the same.

    Raises:
        UsageError: it gave up, or took longer than `limit_s`.
    """
    with tempfile.TemporaryDirectory(prefix="ambidex-") as folder:
        root = Path(folder).resolve()
        modules = {_file_of(name, texts): name for name in texts}
        for file, name in modules.items():
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_text(texts[name], encoding="utf-8")
        for parent in {parent for file in modules for parent in file.parents if parent.name}:
            (root / parent / "__init__.py").touch()
        return [
            Fault(modules[file], line, column, f"{checker}: {what}")
            for file, line, column, what in _RUNS[checker](root, limit_s, cache)
            if file in modules
        ]


def _file_of(name: str, texts: Mapping[str, str]) -> Path:
    path = Path(*name.split("."))
    is_package = any(other.startswith(f"{name}.") for other in texts)
    return path / "__init__.py" if is_package else path.with_suffix(".py")


def _run_pyright(root: Path, limit_s: float, _cache: Path) -> Iterator[tuple[Path, int, int, str]]:
    folders = [folder for folder in os.environ.get("PYTHONPATH", "").split(os.pathsep) if folder]
    settings = {"typeCheckingMode": "strict", "extraPaths": [os.path.abspath(folder) for folder in folders]}  # noqa: PTH100
    (root / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    done = _run(root, limit_s, "basedpyright", "--outputjson", "--pythonpath", sys.executable)
    try:
        listed = json.loads(done.stdout)["generalDiagnostics"]
    except (ValueError, KeyError) as error:
        raise UsageError(f"basedpyright did not run: {done.stderr.strip() or done.stdout.strip()}") from error
    for each in listed:
        if each["severity"] == "error":
            what = str(each["message"]).splitlines()[0]
            rule = f" ({each['rule']})" if "rule" in each else ""
            start = each["range"]["start"]
            file = Path(each["file"]).resolve().relative_to(root)
            yield file, int(start["line"]) + 1, int(start["character"]), what + rule


def _run_mypy(root: Path, limit_s: float, cache: Path) -> Iterator[tuple[Path, int, int, str]]:
    options = ("--strict", "--no-error-summary", "--no-pretty", "--show-column-numbers", "--cache-dir", str(cache))
    done = _run(root, limit_s, "mypy", *options, ".")
    if done.returncode not in (0, 1):
        raise UsageError(f"mypy did not run: {done.stderr.strip() or done.stdout.strip()}")
    for line in done.stdout.splitlines():
        match = _MYPY_LINE.fullmatch(line)
        if match is not None:
            file = (root / match["file"]).resolve().relative_to(root)
            yield file, int(match["line"]), int(match["column"]) - 1, match["what"]


def _run(root: Path, limit_s: float, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.environ.get("PYTHONPATH", "")
    environment = {**os.environ, "MYPYPATH": path}
    try:
        return subprocess.run(  # noqa: S603  a checker, with arguments of ours
            [sys.executable, "-m", module, *arguments],
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=limit_s,
        )
    except subprocess.TimeoutExpired as error:
        raise UsageError(f"{module} was not done after {limit_s:g} s: leave out --clean") from error


_RUNS = {"basedpyright": _run_pyright, "mypy": _run_mypy}
