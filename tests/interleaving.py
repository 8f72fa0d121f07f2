"""Let something happen between any two instructions of a function, as another thread could make it happen there."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ambidex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

_LIBRARY = str(Path(ambidex.__file__).resolve().parent) + os.sep


def moments(every: int = 1) -> Iterator[Moment]:
    """Yield one moment after another, until one lies beyond the end of the function that is run with it.

    With `every`, only each so many-th one, from one of the first on that is drawn; it is printed.
    """
    number = first = random.randrange(every)
    if every > 1:
        print(f"each {every}th moment, from number {first} on")
    while True:
        moment = Moment(number)
        yield moment
        assert moment.was_used
        if not moment.has_come:
            assert number > first, "the function has no instruction in the library"
            return
        number += every


class Moment:
    """The time before one instruction of the library, counted from the start of a function."""

    def __init__(self, number: int) -> None:
        self._left = number
        self._interruption: Callable[[], object] = _do_nothing
        self.has_come = False
        self.was_used = False

    def run(self, function: Callable[[], object], interruption: Callable[[], object]) -> None:
        """Call `function`, and `interruption` when this moment has come."""
        self.was_used = True
        self._interruption = interruption
        outer = sys.gettrace()
        # CPython 3.12 looks, when a tracer is set, whether any frame asks for opcodes.
        sys._getframe().f_trace_opcodes = True  # pyright: ignore[reportPrivateUsage]
        sys.settrace(self._trace)
        try:
            function()
        finally:
            sys.settrace(outer)
            self._interruption = _do_nothing

    def _trace(self, frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith(_LIBRARY):
            return None
        frame.f_trace_opcodes = True
        if event == "opcode" and not self.has_come:
            self._left -= 1
            if self._left < 0:
                self.has_come = True
                self._interruption()  # nothing is traced meanwhile
        return self._trace


def _do_nothing() -> None:
    """Stand for the interruption before and after the function runs; it must keep nothing alive."""
