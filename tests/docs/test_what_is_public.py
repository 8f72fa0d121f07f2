"""docs/how-to/say-what-is-public.md is true: its modules generate, and its programs print what it shows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.docs.page import ROOT, Block, read_blocks, run_python

PAGE = ROOT / "docs" / "how-to" / "say-what-is-public.md"


class Example(NamedTuple):
    """The modules of an example, by their files, the first of which has the manifest; and the program below them."""

    files: dict[str, str]
    program: Block


def read_examples() -> list[Example]:
    """Return the examples in their order: a program ends each."""
    examples: list[Example] = []
    files: dict[str, str] = {}
    for block in read_blocks(PAGE, "python"):
        name = block.find_comment("file ")
        if name is not None:
            files[name] = block.text
        else:
            examples.append(Example(files, block))
            files = {}
    assert files == {}
    return examples


EXAMPLES = read_examples()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: next(iter(example.files)))
def test_example_generates_and_prints_what_the_page_shows(example: Example, tmp_path: Path) -> None:
    """Every module of the page is generated from, and every program runs, in a folder of its own."""
    for name, text in example.files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    run_python(tmp_path, "-m", "ambidex", "generate", "-m", Path(next(iter(example.files))).stem, "-o", ".")
    (tmp_path / "program.py").write_text(example.program.text, encoding="utf-8")
    assert example.program.output is not None
    assert run_python(tmp_path, "program.py") == example.program.output


def test_page_is_linked_and_says_all_that_a_manifest_can() -> None:
    """The page is found from the documentation's first page, and each thing to say has an example."""
    assert "(how-to/say-what-is-public.md)" in (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    assert len(EXAMPLES) == len(re.findall(r"^<!-- file _", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    shown = "\n".join(text for example in EXAMPLES for text in example.files.values())
    options = ("exclude=", "include=", "inherit=", "name=", "of=", "rename=")
    for said in (*options, "Module.auto(", "manual_export", "manual_wrapper", "reexport"):
        assert said in shown
