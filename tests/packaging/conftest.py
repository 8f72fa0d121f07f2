"""Build projects as their back ends do, with this tree's ambidex installed from its wheel."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import textwrap
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Once

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 170.0  # a build that takes longer hangs; below the limit of one test

HATCHLING = "import hatchling.build as backend"
SETUPTOOLS = "import setuptools.build_meta as backend"
_BUILD = """
import pathlib, sys
{import_}
folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for kind in sys.argv[2:]:
    print(getattr(backend, "build_" + kind)(str(folder)), file=open(folder / (kind + ".name"), "w"))
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test here the time that a build takes on a busy machine."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(180))


class Builder:
    """Call the hooks that a front end calls, in an interpreter that has ambidex installed."""

    def __init__(self, site: Path) -> None:
        self.site = site

    def run(self, folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run the interpreter in a folder."""
        tools = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(self.site), "PATH": tools},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )

    def build(
        self, project: Path, backend: str, *kinds: str, into: Path
    ) -> tuple[subprocess.CompletedProcess[str], dict[str, Path]]:
        """Build `wheel`, `sdist` or `editable`; return the back end's process and the files that it made."""
        done = self.run(project, "-c", _BUILD.format(import_=backend), into, *kinds)
        names = {kind: into / f"{kind}.name" for kind in kinds}
        return done, {kind: into / file.read_text().strip() for kind, file in names.items() if file.exists()}

    def make(self, project: Path, backend: str, *kinds: str, into: Path) -> dict[str, Path]:
        """Build, and see that it went well."""
        done, made = self.build(project, backend, *kinds, into=into)
        assert done.returncode == 0, done.stderr
        return made


def names_in(archive: Path) -> set[str]:
    """Return the files of a wheel or an sdist, without the folder that an sdist has around them."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return set(wheel.namelist())
    with tarfile.open(archive) as sdist:
        return {name.partition("/")[2] for name in sdist.getnames()}


def unpack(sdist: Path, folder: Path) -> Path:
    """Unpack an sdist and return the project's folder."""
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")  # as front ends do: nothing may point out of the folder
    (project,) = folder.iterdir()
    return project


def write(file: Path, text: str) -> None:
    """Write a file, given with the indentation of the test around it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")


@pytest.fixture(scope="session")
def builder(once: Once) -> Builder:
    """Build the wheel of ambidex and lay it out, entry points included, as an installer does."""

    def build(folder: Path) -> None:
        wheels = Builder(folder / "site")
        made = wheels.make(ROOT / "packages" / "ambidex", HATCHLING, "wheel", into=folder / "dist")
        with zipfile.ZipFile(made["wheel"]) as wheel:
            wheel.extractall(wheels.site)

    return Builder(once.folder("ambidex", build) / "site")


@pytest.fixture(scope="session")
def tides(builder: Builder, once: Once) -> Path:
    """Give a copy of the example library as its author has it: with the run-time part, and nothing generated."""

    def vendor(folder: Path) -> None:
        project = folder / "tides"
        ignored = shutil.ignore_patterns("__pycache__", "_ambidex", "harbour.py", "dist")
        shutil.copytree(ROOT / "examples" / "tides", project, ignore=ignored)
        done = builder.run(project, "-m", "ambidex", "vendor")
        assert (done.returncode, done.stdout, done.stderr) == (0, "src/tides/_ambidex: written\n", "")

    return once.folder("author", vendor) / "tides"
