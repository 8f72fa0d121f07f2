"""Run four type checkers over trees of golden cases, and tell what each says of what users see.

Two kinds of files count: the generated modules, and those of `tests/typing`, where `assert_type` stands for what a user
shall infer, or a limit of a checker is shown. A line there with an ignore comment is wrong on purpose; the comments are
taken away, and a checker has to refuse each such line. What a checker says of the implementations is the business of
those who write them.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.checkers import MYPY, mypy_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

LIMIT_S = 300
ASSERTING = ("use_", "limit_")  # what the names of files of tests/typing begin with
WRONG = re.compile(r"  # (type|pyright): ignore\[.*$")

Said = tuple[str, int, str]  # a file below the tree, a line, a message

# Of each: the name in the docs, and the distribution whose version is shown
CHECKERS = {"pyright": "basedpyright", "mypy": "mypy", "ty": "ty", "pyrefly": "pyrefly"}


@dataclass(frozen=True)
class Finding:
    """One line of a file below the tree, and the checker's words; none for a wrong line that it accepts."""

    file: str
    code: str
    message: str


@dataclass(frozen=True)
class Result:
    """What one checker says: its version, the errors where there should be none, and wrong lines that it accepts."""

    version: str
    errors: tuple[Finding, ...]
    accepted: tuple[Finding, ...]


def find_program(name: str) -> Path:
    """Return a program that is installed beside this interpreter.

    Raises:
        SystemExit: it is not there.
    """
    program = Path(sys.executable).parent / name
    if not program.exists():
        raise SystemExit(f"{name} is not installed: run `make dev`")
    return program


def check_tree(tree: Path, version: str, files: set[str]) -> dict[str, Result]:
    """Run the checkers over a tree, as a version of Python, and return their results for `files`.

    Those of `tests/typing` are rewritten.
    """
    wrong = {(name, line) for name in files if name.startswith(ASSERTING) for line in _uncover(tree / name)}
    code = {name: (tree / name).read_text(encoding="utf-8").splitlines() for name in files}
    results: dict[str, Result] = {}
    for name, run in _RUNS.items():
        said = {(file, line): message for file, line, message in run(tree, version) if file in files}

        def found(places: set[tuple[str, int]], said: Mapping[tuple[str, int], str] = said) -> tuple[Finding, ...]:
            return tuple(
                Finding(file, code[file][line - 1].strip(), said.get((file, line), "")) for file, line in sorted(places)
            )

        results[name] = Result(_version(CHECKERS[name]), found(said.keys() - wrong), found(wrong - said.keys()))
    return results


def _uncover(file: Path) -> list[int]:
    """Take the comments of the lines that are wrong on purpose, and return the numbers of those lines."""
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(WRONG.sub("", line) for line in lines) + "\n", encoding="utf-8")
    return [number for number, line in enumerate(lines, 1) if WRONG.search(line)]


def _version(name: str) -> str:
    done = subprocess.run([find_program(name), "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"\d+(\.\d+)+", done.stdout)
    assert found is not None, done.stdout
    return found[0]


def _run(tree: Path, *command: str | Path, environment: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(
        command,
        cwd=tree,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    if done.returncode not in (0, 1):  # 1: it found something
        raise SystemExit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def _first(message: str) -> str:
    """Return the first line of a message, without paths of this machine."""
    return message.splitlines()[0].strip().replace("\N{NO-BREAK SPACE}", " ")


def _run_pyright(tree: Path, version: str) -> Iterator[Said]:
    settings = {
        "typeCheckingMode": "strict",
        "pythonVersion": version,
        "extraPaths": ["library"],
        "exclude": ["library"],
        "enableTypeIgnoreComments": False,
    }
    (tree / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    output = _run(tree, find_program("basedpyright"), "--outputjson", "--pythonpath", sys.executable)
    said: dict[str, Any] = json.loads(output)
    for each in said["generalDiagnostics"]:
        if each["severity"] == "error":
            file = Path(each["file"]).resolve().relative_to(tree).as_posix()
            yield (file, each["range"]["start"]["line"] + 1, _first(each["message"]))


def _run_mypy(tree: Path, version: str) -> Iterator[Said]:
    options = (
        *MYPY,
        *mypy_version(version),
        "--exclude",
        "^library/",
        "--cache-dir",
        ".mypy_cache",
        "--output",
        "json",
    )
    output = _run(tree, find_program("mypy"), *options, ".", environment={"MYPYPATH": "library"})
    for line in filter(None, output.splitlines()):  # one that is empty where it finds nothing
        said: dict[str, Any] = json.loads(line)
        if said["severity"] == "error":
            yield (Path(said["file"]).as_posix(), said["line"], _first(said["message"]))


def _run_ty(tree: Path, version: str) -> Iterator[Said]:
    settings = (
        f'[environment]\npython-version = "{version}"\nextra-paths = ["library"]\n\n[src]\nexclude = ["library"]\n'
    )
    (tree / "ty.toml").write_text(settings, encoding="utf-8")
    output = _run(tree, find_program("ty"), "check", "--python", sys.executable, "--output-format", "concise")
    for line in output.splitlines():
        said = re.match(r"(?P<file>[^:]+):(?P<line>\d+):\d+: error\[[\w-]+\] (?P<message>.*)", line)
        if said is not None:
            yield (Path(said["file"]).as_posix(), int(said["line"]), _first(said["message"]))


def _run_pyrefly(tree: Path, version: str) -> Iterator[Said]:
    settings = (
        'project-includes = ["**/*.py"]\nproject-excludes = ["library"]\nsearch-path = [".", "library"]\n'
        f"python-version = \"{version}\"\npython-interpreter-path = '{sys.executable}'\n"
    )
    (tree / "pyrefly.toml").write_text(settings, encoding="utf-8")
    output = _run(tree, find_program("pyrefly"), "check", "--output-format", "json")
    said: dict[str, Any] = json.loads(output)
    for each in said["errors"]:
        if each.get("severity", "error") == "error":
            file = (tree / each["path"]).resolve().relative_to(tree).as_posix()
            yield (file, each["line"], _first(each["description"]))


_RUNS: dict[str, Callable[[Path, str], Iterator[Said]]] = {
    "pyright": _run_pyright,
    "mypy": _run_mypy,
    "ty": _run_ty,
    "pyrefly": _run_pyrefly,
}


def write_results(file: Path, results: Mapping[str, Result]) -> None:
    """Write results where they are kept."""
    text = json.dumps({name: asdict(result) for name, result in results.items()}, indent=2)
    file.write_text(text + "\n", encoding="utf-8")


def read_results(file: Path) -> dict[str, Result]:
    """Read what was written."""
    kept: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return {
        name: Result(
            result["version"],
            tuple(Finding(**each) for each in result["errors"]),
            tuple(Finding(**each) for each in result["accepted"]),
        )
        for name, result in kept.items()
    }
