"""Further tries are as many as was said, apart by a random wait that grows, and all of them within one deadline."""

from __future__ import annotations

import asyncio
import math
import random
import time
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlineExceeded, WorkerDied
from ambidex.deadlines import within
from ambidex.options import CallOptions
from ambidex.rpc import delay_s
from ambidex.workers._retrying import acall_retried, call_retried

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = 5
TRIES = 4


class Dying:
    """Be a call whose worker dies each time, or `deaths` times before one is too late; it notes what it was given."""

    def __init__(self, deaths: float = math.inf) -> None:
        self._deaths = deaths
        self.begun: list[float] = []
        self.left_s: list[float | None] = []

    def __call__(self, options: CallOptions) -> Any:
        assert options.retry == 0
        self.begun.append(time.monotonic())
        self.left_s.append(options.timeout_s)
        if len(self.begun) > self._deaths:
            assert options.timeout_s is not None
            raise DeadlineExceeded("find", options.timeout_s)
        raise WorkerDied(1, -9, "find", "started")

    async def awaited(self, options: CallOptions) -> Any:
        """Do the same, awaited."""
        self(options)


def blocking(dying: Dying, options: CallOptions) -> None:
    """Make the call, and its further tries, from this thread."""
    call_retried(dying, options)


def awaited(dying: Dying, options: CallOptions) -> None:
    """Make them on a loop."""
    asyncio.run(acall_retried(dying.awaited, options))


both = pytest.mark.parametrize("retried", [blocking, awaited])


@both
def test_tries_are_apart_and_each_has_what_is_left(retried: Callable[[Dying, CallOptions], None]) -> None:
    """No try comes before its wait is over; the timeout of the next one is shorter by that."""
    dying = Dying()
    state = random.getstate()
    random.seed(SEED)
    try:
        with pytest.raises(WorkerDied):
            retried(dying, CallOptions(1000.0, retry=TRIES - 1))
    finally:
        random.setstate(state)
    chance = random.Random(SEED)
    waits = [delay_s(tried, chance.random) for tried in range(TRIES - 1)]
    assert len(dying.begun) == TRIES
    for number, wait_s in enumerate(waits):
        assert dying.begun[number + 1] - dying.begun[number] >= wait_s
        before, after = dying.left_s[number : number + 2]
        assert before is not None
        assert after is not None
        assert after <= before - wait_s


@both
def test_no_try_comes_after_the_deadline(retried: Callable[[Dying, CallOptions], None]) -> None:
    """That of the call, or of the one that it is a part of; the death is told, and not waited for in vain."""
    dying = Dying()
    with pytest.raises(WorkerDied):
        retried(dying, CallOptions(0.0, retry=10**9))
    with pytest.raises(WorkerDied), within(time.monotonic()):
        retried(dying, CallOptions(retry=10**9))
    assert dying.left_s == [0.0, 0.0]


@both
def test_try_that_is_too_late_says_the_limit_of_all(retried: Callable[[Dying, CallOptions], None]) -> None:
    """Not the rest of it that was left for the last one."""
    dying = Dying(deaths=1)
    with pytest.raises(DeadlineExceeded) as caught:
        retried(dying, CallOptions(1000.0, retry=5))
    first, last = dying.left_s
    assert first is not None
    assert last is not None
    assert last < first
    assert (caught.value.timeout_s, caught.value.args) == (1000.0, ("find", 1000.0))
