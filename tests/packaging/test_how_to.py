"""docs/how-to/publish-a-library.md is true: its files, commands, builds and program do what it says, in its order."""

from __future__ import annotations

import re
import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.docs.page import ROOT, read_blocks
from tests.packaging.conftest import HATCHLING, SETUPTOOLS, Builder, write
from tests.packaging.test_rehearsal import run_program

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT / "docs" / "how-to" / "publish-a-library.md"
BLOCKS = read_blocks(PAGE)
FILES = {name: block.text for block in BLOCKS if (name := block.find_comment("file ")) is not None}
COMMANDS = [block.text.split() for block in BLOCKS if block.language == ""]
(PROGRAM,) = (block for block in BLOCKS if block.output is not None)
MARKER = "src/tides/py.typed"
BACKENDS = {"pyproject.toml": HATCHLING, "pyproject.toml with setuptools": SETUPTOOLS}


def test_page_names_everything_that_is_tried_here() -> None:
    """No block is left out: files, commands, one program, and hooks that exist."""
    hooks = re.findall(r"^- id: (\S+)", (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"), re.MULTILINE)
    (configuration,) = (block.text for block in BLOCKS if block.language == "yaml")
    assert sorted(re.findall(r"ambidex-\w+", configuration)) == sorted(set(hooks))
    assert len(BLOCKS) == len(FILES) + len(COMMANDS) + len([PROGRAM, configuration])
    assert [" ".join(command) for command in COMMANDS] == [
        "ambidex vendor tides._ambidex -o src",
        "ambidex check",
        "ambidex vendor --check",
        "ambidex vendor",
        "ambidex generate",
    ]
    text = PAGE.read_text(encoding="utf-8")
    assert f"An empty file `{MARKER}`" in text
    for target in re.findall(r"\]\(([^)]+)\)", text):
        assert (PAGE.parent / target).exists()
    assert "(how-to/publish-a-library.md)" in (ROOT / "docs" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("settings", sorted(BACKENDS))
def test_page_leads_to_a_wheel_that_needs_nothing(builder: Builder, settings: str, tmp_path: Path) -> None:
    """Copy, write, build; the checks are content, the wheel works without ambidex, and an update changes nothing."""
    project = tmp_path / "tides"
    write(project / MARKER, "")
    copy, *later = COMMANDS
    run(builder, project, copy)
    for name in ("src/tides/__init__.py", "src/tides/_gauge.py"):
        write(project / name, FILES[name])
    write(project / "pyproject.toml", FILES[settings])
    made = builder.make(project, BACKENDS[settings], "wheel", into=tmp_path / "dist")
    site = tmp_path / "site"
    with zipfile.ZipFile(made["wheel"]) as wheel:
        wheel.extractall(site)
    for name in ("py.typed", "_ambidex/py.typed", "_ambidex/LICENSE", "_ambidex/VENDORED.txt", "gauge.py"):
        assert (site / "tides" / name).exists()
    assert run_program(PROGRAM.text, site) == PROGRAM.output
    outputs = [run(builder, project, command) for command in later]
    assert outputs == ["", "", "src/tides/_ambidex: unchanged\n", "src/tides/gauge.py: unchanged\n"]
    shutil.rmtree(project / "src/tides/_ambidex/runtime")
    assert builder.run(project, "-m", *later[1]).returncode == 1


def run(builder: Builder, project: Path, command: list[str]) -> str:
    """Run a command of the page, which ends well and says nothing on standard error."""
    done = builder.run(project, "-m", *command)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout
