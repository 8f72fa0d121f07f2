"""Own one trial: wrap packages into a folder, check what is generated and the programs that use it, run those.

Everything runs in processes of its own, as its user would run it. The two checkers are asked once about all packages.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ambidex

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from tests.packages.declaration import Package

TESTS = Path(__file__).resolve().parents[1]
LIBRARY = Path(ambidex.__file__).resolve().parent.parent
IS_INSTALLED = LIBRARY.name in ("site-packages", "dist-packages")
WRAP_LIMIT_S = 900  # with `--clean`, which asks both checkers several times about a package of a thousand modules
CHECK_LIMIT_S = 900  # each checker reads all packages that are tried, and all they import
RUN_LIMIT_S = 180  # arbitrary: an exercise takes a few seconds, and waits for no longer than a minute
END_S = 30  # arbitrary: a server ends at once, on a quiet machine


@dataclass
class Outcome:
    """Hold what came of one package: what was made, what was left out, and what went wrong, by the step."""

    package: Package
    faces: int = 0
    functions: int = 0
    values: int = 0
    left_out: list[str] = field(default_factory=list[str])
    wrapping: list[str] = field(default_factory=list[str])
    basedpyright: list[str] = field(default_factory=list[str])
    mypy: list[str] = field(default_factory=list[str])
    running: list[str] = field(default_factory=list[str])

    @property
    def problems(self) -> list[str]:
        """Return everything that went wrong."""
        return [*self.wrapping, *self.basedpyright, *self.mypy, *self.running]


def try_packages(packages: Sequence[Package], tree: Path) -> list[Outcome]:
    """Wrap, check and run packages in an empty folder, and return what came of each."""
    outcomes = [wrap(package, tree) for package in packages]
    wrapped = [outcome for outcome in outcomes if not outcome.wrapping]
    if wrapped:
        check_types(wrapped, tree)
    for outcome in wrapped:
        outcome.running = run_exercise(outcome.package, tree)
    return outcomes


def wrap(package: Package, tree: Path) -> Outcome:
    """Write the manifest, edit it where that is declared, and generate."""
    outcome = Outcome(package)
    name = f"_{package.alias}"
    manifest = tree / f"{name}.py"
    command = ("-m", "ambidex", "wrap", package.wraps, "--as", package.alias, "-o", ".", *package.arguments)
    code, _, errors = _run(tree, WRAP_LIMIT_S, tree, *command)
    if code != 0:
        outcome.wrapping = errors.splitlines() or [f"exit code {code}"]
        return outcome
    outcome.left_out = errors.splitlines()
    text = manifest.read_text(encoding="utf-8")
    outcome.faces, outcome.functions, outcome.values = _count(text)
    for edit in package.edits:
        if text.count(edit.old) != 1:
            outcome.wrapping = [f"{manifest.name}: {edit.old!r} occurs {text.count(edit.old)} times, not once"]
            return outcome
        text = text.replace(edit.old, edit.new)
    if package.edits:
        manifest.write_text(text, encoding="utf-8")
        code, _, errors = _run(tree, WRAP_LIMIT_S, tree, "-m", "ambidex", "generate", "-m", name, "-o", ".")
        outcome.wrapping = errors.splitlines() if code != 0 else []
    return outcome


def _count(manifest: str) -> tuple[int, int, int]:
    """Count the faces, functions and values that a manifest registers."""
    calls = [node for node in ast.walk(ast.parse(manifest)) if isinstance(node, ast.Call)]
    functions = classes = values = 0
    for call in calls:
        attribute = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        classes += attribute == "wrap_class"
        values += any(option.arg == "by" and ast.literal_eval(option.value) == "value" for option in call.keywords)
        # With options, `wrap_function(name=...)` is a decorator that is called in turn: it is counted once.
        functions += attribute == "wrap_function"
    return classes - values, functions, values


def exercise_name(package: Package) -> str:
    """Return the name of a package's exercise in the tree, where no two have the same."""
    return f"use_{package.alias}.py"


def check_types(outcomes: Sequence[Outcome], tree: Path) -> None:
    """Ask both checkers, in strict mode, about what was generated and about the exercises."""
    owner = {outcome.package.alias: outcome for outcome in outcomes}
    targets: list[str] = []
    for outcome in outcomes:
        use = exercise_name(outcome.package)
        (tree / use).write_bytes(outcome.package.exercise.read_bytes())
        alias = outcome.package.alias
        targets += [use, alias if (tree / alias).is_dir() else f"{alias}.py"]
    for file, said in _run_basedpyright(tree, targets):
        owner[_alias_of(file)].basedpyright.append(said)
    for file, said in _run_mypy(tree, targets):
        owner[_alias_of(file)].mypy.append(said)


def _alias_of(file: str) -> str:
    return re.sub(r"^use_|\.py$", "", file.partition("/")[0])


def _run_basedpyright(tree: Path, targets: Sequence[str]) -> Iterator[tuple[str, str]]:
    paths = [] if IS_INSTALLED else [LIBRARY.as_posix()]
    settings = {"typeCheckingMode": "strict", "pythonVersion": _version(), "extraPaths": paths, "include": targets}
    (tree / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    options = ("--outputjson", "--pythonpath", sys.executable)
    _, output, errors = _run(tree, CHECK_LIMIT_S, tree, "-m", "basedpyright", *options)
    said: dict[str, Any] = json.loads(output)
    if said["summary"]["filesAnalyzed"] < len(targets):
        raise RuntimeError(f"basedpyright read {said['summary']['filesAnalyzed']} files: {output}{errors}")
    for each in said["generalDiagnostics"]:
        if each["severity"] in ("error", "warning"):
            file = Path(each["file"]).resolve().relative_to(tree.resolve()).as_posix()
            rule = f" ({each['rule']})" if "rule" in each else ""
            yield file, f"{file}:{each['range']['start']['line'] + 1}: basedpyright: {each['message']}{rule}"


def _run_mypy(tree: Path, targets: Sequence[str]) -> Iterator[tuple[str, str]]:
    options = ("--strict", "--python-version", _version(), "--python-executable", sys.executable)
    command = ("-m", "mypy", *options, "--cache-dir", ".mypy_cache", "--output", "json", *targets)
    code, output, errors = _run(tree, CHECK_LIMIT_S, tree, *command)
    if code not in (0, 1):
        raise RuntimeError(f"mypy gave up with exit code {code}: {output}{errors}")
    for line in output.splitlines() if code == 1 else ():  # what it says when it finds nothing is no JSON
        each: dict[str, Any] = json.loads(line)
        file = Path(each["file"]).as_posix()
        if each["severity"] == "error" and any(file == target or file.startswith(f"{target}/") for target in targets):
            yield file, f"{file}:{each['line']}: mypy: {each['message']} [{each['code']}]"


def _version() -> str:
    # What somebody else's package imports depends on the version; that ours is valid on 3.9 is tests/codegen's matter.
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def run_exercise(package: Package, tree: Path) -> list[str]:
    """Run a package's program with its server, and return what went wrong."""
    with tempfile.TemporaryDirectory(prefix="exercise-") as folder, _serving(package.server) as address:
        if address is None:
            return [f"{package.server[0]} did not start"]
        command = ("-W", "error", str(tree / exercise_name(package)), *([address] if package.server else []))
        try:
            code, output, errors = _run(Path(folder), RUN_LIMIT_S, tree, *command)
        except subprocess.TimeoutExpired:
            return [f"{exercise_name(package)} did not end within {RUN_LIMIT_S} s"]
    if code == 0 and output.endswith("done\n") and not errors:
        return []
    return [f"{exercise_name(package)} ended with exit code {code}", *output.splitlines(), *errors.splitlines()]


@contextlib.contextmanager
def _serving(server: Sequence[str]) -> Generator[str | None]:
    """Run a server for the length of the block; the value is its address, "" where none is asked for."""
    if not server:
        yield ""
        return
    command = [sys.executable, str(TESTS / server[0]), *server[1:]]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip() or None
        finally:
            process.stdin.close()  # which ends it
            process.wait(END_S)


def _run(folder: Path, limit_s: float, tree: Path, *arguments: str) -> tuple[int, str, str]:
    """Run an interpreter in a folder, with the tree and the library to import from."""
    library = [] if IS_INSTALLED else [str(LIBRARY)]
    environment = {
        **os.environ,
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))),
        "PYTHONPATH": os.pathsep.join((*library, str(tree))),
        "MYPYPATH": os.pathsep.join(library),
    }
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=limit_s,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr
