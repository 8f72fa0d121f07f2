"""Own what is told of a service, and of a program that lets others look at it: snapshots, which cross by value."""

from __future__ import annotations

import math
from collections.abc import Mapping  # these, too, when the program runs: what comes is made of what annotations say
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Optional

from ..errors import ProtocolError, UsageError
from ..rpc.calling import BUCKETS, MethodStatistics, as_type, summed
from ._events import Cursor

if TYPE_CHECKING:
    from collections.abc import Iterable

STATISTICS = "statistics"  # what a client asks the service itself for
State = Literal["serving", "leaving", "stopped"]


@dataclass(frozen=True)
class ServiceStatistics:
    """What a service has done since it was made, and what it does now.

    `state` is "serving", "leaving" while it drains, or "stopped"; it serves for `since_s` seconds. `clients` are those
    of this moment and `clients_so_far` all, `connections` those of all clients, and `strangers` connections that have
    not said who they are. `turned_away` counts who did not become a client and `dropped` clients that had to go, by
    the limit of `ServiceLimits` that they met, or by the class of the error.

    `methods` is what each method was asked for and has answered, `total` all of them: latencies are those of the
    service, without the way there and back. What was asked for that is not there is in the method "(other)". What
    clients ask the service itself, events and this, is in none. Bytes and messages are all that went over its
    connections, seen from the service.

    `subscriptions` follow events now; `last_event` is the cursor of the last one, None for a service without events.
    `program` is what else there is in the process, where that lets others look (`serve_statistics`).
    """

    state: State
    addresses: tuple[str, ...]
    pid: int
    since_s: float
    clients: int = 0
    clients_so_far: int = 0
    connections: int = 0
    strangers: int = 0
    turned_away: Mapping[str, int] = field(default_factory=dict[str, int])
    dropped: Mapping[str, int] = field(default_factory=dict[str, int])
    methods: Mapping[str, MethodStatistics] = field(default_factory=dict[str, MethodStatistics])
    bytes_sent: int = 0
    bytes_received: int = 0
    messages_sent: int = 0
    messages_received: int = 0
    subscriptions: int = 0
    last_event: Optional[Cursor] = None  # noqa: UP045  Python 3.9 reads it when the program runs
    program: Optional[ProgramStatistics] = None  # noqa: UP045

    @property
    def total(self) -> MethodStatistics:
        """All methods together."""
        return summed(self.methods.values())


@dataclass(frozen=True)
class LoopStatistics:
    """What a synchronizer does: `tasks` of its loop, calls `in_flight`, and how many it has `started` so far."""

    name: str
    tasks: int
    in_flight: int
    started: int


@dataclass(frozen=True)
class CallerStatistics:
    """What a program asks of a worker, a pool, or a service elsewhere.

    `state` says in some words how it is. `methods` and `total` are as it tells them itself, and `starts` is how often a
    child was started again, or a client was connected.
    """

    kind: Literal["worker", "pool", "client"]
    name: str
    state: str
    starts: int
    methods: Mapping[str, MethodStatistics]

    @property
    def total(self) -> MethodStatistics:
        """All methods together."""
        return summed(self.methods.values())


@dataclass(frozen=True)
class ProgramStatistics:
    """What there is in a process: its synchronizers, what it calls in other processes, and what it serves."""

    name: str
    loops: tuple[LoopStatistics, ...] = ()
    callers: tuple[CallerStatistics, ...] = ()
    services: tuple[ServiceStatistics, ...] = ()


def received(value: Any) -> ServiceStatistics:
    """Return what a service has told.

    Raises:
        ProtocolError: it is none of that, or its numbers cannot be.
    """
    try:
        told: ServiceStatistics = as_type(value, ServiceStatistics, "the statistics")
    except UsageError as error:
        raise ProtocolError(f"the service has told statistics that are none: {error}") from error
    _check(told)
    return told


def _check(told: ServiceStatistics) -> None:
    """Refuse numbers with which nothing can be reckoned.

    Raises:
        ProtocolError: there are such.
    """
    program = told.program or ProgramStatistics("")
    if not 0.0 <= told.since_s < math.inf:
        raise ProtocolError(f"the service has told that it serves for {told.since_s} s")
    for methods in (told.methods, *(each.methods for each in program.callers)):
        if not all(map(_is_possible, _counted(methods))):
            raise ProtocolError("the service has told latencies that cannot be")
    for service in program.services:
        _check(service)


def _counted(methods: Mapping[str, MethodStatistics]) -> Iterable[tuple[int, int]]:
    return (pair for each in methods.values() for pair in each.latencies.counts)


def _is_possible(pair: tuple[int, int]) -> bool:
    bucket, count = pair
    return 0 <= bucket < BUCKETS and count >= 0
