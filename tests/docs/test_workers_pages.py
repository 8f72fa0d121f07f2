"""The pages on workers and services are true: their programs run real processes, and print what stands below them."""

from __future__ import annotations

import inspect
import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from ambidex import ParentWorker
from tests.docs.page import ROOT, Block, make_library, read_blocks, run_block, run_python
from tests.limits import LIMIT_S
from tests.workers.conftest import INTERPRETERS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Once

DOCS = ROOT / "docs"
HOW_TO = (
    "from-comlink",
    "stream-from-a-child",
    "cancel-a-call",
    "pool-workers",
    "measure-calls",
    "recover-from-a-crash",
    "check-a-placement",
)
PAGES = (
    DOCS / "workers.md",
    DOCS / "services.md",
    *(DOCS / "how-to" / f"{name}.md" for name in HOW_TO),
    DOCS / "reference" / "options.md",
)
BLOCKS = {page: read_blocks(page) for page in PAGES}
FILES = {
    page: {file: block for block in blocks if (file := block.find_comment("file ")) is not None}
    for page, blocks in BLOCKS.items()
}
COMMANDS = {page: [block for block in blocks if block.language == ""] for page, blocks in BLOCKS.items()}
PROGRAMS = [block for blocks in BLOCKS.values() for block in blocks if block.output is not None]
ENDS = "-- the end of a program --\n"
# One interpreter for all programs of a page: each has names of its own, as the main program.
RUN_ALL = """
import json, pathlib
for name, text in json.loads(pathlib.Path("programs.json").read_text("utf-8")):
    exec(compile(text, name, "exec"), {"__name__": "__main__", "__builtins__": __builtins__})
    print(end=ENDS, flush=True)
"""


@pytest.fixture(scope="module")
def made(once: Once) -> dict[Path, Path]:
    """Make the files of each page in a folder of its own, and what its commands generate from them."""

    def make(page: Path) -> Path:
        return once.folder(f"page-{page.stem}", lambda folder: make_library(folder, FILES[page], COMMANDS[page]))

    return {page: make(page) for page in PAGES}


def name_of(thing: Block | Path) -> str:
    """Name a page, or a block by its page and line."""
    return f"{thing.page.stem}:{thing.line}" if isinstance(thing, Block) else thing.stem


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_programs_of_a_page_print_what_stands_below_them(page: Path, made: dict[Path, Path]) -> None:
    """One after the other, beside the page's files; warnings are errors, and standard error stays empty."""
    programs = [block for block in PROGRAMS if block.page == page and block.find_comment("environment ") is None]
    texts = [(f"{page.stem}:{program.line}", program.text) for program in programs]
    (made[page] / "programs.json").write_text(json.dumps(texts), encoding="utf-8")
    printed = run_python(made[page], "-W", "error", "-c", f"ENDS = {ENDS!r}\n{RUN_ALL}").split(ENDS)
    assert dict(zip((name for name, _ in texts), printed)) == {
        name: program.output for (name, _), program in zip(texts, programs)
    }


@pytest.mark.parametrize("program", [each for each in PROGRAMS if each.find_comment("environment ")], ids=name_of)
def test_program_with_an_environment_prints_what_stands_below_it(
    program: Block, made: dict[Path, Path], tmp_path: Path
) -> None:
    """Its child runs in an environment of another interpreter, and finds no ambidex but the one that it is lent."""
    name, version = (program.find_comment("environment ") or "").split(": ")
    if version not in INTERPRETERS:
        pytest.skip(f"there is no Python {version} on this machine")
    folder = tmp_path / "page"
    shutil.copytree(made[program.page], folder)
    make = [str(INTERPRETERS[version]), "-m", "venv", "--without-pip", str(folder / name)]
    subprocess.run(make, check=True, timeout=LIMIT_S)
    beginning = "import os\nos.environ.pop('PYTHONPATH')\n"
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


def test_table_of_options_has_each_of_a_worker_and_no_other() -> None:
    """What `ParentWorker` takes stands in the page, in its order."""
    text = (DOCS / "workers.md").read_text(encoding="utf-8")
    table = text.partition("| option of `ParentWorker` |")[2].partition("\n\n")[0]
    _, *options = inspect.signature(ParentWorker).parameters
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == options
