"""A deadline is inherited by what a call calls, and crosses a boundary as the time that remains."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import math
import struct
from typing import Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ambidex.errors import ProtocolError
from ambidex.rpc._deadlines import (
    bounded_by,
    carried,
    current_deadline,
    deadline_of,
    inherited_deadline,
    received_deadline,
    remaining,
    remaining_until,
    within,
)

times = st.floats(0.0, 1e9)
deadlines: st.SearchStrategy[Optional[float]] = st.one_of(st.none(), times)  # noqa: UP045  evaluated on 3.9
ROUNDING_S = 1e-6  # of sums of floats of such a size


def as_number(deadline: float | None) -> float:
    """Return a deadline to compare: none is later than any."""
    return math.inf if deadline is None else deadline


def test_deadline_is_a_timeout_from_now() -> None:
    """None and infinity are no deadline; 0 is one that has come."""
    assert deadline_of(2, 10.0) == 12.0
    assert deadline_of(0, 10.0) == 10.0
    assert deadline_of(None, 10.0) is None
    assert deadline_of(math.inf, 10.0) is None


@pytest.mark.parametrize("timeout", [-1, -0.001, math.nan, True, "5", -math.inf])
def test_timeout_that_the_runtime_refuses_makes_no_deadline(timeout: float) -> None:
    """The rules are those of every other timeout, and so is the message."""
    with pytest.raises(ValueError, match="write a number of seconds, 0 or more, or None for no deadline"):
        deadline_of(timeout, 10.0)
    with pytest.raises(ValueError, match="write a number of seconds"):
        inherited_deadline(timeout, 10.0)


@given(deadlines, deadlines)
def test_earlier_deadline_bounds(one: float | None, other: float | None) -> None:
    """Whichever comes first, and none bounds nothing."""
    assert as_number(bounded_by(one, other)) == min(as_number(one), as_number(other))


def test_nothing_is_left_of_a_deadline_that_has_passed() -> None:
    """The remaining time is 0 then, and never negative."""
    assert remaining_until(10.0, 7.5) == 2.5
    assert remaining_until(10.0, 10.5) == 0.0
    assert remaining_until(None, 10.0) is None
    assert carried(10.0, 10.5) == 0.0


def test_call_without_a_deadline_has_no_remaining_time() -> None:
    """Outside any call, and in a call without a deadline."""
    assert remaining(5.0) is None
    assert current_deadline() is None
    with within(None):
        assert remaining(5.0) is None


def test_remaining_time_is_that_of_the_block() -> None:
    """It shrinks as time goes by, and the block's end restores what held before, also by an exception."""
    with within(10.0):
        assert remaining(4.0) == 6.0
        assert remaining(11.0) == 0.0
        with contextlib.suppress(KeyError), within(8.0):
            assert remaining(4.0) == 4.0
            raise KeyError
        assert remaining(4.0) == 6.0
    assert remaining(4.0) is None


@given(st.lists(deadlines, max_size=6), times)
def test_nested_deadline_is_never_later_than_those_around_it(nested: list[float | None], now: float) -> None:
    """A call has the smallest of its own remaining time and its callers'; a call without one of its own has theirs."""

    def descend(left: list[float | None], earliest: float) -> None:
        assert as_number(current_deadline()) == earliest
        assert as_number(remaining(now)) == max(0.0, earliest - now)
        if left:
            with within(left[0]):
                descend(left[1:], min(earliest, as_number(left[0])))
            assert as_number(current_deadline()) == earliest

    descend(nested, math.inf)


def test_call_inherits_where_its_own_timeout_is_longer_or_none() -> None:
    """The deadline of a call that is made within another one."""
    assert inherited_deadline(5.0, 100.0) == 105.0
    assert inherited_deadline(None, 100.0) is None
    with within(103.0):
        assert inherited_deadline(5.0, 100.0) == 103.0
        assert inherited_deadline(None, 100.0) == 103.0
        assert inherited_deadline(2.0, 100.0) == 102.0


def test_deadline_goes_to_tasks_and_stays_apart_in_others() -> None:
    """Two tasks at once have each their own; what a task starts has its; a fresh context has none."""

    async def child() -> float | None:
        await asyncio.sleep(0)
        return current_deadline()

    async def call(deadline: float) -> tuple[float | None, float | None]:
        with within(deadline):
            started = asyncio.create_task(child())
            await asyncio.sleep(0)  # the other call enters its own
            return current_deadline(), await started

    async def main() -> None:
        assert list(await asyncio.gather(call(5.0), call(7.0))) == [(5.0, 5.0), (7.0, 7.0)]
        assert current_deadline() is None

    asyncio.run(main())
    with within(3.0):
        assert contextvars.Context().run(current_deadline) is None
        assert contextvars.copy_context().run(current_deadline) == 3.0


@given(
    deadlines,
    times,
    st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(0.0, 100.0), st.floats(0.0, 100.0)), min_size=1, max_size=5),
)
def test_deadline_over_boundaries_is_off_by_the_time_under_way(
    deadline: float | None, now: float, hops: list[tuple[float, float, float]]
) -> None:
    """Clocks that have nothing in common do not matter: the callee's end is the caller's, later by what messages took.

    A hop is how far the next process's clock is ahead, how long the message was under way, how long the work went on
    before it called further.
    """
    first, ahead_s, under_way_s = deadline, 0.0, 0.0
    for shift_s, travel_s, work_s in hops:
        was_over = deadline is not None and deadline <= now
        sent = struct.unpack("<d", struct.pack("<d", carried(deadline, now)))[0]
        now, ahead_s, under_way_s = now + travel_s + shift_s, ahead_s + shift_s, under_way_s + travel_s
        deadline = received_deadline(sent, now)
        if first is None:
            assert deadline is None
            continue
        assert deadline is not None
        if was_over:
            assert deadline == now  # there is no time left, and no more is given
            return
        assert deadline - ahead_s == pytest.approx(first + under_way_s, abs=ROUNDING_S * len(hops))
        now += work_s


@pytest.mark.parametrize("remaining_s", [-1.0, math.nan, -math.inf])
def test_remaining_time_that_is_none_breaks_the_protocol(remaining_s: float) -> None:
    """What another process sends is checked; it is not our caller's mistake."""
    with pytest.raises(ProtocolError, match="remaining time of"):
        received_deadline(remaining_s, 10.0)
