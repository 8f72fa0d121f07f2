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
class Figure:
    """One candidate's result: median microseconds an operation, and median ratio to the reference of its section."""

    name: str
    microseconds: float
    ratio: float


def compare(
    candidates: Mapping[str, Operation], reference: str, *, rounds: int, slice_s: float, seed: int = 0
) -> list[Figure]:
    """Measure `candidates` in `rounds` interleaved rounds of `slice_s` seconds each; ratios are to `reference`."""
    counts = {name: _calibrate(operation, slice_s) for name, operation in candidates.items()}
    costs: dict[str, list[float]] = {name: [] for name in candidates}
    order = list(candidates)
    shuffle = random.Random(seed).shuffle
    for _ in range(rounds):
        shuffle(order)
        for name in order:
            started = time.perf_counter()
            candidates[name](counts[name])
            costs[name].append((time.perf_counter() - started) / counts[name])
    return [
        Figure(
            name,
            statistics.median(costs[name]) * 1e6,
            statistics.median(cost / floor for cost, floor in zip(costs[name], costs[reference])),
        )
        for name in candidates
    ]


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
