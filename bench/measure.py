"""Time several candidates side by side: in turn, in random order, on whatever noisy machine this is.

A candidate is a function that does its operation `n` times. Each round runs every candidate once, for about a slice of
time; a ratio is taken within a round, so that a machine that slows down slows both sides. Medians are quoted.
"""

from __future__ import annotations

import random
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Operation = Callable[[int], None]


@dataclass(frozen=True)
class Clock:
    """What a cost is measured by; `function` names it in the `time` module."""

    name: str
    function: str

    def read(self) -> float:
        """Return its seconds."""
        seconds: float = getattr(time, self.function)()
        return seconds


WALL = Clock("wall-clock time", "perf_counter")
CPU = Clock("CPU time of the process, all its threads", "process_time")


@dataclass(frozen=True)
class Settings:
    """How long and by which clock to measure; times in seconds."""

    rounds: int
    slice_s: float
    idle_window_s: float
    clock: Clock

    @property
    def unit(self) -> str:
        """Return the unit of a cost."""
        return "us" if self.clock is WALL else "us CPU"

    @property
    def second(self) -> str:
        """Return what a rate is counted by."""
        return "s" if self.clock is WALL else "CPU s"


@dataclass(frozen=True)
class Rounds:
    """What each candidate's operation cost in each round, in seconds."""

    costs: Mapping[str, list[float]]

    def microseconds(self, name: str) -> float:
        """Return the median cost of one operation."""
        return statistics.median(self.costs[name]) * 1e6

    def ratio(self, name: str, reference: str) -> float:
        """Return the median of the rounds' ratios of two candidates' costs."""
        return statistics.median(
            cost / other for cost, other in zip(self.costs[name], self.costs[reference]) if other > 0
        )

    def microseconds_over(self, name: str, reference: str) -> float:
        """Return the median of the rounds' differences of two candidates' costs."""
        return statistics.median(cost - other for cost, other in zip(self.costs[name], self.costs[reference])) * 1e6


def compare(candidates: Mapping[str, Operation], settings: Settings, *, seed: int = 0) -> Rounds:
    """Measure `candidates` in interleaved rounds."""
    counts = {name: _calibrate(operation, settings.slice_s) for name, operation in candidates.items()}
    costs: dict[str, list[float]] = {name: [] for name in candidates}
    order = list(candidates)
    shuffle = random.Random(seed).shuffle
    read = settings.clock.read
    for _ in range(settings.rounds):
        shuffle(order)
        for name in order:
            started = read()
            candidates[name](counts[name])
            costs[name].append((read() - started) / counts[name])
    return Rounds(costs)


def compare_timed(candidates: Mapping[str, Callable[[], float]], rounds: int, *, seed: int = 0) -> Rounds:
    """Measure candidates that time themselves, in seconds, in interleaved rounds, after one that is not counted."""
    for run in candidates.values():
        run()
    costs: dict[str, list[float]] = {name: [] for name in candidates}
    order = list(candidates)
    shuffle = random.Random(seed).shuffle
    for _ in range(rounds):
        shuffle(order)
        for name in order:
            costs[name].append(candidates[name]())
    return Rounds(costs)


def _calibrate(operation: Operation, slice_s: float) -> int:
    """Return how many operations fill a slice; this also warms the candidate up."""
    count = 1
    while True:
        started = time.perf_counter()
        operation(count)
        elapsed = time.perf_counter() - started
        if elapsed >= slice_s / 4:
            return max(1, int(count * slice_s / elapsed))
        count *= 4
