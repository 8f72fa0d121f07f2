"""docs/how-to/publish-client-and-asyncclient.md is true: what it generates, and what its programs print."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.docs.page import ROOT, Block, make_library, read_blocks, run_block

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT / "docs" / "how-to" / "publish-client-and-asyncclient.md"
BLOCKS = read_blocks(PAGE)
(IMPLEMENTATION,) = (block for block in BLOCKS if block.find_comment("file ") == "_weather.py")
(COMMAND,) = (block for block in BLOCKS if block.language == "")
PARTS = [block for block in BLOCKS if block.find_comment("part of ") == "weather.py"]
PROGRAMS = [block for block in BLOCKS if block.output is not None]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the page's module, by its own command."""
    return make_library(tmp_path_factory.mktemp("library"), {"_weather.py": IMPLEMENTATION}, [COMMAND])


def test_no_block_of_the_page_is_left_out() -> None:
    """Each is the implementation, the command, a part of what is generated, or a program with its output."""
    assert len(BLOCKS) == 2 + len(PARTS) + len(PROGRAMS)
    assert len(PARTS) == 2
    text = PAGE.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", text):
        assert (PAGE.parent / target).exists()
    assert f"(how-to/{PAGE.name})" in (ROOT / "docs" / "README.md").read_text(encoding="utf-8")


def test_parts_of_the_page_are_what_is_generated(library: Path) -> None:
    """The page shows no text that the generator does not write."""
    generated = (library / "weather.py").read_text(encoding="utf-8")
    for part in PARTS:
        assert f"\n{part.text}\n" in generated


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda block: f"line {block.line}")
def test_program_of_the_page_prints_what_stands_below_it(program: Block, library: Path, tmp_path: Path) -> None:
    """Each is a program of its own, and silent on standard error."""
    assert run_block(tmp_path, library, program, "-W", "error") == program.output
