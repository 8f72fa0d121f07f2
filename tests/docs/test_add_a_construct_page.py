"""docs/how-to/add-a-construct.md is true of the generator: what it quotes is there, where it says."""

from __future__ import annotations

import re

import pytest

from tests.docs.page import ROOT, read_blocks

PAGE = ROOT / "docs" / "how-to" / "add-a-construct.md"
TEXT = PAGE.read_text(encoding="utf-8")
CODEGEN = ROOT / "packages" / "ambidex" / "src" / "ambidex" / "codegen"
QUOTED = {
    "@wrapper_module": ROOT / "tests" / "golden" / "deliveries" / "_deliveries.py",
    "def awaited_by": CODEGEN / "_inspect" / "_signatures" / "_deliveries.py",
}


@pytest.mark.parametrize("start", QUOTED)
def test_code_of_the_page_stands_in_its_file(start: str) -> None:
    """Each block is word for word a part of the file that the page takes it from."""
    (block,) = (block for block in read_blocks(PAGE, "python") if block.text.startswith(start))
    assert block.text in QUOTED[start].read_text(encoding="utf-8")


def test_page_quotes_nothing_else_and_names_files_that_are_there() -> None:
    """No block of code is left out; folders, files and links lead somewhere."""
    assert len(read_blocks(PAGE, "python")) == len(QUOTED)
    named = set(re.findall(r"`(_\w+(?:/_\w+)*(?:\.py)?)`", TEXT))
    assert {"_inspect/_signatures/_deliveries.py", "_lower", "_emit"} <= named
    assert [name for name in named if not (CODEGEN / name).exists()] == []
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", TEXT):
        assert (PAGE.parent / target).exists()
