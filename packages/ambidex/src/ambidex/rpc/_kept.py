"""Own the exceptions of this process's callbacks, so that one that the other side lets through comes home as itself.

An exception that a callback raises goes to the other side with a number. What stands for it there has the number, too,
and sends it back wherever it goes. The number is random, so that it means one exception in whatever process it comes
to, and no other side can name one that it was not told of; it is looked up, and does nothing else.

An exception, and all that its traceback refers to, is kept until the calls that have handed its callback over have
ended. Of the many that one call may raise the last ones are kept.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any, final

if TYPE_CHECKING:
    from ..runtime import Callback, Caller

NUMBER = "__ambidex_number__"  # on an exception: the number it has, here or where it was raised
_BYTES = 7  # of a number: arbitrary, and what every codec takes as an integer
_MOST_OF_CALL = 16  # arbitrary: of those before, the other side has let go, or keeps them for later

# The end of an iterator, and what ends a task or the whole process: these have a meaning where they are raised
_NOT_KEPT = (StopIteration, StopAsyncIteration, GeneratorExit, KeyboardInterrupt, SystemExit, asyncio.CancelledError)


@final
class Kept:
    """Keep what callbacks have raised, by the calls that have handed them over; on any thread."""

    __slots__ = ("_calls",)

    def __init__(self) -> None:
        self._calls: dict[Caller, dict[int, BaseException]] = {}

    def __len__(self) -> int:
        return sum(map(len, tuple(self._calls.values())))

    def keep(self, error: BaseException, raised_by: Callback) -> None:
        """Keep what a callback has raised, until every call has ended that has handed the callback over."""
        callers = raised_by.open_callers()
        if not callers or isinstance(error, _NOT_KEPT):
            return
        number = number_of(error) or int.from_bytes(os.urandom(_BYTES), "little") or 1
        set_number(error, number)
        for caller in callers:
            errors = self._calls.get(caller)
            if errors is None:
                errors = self._calls.setdefault(caller, {})
                caller.stand_in(self)
            errors[number] = error
            if len(errors) > _MOST_OF_CALL:
                errors.pop(next(iter(errors)), None)
            if caller not in raised_by.open_callers():  # it has ended meanwhile, and may have left already
                self.remove(caller)

    def remove(self, caller: Caller, /) -> None:
        """Let go what was kept for a call: it has ended."""
        self._calls.pop(caller, None)

    def find(self, number: int) -> BaseException | None:
        """Return the exception of a number, None where there is none, or none any more."""
        for errors in tuple(self._calls.values()):
            found = errors.get(number)
            if found is not None:
                return found
        return None


def number_of(error: BaseException) -> int:
    """Return the number of an exception, 0 where it has none."""
    try:
        number: Any = object.__getattribute__(error, NUMBER)  # past what its class may do
    except AttributeError:
        return 0
    return number if is_number(number) else 0


def is_number(number: object) -> bool:
    """Tell whether something can be a number, or 0 for none."""
    return type(number) is int and 0 <= number < 1 << 8 * _BYTES


def set_number(error: BaseException, number: int) -> None:
    """Give an exception a number, past what its class may forbid."""
    object.__setattr__(error, NUMBER, number)
