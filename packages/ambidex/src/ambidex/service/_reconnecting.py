"""Decide whether, and when, a client tries again to connect to its service.

No I/O, no clock, no randomness: the client tells what happens and at what time, and does what it is told. Times are
seconds of one clock that never goes back. Which errors are not tried again the client says, who knows them: a key that
is not the pinned one, and a mistake in the program, are the same the next time.

Source: exponential backoff with full jitter, so that the clients of a server that was restarted are not in step.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Union, final

from ..errors import InternalError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Literal

    State = Literal["idle", "connecting", "connected", "waiting", "refused", "closed"]


@dataclass(frozen=True)
class ReconnectPolicy:
    """Say how soon a client tries again to connect.

    The n-th attempt in a row comes after a random time between 0 and `first_delay_s * factor ** (n - 1)` seconds, or
    `longest_delay_s` where that is less. A connection that has held for `healthy_s` seconds has ended such a row. There
    is no last attempt: a client whose service is away for a day is there when it is back.

    Raises:
        UsageError: a value is not of its kind, or out of its range.
    """

    first_delay_s: float = 1.0
    longest_delay_s: float = 300.0
    factor: float = 2.0
    healthy_s: float = 60.0

    def __post_init__(self) -> None:
        for name, least, wanted in (
            ("first_delay_s", sys.float_info.min, "a number of seconds, more than 0"),
            ("longest_delay_s", sys.float_info.min, "a number of seconds, more than 0"),
            ("factor", 1, "a number, 1 or more"),
            ("healthy_s", 0, "a number of seconds, 0 or more"),
        ):
            value: object = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                is_right = False
            else:
                is_right = least <= value <= sys.float_info.max  # NaN is not
            if not is_right:
                raise UsageError(f"ReconnectPolicy({name}={value!r}): write {wanted}")
        if self.longest_delay_s < self.first_delay_s:
            raise UsageError(
                f"ReconnectPolicy(first_delay_s={self.first_delay_s!r}, longest_delay_s={self.longest_delay_s!r}): "
                "the first delay is longer than the longest one; write a longest_delay_s of that much or more"
            )


@dataclass(frozen=True)
class TryAgain:
    """Connect again, in `delay_s` seconds."""

    delay_s: float


@dataclass(frozen=True)
class GiveUp:
    """Connect no more: the next attempt would end as this one."""


Decision = Union[TryAgain, GiveUp]


@final
class Reconnecting:
    """Follow one client through its connections, and decide after each end.

    A client is idle, connecting, connected, waiting, refused or closed:

        idle, waiting    note_attempt -> connecting
        connecting       note_connected -> connected    note_end -> waiting | refused
        connected                                       note_end -> waiting | refused
        any              note_closed -> closed

    Any other event, and a time before that of the last event, is a bug of the client: an `InternalError`. An attempt
    before its time is none: a user may ask for one. `random` returns a number from 0 to below 1, as
    `random.Random().random` does.
    """

    __slots__ = ("_attempts", "_cap_s", "_last_s", "_next_s", "_policy", "_random", "_state")

    def __init__(self, policy: ReconnectPolicy, random: Callable[[], float]) -> None:
        self._policy = policy
        self._random = random
        self._state: State = "idle"
        self._last_s = -math.inf  # the time of the last event, since which it is in its state
        self._next_s: float | None = None
        self._cap_s = policy.first_delay_s
        self._attempts = 0

    @property
    def state(self) -> State:
        """What the client does."""
        return self._state

    @property
    def since_s(self) -> float:
        """When it began to do that; before all times where nothing has happened."""
        return self._last_s

    @property
    def next_s(self) -> float | None:
        """When it tries again; None where it does not wait for that."""
        return self._next_s

    @property
    def attempts(self) -> int:
        """How often it has tried since it was connected last, the attempt under way included; 0 while it is."""
        return self._attempts

    def note_attempt(self, now: float) -> None:
        """Tell that the client begins to connect, for the first time or again."""
        self._note("connecting", now, "idle", "waiting")
        self._attempts += 1

    def note_connected(self, now: float) -> None:
        """Tell that the service has taken the client."""
        self._note("connected", now, "connecting")
        self._attempts = 0

    def note_end(self, now: float, *, may_try_again: bool) -> Decision:
        """Tell that an attempt has failed, or a connection has ended by itself, and return what to do."""
        is_healthy = self._state == "connected" and now - self._last_s >= self._policy.healthy_s
        self._note("waiting" if may_try_again else "refused", now, "connecting", "connected")
        if not may_try_again:
            return GiveUp()
        if is_healthy:
            self._cap_s = self._policy.first_delay_s
        delay_s = self._random() * self._cap_s
        self._cap_s = min(self._cap_s * self._policy.factor, self._policy.longest_delay_s)  # as a power it overflows
        self._next_s = now + delay_s
        return TryAgain(delay_s)

    def note_closed(self, now: float) -> None:
        """Tell that the client's user has closed it; harmless when repeated."""
        if self._state != "closed":
            self._note("closed", now, self._state)

    def _note(self, state: State, now: float, *states: State) -> None:
        if self._state not in states:
            raise InternalError(f"a client that is {self._state} was said to be {state}; it can only when {states}")
        if not self._last_s <= now < math.inf:
            raise InternalError(
                f"a client was said to be {state} at {now!r} s, and its last event was at {self._last_s!r}"
            )
        self._state = state
        self._last_s = now
        self._next_s = None
