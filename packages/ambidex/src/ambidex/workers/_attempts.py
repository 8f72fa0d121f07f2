"""Own the way of one call through a pool: a place in a worker, the end of that, and another one where it was dead.

A call goes to another worker where its own was found dead before the call was sent, which nobody else has seen by then.
One that is idempotent does so as often as its option `retry` says, however far it came.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import time
from typing import TYPE_CHECKING, Any, final

from ..errors import DeadlineExceeded, UsageError, WorkerDied
from ..options import CallOptions
from ..rpc.calling import forwarded, remaining_of
from ._limits import say_limit
from ._placement import Ticket

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Iterator
    from types import TracebackType

    from ._crew import Crew
    from ._parent import ParentWorker

_MOST_PLACES = 4  # arbitrary: so many workers in a row that were dead already are a crash loop, and the caller is told
_NO_OPTIONS = CallOptions()


class Attempts:
    """Give the attempts of one call, each to be entered, blocking or awaited; the last one is that which ends well.

    `options` are those of the call: its timeout is for all of it, the waiting for a place and every attempt.
    `may_be_refused` is whether the call is where the queue is full; `is_for_object` whether it makes an object.
    """

    def __init__(
        self,
        crew: Crew,
        name: str,
        options: CallOptions,
        *,
        is_idempotent: bool = False,
        may_be_refused: bool = True,
        is_for_object: bool = False,
    ) -> None:
        self.crew = crew
        self.name = name
        self.views = options.views
        self._timeout_s = options.timeout_s
        self._begun = time.monotonic()
        self._deadline = None if options.timeout_s is None else self._begun + options.timeout_s
        self._tries = options.tries(is_idempotent=is_idempotent)
        self._places = _MOST_PLACES
        self._may_be_refused = may_be_refused
        self._is_for_object = is_for_object

    def __iter__(self) -> Iterator[Attempt]:
        while True:
            yield Attempt(self)

    def new_ticket(self) -> Ticket:
        """Return what stands for an attempt where it is placed."""
        return Ticket(self.name, may_be_refused=self._may_be_refused, is_for_object=self._is_for_object)

    def remaining_s(self) -> float | None:
        """Return how many seconds are left, by the call's own timeout."""
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())

    def too_late(self) -> DeadlineExceeded:
        """Return the error of a call that has waited for too long."""
        limit_s = remaining_of(None) if self._timeout_s is None else self._timeout_s
        return DeadlineExceeded(self.name, limit_s or 0.0)

    def count_unsent(self, error: BaseException) -> None:
        """Count a call that has ended without a worker: nobody else does."""
        if isinstance(error, UsageError):  # nobody was asked: as the calls of a worker that does not run
            return
        counters = self.crew.counters
        counters.call_started(self.name)
        counters.call_failed(self.name, time.monotonic() - self._begun, error)

    def say_limit(self, error: BaseException | None, left_s: float | None) -> None:
        """Have an error of the deadline say that of the whole call, and not what was left for an attempt."""
        say_limit(error, self.name, self._timeout_s, left_s)

    def may_repeat(self, error: WorkerDied) -> bool:
        """Count a death that has ended an attempt, and tell whether there is another attempt."""
        if error.progress == "not_sent":
            self._places -= 1
            return self._places > 0
        self._tries -= 1
        return self._tries > 0


@final
class Attempt:
    """Hold a place in a worker for the time of a `with` or `async with` block.

    A death of that worker ends the block without an error where there is to be another attempt.
    """

    __slots__ = ("_attempts", "_pid", "_ticket", "options")

    def __init__(self, attempts: Attempts) -> None:
        self._attempts = attempts
        self._ticket: Ticket
        self._pid: int | None = None
        self.options: CallOptions  # what is left of the timeout, once the place is there

    def __enter__(self) -> ParentWorker:
        try:
            while True:
                granted = self._place()
                if granted is not None:
                    try:
                        granted.result(remaining_of(self._attempts.remaining_s()))
                    except concurrent.futures.TimeoutError:
                        raise self._attempts.too_late() from None
                worker = self._begin()
                if worker is not None:
                    return worker
        except BaseException as error:  # any: it is passed on
            self._give_up(error)
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> bool:
        try:
            self._attempts.say_limit(error, self.options.timeout_s)
            return isinstance(error, WorkerDied) and self._may_repeat(error)
        finally:
            self._give_back()  # last: the place in a dead worker is for nobody

    async def __aenter__(self) -> ParentWorker:
        try:
            while True:
                granted = self._place()
                if granted is not None:
                    await self._wait(asyncio.wrap_future(granted))
                worker = self._begin()
                if worker is not None:
                    return worker
        except BaseException as error:  # any: it is passed on
            self._give_up(error)
            raise

    async def _wait(self, granted: asyncio.Future[None]) -> None:
        granted.add_done_callback(_notice)
        done, _ = await asyncio.wait({granted}, timeout=remaining_of(self._attempts.remaining_s()))
        if not done:
            raise self._attempts.too_late()
        granted.result()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> bool:
        return self.__exit__(kind, error, traceback)

    def _place(self) -> concurrent.futures.Future[None] | None:
        """Ask for a place; return what tells when it is there, None where it is there at once."""
        ticket = self._ticket = self._attempts.new_ticket()
        self._attempts.crew.take(ticket, self._attempts.name)
        return ticket.granted

    def _begin(self) -> ParentWorker | None:
        """Return the worker of the place; None where that is dead by now, and another place is needed."""
        slot = self._ticket.slot
        assert slot is not None, "a call that waits no more has a place"
        pid = self._pid = slot.worker.pid
        if pid is None:
            self._attempts.crew.note_death(slot, pid)
            self._give_back()
            return None
        remaining_s = self._attempts.remaining_s()
        views = self._attempts.views
        self.options = _NO_OPTIONS if remaining_s is None and not views else CallOptions(remaining_s, views=views)
        return slot.worker

    def _give_up(self, error: BaseException) -> None:
        self._give_back()
        self._attempts.count_unsent(error)

    def _give_back(self) -> None:
        self._attempts.crew.give_back(self._ticket, self._pid)

    def _may_repeat(self, error: WorkerDied) -> bool:
        """Have a worker that has died started again; a child may also have passed on the death of one of its own."""
        slot = self._ticket.slot
        if slot is None or error.pid != self._pid:
            return False
        self._attempts.crew.note_death(slot, error.pid)
        return self._attempts.may_repeat(error)


def stream_through(
    attempts: Attempts, begin: Callable[[ParentWorker, CallOptions], Generator[Any, Any, None]]
) -> Generator[Any, Any, None]:
    """Yield what a stream of a worker yields, which holds a place there meanwhile."""
    for attempt in attempts:
        with attempt as worker:
            yield from begin(worker, attempt.options)
            return


def astream_through(
    attempts: Attempts, begin: Callable[[ParentWorker, CallOptions], AsyncGenerator[Any, Any]]
) -> AsyncGenerator[Any, Any]:
    """Yield what a stream of a worker yields, as `stream_through` does."""

    @contextlib.asynccontextmanager
    async def opened(attempt: Attempt) -> AsyncGenerator[AsyncGenerator[Any, Any], None]:
        async with attempt as worker:
            yield begin(worker, attempt.options)

    return forwarded(map(opened, attempts))


def _notice(granted: asyncio.Future[None]) -> None:
    """Take notice of the error of a place for which nobody may wait any more."""
    if not granted.cancelled():
        granted.exception()
