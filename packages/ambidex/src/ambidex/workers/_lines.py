"""What a process writes, as lines: cut text into them, keep the last ones, and hold those that wait to be taken.

Pure: no I/O, no clock, no thread.
"""

from __future__ import annotations

import io
from collections import deque
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

StreamName = Literal["stdout", "stderr"]
LineEnd = Literal["\n", "\r", ""]

LONGEST = 64 * 1024  # characters of one line
MOST_LINES = 32_768  # that wait to be taken; arbitrary: a burst of output, and some 10 MiB
MOST_CHARACTERS = 4 * 1024 * 1024  # of all lines that wait; arbitrary
KEPT_CHARACTERS = 4096  # of one kept line; arbitrary: errors show it


class OutputLine(NamedTuple):
    r"""Hold one line that a child process wrote, without what ended it.

    `end` tells what did: "\n" (or "\r\n"), or "\r", as progress lines have it, or "" for the first parts of a line of
    more than 65,536 characters and for text that no newline followed. Bytes that are not UTF-8 are written as `\xff`.
    """

    stream: StreamName
    text: str
    pid: int
    end: LineEnd = "\n"


class LineSplitter:
    r"""Cut the text of one stream into lines; with `is_live`, give parts of lines as they come, too.

    A line that a "\r" ends is given at once. A "\n" that comes later is the rest of its end, and nothing of its own;
    the live parts have it, for they are written out as they are.
    """

    def __init__(self, *, is_live: bool = False) -> None:
        self._is_live = is_live
        self._partial = ""  # at most `LONGEST`, without an end
        self._ended_in_return = False

    def feed(self, text: str, *, is_last: bool = False) -> list[str]:
        """Return the lines that end in `text`, or with `is_last` all that there is, each with its end."""
        if text and self._ended_in_return:
            self._ended_in_return = False
            if text[0] == "\n" and not self._is_live:
                text = text[1:]
        # Not `splitlines`, which takes a form feed and some others for ends of lines.
        lines = io.StringIO(self._partial + text, newline="").readlines()
        self._partial = ""
        if lines and lines[-1][-1] == "\r":
            self._ended_in_return = True
        if max(map(len, lines), default=0) > LONGEST:
            lines = [part for line in lines for part in _cut(line)]
        if lines and lines[-1][-1] not in "\r\n" and not self._is_live and not is_last:
            self._partial = lines.pop()
        return lines


def _cut(line: str) -> list[str]:
    """Return the parts of a line, of `LONGEST` characters each but for the last one, which has the end."""
    text, end = split_end(line)
    parts = [text[start : start + LONGEST] for start in range(0, len(text), LONGEST)] or [""]
    parts[-1] += end
    return parts


def split_end(line: str) -> tuple[str, LineEnd]:
    """Return the text of a line and what ended it."""
    if line.endswith("\n"):
        return line[: -2 if line.endswith("\r\n") else -1], "\n"
    if line.endswith("\r"):
        return line[:-1], "\r"
    return line, ""


class LastLines:
    r"""Keep the last lines of a stream as a terminal would show them: what a "\r" has brought back is written over."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lines: deque[str] = deque(maxlen=most)
        self._partial = ""

    def add(self, text: str) -> None:
        """Take what came next, whole lines or not."""
        surplus, *pieces = ("\n" + self._partial + text).rsplit("\n", self._most + 1)
        del surplus  # nothing, or the lines before those that are kept
        self._partial = pieces.pop()[-LONGEST:]
        self._lines.extend(pieces)

    def shown(self) -> list[str]:
        """Return the lines, the oldest first, each of at most 4,096 characters; an unfinished one is the last."""
        lines = [*self._lines, self._partial] if self._partial else list(self._lines)
        return [line.rstrip("\r").rpartition("\r")[2][:KEPT_CHARACTERS] for line in lines[-self._most :]]


class LineQueue:
    """Hold the lines that wait to be taken, up to a number of lines and of characters; drop and count the others.

    Lines are taken all at once. Where some were dropped, the last ones say so: "... 123 lines dropped".
    """

    def __init__(
        self,
        pid: Callable[[], int],
        *,
        is_live: bool = False,
        most_lines: int = MOST_LINES,
        most_characters: int = MOST_CHARACTERS,
    ) -> None:
        self._pid = pid
        self._is_live = is_live
        self._most_lines = most_lines
        self._most_characters = most_characters
        self._lines: list[OutputLine] = []
        self._characters = 0
        self._dropped: dict[StreamName, int] = {}

    def __len__(self) -> int:
        """Return how many lines wait."""
        return len(self._lines)

    def put(self, stream: StreamName, lines: Sequence[str]) -> None:
        """Take lines with their ends; what does not fit is dropped."""
        pid = self._pid()
        for number, line in enumerate(lines):
            if len(self._lines) >= self._most_lines or self._characters >= self._most_characters:
                self._dropped[stream] = self._dropped.get(stream, 0) + len(lines) - number
                return
            text, end = split_end(line)
            self._lines.append(OutputLine(stream, text, pid, end))
            self._characters += len(text)

    def take(self) -> list[OutputLine]:
        """Return all lines that wait, and hold none of them any more."""
        taken, self._lines, self._characters = self._lines, [], 0
        for stream, count in self._dropped.items():
            begin = "\n" if self._is_live and not taken[-1].end else ""  # on a terminal, on a line of its own
            taken.append(OutputLine(stream, f"{begin}... {count} lines dropped", self._pid()))
        self._dropped.clear()
        return taken
