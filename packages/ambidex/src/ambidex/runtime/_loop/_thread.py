"""One event loop in one daemon thread: start, take work in, report, stop.

A `LoopThread` lives once: it starts on construction, runs until `stop`, and is then finished for good; the runtime
makes another one when it is used again. Work comes in through a deque with at most one wake-up in flight:

    submitter                          loop
    append to inbox                    empty `waking`
    enter the item in `waking`,        pop what the inbox holds, begin each
       unless another stands there
    if that one has not woken:
       wake the loop; say that it has

An item that is appended after `waking` was emptied wakes the loop again; one appended before is popped. A signal
handler or a finalizer that submits in the middle of this, and waits, finds an item that has not woken, and never will
if it does not do so itself. Closing works the same
way: the loop sets `is_closed`, then empties the inbox; a submitter appends, then looks at `is_closed` and empties the
inbox itself when it is set. Whoever pops an item owns it, so none is lost and none is run twice.

Both need it that each side sees what the other did before: it writes one thing, then reads another. With a GIL that is
given. Without one it rests on the locks that a deque, a dict and an object take for each change, which on x86 are full
barriers. Were it ever missed elsewhere, the next wake-up would take the item in.

Where the loop is shared a caller may begin its own work, while the loop's thread waits; see `_first_steps`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import weakref
from asyncio import _get_running_loop
from collections import deque
from typing import TYPE_CHECKING

from .._diagnosis._chain import describe_held
from .._diagnosis._stack import ask_loop, describe_task, has_gil
from .._diagnosis._statistics import Counters
from .._diagnosis._watchdog import Watchdog
from .._native import IS_FREE_THREADED, allocate_lock, new_thread, notice_patch, start_new_thread
from ._executor import open_executor
from ._first_steps import FirstSteps
from ._selector import open_loop
from ._signals import Signals

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from typing import Any, Protocol

    from ._call import Call
    from ._executor import LoopExecutor
    from ._selector import LoopKind
    from ._spare_task import SpareTask

    class Work(Protocol):
        """What the inbox takes."""

        done: bool
        has_woken: bool  # the loop that it was offered to
        unwanted: str | None  # why it is not to begin, if it has not
        leftover: int  # entries in the loop's queue that only end what `begin` has ended already

        def begin(self, thread: LoopThread) -> None: ...
        def cancel(self, reason: str) -> None: ...
        def finish_with(self, error: BaseException) -> None: ...
        def discard(self) -> None: ...


_log = logging.getLogger(__name__)

_here = threading.local()


def is_launching() -> bool:
    """Tell whether this is a thread that starts a loop's: somebody waits for it."""
    return getattr(_here, "is_launching", False)


class LoopThread:
    """Run one event loop in one daemon thread, from construction to `start_stopping`.

    `started` is called once, with this object, as soon as the thread runs, on another thread than the constructor's: it
    is called even when an interrupt ends the constructor. With `is_shared`, callers may take the first step of their
    work themselves.
    """

    def __init__(
        self,
        name: str,
        grace_s: float,
        kind: LoopKind,
        is_shared: bool,
        started: Callable[[LoopThread], object],
    ) -> None:
        self.name = name
        self.grace_s = grace_s
        self.kind: LoopKind = kind
        self.calls: dict[Call, None] = {}  # begun and not done, in this order; changed by who runs the loop's code
        self.counters = Counters()
        self.is_stopping = False
        self.is_closed = False
        self.is_exiting = False
        self.first_steps: FirstSteps | None = None  # where callers may take them
        self.signals: Signals
        self._executor: LoopExecutor
        self.spares: list[SpareTask] = []  # tasks of the loop that wait for work
        self._inbox: deque[Work] = deque()
        self._waking: dict[None, Work] = {}  # at most one
        self._streams: dict[weakref.ref[Any], tuple[Callable[[LoopThread], None], object]] = {}  # how to abandon each
        self._dropped: deque[weakref.ref[Any]] = deque()  # the keys of those whose iterators were collected
        self._is_shared = is_shared
        self._thread = new_thread(self._main, f"ambidex-{name}")
        self._start_failure: BaseException | None = None
        self._is_launched = False  # or failed to be
        self._watchdog: Watchdog | None = None
        self._wake: Callable[[], object]
        self._leave: Callable[[], object]
        self.loop: asyncio.AbstractEventLoop
        self._start(started)

    def _start(self, started: Callable[[LoopThread], object]) -> None:
        """Start the thread from another one, where no signal handler runs.

        An interrupt in the middle of `Thread.start`, or of the making of a loop, would leave it half done.

        Raises:
            RuntimeError: no new thread may start; the interpreter is ending.
            UsageError: there is no loop of that kind here.
        """
        lock = allocate_lock()
        lock.acquire()
        start_new_thread(self._launch, (started, lock.release))
        try:
            lock.acquire()
        except BaseException:  # an interrupt: the caller may let others start a thread once this one is known
            if not self._is_launched:  # else the lock was taken, and the interrupt came after that
                lock.acquire(True, self.grace_s)
            raise
        if self._start_failure is not None:
            raise self._start_failure

    def _launch(self, started: Callable[[LoopThread], object], report: Callable[[], object]) -> None:
        _here.is_launching = True
        try:
            self.signals = Signals()
            self.loop, self._wake, lender, self._leave = open_loop(self.kind, self._take_in, is_shared=self._is_shared)
            try:
                self._executor = open_executor(self.loop, self.name)
                if lender is not None:
                    self.first_steps = FirstSteps(self, lender, self._inbox, self._wake)
                self._thread.start()
            except BaseException:  # an interrupt too: it is passed on, without the loop
                self.loop.close()
                raise
            started(self)
        except BaseException as error:  # noqa: BLE001  it belongs to the thread that waits for the report
            self._start_failure = error
        self._is_launched = True
        report()

    # -- any thread

    def offer(self, work: Work) -> bool:
        """Hand `work` to the loop; False when the thread has closed and did not take it."""
        try:
            self._inbox.append(work)
            if not self._waking.setdefault(None, work).has_woken:
                self._wake()
                work.has_woken = True
        except RuntimeError:  # the loop is closed
            self.is_closed = True
        except BaseException:  # an interrupt: others may rely on this wake-up
            self._wake()
            raise
        if not self.is_closed:
            return True
        self._waking.clear()
        work.has_woken = False
        try:
            self._inbox.remove(work)
        except ValueError:  # the closing loop has popped it, and ends it
            return True
        return False

    def request_cancel(self, work: Work, reason: str) -> None:
        """Ask the loop to end `work`; nothing happens when it has ended, or the loop has.

        Work that waits for the loop never begins, whichever of the two the loop hears of first.
        """
        work.unwanted = reason
        try:
            self.loop.call_soon_threadsafe(self._cancel, work, reason)
        except RuntimeError:  # the loop is closed, and has ended everything it knew
            self.is_closed = True

    def keep(self, abandon: Callable[[LoopThread], None], iterator: object) -> weakref.ref[Any]:
        """Call `abandon` on the loop's thread when `iterator` is collected; hold it until `forget` is given the result.

        What takes note of the collection is no Python code, because Python drops an interrupt that strikes in a
        finalizer, and the rest of the finalizer with it. What wakes the loop is; where that is struck, the next
        wake-up serves.

        The loop has to wake after the note is taken. Of several references the one that is made first is called last;
        only a collector that works without a GIL calls them the other way round, so one is made on either side.
        """
        wakes = weakref.ref(iterator, self._wake_for_dropped)
        key: weakref.ref[Any] = weakref.ref(iterator, self._dropped.append)
        self._streams[key] = abandon, (wakes, weakref.ref(iterator, self._wake_for_dropped) if IS_FREE_THREADED else ())
        return key

    def forget(self, key: weakref.ref[Any]) -> None:
        """Let a stream go that has ended, or that its iterator has closed."""
        self._streams.pop(key, None)

    def _wake_for_dropped(self, _: object) -> None:
        try:
            self._wake()
        except RuntimeError:  # the loop is closed, and has ended its streams
            self.is_closed = True

    def is_current(self) -> bool:
        """Tell whether this thread is running this loop at this moment."""
        return _get_running_loop() is self.loop

    def start_stopping(self) -> None:
        """Ask the loop to cancel everything, clean up, and end."""
        notice_patch()
        try:
            self.loop.call_soon_threadsafe(self._begin_shutdown)
        except RuntimeError:  # it has stopped already
            self.is_closed = True

    def join(self, timeout_s: float) -> bool:
        """Wait until the thread has ended, `timeout_s` seconds at most; False, and a report, if it has not."""
        self._thread.join(timeout_s)
        if not self._thread.is_alive():
            return True
        _log.warning(
            "the synchronizer %r did not stop within %g s; its loop is held at:\n%s",
            self.name,
            timeout_s,
            describe_held(self),
        )
        return False

    def watch(self, limit_s: float) -> None:
        """Log what holds the loop for longer than `limit_s`; the first limit counts."""
        if self._watchdog is None:
            self._watchdog = Watchdog(self, limit_s)

    @property
    def open_streams(self) -> int:
        """Return how many streams have begun here and not ended."""
        return len(self._streams)

    @property
    def ident(self) -> int | None:
        """Return the identifier of the thread."""
        return self._thread.ident

    def describe(self, task: asyncio.Task[Any] | None) -> str:
        """Return where `task` stands, or, where it does not begin or does not yield, where the loop does."""
        if task is None or (has_gil() and asyncio.current_task(self.loop) is task):
            return describe_held(self)
        return ask_loop(self.loop, lambda: describe_task(task)) or describe_held(self)

    def abandon(self) -> None:
        """Mark as dead, in a forked child, what has no thread there; nothing of the parent's may be touched."""
        self.is_closed = True
        self._inbox.clear()
        self._drop_wake()
        self._leave()
        self._tasks_of_the_parent = asyncio.all_tasks(self.loop)  # a task that is collected runs its clean-up
        _silence(self._tasks_of_the_parent)

    def _drop_wake(self) -> None:
        """Wake a loop that is gone no more: what that writes to is closed when nobody refers to it."""
        self._wake = _wake_nobody
        steps, self.first_steps = self.first_steps, None
        if steps is not None:
            steps.end()

    # -- the loop's thread

    def _main(self) -> None:
        try:
            while not self.is_closed:
                try:
                    self.loop.run_forever()
                except (KeyboardInterrupt, SystemExit) as error:
                    # Raised by a task or callback that is nobody's call; a call's own goes to its caller.
                    self.loop.call_exception_handler(
                        {
                            "message": f"{type(error).__name__} raised in the loop of {self.name!r}; it goes on",
                            "exception": error,
                        }
                    )
        finally:
            self.signals.close()
            while self.spares:
                self.spares.pop().let_go()
            self.loop.close()
            self.counters.is_final = True
            if self._watchdog is not None:
                self._watchdog.stop()
            self._drop_wake()
            self._waking.clear()

    def _take_in(self) -> None:
        if self._waking:  # not for every wake-up: an interrupt, or a step taken elsewhere, adds some
            self._waking.clear()
        if self._dropped:
            self._close_dropped()
        for _ in range(len(self._inbox)):
            work = self._next_work()
            if work is None:
                return
            if self.is_stopping:
                self._refuse(work)
                continue
            try:
                work.begin(self)
            except Exception as error:  # noqa: BLE001  a task factory, or a clock, that fails: it belongs to the caller
                work.finish_with(error)

    def _close_dropped(self) -> None:
        for _ in range(len(self._dropped)):
            abandon, _reference = self._streams.pop(self._dropped.popleft(), (None, None))
            if abandon is not None and not self.is_stopping:  # else its task is cancelled with all others
                abandon(self)

    def _cancel(self, work: Work, reason: str) -> None:
        work.cancel(reason)
        self._take_in()  # a second interrupt may have cost others the wake-up that they rely on

    def _next_work(self) -> Work | None:
        try:
            return self._inbox.popleft()
        except IndexError:  # empty; a submitter may take its own work back at any moment
            return None

    def _begin_shutdown(self) -> None:
        if self.is_stopping:
            return
        self.is_stopping = True
        # Strong references: the loop keeps tasks weakly, and a stream whose iterator was collected has nobody else once
        # the closing of it is taken from the inbox and not begun any more.
        self._ending = asyncio.all_tasks()
        # No task factory of the user's, which may refuse.
        self._shutdown_task = asyncio.Task(self._shut_down(), loop=self.loop, name=f"close {self.name}")

    async def _shut_down(self) -> None:
        try:
            await self._end_tasks()
            await self._end_generators()
            await self._end_executors()
        finally:
            self._ending.clear()
            self._streams.clear()
            vars(self.loop).pop("set_default_executor", None)  # it refers to the loop
            _silence(asyncio.all_tasks() - {self._shutdown_task})  # what stays behind was named above
            self.is_closed = True
            while (work := self._next_work()) is not None:
                self._refuse(work)
            self.loop.stop()

    def _refuse(self, work: Work) -> None:
        """End work that comes too late; at exit its caller is a daemon thread, which stays where it is."""
        if self.is_exiting:
            work.discard()
        else:
            work.cancel("closed")

    async def _end_tasks(self) -> None:
        """Cancel every task, those that a clean-up starts included, and wait for them."""
        deadline = self.loop.time() + self.grace_s
        cancelled = {self._shutdown_task}
        while tasks := asyncio.all_tasks() - cancelled:
            of_calls = {call.task for call in self.calls}
            for call in tuple(self.calls):
                call.cancel("closed")
            for task in tasks - of_calls:
                task.cancel()
            cancelled |= tasks
            remaining = deadline - self.loop.time()
            done, _ = await asyncio.wait(tasks, timeout=max(0.0, remaining))
            if self.is_exiting:
                self._report_failures(done)
            if remaining <= 0:
                break
        for task in asyncio.all_tasks() - {self._shutdown_task}:
            _log.warning(
                "%s did not end within %g s of closing the synchronizer %r and is left behind at:\n%s",
                task.get_name(),
                self.grace_s,
                self.name,
                describe_task(task),
            )
        await asyncio.sleep(0)  # a stream's task that has just ended gives its last steps their end
        for call in tuple(self.calls):
            call.end_reason = call.end_reason or "closed"
            call.finish_with(asyncio.CancelledError())

    def _report_failures(self, tasks: set[asyncio.Task[Any]]) -> None:
        """Report what a clean-up has raised and nobody has read, while there is something to report with."""
        for task in tasks:
            is_unread: bool = getattr(task, "_log_traceback", False)
            if is_unread and not task.cancelled():
                self.loop.call_exception_handler(
                    {
                        "message": f"{task.get_name()} failed while the interpreter was ending",
                        "exception": task.exception(),
                        "task": task,
                    }
                )

    async def _end_generators(self) -> None:
        """Close the async generators that no stream of ours runs; one whose task stays behind cannot be closed."""
        known: weakref.WeakSet[AsyncGenerator[Any, Any]] = getattr(self.loop, "_asyncgens", weakref.WeakSet())
        names: list[str] = []
        for generator in _listed(known):
            if generator.ag_running:
                known.discard(generator)
            else:
                names.append(getattr(generator, "__qualname__", "?"))
        what = f"the clean-up of its async generators: {', '.join(sorted(names))}"
        closing = asyncio.Task(_shut_generators_down(self.loop), loop=self.loop)
        await self._bounded(closing, lambda: what, self.grace_s)

    async def _end_executors(self) -> None:
        """Wait for what runs in the default executor, and in those that the loop was given in its place."""
        own = self._executor
        # At exit no thread may start, and the interpreter itself waits for those that were given.
        has_given = bool(own.given) and not self.is_exiting
        limit_s = self.grace_s if own.unfinished else max(self.grace_s, ENDING_S)
        deadline = self.loop.time() + self.grace_s
        own_end = self._until(own.drain)
        given_end = self._until(own.drain_given) if has_given else None
        what = "what runs in its default executor"
        await self._bounded(own_end, lambda: f"{what}: {', '.join(own.unfinished)}", limit_s)
        if given_end is not None:
            remaining = max(0.0, deadline - self.loop.time())
            await self._bounded(given_end, lambda: "the default executor that it was given", remaining)
        own.leave()

    def _until(self, begin: Callable[[Callable[[], object]], object]) -> asyncio.Future[None]:
        """Begin something that calls what it is given at its end, from any thread; return what is done then."""
        ended: asyncio.Future[None] = self.loop.create_future()

        def notice() -> None:
            with contextlib.suppress(RuntimeError):  # the loop has closed: this came after the grace period
                self.loop.call_soon_threadsafe(ended.set_result, None)

        begin(notice)
        return ended

    async def _bounded(self, ended: asyncio.Future[None], what: Callable[[], str], limit_s: float) -> None:
        """Wait for something, and log what has not ended within so many seconds."""
        _, pending = await asyncio.wait({ended}, timeout=limit_s)
        if pending:
            _log.warning("the synchronizer %r closed without waiting longer for %s", self.name, what())


ENDING_S = 0.5  # arbitrary: ample for threads that have nothing left to do
_LOOKS = 1_000  # arbitrary, as for asyncio's own look at its tasks


def _listed(known: weakref.WeakSet[Any]) -> list[Any]:
    """Return what is in a set that other threads take out of, at any moment: a generator that they drop."""
    for _ in range(_LOOKS):
        try:
            return list(known)
        except RuntimeError:  # "Set changed size during iteration"
            pass
    return []


async def _shut_generators_down(loop: asyncio.AbstractEventLoop) -> None:
    """Close a loop's async generators; asyncio lists them without regard to other threads."""
    for _ in range(_LOOKS):
        try:
            await loop.shutdown_asyncgens()
        except RuntimeError:  # as above; what a generator's clean-up raises goes to the loop's exception handler
            continue
        break


def _wake_nobody() -> None:
    """Wake a loop that has closed: there is nobody to wake."""


def _silence(tasks: set[asyncio.Task[Any]]) -> None:
    """Keep asyncio from reporting that these tasks are destroyed while they are pending."""
    for task in tasks:
        task._log_destroy_pending = False  # type: ignore[attr-defined]  # pyright: ignore  # noqa: SLF001,PGH003
