"""Count what a synchronizer has done, and tell what it is doing.

A call costs one increment when it ends, on the loop's thread or with its baton. Each thread counts for itself, because
one that is closing may still end calls while its successor runs; the runtime adds them up, so the numbers survive a
restart. A forked child starts from nothing.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .._loop._call import Call
    from .._loop._selector import FirstStep, LoopKind
    from .._loop._thread import LoopThread
    from .._runtime import Runtime


@dataclass(frozen=True)
class Statistics:
    """What one synchronizer has done since the process began, and what it does now.

    A call is one piece of work that has begun on the loop: a function, a plain function or property, or one step of a
    stream. What was given up before it began, and what runs in its caller's own task, is no call here. At each moment
    `started` is the sum of `finished`, `failed`, `cancelled`, `deadline_exceeded` and `in_flight`.

    `finished` counts those that returned, `failed` those that raised, `cancelled` those that ended because they, or the
    synchronizer with them, were asked to end. `streams` are those that were begun and have not ended, `tasks` all tasks
    of the loop, also those that the work has started. `oldest` names the call that began first of those in flight;
    `oldest_age_s` is how long ago that, or the stream it belongs to, was called, and None for a call without a
    deadline, since no clock is read for those. `thread_starts` counts the first start too.
    """

    started: int
    in_flight: int
    finished: int
    failed: int
    cancelled: int
    deadline_exceeded: int
    streams: int
    tasks: int
    oldest: str | None
    oldest_age_s: float | None
    thread_starts: int
    loop: LoopKind
    first_step: FirstStep


class Counters:
    """How the calls of one thread have ended; changed by whoever runs the loop's code, read by anybody."""

    __slots__ = ("cancelled", "deadline_exceeded", "failed", "finished", "is_final")

    def __init__(self) -> None:
        self.finished = 0
        self.failed = 0
        self.cancelled = 0
        self.deadline_exceeded = 0
        self.is_final = False  # the thread has ended

    def add(self, other: Counters) -> None:
        """Add what another thread has counted."""
        self.finished += other.finished
        self.failed += other.failed
        self.cancelled += other.cancelled
        self.deadline_exceeded += other.deadline_exceeded


def total_of(parts: list[Counters]) -> Counters:
    """Return the sum of several threads' counters."""
    total = Counters()
    for part in parts:
        total.add(part)
    return total


def folded(parts: list[Counters]) -> list[Counters]:
    """Return counters with the same sum, in which all threads that have ended share one."""
    ended = total_of([part for part in parts if part.is_final])
    ended.is_final = True
    return [ended, *(part for part in parts if not part.is_final)]


def statistics_of(runtime: Runtime) -> Statistics:
    """Return the numbers of a runtime; takes no lock and asks no loop, so it answers while that is held."""
    thread = runtime.thread
    if thread is not None and thread.is_closed:
        thread = None
    in_flight: list[Call] = [] if thread is None else list(thread.calls.copy())
    oldest = in_flight[0] if in_flight else None
    total = total_of(runtime.counted)
    return Statistics(
        started=total.finished + total.failed + total.cancelled + total.deadline_exceeded + len(in_flight),
        in_flight=len(in_flight),
        finished=total.finished,
        failed=total.failed,
        cancelled=total.cancelled,
        deadline_exceeded=total.deadline_exceeded,
        streams=0 if thread is None else thread.open_streams,
        tasks=0 if thread is None else _tasks_of(thread),
        oldest=None if oldest is None else oldest.name,
        oldest_age_s=None if oldest is None else _age_s(oldest),
        thread_starts=runtime.thread_starts,
        loop=runtime.loop_kind,
        first_step="caller" if runtime.callers_step else "loop",
    )


def _age_s(call: Call) -> float | None:
    if call.deadline is None or call.timeout_s is None:
        return None
    return max(0.0, time.monotonic() - (call.deadline - call.timeout_s))


def _tasks_of(thread: LoopThread) -> int:
    """Count what has not ended: before 3.12 some tasks only have to learn, in the next pass, that their work has."""
    return sum(not getattr(task.get_coro(), "is_over", False) for task in asyncio.all_tasks(thread.loop))
