"""The hooks of .pre-commit-hooks.yaml, run by pre-commit in a repository of their user."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.packaging.conftest import LIMIT_S, ROOT, write

if TYPE_CHECKING:
    from tests.packaging.conftest import Builder

MODULE = """
    from ambidex import Module

    m = Module("light")

    @m.wrap_function
    async def shine(hours: int) -> int:
        return hours
"""
CONFIGURATION = """
    repos:
    - repo: {hooks}
      rev: {revision}
      hooks:
      - id: {hook}
"""


class Repository:
    """A user's repository, with `ambidex` on PATH and pre-commit's cache in a folder of the test."""

    def __init__(self, folder: Path, site: Path) -> None:
        self.folder = folder / "user"
        self._tools = folder / "bin"
        self._tools.mkdir()
        script = f"#!{sys.executable}\nimport sys\nfrom ambidex.cli import main\nsys.exit(main())\n"
        (self._tools / "ambidex").write_text(script)
        (self._tools / "ambidex").chmod(0o755)
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))},
            "PATH": os.pathsep.join((str(self._tools), str(Path(sys.executable).parent), os.environ["PATH"])),
            "PYTHONPATH": str(site),
            "HOME": str(folder),
            "PRE_COMMIT_HOME": str(folder / "cache"),
            "GIT_CONFIG_NOSYSTEM": "1",
        }

    def run(self, *command: str, folder: Path | None = None) -> tuple[int, str]:
        """Run a command and return its exit code and output."""
        done = subprocess.run(
            command,
            cwd=folder or self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        return done.returncode, done.stdout

    def commit(self, folder: Path) -> str:
        """Make a repository of a folder and return the revision."""
        for arguments in (
            ("init", "--quiet"),
            ("add", "--all"),
            ("-c", "user.name=Author", "-c", "user.email=author@example.org", "commit", "--quiet", "-m", "All"),
        ):
            code, output = self.run("git", *arguments, folder=folder)
            assert code == 0, output
        return self.run("git", "rev-parse", "HEAD", folder=folder)[1].strip()

    def hook(self) -> tuple[int, str]:
        """Run the configured hook over all files."""
        return self.run(sys.executable, "-m", "pre_commit", "run", "--all-files", "--color=never", "--verbose")


@pytest.fixture
def repository(builder: Builder, tmp_path: Path) -> Repository:
    """Give a repository with an implementation and its configuration; the hooks stand in another one."""
    repository = Repository(tmp_path, builder.site)
    (tmp_path / "hooks").mkdir()
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", tmp_path / "hooks")
    repository.commit(tmp_path / "hooks")
    write(repository.folder / "_light.py", MODULE)
    write(repository.folder / "pyproject.toml", '[tool.ambidex]\nmodules = ["_light"]\noutput = "."\n')
    return repository


def choose(repository: Repository, hook: str) -> None:
    """Configure a hook, and commit what is there."""
    hooks = repository.folder.parent / "hooks"
    revision = repository.run("git", "rev-parse", "HEAD", folder=hooks)[1].strip()
    text = CONFIGURATION.format(hooks=hooks.as_posix(), revision=revision, hook=hook)
    write(repository.folder / ".pre-commit-config.yaml", text)
    repository.commit(repository.folder)


def test_check_hook_fails_until_the_module_is_generated(repository: Repository) -> None:
    """It says what is missing, writes nothing, and is content once it is there."""
    choose(repository, "ambidex-check")
    code, output = repository.hook()
    assert code == 1
    assert "light.py:1: missing: run `ambidex generate`" in output.splitlines()
    assert not (repository.folder / "light.py").exists()
    assert repository.run("ambidex", "generate") == (0, "light.py: written\n")
    assert repository.hook()[0] == 0


def test_generate_hook_fails_when_it_wrote_a_new_module(repository: Repository) -> None:
    """Git does not see a file that nobody added: a commit without it stops, and the next one has it."""
    choose(repository, "ambidex-generate")
    code, output = repository.hook()
    assert code == 1
    assert "light.py: written" in output.splitlines()
    assert repository.hook()[0] == 0


def test_generate_hook_fails_when_it_changed_a_committed_module(repository: Repository) -> None:
    """The commit stops, with the module brought up to date beside it; then it passes; a refusal stops it, too."""
    assert repository.run("ambidex", "generate")[0] == 0
    choose(repository, "ambidex-generate")
    assert repository.hook()[0] == 0
    write(repository.folder / "_light.py", MODULE.replace("hours", "days"))
    code, output = repository.hook()
    assert code == 1
    assert "- files were modified by this hook" in output.splitlines()
    assert "def shine(days: int) -> int:" in (repository.folder / "light.py").read_text()
    assert repository.hook()[0] == 0
    write(repository.folder / "_light.py", MODULE.replace("hours: int", "hours"))
    code, output = repository.hook()
    assert code == 1
    assert "_light.py:6: the parameter hours of shine has no annotation: write `hours: T`" in output.splitlines()
