"""Own the workers of a pool, on the loop of the runtime of workers: their starts, replacements and ends."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from typing import TYPE_CHECKING, Any

from ..errors import PoolFull, RuntimeClosed, UsageError, WorkerDied
from ._joint import Joint
from ._placement import Placement, Slot
from ._resident import resident_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from ..rpc.calling import Counters
    from ._listed import Functions
    from ._parent import ParentWorker
    from ._placement import Ticket

_log = logging.getLogger(__name__)


class Crew:
    """Run between `min_size` and `size` workers, which `make` makes by their numbers.

    `name` is the pool's. `counters` count the calls of all workers, and those that come to none.
    """

    def __init__(
        self,
        name: str,
        make: Callable[[int], ParentWorker],
        counters: Counters,
        *,
        size: int,
        min_size: int,
        calls_per_worker: int,
        queue_size: int,
        max_calls: int | None,
        max_bytes: int | None,
        idle_s: float,
    ) -> None:
        self.name = name
        self.counters = counters
        self._queue_size = queue_size
        self._max_bytes = max_bytes
        self._idle_s = idle_s
        workers = [make(index) for index in range(size)]
        self._placement = Placement(
            [Slot(index, worker, worker.count_objects) for index, worker in enumerate(workers)],
            self._start_soon,
            min_size=min_size,
            calls_per_worker=calls_per_worker,
            queue_size=queue_size,
            max_calls=max_calls,
        )
        self._process = os.getpid()
        self._loop: asyncio.AbstractEventLoop
        self._opening = Joint(name, self._open)
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self.functions: Functions | None = None  # as a worker says; None before one did
        self.started = 0
        self.recycled = 0

    @property
    def is_of_this_process(self) -> bool:
        """Whether it was made here, and not in the process that this one was forked from."""
        return os.getpid() == self._process

    # -- for callers, on any thread

    def take(self, ticket: Ticket, name: str) -> None:
        """Place a call, or have it wait.

        Raises:
            UsageError: the pool does not run, or was started by the process that this one was forked from.
            PoolFull: every worker is busy, and as many calls wait as may.
        """
        if not self.is_of_this_process:
            raise UsageError(
                f"{name} was called in a process that was forked from the one that has made {self.name}; "
                "make a pool of its own there"
            )
        self._placement.take(ticket)
        if ticket.slot is None and ticket.granted is None:
            if self._placement.is_open:
                raise PoolFull(name, len(self._placement.slots), self._queue_size)
            raise self.not_running(name)

    def give_back(self, ticket: Ticket, pid: int | None) -> None:
        """Note that a call has ended, in the process `pid` if it got so far."""
        most = self._max_bytes
        is_too_large = most is not None and pid is not None and resident_bytes(pid) > most
        self._placement.give_back(ticket, time.monotonic(), is_too_large=is_too_large)

    def note_death(self, slot: Slot, pid: int | None) -> None:
        """Note that a call has found its worker dead; one that runs again by itself is left alone."""
        if slot.worker.pid in (None, pid):
            self._placement.note_down(slot)

    def not_running(self, name: str) -> UsageError:
        """Return the error of a call to a pool that does not run."""
        return UsageError(
            f"{name} was called and {self.name} does not run: start it first, or use it in a `with` block"
        )

    def pids(self) -> list[int]:
        """Return the process ids of the workers, in the order of their numbers."""
        found = [slot.worker.pid for slot in self._placement.slots if slot.state in ("ready", "leaving")]
        return [pid for pid in found if pid is not None]

    def counts(self) -> tuple[int, int, int, list[Ticket]]:
        """Return how many workers are ready, how many are being started, how many calls run, and those that wait."""
        return self._placement.counts()

    # -- start and end, on the loop

    async def open(self) -> None:
        """Start the least number of workers, and wait until they are ready; nothing happens where they run.

        Raises:
            UsageError: there is no such program or interpreter.
            WorkerNotStarted: one of them did not become ready; the others were ended.
            RuntimeClosed: it was closed meanwhile.
        """
        self._loop = asyncio.get_running_loop()
        if self._opening.is_under_way or not self._placement.is_open:
            await self._opening.run()

    async def _open(self) -> None:
        starts = [self._loop.create_task(self._bring(slot)) for slot in self._placement.open()]
        try:
            await asyncio.gather(*starts)
        except BaseException:  # any: it is passed on, and leaves no worker behind
            for start in starts:
                start.cancel()
            await asyncio.wait(starts)
            await self._end()
            raise

    async def close(self) -> None:
        """End every worker, and wait for that; calls that run fail as those of a closed worker do."""
        await self._opening.cancel()
        await self._end()

    async def _end(self) -> None:
        self._placement.close(RuntimeClosed(f"{self.name} was closed while this call waited for a worker of it"))
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        ends = [slot.worker.close() for slot in self._placement.slots]  # which ends starts, too
        await asyncio.gather(*self._tasks, *ends, return_exceptions=True)

    # -- workers that come and go

    def _start_soon(self, slot: Slot) -> None:
        """Have a worker started; on any thread."""
        try:
            self._loop.call_soon_threadsafe(self._own, self._bring_quietly, slot)
        except RuntimeError:  # the loop has closed: nothing can be started any more
            self._placement.close(RuntimeClosed(f"{self.name} has ended because the loop of its workers was closed"))

    def _own(self, work: Callable[[Slot], Coroutine[Any, Any, None]], slot: Slot) -> None:
        task = self._loop.create_task(work(slot))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _bring_quietly(self, slot: Slot) -> None:
        """Start a worker; where that fails, the next call that needs one has it tried again."""
        try:
            await self._bring(slot)
        except Exception as error:  # noqa: BLE001  the boundary of a task: calls that wait were told, others go on
            if self._placement.is_open:  # else the end of the pool is what has ended the start
                # Its text: who keeps the record is not to keep what the frames of the start hold
                _log.warning("worker %d of %s did not start: %s", slot.index, self.name, str(error))

    async def _bring(self, slot: Slot) -> None:
        """Start the worker of a slot, after its old process, if it has one, was ended."""
        worker = slot.worker
        try:
            if slot.is_worn:
                slot.is_worn = False
                await worker.close()
                self.recycled += 1
            if slot.state != "starting":  # the pool was closed meanwhile
                return
            try:
                await worker.start()
            except WorkerDied:  # its policy has given it up at this moment; the next start is a new beginning
                if slot.state != "starting":
                    return
                await worker.start()
        except Exception as error:
            self._placement.note_failed(slot, error)
            raise
        except asyncio.CancelledError:
            self._placement.note_failed(slot, RuntimeClosed(f"the start of a worker of {self.name} was cancelled"))
            raise
        self.functions = worker.last_life("start").functions
        if self._placement.note_ready(slot, time.monotonic()):
            self.started += 1
        if self._timer is None:
            self._look_for_idle()

    def _look_for_idle(self) -> None:
        """End workers that are idle and not needed, and come again when the next one may be."""
        idle, due = self._placement.end_idle(time.monotonic(), self._idle_s)
        for slot in idle:
            self._own(self._retire, slot)
        delay_s = None if due is None else max(0.0, due - time.monotonic())
        self._timer = None if delay_s is None else self._loop.call_later(delay_s, self._look_for_idle)

    async def _retire(self, slot: Slot) -> None:
        try:
            await slot.worker.close()
        finally:
            self._placement.note_ended(slot)
