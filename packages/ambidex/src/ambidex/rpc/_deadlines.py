"""Own deadlines: how one is kept, inherited by what a call calls, and carried to another process.

A deadline is a time of `time.monotonic` in the process that keeps it, and None is no deadline. It crosses a boundary as
the seconds that remain, because two processes share no clock: the callee's deadline is later than the caller's by as
long as the message travelled, and the caller's own is the one that ends its wait.

No clock here but in `remaining_time`: `now` is an argument.
"""

from __future__ import annotations

import math
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, final

from ..errors import ProtocolError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from contextvars import Token

_deadline: ContextVar[float | None] = ContextVar("ambidex_deadline", default=None)


def deadline_of(timeout_s: float | None, now: float) -> float | None:
    """Return the deadline of a call that may take `timeout_s` seconds from `now`; None and infinity mean none.

    Raises:
        ValueError: `timeout_s` is negative or not a number.
    """
    if timeout_s is None:
        return None
    from ..runtime import check_timeout  # here: a child that only receives deadlines starts without the runtime

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


def remaining(now: float) -> float | None:
    """Return the seconds that are left to the call that runs here, 0.0 where none are; None for no deadline."""
    return remaining_until(_deadline.get(), now)


def remaining_time() -> float | None:
    """Return the seconds that the call which runs here has left, 0.0 where its time is over; None for no deadline.

    It is known in what a child process runs, threads of sync methods included. The work is cancelled when it is over; a
    sync method is not, and can look here. What is called from here meanwhile, by another `ParentWorker` or back to the
    parent, has no more time than that.
    """
    return remaining(time.monotonic())


def remaining_until(deadline: float | None, now: float) -> float | None:
    """Return the seconds from `now` to a deadline, 0.0 where it has passed; None for no deadline."""
    return None if deadline is None else max(0.0, deadline - now)


def carried(deadline: float | None, now: float) -> float:
    """Return a deadline as the message of a call carries it: the seconds that remain, and infinity for no deadline."""
    remaining_s = remaining_until(deadline, now)
    return math.inf if remaining_s is None else remaining_s


def received_deadline(remaining_s: float, now: float) -> float | None:
    """Return the deadline of a call that has come in at `now` with what `carried` gave on the other side.

    Raises:
        ProtocolError: that is negative or not a number.
    """
    if not remaining_s >= 0.0:  # so that NaN is refused
        raise ProtocolError(f"a call came with a remaining time of {remaining_s!r} s; it is 0 or more, or infinity")
    return None if remaining_s == math.inf else now + remaining_s


def within(deadline: float | None) -> AbstractContextManager[None]:
    """Have what runs in the block run under a deadline, or under the one that holds already if that is earlier.

    The block only knows of it and hands it on to the calls it makes; who ends the work is somebody else. It is entered
    once, and left in the context it was entered in: not around a `yield`.
    """
    return _Within(deadline)


@final
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
