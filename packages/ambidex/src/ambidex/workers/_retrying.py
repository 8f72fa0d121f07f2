"""Own further tries of a call whose worker has died: within its deadline, and never after an answer."""

from __future__ import annotations

import asyncio
import random
import time
from typing import TYPE_CHECKING, Any

from ..errors import DeadlineExceeded, WorkerDied
from ..options import CallOptions
from ..rpc import delay_s
from ..rpc.calling import remaining_of
from ._limits import say_limit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class _Tries:
    """Count the tries of one call, whose `options` are for all of them together."""

    def __init__(self, options: CallOptions) -> None:
        self._most = options.retry
        self._views = options.views
        self._tried = 0
        left_s = remaining_of(options.timeout_s)
        self._given_s = left_s
        self._tried_s = left_s  # the limit of the last try
        self._end = None if left_s is None else time.monotonic() + left_s

    def options(self) -> CallOptions:
        """Return the options of the next try."""
        self._tried_s = self.left_s()
        return CallOptions(self._tried_s, views=self._views)

    def say_limit(self, error: DeadlineExceeded) -> None:
        """Have the error of a try say the limit of all of them."""
        say_limit(error, error.call, self._given_s, self._tried_s)

    def left_s(self) -> float | None:
        """Return the seconds that are left, None where that is no matter."""
        return None if self._end is None else max(0.0, self._end - time.monotonic())

    def delay_after(self, error: WorkerDied) -> float:
        """Return how many seconds to wait before another try; raise `error` where there is none.

        One that has come as the answer is of some worker of the child's own; it has a note that says where it was
        raised, and one that is made here has none.
        """
        delay = delay_s(self._tried, random.random)
        left_s = self.left_s()
        is_answer = bool(getattr(error, "__notes__", None))
        if is_answer or self._tried >= self._most or (left_s is not None and delay >= left_s):
            raise error
        self._tried += 1
        return delay


def call_retried(attempt: Callable[[CallOptions], Any], options: CallOptions) -> Any:
    """Make a call from this thread until it has answered, as often as its options allow; each try has its own."""
    tries = _Tries(options)
    while True:
        try:
            return attempt(tries.options())
        except WorkerDied as error:
            delay = tries.delay_after(error)
        except DeadlineExceeded as error:
            tries.say_limit(error)
            raise
        time.sleep(delay)


async def acall_retried(attempt: Callable[[CallOptions], Awaitable[Any]], options: CallOptions) -> Any:
    """Do what `call_retried` does, and let the running loop go on meanwhile."""
    tries = _Tries(options)
    while True:
        try:
            return await attempt(tries.options())
        except WorkerDied as error:
            delay = tries.delay_after(error)
        except DeadlineExceeded as error:
            tries.say_limit(error)
            raise
        await asyncio.sleep(delay)
