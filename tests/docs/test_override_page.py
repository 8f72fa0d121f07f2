"""docs/how-to/override-a-method.md is true: its commands generate, and its programs print what stands below them."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.docs.page import ROOT, Block, make_library, read_blocks, run_block

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT / "docs" / "how-to" / "override-a-method.md"
BLOCKS = read_blocks(PAGE)
IMPLEMENTATIONS = {file: block for block in BLOCKS if (file := block.find_comment("file ")) is not None}
COMMANDS = [block for block in BLOCKS if block.language == ""]
PROGRAMS = [block for block in BLOCKS if block.output is not None]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the page's modules, by its own commands."""
    return make_library(tmp_path_factory.mktemp("library"), IMPLEMENTATIONS, COMMANDS)


def test_no_block_of_the_page_is_left_out() -> None:
    """Each is an implementation, a command, or a program with its output; links lead somewhere."""
    assert list(IMPLEMENTATIONS) == ["_mail.py", "_shelves.py", "_plugins.py"]
    assert (len(BLOCKS), len(PROGRAMS)) == (6 + len(PROGRAMS), 6)
    for target in re.findall(r"\]\(([^)]+)\)", PAGE.read_text(encoding="utf-8")):
        assert (PAGE.parent / target).exists()
    assert f"(how-to/{PAGE.name})" in (ROOT / "docs" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda block: f"line {block.line}")
def test_program_of_the_page_prints_what_stands_below_it(program: Block, library: Path, tmp_path: Path) -> None:
    """Each is a program of its own beside the page's modules, and silent on standard error."""
    shutil.copytree(library, tmp_path, dirs_exist_ok=True)
    assert run_block(tmp_path, library, program, "-W", "error") == program.output
