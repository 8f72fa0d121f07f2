"""Own what is told of calls: a snapshot for each method, sums of these, and how long calls took.

Latencies are kept as counts in a fixed number of buckets, as HDR histograms do. Here the bounds of the buckets are a
geometric row: 16 of them for each power of two from 2**-20 s (about a microsecond) to 2**12 s (more than an hour). A
bucket is told as its geometric middle, so a quantile is off by a factor of 2**(1/32), 2.2 %, or less. What took less or
more is told as the shortest or the longest.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping  # when the program runs, too: a service's are made of what comes
from dataclasses import dataclass, field
from math import log2
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

OTHER = "(other)"  # what is counted together; no method and no class can have this name
STEPS = 16  # buckets for each power of two
_LOWEST, _HIGHEST = -20, 12  # powers of two, in seconds
_SHORTEST_S, _LONGEST_S = 2.0**_LOWEST, 2.0**_HIGHEST
BUCKETS = (_HIGHEST - _LOWEST) * STEPS + 1  # the last one is of all that took longer


def bucket_of(seconds: float) -> int:
    """Return the number of the bucket in which a latency is counted, from 0 to below `BUCKETS`."""
    if _SHORTEST_S <= seconds < _LONGEST_S:
        return int((log2(seconds) - _LOWEST) * STEPS)
    return BUCKETS - 1 if seconds >= _LONGEST_S else 0


def middle_of(bucket: int) -> float:
    """Return the latency in seconds for which a bucket stands."""
    return math.pow(2.0, _LOWEST + (bucket + 0.5) / STEPS)


@dataclass(frozen=True)
class Latencies:
    """Hold how many calls took how long: pairs of a bucket and its count, by bucket, those without calls left out."""

    counts: tuple[tuple[int, int], ...] = ()

    @property
    def count(self) -> int:
        """How many calls are counted."""
        return sum(count for _, count in self.counts)

    def quantile_s(self, part: float) -> float | None:
        """Return the latency in seconds that `part` of the calls, from 0 to 1, did not exceed; None for no calls.

        It is the value of nearest rank, off by a factor of 2**(1/32) or less.
        """
        rank = max(1, math.ceil(part * self.count))
        seen = 0
        for bucket, count in self.counts:
            seen += count
            if seen >= rank:
                return middle_of(bucket)
        return None


@dataclass(frozen=True)
class MethodStatistics:
    """What one method, or all of them together, has been asked for and has answered.

    `returned` counts the calls that gave a result, `errors` by the name of its class those that raised, `cancelled`
    those whose caller gave up, `deadline_exceeded` those that took longer than they might. `latencies` are of all ended
    calls but the cancelled ones, whose times say nothing of the method. `waiting` counts the calls that have no worker
    of a pool yet and are in no other number.
    """

    in_flight: int = 0
    returned: int = 0
    errors: Mapping[str, int] = field(default_factory=dict[str, int])
    cancelled: int = 0
    deadline_exceeded: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0
    latencies: Latencies = Latencies()
    waiting: int = 0

    @property
    def failed(self) -> int:
        """How many calls raised."""
        return sum(self.errors.values())

    @property
    def calls(self) -> int:
        """How many calls were made, those in flight included and those that wait not."""
        return self.in_flight + self.returned + self.failed + self.cancelled + self.deadline_exceeded

    @property
    def p50_s(self) -> float | None:
        """The median latency in seconds, None where no call has ended."""
        return self.latencies.quantile_s(0.5)

    @property
    def p95_s(self) -> float | None:
        """The latency in seconds that 95 of 100 calls did not exceed, None where no call has ended."""
        return self.latencies.quantile_s(0.95)


@dataclass(frozen=True)
class Statistics:
    """What a worker has done so far, by method; `restarts` is how often it was started again.

    Methods and classes of errors that are too many to be counted by name are counted together as "(other)". Numbers of
    one moment may differ from each other by the calls that begin or end while they are read.
    """

    methods: Mapping[str, MethodStatistics] = field(default_factory=dict[str, MethodStatistics])
    restarts: int = 0

    @property
    def total(self) -> MethodStatistics:
        """All methods together."""
        return summed(self.methods.values())


def summed(parts: Iterable[MethodStatistics]) -> MethodStatistics:
    """Return the sum of several methods, or of several parts of one."""
    parts = tuple(parts)
    errors: Counter[str] = Counter()
    latencies: Counter[int] = Counter()
    for part in parts:
        errors.update(part.errors)
        latencies.update(dict(part.latencies.counts))
    return MethodStatistics(
        in_flight=sum(part.in_flight for part in parts),
        returned=sum(part.returned for part in parts),
        errors=dict(errors),
        cancelled=sum(part.cancelled for part in parts),
        deadline_exceeded=sum(part.deadline_exceeded for part in parts),
        bytes_sent=sum(part.bytes_sent for part in parts),
        bytes_received=sum(part.bytes_received for part in parts),
        latencies=Latencies(tuple(sorted(latencies.items()))),
        waiting=sum(part.waiting for part in parts),
    )


def of_parts(parts: Iterable[tuple[str, MethodStatistics]], restarts: int = 0) -> Statistics:
    """Return the snapshot that the parts of methods, in any order, add up to."""
    by_method: dict[str, list[MethodStatistics]] = {}
    for method, part in parts:
        by_method.setdefault(method, []).append(part)
    return Statistics({method: summed(of_method) for method, of_method in by_method.items()}, restarts)
