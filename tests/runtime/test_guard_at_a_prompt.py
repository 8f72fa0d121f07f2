"""A real debugger on a real terminal: what is typed at its prompt blocks nobody but who types it."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from tests.limits import LIMIT_S
from tests.programs import LIBRARY

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no pty")

PROGRAM = """\
import asyncio
from ambidex import Synchronizer

own = Synchronizer("own")

async def give(value):
    return value

def helper():
    return own.run(give, "by a function")

async def main():
    stop()
    print("the program: " + own.run(give, "blocks"))

asyncio.run(main())
"""
BLOCKING_LINE = PROGRAM.splitlines().index('    print("the program: " + own.run(give, "blocks"))') + 1
TYPED = (
    'own.run(give, "as a statement")',
    'p own.run(give, "as an expression")',
    '[own.run(give, word) for word in ("in a list",)]',
    "p helper()",
)


def talk(folder: Path, source: str, lines: tuple[str, ...], *options: str) -> str:
    """Run a program on a terminal, type one line at each prompt, and return all that it prints."""
    file = folder / "program.py"
    file.write_text(textwrap.dedent(source), encoding="utf-8")
    ours, theirs = os.openpty()
    environment = {**os.environ, "PYTHONPATH": str(LIBRARY), "TERM": "dumb", "NO_COLOR": "1"}
    child = subprocess.Popen(
        [sys.executable, *options, str(file)], stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=folder
    )
    os.close(theirs)
    left, text, seen = list(lines), "", 0
    try:
        while True:
            if not select.select([ours], [], [], LIMIT_S)[0]:
                pytest.fail(f"the program hangs after:\n{text}")
            try:
                chunk = os.read(ours, 4096)
            except OSError:  # Linux: the other end is closed
                chunk = b""
            if not chunk:
                break
            text += chunk.decode()
            if left and text.count("(Pdb) ") > seen:
                seen += 1
                os.write(ours, left.pop(0).encode() + b"\n")
        assert child.wait(LIMIT_S) == 0, text
    finally:
        child.kill()
        child.wait()
        os.close(ours)
    assert not left, text
    return text.replace("\r\n", "\n")


def find_warned_lines(text: str) -> list[int]:
    """Return the line of each warning of ours."""
    return [int(line) for line in re.findall(r":(\d+): BlockingInAsyncWarning", text)]


def test_what_is_typed_at_the_prompt_of_pdb_is_silent_and_the_program_is_not(tmp_path: Path) -> None:
    """Statements, expressions, comprehensions and functions typed there do not warn; the program does."""
    source = PROGRAM.replace("stop()", "breakpoint()")
    text = talk(tmp_path, source, (*TYPED, "c"))
    for result in ("as a statement", "as an expression", "in a list", "by a function"):
        assert len(re.findall(f"^.*'{result}'", text, re.MULTILINE)) == 1, text
    assert "the program: blocks" in text
    assert find_warned_lines(text) == [BLOCKING_LINE]


def test_program_that_runs_under_pdb_warns_as_always(tmp_path: Path) -> None:
    """Being debugged is not being typed: `python -m pdb` changes nothing for the program's own lines."""
    source = PROGRAM.replace("stop()", "pass")
    text = talk(tmp_path, source, ("c", "q"), "-m", "pdb")
    assert "the program: blocks" in text
    assert find_warned_lines(text) == [BLOCKING_LINE]
