"""What the tests of workers share: the interpreters of this machine, and children that run to their end."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import ambidex
from ambidex.workers._launch import Program, launch
from tests.codegen.conftest import in_turn
from tests.limits import LIMIT_S
from tests.workers.aftermath import VARIABLE, Aftermath, shared_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_THIS = f"{sys.version_info[0]}.{sys.version_info[1]}"
PACKAGE = Path(ambidex.__file__).resolve().parent


def find_interpreters() -> dict[str, Path]:
    """Return every CPython from 3.9 on that this machine has, one of each version, in whose environment no tests run.

    What is installed there for the tests would be found before what a child is lent.
    """
    base = Path(sys.base_prefix, "bin", f"python{sys.version_info[0]}.{sys.version_info[1]}")
    found = {_THIS: base}
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    for python in sorted(root.glob("3.*/bin/python")):
        major, minor = python.parent.parent.name.split(".")[:2]
        if minor.isdigit() and int(minor) >= 9:
            found.setdefault(f"{major}.{minor}", python)
    return found


INTERPRETERS = find_interpreters()
BARE = INTERPRETERS[_THIS]


@pytest.fixture(params=in_turn(INTERPRETERS))
def interpreter(request: pytest.FixtureRequest) -> Path:
    """Give each interpreter in turn."""
    return INTERPRETERS[request.param]


def _oldest_first() -> list[str]:
    return sorted(INTERPRETERS, key=lambda version: int(version.split(".")[1]))


@pytest.fixture(params=_oldest_first())
def any_interpreter(request: pytest.FixtureRequest) -> Path:
    """Give each interpreter in turn, also in the quick run."""
    return INTERPRETERS[request.param]


@pytest.fixture
def environment(interpreter: Path, tmp_path: Path) -> Path:
    """Give the folder of an environment of each interpreter in turn, in which nothing is installed."""
    folder = tmp_path / "environment"
    subprocess.run([interpreter, "-m", "venv", "--without-pip", folder], check=True, timeout=LIMIT_S)
    return folder


@pytest.fixture
def nothing_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test of which something is there a second after its end: see `Aftermath`.

    That is a process, whoever's child it is by then, or memory that processes share.
    """
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    before = shared_memory()
    aftermath = Aftermath(str(tmp_path), lambda: ["shared memory"] if shared_memory() > before else [])
    yield
    aftermath.begin()
    aftermath.check()


@dataclass(frozen=True)
class Ended:
    """How a child ended."""

    code: int
    out: str
    err: str

    def said(self) -> Any:  # whatever the script has printed as JSON
        """Return what the child has printed, which ended well."""
        assert self.code == 0, self.err
        return json.loads(self.out)


def run(program: Program, config: Mapping[str, Any] | None = None, descriptors: Sequence[int] = ()) -> Ended:
    """Start a program as a child, where nothing is installed if it does not say where, and wait for its end."""
    program = replace(program, python=program.python or BARE, env={"PYTHONPATH": None, **program.env})
    with launch(program, config or {}, descriptors, subprocess.PIPE, subprocess.PIPE) as child:
        try:
            out, err = child.communicate(timeout=LIMIT_S)
        finally:
            child.kill()
    return Ended(child.returncode, out.decode(), err.decode())


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Give what writes a file into a folder of its own, beside which nothing of ours stands."""

    def write_file(name: str, text: str) -> Path:
        file = tmp_path / "scripts" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    return write_file


def copy_package(folder: Path) -> Path:
    """Copy the package ambidex into a folder; return the copy."""
    return Path(shutil.copytree(PACKAGE, folder / "ambidex", ignore=shutil.ignore_patterns("__pycache__")))
