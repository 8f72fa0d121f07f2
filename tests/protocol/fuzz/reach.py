"""Own what the fuzz has reached: each step from one line of the protocol to another, by `sys.settrace`."""

from __future__ import annotations

import contextlib
import dis
import inspect
import sys
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any, cast

from ambidex import protocol

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from types import FrameType

_FOLDER = Path(protocol.__file__).parent


def _functions(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_flags & inspect.CO_OPTIMIZED:  # the body of a class is not
                yield constant
            yield from _functions(constant)


def _lines(function: CodeType) -> Iterator[int]:
    starts = cast("Iterator[tuple[int, int | None]]", dis.findlinestarts(function))  # None since 3.13: of no line
    return (line for _, line in starts if line is not None)


class Reach:
    """Collect steps in what reads and writes: the file, the line before and the line.

    The line before is the function's own, negative, where the function has just been entered.
    """

    def __init__(self) -> None:
        self.steps: set[tuple[str, int, int]] = set()
        self._files = {str(file): file.name for file in _FOLDER.glob("_[hrw]*.py")}  # not the table of kinds

    def missing(self) -> list[str]:
        """Return the lines of functions that were not reached, as `file:line`."""
        reached = {(file, line) for file, _, line in self.steps}
        wanted = {
            (name, line)
            for file, name in self._files.items()
            for function in _functions(compile(Path(file).read_text(encoding="utf-8"), file, "exec"))
            for line in _lines(function)
            if line != function.co_firstlineno
        }
        return [f"{file}:{line}" for file, line in sorted(wanted - reached)]

    @contextlib.contextmanager
    def watching(self) -> Generator[None]:
        """Collect what this thread reaches meanwhile; whoever traced it before is set again."""
        before = sys.gettrace()
        sys.settrace(self._enter)
        try:
            yield
        finally:
            sys.settrace(before)

    def _enter(self, frame: FrameType, event: str, argument: object) -> Any:  # as sys.settrace has it
        file = self._files.get(frame.f_code.co_filename)
        if file is None:
            return None
        before = -frame.f_code.co_firstlineno

        def step(frame: FrameType, event: str, argument: object) -> Any:  # as sys.settrace has it
            nonlocal before
            if event == "line":
                self.steps.add((file, before, frame.f_lineno))
                before = frame.f_lineno
            return step

        return step
