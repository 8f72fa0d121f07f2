"""Give tests of the generator a folder to work in, and every interpreter of this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex.codegen import Target, compile_targets
from tests.checkers import IS_INSTALLED, LIBRARY, mypy, mypy_path
from tests.codegen.cases import CASES, OWN, TREES, Case
from tests.codegen.checking import Said, ask_mypy, ask_pyright, keep, kept, write_trees
from tests.codegen.compiling import compile_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.conftest import Once

UPDATE = "AMBIDEX_UPDATE_GOLDEN"


class Project:
    """A folder with source files, the current one while a test runs."""

    def __init__(self, folder: Path, once: Once | None = None) -> None:
        self.folder = folder
        self._once = once

    def write(self, name: str, text: str) -> Path:
        """Write a file, given with the indentation of the test around it."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return file

    def read(self, name: str) -> str:
        """Return the text of a file."""
        return (self.folder / name).read_bytes().decode("utf-8")

    def files(self) -> dict[str, str]:
        """Return every file, bytecode left out, with its text."""
        return {
            file.relative_to(self.folder).as_posix(): file.read_text(encoding="utf-8")
            for file in self.folder.rglob("*")
            if file.is_file() and "__pycache__" not in file.parts
        }

    def compile(self, *modules: str) -> dict[str, str]:
        """Compile modules of the folder and return the texts."""
        return compile_targets([Target(modules or ("_impl",), self.folder, None)]).texts

    def run(self, *arguments: str | Path, python: str | Path = sys.executable) -> tuple[int, str, str]:
        """Run an interpreter in the folder and return its exit code, output and errors; another one is shown ours."""
        library = [] if python == sys.executable else [LIBRARY]
        return self._run([python, *arguments], environment(library))

    def mypy(self, *arguments: str) -> tuple[int, str, str]:
        """Run mypy in the folder, in strict mode; return what `run` returns."""
        assert self._once is not None
        return self._run(mypy(self.folder, self._once, *arguments), {**environment(), **mypy_path()})

    def _run(self, command: Sequence[str | Path], variables: dict[str, str]) -> tuple[int, str, str]:
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False, env=variables)
        return done.returncode, done.stdout, done.stderr

    def ambidex(self, *arguments: str | Path) -> tuple[int, str, str]:
        """Run the command line in the folder."""
        return self.run("-m", "ambidex", *arguments)

    def check_types(self, *files: str, version: str = "3.10") -> None:
        """Check files with both type checkers, strictly and with no comment heeded by pyright, for a version of Python.

        Checkers find the library where it is installed; one that is not has its folder named to them.
        """
        paths = [] if IS_INSTALLED else [str(LIBRARY)]
        settings = {"typeCheckingMode": "strict", "pythonVersion": version, "include": files, "extraPaths": paths}
        self.write("pyrightconfig.json", json.dumps({**settings, "enableTypeIgnoreComments": False}))
        for code, out, errors in (
            self.mypy("--python-version", version, *files),
            self.run("-m", "basedpyright", "--pythonpath", sys.executable),
        ):
            assert code == 0, out + errors


def running(trees: Path) -> dict[str, str]:
    """Return the environment of a program in one of the trees: one copy of the library, compiled once for all."""
    bytecode = str(trees / "bytecode")
    return {**environment([trees / "cases" / "library"]), "PYTHONPYCACHEPREFIX": bytecode}


def environment(path: Sequence[str | Path] = ()) -> dict[str, str]:
    """Return this process's environment, with folders to import from and our own tools on PATH."""
    tools = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    own = os.environ.get("PYTHONPATH", "")
    return {**os.environ, "PATH": tools, "PYTHONPATH": os.pathsep.join(map(str, path)) or own}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, once: Once) -> Project:
    """Make an empty folder the current one."""
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path, once)


@pytest.fixture(scope="session")
def golden() -> tuple[Case, ...]:
    """Give the golden cases, brought up to date first where that is asked for."""
    if os.environ.get(UPDATE) == "1":
        needing = [case for case in CASES if not case.runs_on(OWN) and case.runs_on(NEWEST)]
        targets = [(case.module, case.folder, case.expected) for case in needing]
        for case, compiled in zip(needing, compile_on(INTERPRETERS[NEWEST], targets, environment([LIBRARY]))):
            case.write(compiled.files)
        for case in CASES:
            if case.runs_on(OWN):
                case.write(case.compile())
    return CASES


@pytest.fixture(scope="session")
def trees(once: Once, golden: tuple[Case, ...]) -> Path:
    """Lay the golden cases out in both styles, once for all workers."""
    return once.folder("trees", lambda folder: write_trees(folder, NEWEST, INTERPRETERS[NEWEST], running(folder)))


@pytest.fixture(scope="session")
def pyright_says(trees: Path, once: Once) -> list[Said]:
    """Give what basedpyright says of all trees, asked once for all workers."""
    return kept(once.folder("said-pyright", lambda folder: keep(lambda: ask_pyright(trees), folder)))


@pytest.fixture(scope="session")
def mypy_says(trees: Path, once: Once) -> list[Said]:
    """Give what mypy says of the golden cases, asked once for all workers."""

    def ask_all() -> list[Said]:
        return [said for tree in TREES for said in ask_mypy(trees, tree, once)]

    return kept(once.folder("said-mypy", lambda folder: keep(ask_all, folder)))


def find_interpreters() -> dict[str, Path]:
    """Return every CPython from 3.9 on that this machine has, one of each version."""
    found = {OWN: Path(sys.executable)}
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    for python in sorted(root.glob("3.*/bin/python")):
        major, minor = python.parent.parent.name.split(".")[:2]
        if minor.isdigit() and int(minor) >= 9:
            found.setdefault(f"{major}.{minor}", python)
    return found


INTERPRETERS = find_interpreters()


def in_order(versions: Iterable[str]) -> list[str]:
    """Return versions, the oldest first."""
    return sorted(versions, key=lambda version: int(version.split(".")[1]))


NEWEST = in_order(INTERPRETERS)[-1]


def in_turn(versions: Iterable[str]) -> list[Any]:  # pytest does not export the class of a parameter set
    """Return versions as parameters: the oldest and the newest always, what is between them in the slow run."""
    ordered = in_order(versions)
    always = {ordered[0], ordered[-1], OWN}
    return [pytest.param(each, marks=() if each in always else pytest.mark.slow) for each in ordered]


@pytest.fixture(params=in_turn(INTERPRETERS))
def interpreter(request: pytest.FixtureRequest) -> Path:
    """Give each interpreter in turn."""
    return INTERPRETERS[request.param]
