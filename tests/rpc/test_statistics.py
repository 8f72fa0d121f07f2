"""What is counted of calls is exact, its quantiles are near, and its size is bounded."""

from __future__ import annotations

import asyncio
import math
import pickle
import random
import sys
import threading
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ambidex.errors import DeadlineExceeded, RemoteError
from ambidex.rpc._counters import LONGEST_NAME, Counters
from ambidex.rpc._observer import Outcome
from ambidex.rpc._statistics import BUCKETS, OTHER, Latencies, MethodStatistics, Statistics, bucket_of

if TYPE_CHECKING:
    from collections.abc import Iterator

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
OFF = 2 ** (1 / 32) * (1 + 1e-9)  # the documented bound of a quantile, and what floats are off by
SHORTEST_S, LONGEST_S = 2.0**-20, 2.0**12
latencies_s = st.one_of(
    st.floats(SHORTEST_S, LONGEST_S),
    st.integers(-20, 11).flatmap(lambda power: st.floats(2.0**power, 2.0 ** (power + 1))),  # as many short as long ones
    st.sampled_from([*(2.0**power for power in range(-20, 13)), math.nextafter(LONGEST_S, 0.0)]),
)


def exact_quantile(values: list[float], part: float) -> float:
    """Return the value of nearest rank."""
    return sorted(values)[max(1, math.ceil(part * len(values))) - 1]


def end(counters: Counters, method: str, seconds: float, outcome: Outcome, error: str = "KeyError") -> None:
    """Count the end of a call; `error` is the name of the class of what it raised."""
    if outcome == "returned":
        counters.call_returned(method, seconds, 0, 0)
        return
    raised: dict[str, BaseException] = {
        "failed": type(error, (Exception,), {})(),
        "cancelled": asyncio.CancelledError(),
        "deadline_exceeded": DeadlineExceeded(method, 1.0),
    }
    counters.call_failed(method, seconds, raised[outcome])


def count(counters: Counters, method: str, seconds: float = 0.001, outcome: Outcome = "returned") -> None:
    """Count a call from its start to its end."""
    counters.call_started(method)
    end(counters, method, seconds, outcome)


@given(st.lists(latencies_s, min_size=1, max_size=300), st.floats(0.0, 1.0))
def test_quantile_is_off_by_no_more_than_the_documented_factor(values: list[float], part: float) -> None:
    """Against the exact value of nearest rank, whatever the latencies are."""
    counters = Counters()
    for value in values:
        count(counters, "query", value)
    told = counters.statistics().methods["query"]
    assert told.latencies.count == len(values)
    for found, wanted in ((told.p50_s, 0.5), (told.p95_s, 0.95), (told.latencies.quantile_s(part), part)):
        exact = exact_quantile(values, wanted)
        assert found is not None
        assert exact / OFF <= found <= exact * OFF


@pytest.mark.parametrize(
    ("seconds", "told_s"),
    [(0.0, SHORTEST_S), (1e-9, SHORTEST_S), (-1.0, SHORTEST_S), (4096.0, LONGEST_S), (1e300, LONGEST_S)],
)
def test_latency_out_of_range_is_told_as_the_nearest(seconds: float, told_s: float) -> None:
    """Less than a microsecond, and more than an hour; a clock that went back breaks nothing."""
    counters = Counters()
    count(counters, "query", seconds)
    found = counters.statistics().total.p50_s
    assert found is not None
    assert told_s / OFF <= found <= told_s * OFF


@given(st.floats())
def test_every_number_has_a_bucket(seconds: float) -> None:
    """Infinity and what is not a number too: no call fails by being counted."""
    assert 0 <= bucket_of(seconds) < BUCKETS


def test_no_calls_have_no_quantile() -> None:
    """A method that is called for the first time at this moment, and a session without calls."""
    counters = Counters()
    counters.call_started("query")
    assert counters.statistics().methods["query"].p50_s is None
    assert Statistics().total == MethodStatistics()
    assert Statistics().total.p95_s is None
    assert Latencies().quantile_s(1.0) is None


def test_each_outcome_is_counted_by_itself_and_calls_are_their_sum() -> None:
    """What a method answered stands in one number each; cancelled calls say nothing of how long it takes."""
    counters = Counters()
    count(counters, "query", 0.5)
    count(counters, "query", 0.5)
    for error in ("KeyError", "KeyError", "LookupError"):
        counters.call_started("query")
        end(counters, "query", 1.0, "failed", error)
    count(counters, "query", 2000.0, "cancelled")
    count(counters, "query", 2.0, "deadline_exceeded")
    counters.call_started("query")
    counters.bytes_moved("query", 100, 0)
    counters.bytes_moved("query", 1, 2**40)
    told = counters.statistics().methods["query"]
    assert (told.calls, told.in_flight, told.returned, told.failed) == (8, 1, 2, 3)
    assert (told.cancelled, told.deadline_exceeded) == (1, 1)
    assert told.errors == {"KeyError": 2, "LookupError": 1}
    assert (told.bytes_sent, told.bytes_received) == (101, 2**40)
    assert told.latencies.count == 6
    assert told.latencies.quantile_s(1.0) == pytest.approx(2.0, rel=0.03)


def test_class_of_an_error_that_is_not_known_here_is_counted_by_its_own_name() -> None:
    """All of them in one number would say nothing."""
    counters = Counters()
    counters.call_started("query")
    counters.call_failed("query", 0.1, RemoteError("engine.Broken", "no such table"))
    assert counters.statistics().total.errors == {"engine.Broken": 1}


def test_calls_of_one_thread_take_the_memory_of_one_recorder() -> None:
    """However many there are, also at one time."""
    counters = Counters()
    for _ in range(10_000):
        counters.call_started("query")
    for _ in range(10_000):
        counters.call_returned("query", 0.001, 1, 1)
    assert len(counters._recorders) == 1  # pyright: ignore[reportPrivateUsage]
    assert counters.statistics().total.returned == 10_000


def test_names_beyond_the_bound_are_counted_together() -> None:
    """A peer that invents names costs no memory; the sums stay exact, over all calls."""
    counters = Counters(most_methods=3, most_errors=2)
    for number in range(50):
        name = f"method{number}"
        counters.call_started(name)
        counters.bytes_moved(name, 1, 0)
        end(counters, name, 0.1, "failed", f"Error{number}")
    told = counters.statistics()
    assert set(told.methods) == {"method0", "method1", "method2", OTHER}
    assert told.methods[OTHER].failed == told.methods[OTHER].bytes_sent == 47
    assert told.total.errors == {"Error0": 1, "Error1": 1, OTHER: 48}
    assert told.total.in_flight == 0


def test_name_that_is_too_long_is_counted_with_the_others() -> None:
    """The longest name still stands by itself."""
    counters = Counters()
    count(counters, "m" * LONGEST_NAME)
    count(counters, "m" * (LONGEST_NAME + 1))
    assert set(counters.statistics().methods) == {"m" * LONGEST_NAME, OTHER}
    counters.call_started("query")
    end(counters, "query", 0.1, "failed", "E" * 100_000)
    assert set(counters.statistics().total.errors) == {OTHER}


def test_call_ends_under_the_name_it_was_started_under() -> None:
    """Also where the name is one of the others."""
    counters = Counters(most_methods=1)
    for name in ("query", "execute", "query"):
        counters.call_started(name)
    for name in ("query", "execute", "query"):
        counters.call_returned(name, 0.1, 0, 0)
    told = counters.statistics().methods
    assert {name: (each.in_flight, each.returned) for name, each in told.items()} == {"query": (0, 2), OTHER: (0, 1)}


def test_memory_of_a_recorder_does_not_grow_with_calls() -> None:
    """All latencies, all outcomes, more names than there is room for: a second round of calls adds nothing."""

    def sizes(counters: Counters) -> Iterator[int]:
        [recorder] = counters._recorders  # pyright: ignore[reportPrivateUsage]
        for counts in recorder.values():
            yield from (sys.getsizeof(counts.buckets), sys.getsizeof(counts.errors), len(counts.buckets))

    counters = Counters(most_methods=4, most_errors=4)
    draw = random.Random(5)
    measured: list[list[int]] = []
    for _ in range(2):
        for number in range(3000):
            name = f"method{number % 9}"
            counters.call_started(name)
            end(counters, name, 2.0 ** draw.uniform(-30, 20), OUTCOMES[number % 4], f"Error{number}")
        measured.append(list(sizes(counters)))
    assert measured[0] == measured[1]
    assert len(measured[0]) == 5 * 3
    assert counters.statistics().total.calls == 6000


def test_calls_that_wait_are_told_by_method_and_are_none_of_the_calls() -> None:
    """A method that has only such ones stands there too; what is too many to be told apart is summed."""
    counters = Counters(most_methods=2)
    count(counters, "query")
    told = counters.statistics({"query": 2, "execute": 1, "begin": 3, "end": 4})
    assert {name: (each.waiting, each.calls) for name, each in told.methods.items()} == {
        "query": (2, 1),
        "execute": (1, 0),
        OTHER: (7, 0),
    }
    assert (told.total.waiting, told.total.calls) == (10, 1)
    assert counters.statistics().total.waiting == 0


def test_snapshot_survives_pickling_and_does_not_follow_later_calls() -> None:
    """It is sent to the parent, and is of one moment."""
    counters = Counters()
    count(counters, "query", 0.5, "failed")
    told = counters.statistics()
    count(counters, "query", 0.5, "failed")
    assert told.methods["query"].errors == {"KeyError": 1}
    assert told.methods["query"].calls == 1
    assert pickle.loads(pickle.dumps(told)) == told
    with pytest.raises(AttributeError):
        setattr(told, "methods", {})  # noqa: B010  a type checker refuses the statement


def test_sums_are_exact_when_many_threads_count_at_once() -> None:
    """Threads that call, while another one reads: nothing is lost or counted twice.

    In no snapshot are there fewer than no calls in flight, and no number ever shrinks.
    """
    threads, calls = 6, 4000
    counters = Counters(most_methods=5)
    begin, is_done = threading.Barrier(threads + 1), threading.Event()
    told: list[Statistics] = []

    def work(number: int) -> None:
        draw = random.Random(number)
        begin.wait()
        for call in range(calls):
            name = f"method{draw.randrange(5)}"
            counters.call_started(name)
            end(counters, name, 0.001, OUTCOMES[call % 4], f"Error{call % 3}")
            counters.bytes_moved(name, 2, 3)

    def read() -> None:
        begin.wait()
        while not is_done.is_set():
            told.append(counters.statistics())

    switch_s = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
        reader = threading.Thread(target=read)
        for thread in (*workers, reader):
            thread.start()
        for thread in workers:
            thread.join()
        is_done.set()
        reader.join()
    finally:
        sys.setswitchinterval(switch_s)
    total = counters.statistics().total
    quarter = threads * calls // 4
    assert (total.calls, total.in_flight) == (4 * quarter, 0)
    assert (total.returned, total.failed, total.cancelled, total.deadline_exceeded) == (quarter,) * 4
    assert (total.bytes_sent, total.bytes_received) == (8 * quarter, 12 * quarter)
    assert total.latencies.count == 3 * quarter
    assert told
    assert all(each.in_flight >= 0 for snapshot in told for each in snapshot.methods.values())
    for earlier, later in zip(told, told[1:]):
        assert earlier.total.returned <= later.total.returned
        assert earlier.total.calls <= later.total.calls


class Sessions(RuleBasedStateMachine):
    """Begin and end calls in any order, beside plain sums."""

    def __init__(self) -> None:
        super().__init__()
        self.counters = Counters(most_methods=2)
        self.in_flight: list[str] = []
        self.names: dict[str, str] = {}
        self.ended: dict[str, dict[Outcome, int]] = {}

    @rule(method=st.sampled_from("abcd"))
    def start_call(self, method: str) -> None:
        self.names.setdefault(method, method if len(set(self.names.values()) - {OTHER}) < 2 else OTHER)
        self.counters.call_started(method)
        self.in_flight.append(method)

    @precondition(lambda self: self.in_flight)
    @rule(draw=st.randoms(use_true_random=False), outcome=st.sampled_from(OUTCOMES))
    def end_call(self, draw: random.Random, outcome: Outcome) -> None:
        method = self.in_flight.pop(draw.randrange(len(self.in_flight)))
        end(self.counters, method, 0.1, outcome)
        of_method = self.ended.setdefault(self.names[method], dict.fromkeys(OUTCOMES, 0))
        of_method[outcome] += 1

    @invariant()
    def numbers_agree(self) -> None:
        told = self.counters.statistics().methods
        assert {name: each.in_flight for name, each in told.items() if each.in_flight} == {
            name: count
            for name in set(self.names.values())
            if (count := sum(self.names[method] == name for method in self.in_flight))
        }
        for name, each in told.items():
            ended = (each.returned, each.failed, each.cancelled, each.deadline_exceeded)
            assert ended == tuple(self.ended.get(name, dict.fromkeys(OUTCOMES, 0)).values())


TestSessions = Sessions.TestCase
TestSessions.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
