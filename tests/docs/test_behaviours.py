"""The page on the bridge's behaviours is true: each of its blocks runs, and prints what stands below it."""

from __future__ import annotations

import importlib.util
import re
from typing import TYPE_CHECKING

import pytest

from tests.docs.page import ROOT, Block, read_blocks, run_python

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT / "docs" / "how-the-bridge-behaves.md"
NOT_RUN = 4  # blocks that name the test that proves them instead; each is looked at in review

IMPLEMENTATION, BEGINNING, *BLOCKS = read_blocks(PAGE, "python")
FILES = {"_weather.py": IMPLEMENTATION, **{block.find_comment("file ") or "": block for block in BLOCKS}}
FILES.pop("", None)
PROVED = [block for block in BLOCKS if block.find_comment("proved by") is not None]
RUN = [block for block in BLOCKS if block not in PROVED and block not in FILES.values()]
# From Python 3.12 on a fork in a process that has threads is warned about: the page says what happens then.
QUIET_FORK = ("-W", "ignore:This process:DeprecationWarning")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the page's modules, by its own commands."""
    folder = tmp_path_factory.mktemp("library")
    for name, block in FILES.items():
        (folder / name).write_text(block.text, encoding="utf-8")
    commands = [block.text for block in read_blocks(PAGE, "") if block.text.startswith("ambidex generate")]
    assert len(commands) == len(FILES)
    for command in commands:
        run_python(folder, "-m", *command.split())
    return folder


def line_of(block: Block) -> str:
    """Name a block by its line."""
    return f"line {block.line}"


@pytest.mark.parametrize("block", RUN, ids=line_of)
def test_block_runs_and_prints_what_the_page_shows(block: Block, library: Path, tmp_path: Path) -> None:
    """A block, after the lines that each begins with, ends well, is silent on standard error, and prints its output."""
    package = block.find_comment("needs ")
    if package is not None and importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    beginning = "" if block.find_comment("alone") is not None else BEGINNING.text
    program = tmp_path / "program.py"
    program.write_text(f"import sys\nsys.path.insert(0, {str(library)!r})\n{beginning}\n{block.text}", encoding="utf-8")
    assert run_python(tmp_path, *QUIET_FORK, str(program)) == (block.output or "")


def test_block_that_is_not_run_names_a_test_that_exists() -> None:
    """A notebook's cell, or a server's command line, is proved elsewhere: the file and the test are there."""
    assert len(PROVED) == NOT_RUN
    visible = re.sub(r"<!--.*?-->", "", PAGE.read_text(encoding="utf-8"))
    for block in PROVED:
        file, _, name = (block.find_comment("proved by") or "").partition("::")
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")
        assert file in visible, "the reader is told, too"


def test_every_block_is_run_and_shows_or_asserts_something() -> None:
    """Nothing on the page escapes: each fence is a block, each output has a block, and no block proves nothing."""
    text = PAGE.read_text(encoding="utf-8")
    blocks = read_blocks(PAGE)
    shown = sum(block.output is not None for block in blocks)
    assert len(re.findall(r"^```", text, re.MULTILINE)) == 2 * (len(blocks) + shown)
    assert {block.language for block in blocks} <= {"python", ""}
    assert [block.line for block in RUN if block.output is None and "assert " not in block.text] == []


def test_links_of_the_page_lead_somewhere() -> None:
    """Headings and files that the page refers to exist."""
    text = PAGE.read_text(encoding="utf-8")
    titles = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE), re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in anchors
        else:
            assert (PAGE.parent / target).exists()
    for file in re.findall(r"\btests/[\w/]+\.py", text):
        assert (ROOT / file).exists(), file
