"""A client tries again as its policy says, within its bounds, and not in step with others."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ambidex.errors import InternalError, UsageError
from ambidex.service._reconnecting import GiveUp, Reconnecting, ReconnectPolicy, TryAgain

if TYPE_CHECKING:
    from collections.abc import Callable


def longest() -> float:
    """Draw the longest delay that jitter gives."""
    return 1.0


def failed(reconnecting: Reconnecting, at: float) -> float:
    """Have an attempt fail at once, and return the delay of the next one."""
    reconnecting.note_attempt(at)
    decision = reconnecting.note_end(at, may_try_again=True)
    assert isinstance(decision, TryAgain)
    return decision.delay_s


def run_outage(draw: Callable[[], float], policy: ReconnectPolicy, attempts: int) -> list[float]:
    """Have a service be away, and return the times of a client's attempts."""
    reconnecting, now, times = Reconnecting(policy, draw), 0.0, list[float]()
    for _ in range(attempts):
        times.append(now)
        now += failed(reconnecting, now)
    return times


def test_delays_are_those_of_the_specification() -> None:
    """From 1 s they double, up to 5 minutes, for as long as it takes."""
    times = run_outage(longest, ReconnectPolicy(), 13)
    delays = [later - earlier for earlier, later in zip(times, times[1:])]
    assert delays == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 300.0, 300.0, 300.0]


def test_jitter_is_full() -> None:
    """A delay is drawn from 0 to its cap: half of it for half."""
    policy = ReconnectPolicy(first_delay_s=8.0)
    assert failed(Reconnecting(policy, lambda: 0.5), 0.0) == 4.0
    assert failed(Reconnecting(policy, lambda: 0.0), 0.0) == 0.0


def test_connection_that_has_held_starts_the_row_anew() -> None:
    """60 s of health; a shorter one goes on with the row, and so does a long attempt, which is no health."""
    reconnecting = Reconnecting(ReconnectPolicy(), longest)
    assert [failed(reconnecting, 0.0) for _ in range(3)] == [1.0, 2.0, 4.0]
    for begin, held_s, delay_s in ((10.0, 59.9, 8.0), (100.0, 60.0, 1.0), (200.0, 0.0, 2.0)):
        reconnecting.note_attempt(begin)
        reconnecting.note_connected(begin)
        assert reconnecting.note_end(begin + held_s, may_try_again=True) == TryAgain(delay_s)
    reconnecting.note_attempt(300.0)
    assert reconnecting.note_end(400.0, may_try_again=True) == TryAgain(4.0)


@pytest.mark.parametrize("is_connected", [False, True])
def test_what_is_not_tried_again_ends_it(is_connected: bool) -> None:
    """A wrong key is wrong the next time, too; there is no attempt after that."""
    reconnecting = Reconnecting(ReconnectPolicy(), longest)
    reconnecting.note_attempt(0.0)
    if is_connected:
        reconnecting.note_connected(1.0)
    assert reconnecting.note_end(2.0, may_try_again=False) == GiveUp()
    assert (reconnecting.state, reconnecting.next_s) == ("refused", None)
    with pytest.raises(InternalError, match="refused was said to be connecting"):
        reconnecting.note_attempt(3.0)


policies = st.builds(
    ReconnectPolicy,
    first_delay_s=st.floats(1e-9, 2.0),
    longest_delay_s=st.floats(2.0, 1000.0),
    factor=st.floats(1.0, 1e300),
    healthy_s=st.floats(0.0, 100.0),
)


@given(policies, st.integers(0, 2**32), st.integers(1, 60))
def test_no_delay_leaves_its_bounds(policy: ReconnectPolicy, seed: int, attempts: int) -> None:
    """Whatever the policy and the jitter are, and however long the row is."""
    reconnecting, now = Reconnecting(policy, random.Random(seed).random), 0.0
    for place in range(attempts):
        delay_s = failed(reconnecting, now)
        exponent = math.log(policy.first_delay_s) + place * math.log(policy.factor)
        is_longest = exponent > math.log(policy.longest_delay_s)
        cap_s = policy.longest_delay_s if is_longest else math.exp(exponent)
        assert 0.0 <= delay_s <= min(cap_s * (1 + 1e-9), policy.longest_delay_s)
        assert reconnecting.next_s == now + delay_s
        now += delay_s


@settings(max_examples=50)
@given(st.integers(0, 2**32))
def test_hundred_clients_are_not_in_step(seed: int) -> None:
    """They lose their server at one moment; of their third attempts no tenth of a second has many, nor of the tenth.

    Full jitter spreads the third ones over 3 s, as the sum of two delays: 100 of them in 30 tenths, 5 in the most
    likely one. More than 25 in one come, by the binomial distribution, less than once in 10**9.
    """
    clients = [run_outage(random.Random(f"{seed}-{client}").random, ReconnectPolicy(), 10) for client in range(100)]
    for place in (2, 9):
        tenths = [int(times[place] * 10) for times in clients]
        assert max(tenths.count(tenth) for tenth in tenths) <= 25
    assert len({times[1] for times in clients}) == 100


class Client(RuleBasedStateMachine):
    """Drive a client through any life, as one that does what it is told, and may be early or late."""

    @initialize(policy=policies, seed=st.integers(0, 2**32))
    def begin(self, policy: ReconnectPolicy, seed: int) -> None:
        self.policy = policy
        self.reconnecting = Reconnecting(policy, random.Random(seed).random)
        self.state = "idle"
        self.now = 0.0
        self.attempts = 0
        self.in_row = 0

    @precondition(lambda self: self.state in {"idle", "waiting"})
    @rule(after_s=st.floats(0.0, 400.0))
    def attempt(self, after_s: float) -> None:
        self.now += after_s
        self.reconnecting.note_attempt(self.now)
        self.state = "connecting"
        self.attempts += 1

    @precondition(lambda self: self.state == "connecting")
    @rule(after_s=st.floats(0.0, 20.0))
    def connect(self, after_s: float) -> None:
        self.now += after_s
        self.reconnecting.note_connected(self.now)
        self.state = "connected"
        self.attempts = 0

    @precondition(lambda self: self.state in {"connecting", "connected"})
    @rule(after_s=st.just(0.0) | st.floats(0.0, 150.0), may_try_again=st.integers(0, 9).map(bool))
    def end(self, after_s: float, may_try_again: bool) -> None:
        since, self.now = self.now, self.now + after_s
        if self.state == "connected" and self.now - since >= self.policy.healthy_s:
            self.in_row = 0
        decision = self.reconnecting.note_end(self.now, may_try_again=may_try_again)
        if not may_try_again:
            assert decision == GiveUp()
            self.state = "refused"
            return
        assert isinstance(decision, TryAgain)
        first = self.policy.first_delay_s
        assert 0.0 <= decision.delay_s <= (first if self.in_row == 0 else self.policy.longest_delay_s)
        assert self.reconnecting.next_s == self.now + decision.delay_s
        self.in_row += 1
        self.state = "waiting"

    @rule(after_s=st.floats(0.0, 20.0), is_rare=st.integers(0, 9))
    def close(self, after_s: float, is_rare: int) -> None:
        if is_rare == 0 and self.state != "closed":
            self.now += after_s
            self.reconnecting.note_closed(self.now)
            self.state = "closed"
        elif self.state == "closed":
            self.reconnecting.note_closed(self.now + after_s)

    @precondition(lambda self: self.state not in {"idle", "waiting"})
    @rule()
    def attempt_out_of_turn(self) -> None:
        with pytest.raises(InternalError, match=f"{self.state} was said to be connecting"):
            self.reconnecting.note_attempt(self.now)

    @precondition(lambda self: self.state != "connecting")
    @rule()
    def connect_out_of_turn(self) -> None:
        with pytest.raises(InternalError, match=f"{self.state} was said to be connected"):
            self.reconnecting.note_connected(self.now)

    @precondition(lambda self: self.state not in {"connecting", "connected"})
    @rule(may_try_again=st.booleans())
    def end_out_of_turn(self, may_try_again: bool) -> None:
        with pytest.raises(InternalError, match=f"{self.state} was said to be"):
            self.reconnecting.note_end(self.now, may_try_again=may_try_again)

    @precondition(lambda self: self.state in {"connecting", "connected"})
    @rule(wrong=st.sampled_from((-1.0, -math.inf, math.inf, math.nan)))
    def end_at_no_time(self, wrong: float) -> None:
        with pytest.raises(InternalError, match="last event"):
            self.reconnecting.note_end(self.now + wrong, may_try_again=True)

    @invariant()
    def numbers_agree(self) -> None:
        assert self.reconnecting.state == self.state
        assert self.reconnecting.attempts == self.attempts
        assert (self.reconnecting.next_s is not None) is (self.state == "waiting")
        assert self.state == "idle" or self.reconnecting.since_s <= self.now


TestClient = Client.TestCase
TestClient.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"first_delay_s": 0.0}, r"first_delay_s=0.0.*more than 0"),
        ({"first_delay_s": math.nan}, r"first_delay_s=nan"),
        ({"longest_delay_s": "1"}, r"longest_delay_s='1'"),
        ({"longest_delay_s": math.inf}, r"longest_delay_s=inf"),
        ({"healthy_s": False}, r"healthy_s=False"),
        ({"healthy_s": -1}, r"healthy_s=-1.*0 or more"),
        ({"healthy_s": 10**400}, r"healthy_s=1000"),
        ({"factor": 0.5}, r"factor=0.5.*1 or more"),
        ({"first_delay_s": 301.0}, r"first_delay_s=301.0, longest_delay_s=300.0"),
    ],
)
def test_wrong_value_of_a_policy_is_refused_with_the_range(values: dict[str, Any], said: str) -> None:
    """The message has the name, the value and what to write."""
    with pytest.raises(UsageError, match=said):
        ReconnectPolicy(**values)
