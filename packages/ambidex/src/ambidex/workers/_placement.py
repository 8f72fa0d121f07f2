"""Own which worker of a pool takes a call: their loads, the queue of calls that wait, and who is to come and go.

No processes, no loop, no clock: whoever owns the workers is told which to start and to end, and tells what came of it.
Any thread may call; one lock for all pools is held for microseconds, so that choosing costs no loop hop.

A slot is the place of one worker, which keeps its number over all processes that run there:

    absent    take -> starting
    starting  note_ready -> ready      note_failed -> absent
    ready     note_down -> starting    end_idle -> ending       the call that is its last one -> leaving
    leaving   note_down -> starting    its last call has ended -> starting
    ending    note_ended -> absent

A call that waits implies that no worker which is ready has a free place.
"""

from __future__ import annotations

import concurrent.futures
import itertools
import weakref
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Literal, final

from ..runtime import lock_that_forks_wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ._parent import ParentWorker

State = Literal["absent", "starting", "ready", "leaving", "ending"]

_changing = lock_that_forks_wait_for()  # of all pools: held for microseconds


@final
class Slot:
    """Hold the place of one worker; `objects` counts those in it that are in use."""

    __slots__ = ("begun", "calls", "idle_since", "index", "is_worn", "objects", "state", "used", "worker")

    def __init__(self, index: int, worker: ParentWorker, objects: Callable[[], int]) -> None:
        self.index = index
        self.worker = worker
        self.objects = objects
        self.state: State = "absent"
        self.calls: set[_Load] = set()  # those in flight
        self.used = 0  # when a call was placed here last, in turns
        self.begun = 0  # calls that this process was given
        self.is_worn = False  # whether its process is to be ended before another one is started
        self.idle_since = 0.0


@final
class Ticket:
    """Stand for one call from before it is placed until it has ended.

    `name` is what is called. `slot` is where it was placed. A call that waits is told by `granted`. `may_be_refused` is
    whether it is, where the queue is full; `is_for_object` is whether the worker with the fewest objects is sought.

    A ticket that is dropped without being given back, by an interrupt at the wrong moment, holds no place any more.
    """

    __slots__ = ("__weakref__", "granted", "is_for_object", "load", "may_be_refused", "name", "slot")

    def __init__(self, name: str = "", *, may_be_refused: bool = True, is_for_object: bool = False) -> None:
        self.name = name
        self.may_be_refused = may_be_refused
        self.is_for_object = is_for_object
        self.slot: Slot | None = None
        self.load: _Load | None = None
        self.granted: concurrent.futures.Future[None] | None = None  # of a call that waits, or has waited


class _Load(weakref.ref[Any]):
    """Refer to a ticket from the slot that it counts for."""

    __slots__ = ("slot",)

    slot: Slot


class Placement:
    """Place calls on the worker with the fewest in flight; of several, on the one that was used the longest ago.

    A worker takes `calls_per_worker` calls at a time, and `max_calls` in all, None for any number. `queue_size` calls
    may wait, and those that have a place in a worker that is being started. At least `min_size` workers are kept.
    `start` is called with a slot whose worker is to be started, for the first time or again, on any thread.
    """

    def __init__(
        self,
        slots: Sequence[Slot],
        start: Callable[[Slot], object],
        *,
        min_size: int,
        calls_per_worker: int,
        queue_size: int,
        max_calls: int | None,
    ) -> None:
        self.slots = tuple(slots)
        self._start = start
        self._min_size = min_size
        self._calls_per_worker = calls_per_worker
        self._queue_size = queue_size
        self._max_calls = max_calls
        self._ready: list[Slot] = []
        self._waiting: OrderedDict[Ticket, None] = OrderedDict()
        self._turns = itertools.count(1)
        self.is_open = False

    # -- calls

    def take(self, ticket: Ticket) -> None:
        """Place a call, or have it wait; where all are busy, have one more worker started.

        A call that has no slot afterwards waits for `granted`; one that has no `granted` either was refused.
        """
        with _changing:
            slot = self._least_loaded(ticket)
            new = self._grow() if slot is None or slot.calls else None
            if slot is not None:
                self._give(slot, ticket)
            elif self.is_open and not (ticket.may_be_refused and self._is_full()):
                ticket.granted = concurrent.futures.Future()
                self._waiting[ticket] = None
        if new is not None:
            self._start(new)

    def give_back(self, ticket: Ticket, now: float, *, is_too_large: bool = False) -> None:
        """Note that a call has ended, or waits no more; nothing happens the second time.

        `is_too_large` has the worker replaced once it has no calls.
        """
        with _changing:
            self._waiting.pop(ticket, None)
            load, ticket.load = ticket.load, None  # so that it does not tell of the ticket's end
            if load is None:
                return
            slot = load.slot
            slot.idle_since = now
            if is_too_large and slot.state == "ready" and not slot.objects():
                self._leave(slot)
        self._free(load)

    def _free(self, load: Any) -> None:
        """Have a call count no more; it may have been dropped without being given back."""
        slot: Slot = load.slot
        with _changing:
            slot.calls.discard(load)
            is_over = slot.state == "leaving" and not slot.calls
            if is_over and slot.objects():  # which that call has made: the worker stays for them
                self._be_ready(slot)
                is_over = False
            elif is_over:
                slot.state, slot.is_worn = "starting", True
            granted = self._serve()
        _tell(granted)
        if is_over:
            self._start(slot)

    def _least_loaded(self, ticket: Ticket) -> Slot | None:
        best: Slot | None = None
        least = (0, 0, 0)
        for slot in self._ready:
            in_flight = len(slot.calls)
            if in_flight < self._calls_per_worker:
                load = (slot.objects() if ticket.is_for_object else 0, in_flight, slot.used)
                if best is None or load < least:
                    best, least = slot, load
        return best

    def _give(self, slot: Slot, ticket: Ticket) -> None:
        load = _Load(ticket, self._free)
        load.slot = slot
        ticket.load, ticket.slot = load, slot  # before it counts: what is interrupted here is given back
        slot.calls.add(load)
        slot.used = next(self._turns)
        slot.begun += 1
        if self._max_calls is not None and slot.begun >= self._max_calls and not slot.objects():
            self._leave(slot)

    def _leave(self, slot: Slot) -> None:
        slot.state = "leaving"
        self._ready.remove(slot)

    def _serve(self) -> list[Ticket]:
        """Place what waits where there is room by now."""
        granted: list[Ticket] = []
        while self._waiting:
            ticket = next(iter(self._waiting))
            slot = self._least_loaded(ticket)
            if slot is None:
                break
            del self._waiting[ticket]
            self._give(slot, ticket)
            granted.append(ticket)
        return granted

    def _is_full(self) -> bool:
        starting = sum(slot.state == "starting" for slot in self.slots)
        return len(self._waiting) >= self._queue_size + starting * self._calls_per_worker

    def _grow(self) -> Slot | None:
        if not self.is_open:
            return None
        new = next((slot for slot in self.slots if slot.state == "absent"), None)
        if new is not None:
            new.state = "starting"
        return new

    # -- workers

    def open(self) -> list[Slot]:
        """Let calls wait from now on; return the slots whose workers are to be started by whoever asks."""
        with _changing:
            self.is_open = True
            new = [slot for slot in self.slots if slot.state == "absent"][: self._min_size]
            for slot in new:
                slot.state = "starting"
            return new

    def note_ready(self, slot: Slot, now: float) -> bool:
        """Note that a worker takes calls, with a new process; return False where that was told, or is of no use."""
        with _changing:
            if slot.state != "starting":
                return False
            slot.begun, slot.idle_since = 0, now
            self._be_ready(slot)
            granted = self._serve()
        _tell(granted)
        return True

    def _be_ready(self, slot: Slot) -> None:
        slot.state = "ready"
        self._ready.append(slot)

    def note_failed(self, slot: Slot, error: Exception) -> None:
        """Note that a worker did not start; where none is left that could take them, what waits fails with `error`."""
        with _changing:
            slot.state = "absent"
            is_hopeless = all(each.state in ("absent", "ending") for each in self.slots)
            failed = self._dismiss() if is_hopeless else []
        _fail(failed, error)

    def note_down(self, slot: Slot) -> None:
        """Note that a worker has died, and have it started again; nothing happens where that was told before."""
        with _changing:
            if slot.state not in ("ready", "leaving"):
                return
            if slot.state == "ready":
                self._ready.remove(slot)
            slot.state = "starting"
        self._start(slot)

    def end_idle(self, now: float, idle_s: float) -> tuple[list[Slot], float | None]:
        """Return the slots whose workers are to be ended, idle for `idle_s` seconds, and when to look again.

        That is None where no more than the least number of workers is left.
        """
        with _changing:
            spare = sum(slot.state not in ("absent", "ending") for slot in self.slots) - self._min_size
            if spare <= 0:
                return [], None
            unused = [slot for slot in self._ready if not slot.calls and not slot.objects()]
            idle = [slot for slot in unused if slot.idle_since + idle_s <= now]
            ended = sorted(idle, key=lambda slot: -slot.index)[:spare]
            for slot in ended:
                self._ready.remove(slot)
                slot.state = "ending"
            if len(ended) == spare:
                return ended, None
            left = [slot.idle_since + idle_s for slot in unused if slot not in ended]
            return ended, min([now + idle_s, *left])  # a busy one cannot be due before that

    def note_ended(self, slot: Slot) -> None:
        """Note that an idle worker was ended; where calls wait by now, have one started."""
        with _changing:
            slot.state = "absent"
            new = self._grow() if self._waiting else None
        if new is not None:
            self._start(new)

    def close(self, error: Exception) -> None:
        """Take no calls any more: what waits fails with `error`, and no slot has a worker."""
        with _changing:
            self.is_open = False
            self._ready.clear()
            for slot in self.slots:
                slot.state, slot.is_worn = "absent", False
            failed = self._dismiss()
        _fail(failed, error)

    def _dismiss(self) -> list[Ticket]:
        failed = list(self._waiting)
        self._waiting.clear()
        return failed

    # -- what is seen of it

    def counts(self) -> tuple[int, int, int, list[Ticket]]:
        """Return how many workers are ready, how many are being started, how many calls run, and those that wait."""
        with _changing:
            ready = sum(slot.state in ("ready", "leaving") for slot in self.slots)
            starting = sum(slot.state == "starting" for slot in self.slots)
            in_flight = sum(len(slot.calls) for slot in self.slots)
            return ready, starting, in_flight, list(self._waiting)


def _tell(granted: Sequence[Ticket]) -> None:
    """Wake callers, outside of the lock. One that has given up meanwhile gives its place back itself."""
    for ticket in granted:
        future = ticket.granted
        if future is not None and future.set_running_or_notify_cancel():
            future.set_result(None)


def _fail(failed: Sequence[Ticket], error: Exception) -> None:
    for ticket in failed:
        future = ticket.granted
        if future is not None and future.set_running_or_notify_cancel():
            future.set_exception(type(error)(*error.args))  # one each: they get tracebacks of their own
