"""Own the threads that users' blocking callbacks run on when no waiting caller can run them.

There are as many as callbacks run at once: a callback may call the API again, and that call may need another callback,
so a callback never waits for a thread that is busy with another one. A thread that is done waits for more work for a
while and then ends. They are daemon threads: a callback that never returns cannot keep the interpreter from ending.

There is no lock, which a fork in the wrong moment would leave locked: each step is one operation on a dict or a set.
"""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING

from ...errors import RuntimeClosed, UsageError
from .._native import allocate_lock, new_thread

if TYPE_CHECKING:
    from collections.abc import Callable

    Job = Callable[[], object]

IDLE_S = 10.0  # arbitrary: long enough for the next event of a subscription, short enough not to be in the way
LIMIT = 1000  # arbitrary: far above what is meant, and below what makes a machine unusable


class CallbackThreads:
    """Start threads on demand, reuse them, and end those that are idle for `idle_s` seconds.

    `limit` is how many may run at once.
    """

    def __init__(self, name: str, *, idle_s: float = IDLE_S, limit: int = LIMIT) -> None:
        self.idle_s = idle_s
        self.is_closed = False
        self.idle: dict[_Worker, None] = {}  # waiting for work; whoever takes a worker out wakes it
        self.workers: set[_Worker] = set()
        self.process = os.getpid()
        self._name = name
        self._limit = limit
        self._numbers = itertools.count(1)

    def start(self, job: Job, what: str) -> None:
        """Run `job`, which must not raise, on a thread of its own; `what` names it in errors.

        Raises:
            UsageError: too many run already.
            RuntimeClosed: the interpreter is ending, and no thread may start.
        """
        worker = self._take_idle()
        if worker is not None:
            worker.wake(job)
            return
        if len(self.workers) >= self._limit:
            raise UsageError(
                f"{what} cannot run: {self._limit} blocking callbacks of the synchronizer {self._name!r} run already; "
                "let them end, or hand over async functions, which take no thread"
            )
        worker = _Worker(self, job)
        self.workers.add(worker)
        name = f"ambidex-{self._name}-callback-{next(self._numbers)}"
        try:
            new_thread(worker.main, name).start()
        except RuntimeError as error:
            self.workers.discard(worker)
            raise RuntimeClosed(f"{what} cannot run: no thread can start for it ({error})") from error

    def _take_idle(self) -> _Worker | None:
        try:
            return self.idle.popitem()[0]  # the last one in: the others may end
        except KeyError:
            return None

    def close(self) -> None:
        """End the idle threads now, and each other one when its callback returns; waits for none of them."""
        self.is_closed = True
        while (worker := self._take_idle()) is not None:
            worker.wake(None)


class _Worker:
    """Run one job after another on one thread."""

    def __init__(self, pool: CallbackThreads, job: Job) -> None:
        self._pool = pool
        self._job: Job | None = job
        self._lock = allocate_lock()
        self._lock.acquire()

    def wake(self, job: Job | None) -> None:
        """Give the waiting thread its next job, or None to end it."""
        self._job = job
        self._lock.release()

    def main(self) -> None:
        """Run jobs until there is none for a while."""
        pool = self._pool
        try:
            while (job := self._job) is not None:
                self._job = None
                job()
                del job  # what it refers to must not live as long as the thread idles
                if os.getpid() != pool.process:  # the callback has forked: in the child, the pool does not exist
                    return
                pool.idle[self] = None
                if pool.is_closed and pool.idle.pop(self, self) is None:
                    return
                if not self._lock.acquire(True, pool.idle_s):
                    if pool.idle.pop(self, self) is None:
                        return
                    self._lock.acquire()  # somebody has taken this worker out just now, and wakes it
        finally:
            pool.workers.discard(self)
