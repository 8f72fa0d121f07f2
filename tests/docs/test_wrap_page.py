"""docs/how-to/wrap-a-package.md is true of aiosqlite: its commands and its program do what it shows, in its order."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.codegen.conftest import environment
from tests.docs.page import ROOT, read_blocks
from tests.limits import LIMIT_S
from tests.programs import LIBRARY

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT / "docs" / "how-to" / "wrap-a-package.md"
BLOCKS = read_blocks(PAGE)
COMMANDS = [block.text.split() for block in BLOCKS if block.language == ""]
(PROGRAM,) = (block for block in BLOCKS if block.language == "python")
(SHOWN,) = (block.text for block in BLOCKS if block.language == "text")


def test_page_names_everything_that_is_tried_here() -> None:
    """No block is left out, and the list of pages names this one."""
    assert len(BLOCKS) == len(COMMANDS) + len([PROGRAM, SHOWN])
    assert [command[1] for command in COMMANDS] == ["wrap", "generate", "check"]
    assert "(how-to/wrap-a-package.md)" in (ROOT / "docs" / "README.md").read_text(encoding="utf-8")


@pytest.mark.timeout(180)  # four interpreters, and a formatter
def test_page_leads_to_a_blocking_face_of_aiosqlite(tmp_path: Path) -> None:
    """Wrap, use, generate again, check."""
    wrap, generate, check = COMMANDS
    code, output, errors = run(tmp_path, "-m", *wrap)
    assert (code, output.splitlines()[0]) == (0, "_sqlite_sync.py: written"), errors
    assert [
        line for line in SHOWN.splitlines() if without_line(line) not in map(without_line, errors.splitlines())
    ] == []
    assert run(tmp_path, "-W", "error", "-c", PROGRAM.text) == (0, PROGRAM.output, "")
    code, output, errors = run(tmp_path, "-m", *generate)
    assert (code, errors) == (0, "")
    assert all(line.endswith(": unchanged") for line in output.splitlines()), output
    assert run(tmp_path, "-m", *check) == (0, "", "")


def without_line(text: str) -> list[str]:
    """Return a line of the report without the line number, which is another one in another version of the package."""
    file, _, rest = text.split(":", 2)
    return [file, rest]


def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """Run an interpreter in a folder."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment([LIBRARY]),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr
