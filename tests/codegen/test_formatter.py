"""The formatter: the one that is installed beside ambidex, of a version that gives the same text everywhere."""

from __future__ import annotations

import os
import re
import shutil
import sys
import sysconfig
from pathlib import Path

import pytest

from ambidex.codegen._emit._format import BOUND, find_ruff, format_all
from ambidex.errors import InternalError, UsageError
from tests.codegen.conftest import Project, environment
from tests.codegen.test_cli import WEATHER

ROOT = Path(__file__).resolve().parents[2]
NAME = "ruff.exe" if sys.platform == "win32" else "ruff"
ANOTHER = """\
#!{python}
import sys
if "--version" in sys.argv:
    print({told!r})
elif any(each.startswith("required-version=") for each in sys.argv):
    sys.exit("Required version does not match the running version")
"""
needs_scripts = pytest.mark.skipif(sys.platform == "win32", reason="a program here is a script with its interpreter")


def write_another(file: Path, told: str) -> Path:
    """Write a program that stands for a ruff of a version: it refuses to run where another one is required."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(ANOTHER.format(python=sys.executable, told=told), encoding="utf-8")
    file.chmod(0o755)
    return file


@pytest.mark.skipif(not (ROOT / "requirements").is_dir(), reason="needs the repository")
def test_bound_of_the_packages_is_the_one_that_the_generator_asks_for() -> None:
    """The extra, the tests' own group, and the versions that they are locked to."""
    for file in ("packages/ambidex/pyproject.toml", "pyproject.toml"):
        assert re.findall(r'"ruff(.+?)"', (ROOT / file).read_text(encoding="utf-8")) == [BOUND]
    numbers = [tuple(map(int, each)) for each in re.findall(r"(\d+)\.(\d+)", BOUND)]
    for file in ("test.txt", "dev.txt"):
        text = (ROOT / "requirements" / file).read_text(encoding="utf-8")
        locked = re.search(r"^ruff==(\d+)\.(\d+)\.", text, re.MULTILINE)
        assert locked is not None
        major, minor = map(int, locked.groups())
        # The newest minor version that is allowed is one that the tests see; the oldest is that of `make test-oldest`.
        assert (major, minor + 1) == numbers[1]


@needs_scripts
@pytest.mark.parametrize("told", ["ruff 0.14.14", "ruff 0.18.0", "ruff 1.0.0", "what is that?", ""])
def test_other_version_is_refused_and_named(told: str, tmp_path: Path) -> None:
    """What such a one would lay out may be other bytes; the message says which it is, and what to do."""
    other = write_another(tmp_path / NAME, told)
    with pytest.raises(UsageError) as caught:
        format_all({"weather": "x=1\n"}, str(other))
    assert str(caught.value) == (
        f"generated code is laid out by ruff{BOUND}, to be the same bytes everywhere, and {other} is "
        f"{told or 'another program'}: pip install 'ambidex[codegen]'"
    )


@needs_scripts
def test_failure_of_the_right_version_is_a_bug_of_ours(tmp_path: Path) -> None:
    """Then it is the text that it could not read."""
    with pytest.raises(InternalError, match="ruff refused generated code:\nRequired version does not match"):
        format_all({"weather": "x=1\n"}, str(write_another(tmp_path / NAME, "ruff 0.16.2")))


@needs_scripts
@pytest.mark.parametrize("verb", ["generate", "check"])
def test_command_refuses_what_path_has_where_none_is_installed(verb: str, project: Project) -> None:
    """Neither a file that `check` would call stale elsewhere, nor a difference that is not one."""
    project.write("_weather.py", WEATHER)
    other = write_another(project.folder / "other" / NAME, "ruff 0.9.10")
    code, output, errors = project.run(
        "-c",
        f"import os, sysconfig\nos.environ['PATH'] = {str(other.parent)!r}\n"
        "sysconfig.get_path = lambda *a: '/nowhere'\n"
        f"from ambidex.cli import main\nraise SystemExit(main([{verb!r}, '-m', '_weather', '-o', '.']))",
    )
    assert (code, output) == (2, "")
    assert errors.startswith(f"ambidex: generated code is laid out by ruff{BOUND},")
    assert f" {other} is ruff 0.9.10: pip install 'ambidex[codegen]'" in errors
    assert not (project.folder / "weather.py").exists()


@pytest.mark.parametrize("scripts", ["as in an environment", "bin"])
def test_one_beside_what_is_imported_comes_before_the_environments_and_that_on_path(
    scripts: str, project: Project
) -> None:
    """As while pip builds a wheel: build requirements stand in a folder of their own; and as `pip install --target`."""
    apart = project.folder / "apart"
    packages = apart / os.path.relpath(sysconfig.get_path("platlib"), sys.prefix)
    there = packages / "bin" if scripts == "bin" else apart / os.path.relpath(sysconfig.get_path("scripts"), sys.prefix)
    for folder in (packages / "ruff", there):
        folder.mkdir(parents=True)
    (packages / "ruff" / "__init__.py").touch()
    shutil.copy2(find_ruff(), there / NAME)
    code = f"""
import sys
from ambidex.codegen._emit._format import find_ruff, format_all
sys.path.insert(0, {str(packages)!r})
print(find_ruff())
print(format_all({{"a": "x=1"}}), end="")
"""
    assert project.run("-c", code) == (0, f"{there / NAME}\n{{'a': 'x = 1\\n'}}", "")


def test_one_in_the_environment_comes_before_that_on_path(project: Project) -> None:
    """A user's project may have another one there."""
    (project.folder / "other").mkdir()
    shutil.copy2(find_ruff(), project.folder / "other" / NAME)
    path = os.pathsep.join((str(project.folder / "other"), environment()["PATH"]))
    code = f"""
import os
os.environ['PATH'] = {path!r}
from ambidex.codegen._emit._format import find_ruff
print(find_ruff())
"""
    assert project.run("-c", code) == (0, f"{find_ruff()}\n", "")
