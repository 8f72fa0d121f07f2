"""Each part of `make check` fails when what it guards is broken, and names the culprit."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from tests.conftest import Once

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = "packages/ambidex/src/ambidex"
LEFT_OUT = (".git", ".venv", "build", "__pycache__", ".*_cache", ".hypothesis")
MAKE_ONLY = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")  # an outer make's, with its job server


class Outcome(NamedTuple):
    """How a command ended and everything it printed."""

    code: int
    output: str


class Tree:
    """A copy of the repository to break; the environment of the original serves it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def append(self, file: str, text: str) -> None:
        path = self.root / file
        path.write_text((path.read_text() if path.exists() else "") + text)

    def replace(self, file: str, old: str, new: str) -> None:
        path = self.root / file
        before = path.read_text()
        assert old in before
        path.write_text(before.replace(old, new))

    def make(self, target: str, *variables: str) -> Outcome:
        """Run one target. The environment's stamp counts as fresh: the copy must not install itself into it."""
        venv = ROOT / ".venv"
        done = subprocess.run(
            ["make", f"--old-file={venv}/.dev-ready", f"VENV={venv}", *variables, target],
            cwd=self.root,
            env={name: value for name, value in os.environ.items() if name not in MAKE_ONLY},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return Outcome(done.returncode, done.stdout)


@pytest.fixture
def tree(tmp_path: Path, once: Once) -> Tree:
    """Return a fresh copy of the repository's own files."""
    once.folder("dev", lambda _: subprocess.run(["make", "dev"], cwd=ROOT, stdout=subprocess.DEVNULL, check=True))
    copy = tmp_path / "tree"
    shutil.copytree(ROOT, copy, symlinks=True, ignore=shutil.ignore_patterns(*LEFT_OUT))
    return Tree(copy)


pytestmark = pytest.mark.timeout(180)  # each runs a tool over the tree


def test_check_format_fails_on_an_unformatted_file(tree: Tree) -> None:
    """A file that is not formatted fails the check."""
    tree.append(f"{LIBRARY}/errors.py", "\nx  =  1\n")
    code, output = tree.make("check-format")
    assert code != 0
    assert "errors.py" in output


def test_check_lint_fails_on_an_unused_import(tree: Tree) -> None:
    """A finding of the linter fails the check."""
    tree.append("tools/matrix.py", "\nimport json\n")
    code, output = tree.make("check-lint")
    assert code != 0
    assert "tools/matrix.py" in output


@pytest.mark.parametrize("target", ["check-types", "check-platforms", "check-mypy"])
def test_check_types_fails_on_a_wrong_type(tree: Tree, target: str) -> None:
    """A type error fails both checkers, on every version and platform they are run for."""
    tree.append(f"{LIBRARY}/module.py", '\n_wrong: int = "text"\n')
    code, output = tree.make(target, f"CODE={LIBRARY}/module.py", f"LIBRARY={LIBRARY}/module.py")
    assert code != 0
    assert "module.py" in output
    assert "int" in output


def test_check_platforms_fails_on_what_one_platform_lacks(tree: Tree) -> None:
    """A name that Windows does not have fails the check even though this platform has it."""
    tree.append(f"{LIBRARY}/module.py", "\n\ndef _hang_up() -> None:\n    import os\n\n    os.killpg(1, 1)\n")
    code, output = tree.make("check-platforms", f"LIBRARY={LIBRARY}/module.py")
    assert code != 0
    assert "killpg" in output


FORBIDDEN = (
    ("errors.py", "import ambidex.module", "ambidex.errors -> ambidex.module"),
    ("module.py", "import ambidex.runtime", "ambidex.module -> ambidex.runtime"),
    ("runtime/__init__.py", "import ambidex.bridge", "ambidex.runtime -> ambidex.bridge"),
    ("module.py", "import threading", "ambidex.module -> threading"),
    ("bridge/__init__.py", "import _thread", "ambidex.bridge -> _thread"),
    ("bridge/__init__.py", "import subprocess", "ambidex.bridge -> subprocess"),
    ("runtime/__init__.py", "import socket", "ambidex.runtime -> socket"),
    ("codegen/__init__.py", "import ssl", "ambidex.codegen -> ssl"),
    ("bridge/__init__.py", "import sqlite3", "ambidex.bridge -> sqlite3"),
    ("rpc/_codecs/_msgpack.py", "import msgspec", "ambidex.rpc._codecs._msgpack -> msgspec"),
)


def test_check_layers_fails_on_forbidden_imports_and_names_each(tree: Tree) -> None:
    """An import that points up, or a danger outside its owner, fails the check; one run reports all of them."""
    for file, line, _ in FORBIDDEN:
        tree.append(f"{LIBRARY}/{file}", f"\n{line}\n")
    code, output = tree.make("check-layers")
    assert code != 0
    assert [culprit for _, _, culprit in FORBIDDEN if culprit not in output] == []


def test_check_layers_fails_on_one_forbidden_import(tree: Tree) -> None:
    """One alone is enough."""
    tree.append(f"{LIBRARY}/bridge/__init__.py", "\nimport subprocess\n")
    code, output = tree.make("check-layers")
    assert code != 0
    assert "ambidex.bridge -> subprocess" in output


def test_check_layers_fails_on_a_folder_without_a_place(tree: Tree) -> None:
    """A new folder has to be placed in the layer list before it can exist."""
    (tree.root / LIBRARY / "misc").mkdir()
    tree.append(f"{LIBRARY}/misc/__init__.py", '"""Own nothing."""\n')
    code, output = tree.make("check-layers")
    assert code != 0
    assert "misc" in output


@pytest.mark.slow  # it resolves three sets of requirements, as `make check` does: it waits for the registry
def test_check_requirements_fails_when_a_dependency_is_added_without_export(tree: Tree) -> None:
    """The exported requirements follow pyproject.toml."""
    tree.replace("pyproject.toml", '"pytest>=8.4"', '"pytest>=8.4", "iniconfig<2.1"')
    code, output = tree.make("check-requirements")
    assert code != 0
    assert "make lock" in output
    assert "iniconfig" in output


def test_check_generated_fails_on_an_edited_file(tree: Tree) -> None:
    """A generated file that was edited by hand, or left behind by its source, fails the check."""
    generated = next(
        path
        for path in sorted((tree.root / "examples").rglob("*.py"))
        if re.search(r"^#.*generated", path.read_text().partition("\n\n")[0], re.IGNORECASE | re.MULTILINE)
    )
    tree.append(str(generated.relative_to(tree.root)), "\nedited = True\n")
    code, output = tree.make("check-generated")
    assert code != 0
    assert generated.name in output


def test_check_runs_every_part(tree: Tree) -> None:
    """`make check` leaves out none of its parts."""
    makefile = (tree.root / "Makefile").read_text()
    parts = set(re.findall(r"^(check-[a-z]+):", makefile, re.MULTILINE)) - {"check-slow"}
    run = re.search(r"^check:(.*?)(?:##|$)", makefile, re.MULTILINE)
    assert run is not None
    assert set(run[1].split()) == parts
