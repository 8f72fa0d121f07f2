"""Every program of examples/bookshelf runs, and does what it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "examples" / "bookshelf"


def _run(script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", str(FOLDER / script)], capture_output=True, text=True, timeout=170, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_blocking_script_drops_the_broken_transaction_and_lists_the_rest() -> None:
    """The blocking script keeps whole transactions only and reads a stream."""
    assert _run("blocking_script.py").splitlines() == [
        "dropped the whole transaction: Emma stands there already",
        "4 books, 3 of them since 1816: Frankenstein, Villette, Middlemarch",
    ]


def test_async_program_copies_one_shelf_to_the_other() -> None:
    """The async program fills two shelves at once, and hands faces to a function."""
    assert _run("async_program.py").splitlines() == [
        "4 books after copying one shelf to the other",
        "Dracula, The Awakening, Kim, Ulysses",
    ]


def test_notebook_cells_in_a_live_loop_share_one_shelf() -> None:
    """Cells on different loops use one object; the blocking cell works and warns, naming what to write."""
    lines = _run("notebook.py").splitlines()
    assert lines[0] == "1 book on the shelf"
    assert lines[1].startswith("warned: Bookshelf.books blocks the event loop")
    assert lines[1].endswith("write `async for ... in Bookshelf.books.aio(...)`")
    assert lines[2:] == ["a coroutine run beside the loop gave 1.5", "Hard Times"]


def test_one_program_uses_the_shelf_in_three_places() -> None:
    """In this process, in a child, and in a daemon it does the same, and says the same."""
    lines = _run("three_places.py").splitlines()
    said = [
        "dropped the whole transaction: Emma stands there already",
        "4 books, 3 of them since 1816: Frankenstein, Villette, Middlemarch",
    ]
    assert lines == ["-- in this process", *said, "-- in a child process", *said, "-- in a daemon", *said]


@pytest.mark.timeout(180)
def test_demo_uses_the_shelf_in_four_ways_and_prints_costs() -> None:
    """The demo serves the shelf over HTTP, refuses a duplicate with 409's text, and prints what a call costs."""
    output = _run("demo.py")
    assert "{'count': 9}\n{'detail': 'Beloved stands there already'}" in output
    assert "shelf.find(...)" in output
    assert "await shelf.find.aio(...)" in output
