"""A library that carries its own copy is built, installed where there is no ambidex, and used."""

from __future__ import annotations

import ensurepip
import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.checkers import mypy
from tests.codegen.conftest import INTERPRETERS
from tests.packaging.conftest import HATCHLING, LIMIT_S, ROOT, Builder, names_in, unpack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.conftest import Once

PROGRAM = """
import asyncio
import importlib.util
from itertools import islice

import tides
from tides.harbour import Gauge, UnknownStation, stations

assert importlib.util.find_spec("ambidex") is None
brest = Gauge("Brest")
print(stations(), brest.level(0.0), brest.station, list(islice(brest.levels(0.0, 3.0), 3)))
for attempt in (lambda: Gauge("Ulm").level(0.0), lambda: brest.wait_for.with_options(timeout=0.05)(99.0)):
    try:
        attempt()
    except UnknownStation as error:
        print(type(error).__name__, error.station, error)
    except tides.DeadlineExceeded as error:
        print(type(error).__name__, isinstance(error, (TimeoutError, tides.AmbidexError)), error)


async def main():
    print(await stations.aio(), await brest.level.aio(0.0))
    levels = brest.levels.aio(0.0, 3.0)
    print([await levels.__anext__(), await levels.__anext__()])
    await levels.aclose()
    try:
        await Gauge("Ulm").level.aio(0.0)
    except LookupError as error:
        print(error)


asyncio.run(main())
"""
PRINTED = [
    "['Brest', 'Oslo'] 2.8 Brest [2.8, 0.11, -2.79]",
    "UnknownStation Ulm Ulm has no gauge; there are Brest, Oslo",
    "DeadlineExceeded True Gauge.wait_for did not end within 0.05 s and was cancelled",
    "['Brest', 'Oslo'] 2.8",
    "[2.8, 0.11]",
    "Ulm has no gauge; there are Brest, Oslo",
]


@pytest.fixture(scope="session")
def distributions(builder: Builder, tides: Path, once: Once) -> Mapping[str, Path]:
    """Build the wheel and the sdist."""
    folder = once.folder("dist", lambda folder: builder.make(tides, HATCHLING, "sdist", "wheel", into=folder))
    return {kind: folder / (folder / f"{kind}.name").read_text().strip() for kind in ("sdist", "wheel")}


@pytest.fixture(scope="session")
def installed(distributions: Mapping[str, Path], once: Once) -> Path:
    """Install the wheel, with pip and from nowhere else, into a new environment; return its interpreter."""
    place = Path("Scripts" if os.name == "nt" else "bin") / "python"

    def install(folder: Path) -> None:
        venv.create(folder, symlinks=os.name != "nt")
        # pip runs from the wheel that every Python brings: to install it here first takes longer than all else
        (pip,) = (Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl")
        run(folder / place, str(pip / "pip"), "install", "--quiet", "--no-index", str(distributions["wheel"]))

    return once.folder("user", install) / place


def run(python: Path, *arguments: str, path: Path | None = None) -> str:
    """Run an interpreter with nothing of ours to import from, and return what it prints; it must end well."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    done = subprocess.run(
        [python, *arguments],
        cwd=python.parent,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def run_program(text: str, folder: Path) -> str:
    """Run a program that can import what is in a folder, and no installed package; return what it prints."""
    return run(Path(sys.executable), "-S", "-c", text, path=folder)


def test_wheel_carries_implementation_generated_module_and_copy_and_no_dependency(
    distributions: Mapping[str, Path], tides: Path
) -> None:
    """Everything is in it, the licence and the list of the copy too, and the metadata requires nothing."""
    names = names_in(distributions["wheel"])
    copy = {file.relative_to(tides / "src").as_posix() for file in (tides / "src/tides/_ambidex").rglob("*.*")}
    copy = {name for name in copy if "__pycache__" not in name}
    assert copy | {"tides/harbour.py", "tides/_harbour.py", "tides/__init__.py", "tides/py.typed"} <= names
    assert {"tides/_ambidex/bridge/__init__.py", "tides/_ambidex/LICENSE", "tides/_ambidex/VENDORED.txt"} <= names
    assert {f"src/{name}" for name in names if name.startswith("tides/")} <= names_in(distributions["sdist"])
    assert not {name.partition("/")[0] for name in names} - {"tides", "tides-1.0.0.dist-info"}


def test_library_works_where_there_is_no_ambidex(installed: Path) -> None:
    """Blocking calls, awaited ones, streams, its own errors and the copy's, in an environment of its own."""
    listing = "import importlib.metadata\nfor each in importlib.metadata.distributions(): print(each.metadata['Name'])"
    assert run(installed, "-c", listing).split() == ["tides"]
    assert "Requires-Dist" not in run(
        installed, "-c", "import importlib.metadata\nprint(importlib.metadata.metadata('tides'))"
    )
    assert run(installed, "-c", PROGRAM).splitlines() == PRINTED


@pytest.mark.parametrize("version", sorted(INTERPRETERS))
def test_library_works_on_every_interpreter(installed: Path, version: str) -> None:
    """What one version generated and built runs on all of them."""
    folder = Path(run(installed, "-c", "import tides\nprint(tides.__path__[0])").strip()).parent
    assert run(INTERPRETERS[version], "-S", "-c", PROGRAM, path=folder).splitlines() == PRINTED


def test_sdist_builds_the_same_wheel(builder: Builder, distributions: Mapping[str, Path], tmp_path: Path) -> None:
    """Who builds from the sdist generates again, and gets what its author has published."""
    project = unpack(distributions["sdist"], tmp_path / "unpacked")
    again = builder.make(project, HATCHLING, "wheel", into=tmp_path / "dist")
    assert again["wheel"].read_bytes() == distributions["wheel"].read_bytes()


def test_author_has_the_generated_module_after_the_build(
    builder: Builder, distributions: Mapping[str, Path], tides: Path
) -> None:
    """What the wheel has stands in the source tree, where `ambidex check` and the copy's check are content."""
    assert distributions
    text = (tides / "src/tides/harbour.py").read_text()
    assert "from tides._ambidex.bridge import" in text
    for arguments in (("check",), ("vendor", "--check")):
        done = builder.run(tides, "-m", "ambidex", *arguments)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


USE = """
from typing_extensions import assert_type

from tides import DeadlineExceeded
from tides.harbour import Gauge, UnknownStation, stations

gauge = Gauge("Oslo")
assert_type(stations(), list[str])
assert_type(gauge.level(0.0), float)


async def main() -> None:
    assert_type(await gauge.level.aio(0.0), float)
    async for level in gauge.levels.aio(0.0):
        assert_type(level, float)


def explain(error: UnknownStation | DeadlineExceeded) -> str:
    return error.station if isinstance(error, UnknownStation) else error.call
"""


@pytest.mark.parametrize("checker", ["basedpyright", "mypy"])
def test_users_checker_reads_exact_types_through_the_copy(
    checker: str, tides: Path, distributions: Mapping[str, Path], tmp_path: Path, once: Once
) -> None:
    """Strict, over a user's program, the generated module and the implementation, without ambidex to read from."""
    assert distributions
    source = tides / "src"
    (tmp_path / "use.py").write_text(USE)
    (tmp_path / "pyrightconfig.json").write_text(
        f'{{"typeCheckingMode": "strict", "pythonVersion": "3.10", "extraPaths": ["{source.as_posix()}"]}}'
    )
    files = [tmp_path / "use.py", source / "tides" / "harbour.py", source / "tides" / "_harbour.py"]
    # mypy reads an installed package, which the copy is for a user, and does not judge it.
    command = mypy(tmp_path, once)
    if checker == "basedpyright":
        command = [sys.executable, "-m", "basedpyright", "--project", tmp_path, "--pythonpath", sys.executable]
    done = subprocess.run(
        [*command, *files],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": "", "MYPYPATH": str(source)},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "ambidex" not in done.stdout


def test_committed_example_is_the_authors_part_alone() -> None:
    """What commands make is not kept in this repository: the copy would be a second one of the library's files."""
    kept = {
        file.relative_to(ROOT / "examples/tides").as_posix()
        for file in (ROOT / "examples/tides").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert kept == {"pyproject.toml", *(f"src/tides/{name}" for name in ("__init__.py", "_harbour.py", "py.typed"))}
