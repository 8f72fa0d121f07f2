"""Give tests of `ambidex wrap` a folder in which packages are installed."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.checkers import IS_INSTALLED, LIBRARY, mypy_path
from tests.codegen.conftest import environment
from tests.codegen.wrap.packages import FILES

if TYPE_CHECKING:
    from tests.codegen.conftest import Project

LIMIT_S = 100.0  # of one program; a checker reads the standard library's types first


class Wrapping:
    """Run commands where the packages are installed."""

    def __init__(self, project: Project) -> None:
        self.project = project
        site = project.folder / "site"
        paths = [site] if IS_INSTALLED else [LIBRARY, site]
        self.extra_paths = [path.as_posix() for path in paths]
        self._environment = {**environment(paths), **mypy_path(site)}

    def run(self, *arguments: str, **variables: str) -> tuple[int, str, str]:
        """Run an interpreter in the folder, with more environment variables."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.project.folder,
            env={**self._environment, **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT_S,
        )
        return done.returncode, done.stdout, done.stderr

    def wrap(self, package: str) -> str:
        """Wrap a package into the folder, and return what it says was left out."""
        code, _, errors = self.run("-m", "ambidex", "wrap", package, "--as", f"{package}_sync", "-o", ".")
        assert code == 0, errors
        return errors


@pytest.fixture
def wrapping(project: Project) -> Wrapping:
    """Install the packages in a folder of their own."""
    for name, text in FILES.items():
        file = project.folder / "site" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return Wrapping(project)
