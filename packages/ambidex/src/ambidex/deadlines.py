"""Own deadlines: how one is kept, and inherited by what a call calls, in this process and in any other.

A deadline is a time of `time.monotonic` in the process that keeps it, and None is no deadline. It stands in a context
variable, so each task and each thread of a call knows that of its own call. Whoever ends the work when it is over is
somebody else.

No clock here but in `remaining_time`: `now` is an argument.
"""

from __future__ import annotations

import math
import time
from contextvars import ContextVar

TYPE_CHECKING = False  # as in module.py: typing is not worth its import here
if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from contextvars import Token

__all__ = (
    "bounded_by",
    "check_timeout",
    "current_deadline",
    "deadline_of",
    "enter_deadline",
    "inherited_deadline",
    "remaining",
    "remaining_time",
    "remaining_until",
    "within",
)

_deadline: ContextVar[float | None] = ContextVar("ambidex_deadline", default=None)


def check_timeout(timeout: float | None) -> float | None:
    """Return `timeout` as seconds; None and infinity mean no deadline.

    Raises:
        ValueError: it is negative or not a number.
    """
    if timeout is None or timeout == math.inf:
        return None
    if not _is_duration(timeout):
        raise ValueError(f"timeout={timeout!r}: write a number of seconds, 0 or more, or None for no deadline")
    return float(timeout)


def _is_duration(timeout: object) -> bool:
    return isinstance(timeout, (int, float)) and not isinstance(timeout, bool) and timeout >= 0  # which NaN is not


def deadline_of(timeout_s: float | None, now: float) -> float | None:
    """Return the deadline of a call that may take `timeout_s` seconds from `now`; None and infinity mean none.

    Raises:
        ValueError: `timeout_s` is negative or not a number.
    """
    timeout_s = check_timeout(timeout_s)
    return None if timeout_s is None else now + timeout_s


def bounded_by(deadline: float | None, other: float | None) -> float | None:
    """Return the earlier of two deadlines."""
    if deadline is None or other is None:
        return other if deadline is None else deadline
    return min(deadline, other)


def inherited_deadline(timeout_s: float | None, now: float) -> float | None:
    """Return the deadline of a call that is made here: its own, or that of the call around it if that is earlier.

    Raises:
        ValueError: `timeout_s` is negative or not a number.
    """
    return bounded_by(deadline_of(timeout_s, now), _deadline.get())


def current_deadline() -> float | None:
    """Return the deadline of the call that runs here, or None."""
    return _deadline.get()


def enter_deadline(deadline: float) -> None:
    """Have what runs in this context from now on, which is a call's own, know of a deadline, or of an earlier one."""
    _deadline.set(bounded_by(deadline, _deadline.get()))


def remaining(now: float) -> float | None:
    """Return the seconds that are left to the call that runs here, 0.0 where none are; None for no deadline."""
    return remaining_until(_deadline.get(), now)


def remaining_time() -> float | None:
    """Return the seconds that the call which runs here has left, 0.0 where its time is over; None for no deadline.

    It is known in what runs in a call that has a timeout, here or in a child process, and in threads of sync methods.
    The work is cancelled when it is over; a sync method is not, and can look here. What is called from here meanwhile
    in another process has no more time than that.
    """
    return remaining(time.monotonic())


def remaining_until(deadline: float | None, now: float) -> float | None:
    """Return the seconds from `now` to a deadline, 0.0 where it has passed; None for no deadline."""
    return None if deadline is None else max(0.0, deadline - now)


def within(deadline: float | None) -> AbstractContextManager[None]:
    """Have what runs in the block run under a deadline, or under the one that holds already if that is earlier.

    The block only knows of it and hands it on to the calls it makes; who ends the work is somebody else. It is entered
    once, and left in the context it was entered in: not around a `yield`.
    """
    return _Within(deadline)


class _Within:
    """A generator with `contextlib.contextmanager` does the same in twice the time, and each call enters one."""

    __slots__ = ("_own", "_token")

    def __init__(self, deadline: float | None) -> None:
        self._own = deadline
        self._token: Token[float | None] | None = None

    def __enter__(self) -> None:
        assert self._token is None, "a deadline is entered once"
        self._token = _deadline.set(bounded_by(self._own, _deadline.get()))

    def __exit__(self, *_: object) -> None:
        assert self._token is not None, "a deadline is entered before it is left"
        _deadline.reset(self._token)
