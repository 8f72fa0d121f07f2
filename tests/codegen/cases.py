"""Know the golden cases: what each is generated from, and how a tree to run and to type-check them is made."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import ambidex
from ambidex.codegen import Target, compile_targets

TESTS = Path(__file__).resolve().parent.parent
GOLDEN = TESTS / "golden"


@dataclass(frozen=True)
class Case:
    """One folder: its input modules, the generated ones under `expected`, and `use.py`, which uses them."""

    name: str

    @property
    def folder(self) -> Path:
        """Return the folder of the inputs."""
        return GOLDEN / self.name

    @property
    def expected(self) -> Path:
        """Return the folder of the outputs."""
        return self.folder / "expected"

    @property
    def module(self) -> str:
        """Return what is generated from: a package, or the one module of the folder."""
        return self.name if (self.folder / self.name).is_dir() else f"_{self.name}"

    def compile(self) -> dict[str, str]:
        """Return the generated files, by their place below `expected`."""
        compiled = compile_targets([Target((self.module,), self.folder, self.expected)])
        return {file.relative_to(self.expected).as_posix(): text for file, text in compiled.files.items()}

    def committed(self) -> dict[str, str]:
        """Return the files below `expected` as they are committed."""
        return {
            file.relative_to(self.expected).as_posix(): file.read_bytes().decode("utf-8")
            for file in self.expected.rglob("*.py")
        }

    def write(self, files: dict[str, str]) -> None:
        """Replace what is committed."""
        shutil.rmtree(self.expected, ignore_errors=True)
        for name, text in files.items():
            file = self.expected / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode("utf-8"))


CASES = tuple(Case(folder.name) for folder in sorted(GOLDEN.iterdir()) if (folder / "use.py").exists())


def make_tree(folder: Path) -> None:
    """Lay every case out as one tree: inputs and outputs together, each `use.py` as `run_<case>.py`, and ambidex."""
    unwanted = shutil.ignore_patterns("__pycache__", "expected", "use.py")
    for case in CASES:
        shutil.copytree(case.folder, folder, ignore=unwanted, dirs_exist_ok=True)
        shutil.copytree(case.expected, folder, dirs_exist_ok=True)
        shutil.copy(case.folder / "use.py", folder / f"run_{case.name}.py")
    shutil.copytree(TESTS / "typing", folder, dirs_exist_ok=True)
    make_library(folder)


def make_library(folder: Path) -> None:
    """Put ambidex into a tree, under `library`: all that is installed for it."""
    library = Path(ambidex.__file__).parent
    shutil.copytree(library, folder / "library" / "ambidex", ignore=shutil.ignore_patterns("__pycache__"))
