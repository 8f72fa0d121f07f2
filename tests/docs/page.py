"""Read the code blocks of a page of the documentation, with what stands about each, and run them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.limits import LIMIT_S
from tests.programs import LIBRARY

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parents[2]

# Comments, which readers do not see, then a fence, then perhaps a fence with what the block prints.
_BLOCK = re.compile(
    r"(?P<comments>(?:^<!-- [^\n]* -->\n)*)^```(?P<language>\w*)\n(?P<text>.*?)^```$"
    r"(?:\n\n```text\n(?P<output>.*?)^```$)?",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Block:
    """A code block: page, language ("" for none), text, first line, the comments above it, and the output below it."""

    page: Path
    language: str
    text: str
    line: int
    comments: tuple[str, ...]
    output: str | None

    def find_comment(self, start: str) -> str | None:
        """Return the rest of the comment that begins with `start`, or None."""
        for comment in self.comments:
            if comment.startswith(start):
                return comment[len(start) :].strip()
        return None


def read_blocks(page: Path, language: str | None = None) -> list[Block]:
    """Return the blocks of a page in order: all, or those of one language, "" for those that name none."""
    text = page.read_text(encoding="utf-8")
    blocks = [
        Block(
            page,
            found["language"],
            found["text"],
            text.count("\n", 0, found.start("text")) + 1,
            tuple(re.findall(r"<!-- (.*?) -->", found["comments"])),
            found["output"],
        )
        for found in _BLOCK.finditer(text)
    ]
    return [block for block in blocks if language in (None, block.language)]


def run_python(folder: Path, *arguments: str) -> str:
    """Run the interpreter in `folder` and return what it prints; it must end well and leave standard error empty."""
    path = os.pathsep.join([str(LIBRARY), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == "", done.stderr
    return done.stdout


def make_library(folder: Path, files: dict[str, Block], commands: Iterable[Block]) -> Path:
    """Make a page's modules in `folder`: write the files of implementations, then run the commands that generate."""
    for name, block in files.items():
        (folder / name).write_text(block.text, encoding="utf-8")
    for command in commands:
        run_python(folder, "-m", *command.text.split())
    return folder


def run_block(folder: Path, library: Path, block: Block, *options: str, beginning: str = "") -> str:
    """Run a block in `folder` as a program of its own that can import the page's modules; return what it prints."""
    program = f"import sys\nsys.path.insert(0, {str(library)!r})\n{beginning}\n{block.text}"
    (folder / "program.py").write_text(program, encoding="utf-8")
    return run_python(folder, *options, "program.py")
