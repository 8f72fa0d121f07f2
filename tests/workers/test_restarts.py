"""A supervisor starts a child again as its policy says, never in a storm, and gives up in the end."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ambidex.errors import InternalError, UsageError
from ambidex.workers._restarts import Decision, Ended, GiveUp, Restart, RestartPolicy, Restarts

if TYPE_CHECKING:
    from collections.abc import Callable

EARLY_S = 1e-6  # what sums of floats may be off by


def longest() -> float:
    """Draw the longest delay that jitter gives."""
    return 1.0


def shortest() -> float:
    """Draw the shortest delay that jitter gives."""
    return 0.0


def end_of(restarts: Restarts, at: float, *, ready_at: float | None = None, was_clean: bool = False) -> Decision:
    """Start a child, have it be ready if so told, and end it."""
    restarts.note_start(at if ready_at is None else ready_at)
    if ready_at is not None:
        restarts.note_ready(ready_at)
    return restarts.note_end(at, was_clean=was_clean)


def run_crash_loop(policy: RestartPolicy, draw: Callable[[], float], lives_s: float = 0.0) -> tuple[list[float], str]:
    """Let a child crash whenever it was started, and return the times of its starts and why it was given up."""
    restarts = Restarts(policy, draw)
    now, starts = 0.0, list[float]()
    while True:
        starts.append(now)
        restarts.note_start(now)
        now += lives_s
        decision = restarts.note_end(now, was_clean=False)
        if not isinstance(decision, Restart):
            assert isinstance(decision, GiveUp)
            return starts, decision.reason
        now += decision.delay_s


@pytest.mark.parametrize(
    ("kind", "was_clean", "is_restarted"),
    [
        ("permanent", True, True),
        ("permanent", False, True),
        ("transient", True, False),
        ("transient", False, True),
        ("temporary", True, False),
        ("temporary", False, False),
    ],
)
def test_kind_decides_which_ends_are_followed_by_a_restart(kind: Any, was_clean: bool, is_restarted: bool) -> None:
    """Each kind has the meaning that it has in OTP."""
    restarts = Restarts(RestartPolicy(kind), shortest)
    decision = end_of(restarts, 1.0, ready_at=0.0, was_clean=was_clean)
    assert decision == (Restart(0.0) if is_restarted else Ended())
    assert restarts.is_over is not is_restarted


def test_child_that_was_never_ready_has_not_ended_cleanly() -> None:
    """Exit code 0 before the child is ready is a failed start, which a transient worker is restarted after."""
    assert end_of(Restarts(RestartPolicy("transient"), shortest), 1.0, was_clean=True) == Restart(0.0)


def test_default_is_a_permanent_worker() -> None:
    """A worker whose process leaves with exit code 0 is started again, for the calls to come."""
    assert RestartPolicy().kind == "permanent"


def test_delays_grow_by_the_factor_up_to_the_longest() -> None:
    """The longest delays of a row are those of the exponential backoff."""
    policy = RestartPolicy(most=1000, first_delay_s=20.0, longest_delay_s=200.0, factor=3.0)
    restarts, now, delays = Restarts(policy, longest), 0.0, list[float]()
    for _ in range(5):
        decision = end_of(restarts, now)
        assert isinstance(decision, Restart)
        delays.append(decision.delay_s)
        now += decision.delay_s
    assert delays == [20.0, 60.0, 180.0, 200.0, 200.0]


def test_jitter_is_full() -> None:
    """A delay is drawn from 0 to its cap: half of it for half."""
    assert end_of(Restarts(RestartPolicy(first_delay_s=8.0), lambda: 0.5), 0.0) == Restart(4.0)


def test_health_starts_the_row_of_delays_anew() -> None:
    """A child that was ready for long enough has shown that the fault is gone; a long start shows nothing."""
    policy = RestartPolicy(most=1000, first_delay_s=1.0, factor=2.0, healthy_s=10.0)
    restarts = Restarts(policy, longest)
    assert end_of(restarts, 0.0) == Restart(1.0)
    assert end_of(restarts, 20.0, ready_at=10.5) == Restart(2.0)
    assert end_of(restarts, 30.0, ready_at=20.0) == Restart(1.0)
    restarts.note_start(31.0)
    restarts.note_ready(90.0)  # it took long to start, which is no health
    assert restarts.note_end(99.0, was_clean=False) == Restart(2.0)


def test_child_that_is_healthy_between_its_ends_is_in_no_crash_loop() -> None:
    """It is started again without the wait that ends a storm, however often."""
    restarts = Restarts(RestartPolicy(most=100, healthy_s=1.0), shortest)
    for life in range(20):
        assert end_of(restarts, life + 1.0, ready_at=float(life)) == Restart(0.0)


def test_worker_is_given_up_after_the_most_restarts_in_the_window() -> None:
    """The end after the last restart that the policy allows is the last; the reason has the numbers."""
    starts, reason = run_crash_loop(RestartPolicy(most=3, window_s=50.0), shortest)
    assert len(starts) == 4
    assert "3 restarts within 50 s" in reason


def test_worker_that_may_not_be_restarted_is_given_up_at_once() -> None:
    """`most=0` allows none."""
    assert isinstance(end_of(Restarts(RestartPolicy(most=0), shortest), 0.0), GiveUp)


def test_restarts_before_the_window_do_not_count() -> None:
    """A worker that ends now and then is never given up: a restart 30 s ago is none of the last 30 s."""
    restarts = Restarts(RestartPolicy(most=1, window_s=30.0), shortest)
    for lives in range(20):
        assert isinstance(end_of(restarts, 30.0 * (lives + 1), ready_at=30.0 * lives), Restart)
    assert restarts.count == 19


def test_restarts_within_the_window_count_though_the_child_was_healthy() -> None:
    """Health resets the delays and not the intensity: who is healthy for 10 s and dies, for ever, is given up."""
    restarts = Restarts(RestartPolicy(most=2, window_s=100.0, healthy_s=10.0), shortest)
    decisions = [end_of(restarts, now + 10.0, ready_at=now) for now in (0.0, 10.0, 20.0)]
    assert [type(decision) for decision in decisions] == [Restart, Restart, GiveUp]


policies = st.builds(
    RestartPolicy,
    kind=st.sampled_from(("permanent", "transient")),
    most=st.integers(0, 60),
    window_s=st.floats(0.001, 100.0),
    first_delay_s=st.just(0.0) | st.floats(1e-9, 2.0),
    longest_delay_s=st.floats(2.0, 50.0),
    factor=st.floats(1.0, 1e300),
    healthy_s=st.floats(1.0, 100.0),
)


@settings(max_examples=200)
@given(st.integers(0, 60), st.floats(0.0, 2.0), st.floats(1.0, 10.0), st.floats(0.0, 3.0), st.integers(0, 2**32))
def test_crash_loop_makes_five_starts_at_the_most_in_its_first_ten_seconds(
    most: int, first_delay_s: float, factor: float, lives_s: float, seed: int
) -> None:
    """Whatever the policy allows and the jitter draws, in its first ten seconds as in any later ones."""
    policy = RestartPolicy(most=most, window_s=1e9, first_delay_s=first_delay_s, factor=factor)
    starts, _ = run_crash_loop(policy, random.Random(seed).random, lives_s)
    assert len(starts) == most + 1
    assert sum(start < 10.0 - EARLY_S for start in starts) <= 5
    assert all(later - earlier > 10.0 - EARLY_S for earlier, later in zip(starts, starts[5:]))


def test_crash_loop_without_delays_has_its_sixth_start_after_ten_seconds() -> None:
    """The five starts that come first are not spread: a fault that is gone at once costs nothing."""
    starts, _ = run_crash_loop(RestartPolicy(), shortest)
    assert starts == [0.0, 0.0, 0.0, 0.0, 0.0, 10.0]


class Supervised(RuleBasedStateMachine):
    """Drive a worker through any life, as a supervisor that does what it is told and may be late."""

    @initialize(policy=policies, seed=st.integers(0, 2**32))
    def begin(self, policy: RestartPolicy, seed: int) -> None:
        self.policy = policy
        self.restarts = Restarts(policy, random.Random(seed).random)
        self.state = "waiting"
        self.now = 0.0
        self.ready_at = 0.0
        self.starts: list[float] = []
        self.crash_loop: list[float] = []  # starts since the child was healthy
        self.in_row = 0  # restarts decided since then

    @precondition(lambda self: self.state == "waiting")
    @rule(late_s=st.floats(0.0, 20.0))
    def start(self, late_s: float) -> None:
        self.now += late_s
        self.restarts.note_start(self.now)
        self.starts.append(self.now)
        self.crash_loop.append(self.now)
        self.state = "starting"

    @precondition(lambda self: self.state == "starting")
    @rule(after_s=st.floats(0.0, 20.0))
    def become_ready(self, after_s: float) -> None:
        self.now += after_s
        self.ready_at = self.now
        self.restarts.note_ready(self.now)
        self.state = "ready"

    @precondition(lambda self: self.state in {"starting", "ready"})
    @rule(after_s=st.one_of(st.just(0.0), st.floats(0.0, 150.0)), was_clean=st.booleans())
    def end(self, after_s: float, was_clean: bool) -> None:
        self.now += after_s
        was_ready = self.state == "ready"
        if was_ready and self.now - self.ready_at >= self.policy.healthy_s:
            self.crash_loop, self.in_row = [], 0
        decision = self.restarts.note_end(self.now, was_clean=was_clean)
        recent = sum(start > self.now - self.policy.window_s for start in self.starts[1:])
        if isinstance(decision, Restart):
            cap_s = self.cap_s()
            self.in_row += 1
            wait_s = self.crash_loop[-5] + 10.0 - self.now if len(self.crash_loop) >= 5 else 0.0
            assert recent < self.policy.most
            assert 0.0 <= wait_s - EARLY_S <= decision.delay_s or wait_s < EARLY_S
            assert decision.delay_s <= max(cap_s, wait_s) * (1 + 1e-9)
            assert decision.delay_s <= max(self.policy.longest_delay_s, 10.0)
            self.now += decision.delay_s
            self.state = "waiting"
        else:
            is_asked_for = self.policy.kind == "permanent" or not (was_clean and was_ready)
            assert isinstance(decision, GiveUp if is_asked_for else Ended)
            assert not is_asked_for or recent >= self.policy.most
            self.state = "over"

    def cap_s(self) -> float:
        """Return how long the next restart may be delayed, by the policy alone; powers overflow, logarithms do not."""
        policy = self.policy
        if policy.first_delay_s == 0.0:
            return 0.0
        exponent = math.log(policy.first_delay_s) + self.in_row * math.log(policy.factor)
        return policy.longest_delay_s if exponent > math.log(policy.longest_delay_s) else math.exp(exponent)

    @precondition(lambda self: self.state != "starting")
    @rule()
    def be_ready_out_of_turn(self) -> None:
        with pytest.raises(InternalError, match=f"{self.state} was said to ready"):
            self.restarts.note_ready(self.now)

    @precondition(lambda self: self.state != "waiting")
    @rule()
    def start_out_of_turn(self) -> None:
        with pytest.raises(InternalError, match=f"{self.state} was said to start"):
            self.restarts.note_start(self.now)

    @precondition(lambda self: self.state in {"waiting", "over"})
    @rule(was_clean=st.booleans())
    def end_out_of_turn(self, was_clean: bool) -> None:
        with pytest.raises(InternalError, match=f"{self.state} was said to end"):
            self.restarts.note_end(self.now, was_clean=was_clean)

    @precondition(lambda self: self.state in {"starting", "ready"})
    @rule(wrong=st.sampled_from((-1.0, -math.inf, math.inf, math.nan)))
    def end_at_no_time(self, wrong: float) -> None:
        with pytest.raises(InternalError, match="last event"):
            self.restarts.note_end(self.now + wrong, was_clean=True)

    @invariant()
    def numbers_agree(self) -> None:
        assert self.restarts.count == max(0, len(self.starts) - 1)
        assert self.restarts.is_over is (self.state == "over")


TestSupervised = Supervised.TestCase
TestSupervised.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"kind": "eternal"}, "kind='eternal'.*'permanent', 'transient', 'temporary'"),
        ({"most": -1}, "most=-1.*0 or more"),
        ({"most": 2.0}, "most=2.0.*whole number"),
        ({"most": True}, "most=True.*whole number"),
        ({"window_s": 0.0}, "window_s=0.0.*more than 0"),
        ({"window_s": math.inf}, "window_s=inf"),
        ({"first_delay_s": -0.1}, "first_delay_s=-0.1.*0 or more"),
        ({"first_delay_s": math.nan}, "first_delay_s=nan"),
        ({"longest_delay_s": "1"}, "longest_delay_s='1'"),
        ({"healthy_s": False}, "healthy_s=False"),
        ({"healthy_s": 10**400}, "healthy_s=1000"),
        ({"factor": 0.5}, "factor=0.5.*1 or more"),
        ({"first_delay_s": 31.0}, "first_delay_s=31.0, longest_delay_s=30.0"),
    ],
)
def test_wrong_value_of_a_policy_is_refused_with_the_range(values: dict[str, Any], said: str) -> None:
    """The message has the name, the value and what to write."""
    with pytest.raises(UsageError, match=said):
        RestartPolicy(**values)


def test_policy_and_decisions_are_values() -> None:
    """They compare and hash by what they say, and do not change."""
    assert {RestartPolicy(), RestartPolicy(most=5)} == {RestartPolicy()}
    with pytest.raises(AttributeError):
        setattr(RestartPolicy(), "most", 6)  # noqa: B010  a type checker refuses the statement
