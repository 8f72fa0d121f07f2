"""Know who hands something over: the call that is made, or the callable of the user's that has returned it.

What a callable returns belongs to whoever has handed that callable over: it sees the same context, and runs on the same
loop or thread. The call which did may have ended by then.
"""

from __future__ import annotations

import contextvars
from typing import TYPE_CHECKING, Any

from ...runtime import current_caller

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...runtime import Caller

    Convert = Callable[[Any], Any]

_returning: contextvars.ContextVar[Caller] = contextvars.ContextVar("ambidex_returning")


def handing_caller() -> Caller | None:
    """Return who hands over what is translated at this moment, None where no call leads here."""
    return _returning.get(None) or current_caller()


def belonging(give: Convert, caller: Caller | None = None) -> Convert:
    """Return `give` for what comes later, in whatever task: callables in it are handed over as what is now, is.

    That is by `caller`, or by whoever hands over what is translated at this moment, if anybody does.
    """
    caller = caller or handing_caller()
    if caller is None:
        return give
    handed_by = HandedBy()
    handed_by.note(caller)
    return lambda value: handed_by.translated(value, give)


class HandedBy:
    """Remember who has handed a callable over, for what that returns."""

    def __init__(self) -> None:
        self._callers: list[Caller] = []  # their calls have not ended
        self._last: Caller | None = None

    def note(self, caller: Caller) -> None:
        """Note that `caller` has handed the callable over, once more."""
        self._last = caller
        if caller not in self._callers:
            self._callers.append(caller)
            caller.stand_in(self._callers)

    def translated(self, value: Any, give: Callable[[Any], Any]) -> Any:
        """Return what `give` makes of a result of the callable: callables in it are handed over as that was."""
        caller = self._caller()
        if caller is None:
            return give(value)
        token = _returning.set(caller)
        try:
            return give(value)
        finally:
            _returning.reset(token)
            if caller not in self._callers:  # its call has ended, so it leaves the places that it has just taken
                caller.close()

    def _caller(self) -> Caller | None:
        """Return the call that runs here, if that has handed the callable over, else the last one that has."""
        own = current_caller()
        if own is not None and own in self._callers:
            return own
        running = self._callers[-1:]  # in one step: calls end on other threads
        return running[0] if running else self._last
