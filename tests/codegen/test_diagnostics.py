"""Whatever the generator can say is said in a test, as a whole."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from tests.codegen.diagnostics import CODEGEN, Said, find_expected, find_said

if TYPE_CHECKING:
    from pathlib import Path

FEWEST_LETTERS = 8  # arbitrary: words with fewer are found in anything
SHORT = ("no file", " and no ")


@pytest.fixture(scope="module")
def said() -> dict[Said, list[str]]:
    """Give each text that the generator can say, with the lines of tests that expect it."""
    lines = find_expected()
    found = [each for file in sorted(CODEGEN.rglob("*.py")) for each in find_said(file)]
    return {each: each.find_in(lines) for each in found}


def test_each_message_is_expected_as_a_whole(said: dict[Said, list[str]]) -> None:
    """What happened and what to do, for each of its wordings; a part that is put into others stands in one of them."""
    assert [f"{each.file}:{each.line}: {each.text}" for each, lines in said.items() if not lines] == []


def test_no_message_is_expected_only_by_what_another_one_says(said: dict[Said, list[str]]) -> None:
    """A line that two messages fit is about the one that says more of it; those that pass another on are any."""
    best: dict[str, int] = defaultdict(int)
    for each, lines in said.items():
        for line in lines if each.is_whole else ():
            best[line] = max(best[line], each.letters)
    places = {
        (each.file, each.line) for each, lines in said.items() if any(best[line] == each.letters for line in lines)
    }
    doubtful = [
        f"{each.file}:{each.line}: {each.text} <- {lines[0]}"
        for each, lines in said.items()
        if each.is_whole and lines and each.is_ending_known and (each.file, each.line) not in places
    ]
    assert doubtful == []


def test_no_message_is_too_short_to_be_looked_for(said: dict[Said, list[str]]) -> None:
    """Whoever writes one writes it in one place, with the words around it."""
    assert [
        each.text for each in said if each.is_ending_known and each.letters < FEWEST_LETTERS and each.text not in SHORT
    ] == []


def test_each_way_to_say_something_is_read(tmp_path: Path) -> None:
    """In place, in a variable, by a condition, as a pair, and what is put into another one's words; nothing else is."""
    file = tmp_path / "speaking.py"
    file.write_text(SPEAKING, encoding="utf-8")
    found = find_said(file, tmp_path)
    assert [(each.line, each.is_whole, each.text) for each in found] == [
        (8, True, "... has no end: write one"),
        (14, True, "... is odd: leave it out"),
        (14, True, "... is even: leave it out"),
        (14, True, "... is odd | ... is even: leave it out"),
        (17, True, "... is too much: take less of it"),
        (19, False, "which nobody has"),
        (11, False, "one way out"),
    ]
    assert found[0].find_in(LINES) == LINES[:1]


SPEAKING = '''
"""Say something."""

_FIX = "write one"

def first(name: "dict[str, int]", place: int) -> None:
    """Nobody reads this."""
    raise Unsupported(f"{name} has no end", _FIX)
    what = "nothing"
    if place:
        what = "one way out"
        return
    what = f"{name} is {'odd' if place else 'even'}"
    self._report.add(place, what, "leave it out")

def second(name: str) -> tuple[str, str]:
    return f"{name} is too much", "take less of it"

def third(way: str = "which nobody has") -> None:
    raise InternalError(f"{way} is our own fault")
'''
LINES = ["a.py:1: Box has no end: write one", "Box has no end", "Box has no end: write one more", "no end: write one"]
