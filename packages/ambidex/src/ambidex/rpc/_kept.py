"""Own the exceptions of this process's callbacks, so that one that the other side lets through comes home as itself.

An exception that a callback raises goes to the other side with a number; so does one of a stream, of a context manager,
of whatever was lent, and one that is thrown into a stream of the other side's. What stands for it there has the number,
too, and sends it back wherever it goes. The number is random, so that it means one exception in whatever process it
comes to, and no other side can name one that it was not told of; it is looked up, and does nothing else.

An exception, and all that its traceback refers to, is kept until the calls have ended that have lent what has raised
it. Of the many that one call may raise the last ones are kept.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any, final

if TYPE_CHECKING:
    from ._carried import Carried
    from ._exported import Lent

NUMBER = "__ambidex_number__"  # on an exception: the number it has, here or where it was raised
_BYTES = 7  # of a number: arbitrary, and what every codec takes as an integer
_MOST_OF_CALL = 16  # arbitrary: of those before, the other side has let go, or keeps them for later

# The end of an iterator, and what ends a task or the whole process: these have a meaning where they are raised
_NOT_KEPT = (StopIteration, StopAsyncIteration, GeneratorExit, KeyboardInterrupt, SystemExit, asyncio.CancelledError)


@final
class Kept:
    """Keep what was raised of what was lent, by the calls that have lent it; on any thread."""

    __slots__ = ("_calls",)

    def __init__(self) -> None:
        self._calls: dict[Carried, dict[int, BaseException]] = {}

    def __len__(self) -> int:
        return sum(map(len, tuple(self._calls.values())))

    def keep(self, lent: Lent, error: BaseException) -> None:
        """Keep what something that is lent has raised, until each call has ended that has lent it."""
        if isinstance(error, _NOT_KEPT):
            return
        for call in tuple(lent.calls):
            if not call.is_open:
                continue
            errors = self._calls.setdefault(call, {})
            errors[numbered(error)] = error
            if len(errors) > _MOST_OF_CALL:
                errors.pop(next(iter(errors)), None)
            if not call.is_open:  # it has ended meanwhile, and may have been removed already
                self.remove(call)

    def remove(self, call: Carried) -> None:
        """Let go what was kept for a call: it has ended."""
        self._calls.pop(call, None)

    def find(self, number: int) -> BaseException | None:
        """Return the exception of a number, None where there is none, or none any more."""
        for errors in tuple(self._calls.values()):
            found = errors.get(number)
            if found is not None:
                return found
        return None


def numbered(error: BaseException) -> int:
    """Return the number of an exception, which it is given where it has none; 0 for one that is not to come home."""
    if isinstance(error, _NOT_KEPT):
        return 0
    number = number_of(error) or int.from_bytes(os.urandom(_BYTES), "little") or 1
    set_number(error, number)
    return number


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
