"""The shared runtime behind a name: at most one `LoopThread`, and the roads by which callers reach it.

Three roads, one kind of `Call`. A blocking caller waits on a lock, in one C call, because a loop in Python around the
wait could let an interrupt escape its `try` (CPython 3.13.0). An async caller waits on a future of its own loop; on the
runtime's own loop it awaits the work directly. A submitter gets a `Future`.

Each road promises that the work does not outlive its caller unnoticed: an exception that ends the wait (an interrupt, a
cancellation) cancels the work and waits for its clean-up, for the grace period at most, before it goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import signal
import threading
import time
from asyncio import _get_running_loop
from typing import TYPE_CHECKING, Any

from .._waiter import Waiter
from ..errors import DeadlockError, RuntimeClosed, UsageError
from . import _caller  # pyright: ignore[reportPrivateUsage]  a module of this very package
from ._callbacks._threads import CallbackThreads
from ._diagnosis import _shared
from ._diagnosis._call_site import name_task
from ._diagnosis._deadlock import Blocked, check_awaiting, enter_awaiting
from ._diagnosis._guard import check_blocking, running_loop
from ._diagnosis._shared import waits_for
from ._diagnosis._statistics import folded
from ._future import Future
from ._loop._call import Call, TranslatedCall
from ._loop._thread import ENDING_S, LoopThread, is_launching
from ._native import TIMEOUT_MAX, allocate_lock, get_ident, new_reentrant_lock
from ._parking import park_daemon

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ._diagnosis._statistics import Counters
    from ._loop._selector import LoopKind

DEFAULT_GRACE_S = 5.0  # long enough to close connections politely, short enough to wait for at exit
VERDICT_S = 0.5  # how long past a deadline's grace a caller leaves the loop to deliver the verdict itself


class Runtime:
    """Own the thread of one named synchronizer: none until the first use, a new one after `close` or a fork."""

    is_interpreter_ending = False  # of the process: a runtime that is first used at its end must not start either

    def __init__(self, name: str) -> None:
        self.name = name
        self.grace_s = DEFAULT_GRACE_S
        self.watchdog_s: float | None = None
        self.loop_kind: LoopKind = "asyncio"
        self.callers_step = False  # whether a caller may take the first step of its call itself
        self.reset()

    def reset(self) -> None:
        """Forget the thread: on construction, and in a forked child, where it does not exist."""
        # Reentrant, for a signal handler or a finalizer in the middle of a start may make a call.
        self._starting = new_reentrant_lock()
        self._vacancy = allocate_lock()  # taken by the thread that becomes `thread`; a new one for the next
        self._main_thread = threading.main_thread().ident
        self.thread: LoopThread | None = None
        self.thread_starts = 0
        self.counted: list[Counters] = []  # of all threads, old ones added up; replaced, never changed
        self.callback_threads = CallbackThreads(self.name)

    def allow_grace(self, seconds: float) -> None:
        """Set how long a clean-up is waited for, on the loop that runs, too."""
        with self._starting:
            self.grace_s = seconds
            if self.thread is not None:
                self.thread.grace_s = seconds

    def choose_loop(self, kind: LoopKind, callers_step: bool) -> None:
        """Set what kind of loop the next thread runs, and whether its callers take first steps.

        Raises:
            UsageError: the loop runs already, and is of another kind.
        """
        with self._starting:
            thread = self.thread
            is_running = thread is not None and not thread.is_closed
            if is_running and (kind, callers_step) != (self.loop_kind, self.callers_step):
                raise UsageError(
                    f"the loop of synchronizer {self.name!r} runs already, with other options "
                    f"(loop={self.loop_kind!r}, first_step={'caller' if self.callers_step else 'loop'!r}); give them "
                    "before its first use, or after close()"
                )
            self.loop_kind, self.callers_step = kind, callers_step
        if kind == "uvloop":
            # Not in the thread that starts the loop: a process forked meanwhile would wait for its import for good.
            with contextlib.suppress(ImportError):  # it is the first use that says so
                importlib.import_module("uvloop")

    def ensure_thread(self) -> LoopThread:
        """Return the running thread, starting it if there is none.

        Raises:
            RuntimeClosed: the interpreter is ending and no thread can start.
        """
        thread = self.thread
        if thread is not None and not thread.is_closed:
            return thread
        if self.is_interpreter_ending:
            park_daemon()
        if is_launching():  # a finalizer in the thread for which others wait
            return self._start()
        with self._starting:
            thread = self.thread
            if thread is not None and not thread.is_closed:
                return thread
            return self._start()

    def _start(self) -> LoopThread:
        if self.is_interpreter_ending:
            raise RuntimeClosed(f"the synchronizer {self.name!r} has ended because the interpreter is ending")
        try:
            started = LoopThread(self.name, self.grace_s, self.loop_kind, self.callers_step, self._adopt)
        except RuntimeError as error:
            raise RuntimeClosed(f"the synchronizer {self.name!r} cannot start its thread: {error}") from error
        return self.thread or started  # another one that was started meanwhile may have come first, and stays

    def _adopt(self, thread: LoopThread) -> None:
        vacancy, current = self._vacancy, self.thread
        if (current is not None and not current.is_closed) or not vacancy.acquire(False):
            thread.start_stopping()  # one was started since an interrupt gave this one up, or in the middle of it
        else:
            self.thread = thread  # at once: whoever starts another one meanwhile gets this
            self._vacancy = allocate_lock()
            self.counted = [*folded(self.counted), thread.counters]
            self.thread_starts += 1
            if self.watchdog_s is not None:
                thread.watch(self.watchdog_s)

    def watch(self, limit_s: float) -> None:
        """Have it logged what holds the loop for longer than `limit_s`, from now on or from its start."""
        self.watchdog_s = limit_s
        thread = self.thread
        if thread is not None and not thread.is_closed:
            thread.watch(limit_s)

    def offer(self, call: Call) -> LoopThread:
        """Hand `call` to the running thread and return that thread."""
        while True:  # a second round only when the thread closed at this very moment
            thread = self.ensure_thread()
            if thread.offer(call):
                return thread

    def place(self, call: Call, thread: LoopThread) -> LoopThread:
        """Hand `call` to `thread`, or to a new one where that has closed; a step of a stream cannot move, and ends."""
        if thread.offer(call):
            return thread
        if call.stream is None:
            return self.offer(call)
        if self.is_interpreter_ending:
            park_daemon()
        call.finish_with(RuntimeClosed(f"{call.name} ended because the synchronizer {self.name!r} was closed"))
        return thread

    # -- the three roads

    def run(
        self,
        function: Callable[..., Any],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        name: str,
        instead: str,
        timeout_s: float | None = None,
        is_sync: bool = False,
    ) -> Any:
        """Run the work and wait for it; a sync function called from the runtime's own loop runs in place.

        `instead` is the code to write where a loop runs here, or empty where that is no reason for a warning.

        Raises:
            DeadlockError: an async function, called from the runtime's own loop, or from one that it waits for.
            DeadlineExceeded: the work did not end within `timeout_s` seconds.
            RuntimeClosed: the runtime was closed meanwhile.
        """
        if _get_running_loop() is not None:
            if is_sync and self.is_current():
                return function(*args, **kwargs)
            if instead:
                check_blocking(self.thread, name, instead)
        call = Call(function, args, kwargs, name, timeout_s, is_sync=is_sync)
        thread = self.thread
        if thread is None or thread.is_closed:
            thread = self.ensure_thread()
        if _get_running_loop() is None:
            self.wait_blocking(call, thread)
        else:
            self.wait_holding_loop(call, thread, instead)
        return call.outcome()

    def wait_holding_loop(self, call: Call, thread: LoopThread, instead: str) -> None:
        """Wait as `wait_blocking` does, on a thread that runs a loop; `instead` is the code to write in its place.

        Raises:
            DeadlockError: the call would wait for that loop; it has not been offered.
        """
        with Blocked(call, thread, instead):
            self.wait_blocking(call, thread)

    @waits_for(lambda frame: frame.f_locals["call"])
    def wait_blocking(self, call: Call, thread: LoopThread) -> None:
        """Offer `call` to `thread` and wait for its end, on its `lock` if it has one; any thread but the loop's."""
        is_late = False
        call.signals = thread.signals
        try:
            if _caller.serving:  # a callback runs somewhere: if it is here, nobody may wait for this thread meanwhile
                _caller.step_aside()
            steps = thread.first_steps
            if steps is not None and get_ident() != self._main_thread and steps.take(call, Call.lock_to_wait_on):
                lock = call.lock
                if lock is None:  # it has ended in that step
                    return
            else:
                lock = call.lock_to_wait_on()
                thread = self.place(call, thread)
            if call.timeout_s is None:
                lock.acquire()
            else:
                bound = call.timeout_s + thread.grace_s + VERDICT_S
                is_late = not lock.acquire(True, min(bound, TIMEOUT_MAX))
            if not is_late:
                call.signals.give_back(lock)
        except BaseException:  # an interrupt, or whatever a signal handler raised here
            lock = call.lock_to_wait_on()
            if not call.done:  # so the wait was not over, and nothing was given back
                thread.request_cancel(call, "cancelled")
                if lock.acquire(True, thread.grace_s):
                    call.signals.give_back(lock)
                else:
                    call.report_refusal(thread)
            call.leave()
            raise
        if is_late and not call.done:  # the loop itself is held: only the loop ends a call, and the wait must end
            call.stop_waiting(thread)

    @waits_for(lambda frame: frame.f_locals.get("call"))
    async def await_(
        self,
        function: Callable[..., Any],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        name: str,
        timeout_s: float | None = None,
    ) -> Any:
        """Run the work and await it from any asyncio loop; on the runtime's own, in the caller's task.

        Raises:
            NoRunningLoop: no asyncio loop runs here.
            DeadlockError: the runtime's loop is blocked until the task that runs here has ended.
            DeadlineExceeded: the work did not end within `timeout_s` seconds.
            RuntimeClosed: the runtime was closed meanwhile.
        """
        loop = running_loop(name)
        thread = self.thread
        if thread is not None and thread.loop is loop and timeout_s is None:
            return await function(*args, **kwargs)
        call = Call(function, args, kwargs, name, timeout_s)
        call.bound_for = thread
        key = enter_awaiting(call)
        try:
            if _shared.waits:
                check_awaiting(thread, name)
            waiter = AsyncWaiter(loop)
            thread = self.ensure_thread()
            has_begun = self.step_async(call, waiter, thread)
            if not call.done:
                await waiter.wait_for(call, thread, None if has_begun else self)
        except asyncio.CancelledError:
            if not (call.done and call.error is None and call.end_reason == "cancelled"):
                call.leave()
                raise  # else the work took the cancellation and gave a value all the same: that is its caller's
        finally:
            _shared.awaits.pop(key, None)
        return call.outcome()

    def step_async(self, call: Call, waiter: AsyncWaiter, thread: LoopThread) -> bool:
        """Take the first step of `call` here, if that may be; where it goes on, its end wakes `waiter`."""
        steps = thread.first_steps
        return steps is not None and self._may_step_async() and steps.take(call, waiter.arm)

    def _may_step_async(self) -> bool:
        """Tell whether no signal handler may raise here: not the main thread, or one whose asyncio handles SIGINT."""
        return get_ident() != self._main_thread or signal.getsignal(signal.SIGINT) is not signal.default_int_handler

    def submit(
        self,
        function: Callable[..., Any],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        name: str,
        timeout_s: float | None = None,
        translate: Callable[[Any], Any] | None = None,
    ) -> Future[Any]:
        """Start the work and return its future at once; safe on every thread.

        `translate` makes the future's value of the work's, on the loop.
        """
        future: Future[Any] = Future(name)
        if translate is None:
            call = Call(function, args, kwargs, name, timeout_s, future.settle)
        else:
            call = TranslatedCall(function, args, kwargs, name, timeout_s, future.settle)
            call.translate = translate
        call.reports_refusal = True
        future.attach(call)
        future.run_on(self.offer(call))
        return future

    # -- the end

    def start_closing(self, *, is_exiting: bool = False) -> LoopThread | None:
        """Take the thread out of use and ask it to stop; the next call starts another, unless the interpreter ends."""
        with self._starting:
            thread = self.thread
            if thread is None:
                return None
            thread.is_exiting = is_exiting
            try:
                self.thread = None
                thread.start_stopping()
            except BaseException:  # an interrupt must not leave a thread that nobody knows
                thread.start_stopping()
                raise
        return thread

    def is_current(self) -> bool:
        """Tell whether the running thread is this runtime's."""
        thread = self.thread  # read once: another thread may be closing it
        return thread is not None and thread.is_current()

    def close(self) -> None:
        """Cancel everything, wait for its clean-up, and end the thread; the next use starts a new one.

        Blocks for a few grace periods at most.

        Raises:
            DeadlockError: called on the runtime's own thread.
        """
        if self.is_current():
            raise DeadlockError(
                f"Synchronizer({self.name!r}).close() would wait for the end of the thread it runs on; close it from "
                "another thread"
            )
        thread = self.thread
        if thread is not None:
            name = f"Synchronizer({self.name!r}).close()"
            check_blocking(None, name, "await asyncio.to_thread(synchronizer.close)")
            if _shared.waits and _get_running_loop() is not None:
                name_task(asyncio.current_task())
                check_awaiting(thread, name)
        thread = self.start_closing()
        if thread is not None:
            thread.join(stop_bound_s(thread))
        self.end_callback_threads()

    def end_callback_threads(self) -> None:
        """End the idle ones at once and the others when they are done; what is started later gets new ones."""
        ended, self.callback_threads = self.callback_threads, CallbackThreads(self.name)
        ended.close()


class AsyncWaiter(Waiter):
    """Let a task of another loop wait for a call; the pass of its loop that hears of the end runs the task, too."""

    __slots__ = ()

    # -- what wakes it: the runtime's thread

    def arm(self, call: Call) -> None:
        """Have the task woken at the end of `call`, which has not begun, or cannot go on meanwhile."""
        call.wake = self.wake

    def wake(self) -> None:
        """Wake whoever waits."""
        try:
            self._loop.call_soon_threadsafe(self.come)
        except RuntimeError:  # its loop has closed: nobody waits any more
            pass

    # -- the waiting

    async def wait_for(self, call: Call, thread: LoopThread, offering: Runtime | None) -> None:
        """Wait until `call` is done; when this wait is cancelled, cancel the call and wait for its clean-up.

        With a runtime to do so, `call` is first offered to `thread`: an interrupt may strike before the wait begins.
        """
        is_late = False
        try:
            if offering is not None:
                self.arm(call)
                thread = offering.place(call, thread)
            if call.timeout_s is None:
                await self
            else:
                is_late = not await self._within(call, call.timeout_s + thread.grace_s + VERDICT_S)
        except asyncio.CancelledError:
            await self._clean_up(call, thread)
            is_cancelled = call.error is None or isinstance(call.error, asyncio.CancelledError) or call.was_ended
            if call.done and not is_cancelled:
                call.outcome()  # what its clean-up raised goes to the caller, as in a plain await
            raise
        except GeneratorExit:  # the caller's coroutine is closed: it cannot wait any more
            if not call.done:
                thread.request_cancel(call, "cancelled")
            raise
        except BaseException:  # an interrupt, in the middle of this; the loop goes on, and raises it afterwards
            await self._clean_up(call, thread)
            raise
        if is_late and not call.done:  # as in `wait_blocking`
            call.stop_waiting(thread)

    async def _clean_up(self, call: Call, thread: LoopThread) -> None:
        """End `call`, and wait for that, for the grace period at most."""
        if not call.done:
            thread.request_cancel(call, "cancelled")
            # a loop that has closed has ended all that it took: this it did not
            if not thread.loop.is_closed() and not await self._within(call, thread.grace_s):
                call.report_refusal(thread)

    async def _within(self, call: Call, seconds: float) -> bool:
        self.instead = future = self._loop.create_future()
        if call.done:
            return True
        done, _ = await asyncio.wait({future}, timeout=seconds)
        return bool(done)


def stop_bound_s(thread: LoopThread) -> float:
    """Return how long a thread may take to stop: tasks, generators and executors have a grace period each."""
    return 3 * thread.grace_s + ENDING_S + VERDICT_S


def start_closing_together(runtimes: Sequence[Runtime], *, is_exiting: bool) -> Callable[[], None]:
    """Start closing several runtimes; what is returned waits for all of them no longer than for the slowest."""
    if is_exiting:
        Runtime.is_interpreter_ending = True
    threads = [thread for runtime in runtimes if (thread := runtime.start_closing(is_exiting=is_exiting)) is not None]
    started = time.monotonic()

    def join() -> None:
        for thread in threads:
            thread.join(max(0.0, stop_bound_s(thread) - (time.monotonic() - started)))
        for runtime in runtimes:
            runtime.end_callback_threads()

    return join
