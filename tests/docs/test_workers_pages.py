"""The pages on workers are true: their programs run against real child processes, and print what stands below them."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.docs.page import ROOT, Block, make_library, read_blocks, run_block
from tests.limits import LIMIT_S
from tests.workers.conftest import INTERPRETERS

if TYPE_CHECKING:
    from pathlib import Path

DOCS = ROOT / "docs"
HOW_TO = ("from-comlink", "stream-from-a-child", "cancel-a-call", "pool-workers", "measure-calls")
PAGES = (DOCS / "workers.md", *(DOCS / "how-to" / f"{name}.md" for name in HOW_TO))
BLOCKS = {page: read_blocks(page) for page in PAGES}
FILES = {
    page: {file: block for block in blocks if (file := block.find_comment("file ")) is not None}
    for page, blocks in BLOCKS.items()
}
COMMANDS = {page: [block for block in blocks if block.language == ""] for page, blocks in BLOCKS.items()}
PROGRAMS = [block for blocks in BLOCKS.values() for block in blocks if block.output is not None]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Path]:
    """Make the files of each page in a folder of its own, and what its commands generate from them."""
    return {page: make_library(tmp_path_factory.mktemp("page"), FILES[page], COMMANDS[page]) for page in PAGES}


def name_of(thing: Block | Path) -> str:
    """Name a page, or a block by its page and line."""
    return f"{thing.page.stem}:{thing.line}" if isinstance(thing, Block) else thing.stem


@pytest.mark.parametrize("program", PROGRAMS, ids=name_of)
def test_program_of_a_page_prints_what_stands_below_it(program: Block, made: dict[Path, Path], tmp_path: Path) -> None:
    """Each is a program of its own, beside the page's files; warnings are errors, and standard error stays empty."""
    folder = tmp_path / "page"
    shutil.copytree(made[program.page], folder)
    beginning = ""
    environment = program.find_comment("environment ")
    if environment is not None:
        name, version = environment.split(": ")
        if version not in INTERPRETERS:
            pytest.skip(f"there is no Python {version} on this machine")
        make = [str(INTERPRETERS[version]), "-m", "venv", "--without-pip", str(folder / name)]
        subprocess.run(make, check=True, timeout=LIMIT_S)
        beginning = "import os\nos.environ.pop('PYTHONPATH')\n"  # by which the child would find the tests' own ambidex
    assert run_block(folder, folder, program, "-W", "error", beginning=beginning) == program.output


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_block_of_a_page_is_left_out(page: Path) -> None:
    """Each is a file, a command, or a program with its output; the page is found from the documentation's first one."""
    text = page.read_text(encoding="utf-8")
    programs = [block for block in PROGRAMS if block.page == page]
    assert programs
    assert len(BLOCKS[page]) == len(FILES[page]) + len(COMMANDS[page]) + len(programs)
    assert len(re.findall(r"^```", text, re.MULTILINE)) == 2 * (len(BLOCKS[page]) + len(programs))
    assert f"({page.relative_to(DOCS)})" in (DOCS / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    """Pages, files, headings and tests that a page names exist."""
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", text):
        file, _, anchor = target.partition("#")
        other = (page.parent / file).resolve() if file else page
        assert other.exists(), target
        headings = re.findall(r"^#+ (.+)$", other.read_text(encoding="utf-8"), re.MULTILINE)
        anchors = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
        assert not anchor or anchor in anchors, target
    for file in re.findall(r"\btests/[\w/]+\.py", text):
        assert (ROOT / file).exists(), file
