"""The pages on the bridge's behaviours are true: each of their blocks runs, and prints what stands below it."""

from __future__ import annotations

import importlib.util
import re
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.docs.page import ROOT, Block, make_library, read_blocks, run_block

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Once

FRONT = ROOT / "docs" / "how-the-bridge-behaves.md"
PAGES = (FRONT, *sorted((FRONT.parent / "behaviours").glob("*.md")))
NOT_RUN = 9  # blocks that name the test that proves them instead; each is looked at in review
LONGEST_LINES = 560  # of a page

ALL = [block for page in PAGES for block in read_blocks(page)]
IMPLEMENTATION, BEGINNING, *BLOCKS = (block for block in ALL if block.language == "python")
FILES = {"_weather.py": IMPLEMENTATION, **{block.find_comment("file ") or "": block for block in BLOCKS}}
FILES.pop("", None)
PROVED = [block for block in BLOCKS if block.find_comment("proved by") is not None]
RUN = [block for block in BLOCKS if block not in PROVED and block not in FILES.values()]
# From Python 3.12 on a fork in a process that has threads is warned about: the page says what happens then.
QUIET_FORK = ("-W", "ignore:This process:DeprecationWarning")


class Row(NamedTuple):
    """A row of the table of behaviours: its lines of code, and the heading below which they stand."""

    title: str
    lines: tuple[str, ...]
    page: Path
    anchor: str


@pytest.fixture(scope="module")
def library(once: Once) -> Path:
    """Make the pages' modules, by their own commands."""
    commands = [block for block in ALL if block.text.startswith("ambidex generate")]
    assert len(commands) == len(FILES)
    return once.folder("behaviours", lambda folder: make_library(folder, FILES, commands))


def name_of(block: Block) -> str:
    """Name a block by its page and line."""
    return f"{block.page.stem}:{block.line}"


@pytest.mark.parametrize("block", RUN, ids=name_of)
def test_block_runs_and_prints_what_the_page_shows(block: Block, library: Path, tmp_path: Path) -> None:
    """A block, after the lines that each begins with, ends well, is silent on standard error, and prints its output."""
    package = block.find_comment("needs ")
    if package is not None and importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    version = block.find_comment("from ")
    if version is not None and sys.version_info < tuple(map(int, version.split("."))):
        pytest.skip(f"what the block uses is in Python from {version} on")
    beginning = "" if block.find_comment("alone") is not None else BEGINNING.text
    assert run_block(tmp_path, library, block, *QUIET_FORK, beginning=beginning) == (block.output or "")


def test_block_that_is_not_run_names_a_test_that_exists() -> None:
    """A notebook's cell, or a server's command line, is proved elsewhere: the file and the test are there."""
    assert len(PROVED) == NOT_RUN
    for block in PROVED:
        file, _, name = (block.find_comment("proved by") or "").partition("::")
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")
        visible = re.sub(r"<!--.*?-->", "", block.page.read_text(encoding="utf-8"))
        assert file in visible, "the reader is told, too"


def test_every_block_is_run_and_shows_or_asserts_something() -> None:
    """Nothing on the pages escapes: each fence is a block, each output has a block, and no block proves nothing."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        blocks = [block for block in ALL if block.page == page]
        shown = sum(block.output is not None for block in blocks)
        assert len(re.findall(r"^```", text, re.MULTILINE)) == 2 * (len(blocks) + shown)
        assert text.count("\n") <= LONGEST_LINES, page
    assert {block.language for block in ALL} <= {"python", ""}
    assert [name_of(block) for block in RUN if block.output is None and "assert " not in block.text] == []


def headings_of(page: Path) -> dict[str, tuple[int, int]]:
    """Return the anchor of each heading of a page, the line where it stands, and its level."""
    found: dict[str, tuple[int, int]] = {}
    is_code = False
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        is_code ^= line.startswith("```")
        if line.startswith("#") and not is_code:
            title = line.lstrip("#").strip()
            found[re.sub(r"[^\w -]", "", title).lower().replace(" ", "-")] = (number, len(line.partition(" ")[0]))
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    """Headings, pages and files that a page refers to exist."""
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", text):
        file, _, anchor = target.partition("#")
        other = (page.parent / file).resolve() if file else page
        assert other.exists()
        if anchor:
            assert anchor in headings_of(other), target
    for file in re.findall(r"\btests/[\w/]+\.py", text):
        assert (ROOT / file).exists(), file


def read_rows() -> list[Row]:
    """Return the rows of the front page's tables: behaviour, lines of code, and a link to where they stand."""
    rows: list[Row] = []
    for line in FRONT.read_text(encoding="utf-8").splitlines():
        row = re.fullmatch(r"\| (.*?) \| (`.*`) \| \[[^]]*\]\(([^)#]+)#([^)]+)\) \|", line)
        assert row is not None or line[:2] != "| " or line.startswith(("| Behaviour", "| --")), line
        if row is not None:
            rows.append(Row(row[1], tuple(re.findall(r"`([^`]+)`", row[2])), FRONT.parent / row[3], row[4]))
    return rows


ROWS = read_rows()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.title)
def test_row_of_the_table_shows_code_that_is_run(row: Row) -> None:
    """Each line of a row stands in a block below the heading that the row leads to."""
    headings = headings_of(row.page)
    begin, level = headings[row.anchor]
    end = min((at for at, other in headings.values() if at > begin and other <= level), default=sys.maxsize)
    blocks = [block for block in BLOCKS if block.page == row.page and begin < block.line < end]
    for line in row.lines:
        assert any(line in block.text for block in blocks), line


def test_table_has_a_row_for_every_block_that_shows_a_behaviour() -> None:
    """A block that no row leads to would be found by nobody who looks for what it shows."""
    for block in BLOCKS:
        if block not in FILES.values():
            assert any(row.page == block.page and any(line in block.text for line in row.lines) for row in ROWS), (
                name_of(block)
            )
