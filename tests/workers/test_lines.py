"""What a process writes becomes the same lines however it is cut, and no more is held than was allowed."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from ambidex.workers._lines import LONGEST, LastLines, LineQueue, LineSplitter, OutputLine, split_end

texts = st.text(alphabet="ab\r\n\f\u2028é", max_size=40)
cuts = st.lists(st.integers(0, 40))


def cut(text: str, places: list[int]) -> list[str]:
    """Return the text in pieces."""
    ends = [0, *sorted(min(place, len(text)) for place in places), len(text)]
    return [text[start:end] for start, end in zip(ends, ends[1:])]


def split(pieces: list[str], *, is_live: bool = False) -> list[str]:
    """Return what a splitter makes of pieces, the last of which is the end."""
    splitter = LineSplitter(is_live=is_live)
    lines = [line for piece in pieces for line in splitter.feed(piece)]
    return lines + splitter.feed("", is_last=True)


@given(texts, cuts)
@example("a\r\nb\r\r\n\n", [2, 6])  # in the middle of both ends
def test_splitter_any_cuts_gives_the_same_lines(text: str, places: list[int]) -> None:
    """Where reads end makes no difference to what the lines are."""
    expected = [split_end(line)[0] for line in re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", text)]
    assert [split_end(line)[0] for line in split(cut(text, places))] == expected


@given(texts, cuts)
@example("a\r\nb\r\r\n\n", [2, 6])  # in the middle of both ends
def test_splitter_of_one_piece_loses_nothing(text: str, places: list[int]) -> None:
    """Lines with their ends are the text; so are live parts, wherever they are cut."""
    assert "".join(split([text])) == text
    assert "".join(split(cut(text, places), is_live=True)) == text


@given(texts, cuts)
@example("a\r\nb\r\r\n\n", [2, 6])  # in the middle of both ends
def test_splitter_live_holds_nothing_back(text: str, places: list[int]) -> None:
    """What is shown on a terminal is shown at once."""
    splitter = LineSplitter(is_live=True)
    for piece in cut(text, places):
        assert "".join(splitter.feed(piece)) == piece


@given(st.integers(LONGEST - 2, LONGEST + 2) | st.integers(0, 3 * LONGEST), st.sampled_from(["\n", "\r\n", "\r", ""]))
def test_splitter_long_line_is_cut_the_same_way_however_it_comes(length: int, end: str) -> None:
    """Parts are as long as allowed, but for the last one, which has the end."""
    text = "x" * length + end
    expected = ["x" * min(LONGEST, length - at) for at in range(0, length, LONGEST)] or [""] * bool(end)
    parts = [split_end(part) for part in split([text])]
    assert [part for part, _ in parts] == expected
    assert [mark for _, mark in parts] == [""] * (len(expected) - 1) + [split_end(end)[1]] * bool(expected)
    assert [split_end(part)[0] for part in split(cut(text, [1000, LONGEST, LONGEST + 1]))] == expected


@given(texts, cuts, st.integers(1, 5))
def test_last_lines_are_those_that_a_terminal_shows(text: str, places: list[int], most: int) -> None:
    """Of each line, what the last carriage return has left; the last lines of all."""
    last = LastLines(most)
    for piece in cut(text, places):
        last.add(piece)
    *lines, unfinished = text.split("\n")
    lines += [unfinished] if unfinished else []
    assert last.shown() == [line.rstrip("\r").split("\r")[-1] for line in lines[-most:]]


def test_last_lines_of_text_without_end_stay_bounded() -> None:
    """A progress bar of many megabytes is kept as its last state."""
    last = LastLines(3)
    last.add("before\n")
    for number in range(2_000):
        last.add(f"\r{number:100}")
    assert last.shown() == ["before", f"{1_999:100}"]
    last.add("x" * 1_000_000)
    assert [len(line) for line in last.shown()] == [6, 4096]


@given(st.lists(st.one_of(st.none(), st.lists(st.sampled_from(["a\n", "bcd\r", "efghij\n"]), max_size=6)), max_size=20))
def test_queue_loses_no_line_untold_and_holds_no_more_than_allowed(puts: list[list[str] | None]) -> None:
    """Every line is taken, or counted in the line that stands in its place."""
    queue = LineQueue(lambda: 7, most_lines=4, most_characters=12)
    taken: list[OutputLine] = []
    told = 0
    for lines in [*puts, None]:
        if lines is None:
            batch = queue.take()
            told += sum(int(line.text.split()[1]) for line in batch if line.text.startswith("..."))
            taken += [line for line in batch if not line.text.startswith("...")]
        else:
            queue.put("stderr", lines)
        assert len(queue) <= 4
    assert len(taken) + told == sum(len(lines) for lines in puts if lines is not None)
    assert all(line.pid == 7 and line.stream == "stderr" for line in taken)


def test_queue_full_of_characters_drops_what_follows() -> None:
    """Few but long lines are bounded, too."""
    queue = LineQueue(lambda: 1, most_characters=10)
    queue.put("stdout", ["x" * 10 + "\n", "y\n", "z"])
    queue.put("stderr", ["w\n"])
    assert [line.text for line in queue.take()] == ["x" * 10, "... 2 lines dropped", "... 1 lines dropped"]
    queue.put("stdout", ["v\n"])
    assert queue.take() == [OutputLine("stdout", "v", 1, "\n")]


def test_queue_on_a_terminal_tells_on_a_line_of_its_own() -> None:
    """What was dropped is not told in the middle of a line."""
    queue = LineQueue(lambda: 1, is_live=True, most_lines=1)
    queue.put("stdout", ["begun", " and lost\n"])
    assert [line.text for line in queue.take()] == ["begun", "\n... 1 lines dropped"]
