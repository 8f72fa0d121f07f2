"""Decide whether, and when, a child process that has ended is started again.

No I/O, no clock, no randomness: the supervisor tells what happens and at what time, and does what it is told. Times are
seconds of one clock that never goes back.

Source: the kinds and the intensity are those of OTP's supervisors. The exponential backoff with full jitter, which OTP
leaves out, keeps many parents from starting their children at one moment.
"""

from __future__ import annotations

import math
import sys
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Union, final

from ..errors import InternalError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

Kind = Literal["permanent", "transient", "temporary"]
_KINDS: tuple[Kind, ...] = ("permanent", "transient", "temporary")

# Of a child that does not stay healthy, whatever its policy and its jitter: no more starts than this in such a time.
CRASH_LOOP_STARTS = 5
CRASH_LOOP_S = 10.0


@dataclass(frozen=True)
class RestartPolicy:
    """Say which ends of a child are followed by a new start, how many, and how soon.

    `kind` has OTP's meaning: a "permanent" child is started again however it ended; a "transient" one unless it ended
    cleanly; a "temporary" one never. The default is "permanent", as in OTP: a worker is there to answer calls, and one
    that has left with exit code 0 answers none. What its parent has closed has not ended by itself: nobody asks then.

    More than `most` restarts within `window_s` seconds are not made: the worker is given up. The n-th restart in a row
    comes after a random time between 0 and `first_delay_s * factor ** (n - 1)` seconds, or `longest_delay_s` where that
    is less. A child that was ready for `healthy_s` seconds has ended such a row.

    Raises:
        UsageError: a value is not of its kind, or out of its range.
    """

    kind: Kind = "permanent"
    most: int = 5
    window_s: float = 60.0
    first_delay_s: float = 0.1
    longest_delay_s: float = 30.0
    factor: float = 2.0
    healthy_s: float = 60.0

    def __post_init__(self) -> None:
        if self.kind not in _KINDS:
            kinds = ", ".join(map(repr, _KINDS))
            raise UsageError(f"RestartPolicy(kind={self.kind!r}): write one of {kinds}")
        if type(self.most) is not int or self.most < 0:
            raise UsageError(f"RestartPolicy(most={self.most!r}): write a whole number of restarts, 0 or more")
        self._check_number("window_s", "a number of seconds, more than 0", is_allowed=lambda value: value > 0)
        for name in ("first_delay_s", "longest_delay_s", "healthy_s"):
            self._check_number(name, "a number of seconds, 0 or more", is_allowed=lambda value: value >= 0)
        self._check_number("factor", "a number, 1 or more", is_allowed=lambda value: value >= 1)
        if self.longest_delay_s < self.first_delay_s:
            raise UsageError(
                f"RestartPolicy(first_delay_s={self.first_delay_s!r}, longest_delay_s={self.longest_delay_s!r}): "
                "the first delay is longer than the longest one; write a longest_delay_s of that much or more"
            )

    def _check_number(self, name: str, wanted: str, *, is_allowed: Callable[[float], bool]) -> None:
        value: object = getattr(self, name)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            is_right = False
        else:
            is_right = value <= sys.float_info.max and is_allowed(value)  # NaN and infinity are not
        if not is_right:
            raise UsageError(f"RestartPolicy({name}={value!r}): write {wanted}")


@dataclass(frozen=True)
class Restart:
    """Start the child again, in `delay_s` seconds."""

    delay_s: float


@dataclass(frozen=True)
class GiveUp:
    """Leave the worker dead although its kind asks for a restart; `reason` is a sentence for its callers."""

    reason: str


@dataclass(frozen=True)
class Ended:
    """Leave the worker dead: its kind asks for no restart after such an end."""


Decision = Union[Restart, GiveUp, Ended]


@final
class Restarts:
    """Follow one worker through its starts and ends, and decide after each end.

    A worker is waiting, starting, ready or over:

        waiting    note_start -> starting
        starting   note_ready -> ready      note_end -> waiting | over
        ready                               note_end -> waiting | over

    Any other event, and a time before that of the last event, is a bug of the supervisor: an `InternalError`. `random`
    returns a number from 0 to below 1, as `random.Random().random` does.

    Whatever the policy and the jitter are, a worker in a crash loop, never healthy for `healthy_s`, is started no more
    than 5 times in any 10 seconds: the fifth restart waits for that, also where `longest_delay_s` is less.
    """

    __slots__ = ("_cap_s", "_count", "_last_s", "_policy", "_random", "_ready_s", "_restarts", "_starts", "_state")

    def __init__(self, policy: RestartPolicy, random: Callable[[], float]) -> None:
        self._policy = policy
        self._random = random
        self._state: Literal["waiting", "starting", "ready", "over"] = "waiting"
        self._cap_s = policy.first_delay_s
        self._count = 0
        self._last_s = -math.inf  # the time of the last event
        self._ready_s = math.inf
        self._starts: deque[float] = deque(maxlen=CRASH_LOOP_STARTS)  # since it was last healthy
        self._restarts: deque[float] = deque()  # within the window; `most` at the most

    @property
    def count(self) -> int:
        """How often the worker was started again."""
        return self._count

    @property
    def is_over(self) -> bool:
        """Tell whether the last decision was to leave the worker dead."""
        return self._state == "over"

    def note_start(self, now: float) -> None:
        """Tell that the child is being started, for the first time or again."""
        self._note("start", now, "waiting")
        if self._last_s != -math.inf:
            self._count += 1
            self._restarts.append(now)
        self._last_s = now
        self._starts.append(now)
        self._state = "starting"

    def note_ready(self, now: float) -> None:
        """Tell that the child has said that it is ready."""
        self._note("ready", now, "starting")
        self._last_s = self._ready_s = now
        self._state = "ready"

    def note_end(self, now: float, *, was_clean: bool) -> Decision:
        """Tell that the child has ended by itself, and return what to do.

        `was_clean` is whether it left with exit code 0. A child that never became ready has failed, also with that.
        """
        self._note("end", now, "starting", "ready")
        was_ready = self._state == "ready"
        if was_ready and now - self._ready_s >= self._policy.healthy_s:
            self._cap_s = self._policy.first_delay_s
            self._starts.clear()
        self._last_s = now
        decision = self._decide(now, was_clean=was_clean and was_ready)
        self._state = "waiting" if isinstance(decision, Restart) else "over"
        return decision

    def _note(self, event: str, now: float, *states: str) -> None:
        if self._state not in states:
            raise InternalError(f"a worker that is {self._state} was said to {event}; it can only when {states}")
        if not self._last_s <= now < math.inf:
            raise InternalError(
                f"a worker was said to {event} at {now!r} s, and its last event was at {self._last_s!r}"
            )

    def _decide(self, now: float, *, was_clean: bool) -> Decision:
        policy = self._policy
        if policy.kind == "temporary" or (policy.kind == "transient" and was_clean):
            return Ended()
        while self._restarts and self._restarts[0] <= now - policy.window_s:
            self._restarts.popleft()
        if len(self._restarts) >= policy.most:
            return GiveUp(
                f"it has ended again after {len(self._restarts)} restarts within {policy.window_s:g} s, "
                f"and its policy allows {policy.most}"
            )
        return Restart(max(self._backoff_s(), self._crash_loop_wait_s(now)))

    def _backoff_s(self) -> float:
        """Return the delay of the next restart in a row; its cap as a power of the factor overflows in a long one."""
        delay_s = self._random() * self._cap_s
        self._cap_s = min(self._cap_s * self._policy.factor, self._policy.longest_delay_s)
        return delay_s

    def _crash_loop_wait_s(self, now: float) -> float:
        if len(self._starts) < CRASH_LOOP_STARTS:
            return 0.0
        return max(0.0, self._starts[0] + CRASH_LOOP_S - now)
