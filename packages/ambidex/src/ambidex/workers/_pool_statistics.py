"""Own what is told of a pool: what it has and does, and what was counted of its calls."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..rpc.calling import summed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..rpc.calling import MethodStatistics
    from ._crew import Crew


@dataclass(frozen=True)
class PoolStatistics:
    """Count what a pool has and does.

    `workers` take calls, `starting` ones do not yet; `in_flight` calls have a place in a worker, `waiting` ones do not
    yet. `started` is how many processes have become ready since the pool was made, `recycled` how many of them took the
    place of one that was used up, and `restarts` how many that of one that had died.

    `methods` is what each method was asked for and has answered, over all workers that the pool has had. Calls of
    objects are in there, and hold no place. A call that was refused, or ended while it waited, is one that raised; one
    that is tried again counts for each try.
    """

    workers: int
    starting: int
    in_flight: int
    waiting: int
    started: int
    recycled: int
    restarts: int
    methods: Mapping[str, MethodStatistics]

    @property
    def total(self) -> MethodStatistics:
        """All methods together."""
        return summed(self.methods.values())


def statistics_of(crew: Crew) -> PoolStatistics:
    """Return what a pool has and does at this moment, and what was counted so far."""
    workers, starting, in_flight, waiting = crew.counts()
    counted = crew.counters.statistics(Counter(ticket.name for ticket in waiting))
    return PoolStatistics(
        workers,
        starting,
        in_flight,
        len(waiting),
        crew.started,
        crew.recycled,
        counted.restarts,
        counted.methods,
    )
