"""One piece of work in flight between a caller and the loop that runs it.

A `Call` is made by the caller, begun and finished on the loop's thread, and read by the caller after it is done.
Whoever waits is woken through `wake`, a function that must be safe to call from the loop's thread and must not block.

Ending a call early has one road: `request_cancel` (any thread) leaves a reason and asks the loop; the loop cancels the
task and the task's own end finishes the call. A deadline takes that road too, with a second timer behind it, because a
task may refuse to end.
"""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import logging
import time
from typing import TYPE_CHECKING, Any

from ...deadlines import enter_deadline
from ...errors import DeadlineExceeded, RuntimeClosed
from .._diagnosis._call_site import AT_ONCE, IN_TASK, in_step, refused_to_await, standing_for_caller
from ._context import adopt
from ._eager import start_task
from ._tasks import has_task_factory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .._diagnosis._statistics import Counters
    from .._streams._stream_task import StreamTask
    from ._context import Tokens
    from ._signals import Signals
    from ._thread import LoopThread

_log = logging.getLogger(__name__)

_EXPECTED = (asyncio.CancelledError, RuntimeClosed, DeadlineExceeded)  # of work that was told to end


def nobody() -> None:
    """Wake nobody."""


class Call:
    """Hold one call's function, arguments, context and outcome.

    With `is_sync` the function runs as a plain callback of the loop; with `stream` it is one step in that stream's
    task; otherwise its result is awaited in a task of its own.
    """

    # What most calls leave as it is stands here, on the class: making a call is on every caller's way.
    timeout_s: float | None = None
    deadline: float | None = None
    begun = False
    done = False
    is_overdue = False  # a step that came after the stream's deadline: it closes the generator instead
    end_reason: str | None = None  # why it was asked to end: "cancelled", "deadline" or "closed"
    ending_since = 0.0  # when it was first asked to, on the monotonic clock
    has_spared = False  # a cancellation that came into the clean-up after its deadline, or of the closing loop
    reports_refusal = False  # by itself, because nobody may be waiting for its clean-up
    has_reported = False
    is_owed = False  # to be done though nobody waits for it any more
    was_told = "cancelled"  # to end, as a report says it
    value: Any = None
    error: BaseException | None = None
    task: asyncio.Task[None] | None = None
    timer: asyncio.TimerHandle | None = None
    thread: LoopThread | None = None
    bound_for: LoopThread | None = None  # where it is awaited: what it waits for, until it has begun
    leftover = 0
    runner: Callable[..., Any] = staticmethod(in_step)  # what does the work, at the caller's line
    anything = BaseException  # what the work may raise: the boundary of the task, it belongs to the caller
    unwanted: str | None = None
    has_woken = False
    signals: Signals  # of the loop that a blocking caller offers it to
    lock: Any = None  # taken from there: what that caller waits on, and `wake` releases

    def __init__(
        self,
        function: Callable[..., Any],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        name: str,
        timeout_s: float | None,
        wake: Callable[[], object] = nobody,
        is_sync: bool = False,
        stream: StreamTask | None = None,
    ) -> None:
        self.function = function
        self.args = args
        self.kwargs = kwargs
        self.name = name
        self.is_sync = is_sync
        self.stream = stream
        self.wake: Callable[[], object] = wake
        if timeout_s is not None:
            self.timeout_s = timeout_s
            self.deadline = time.monotonic() + timeout_s
        self.before = before = contextvars.copy_context()
        self.context = before.copy()
        if stream is None:
            self.runner = standing_for_caller(AT_ONCE if is_sync else IN_TASK)

    # -- on the loop's thread, or with its baton

    def begin(self, thread: LoopThread) -> None:
        """Start the work, and take its first step, unless it was ended before."""
        if self.begun:
            return
        if self.unwanted is not None:
            self.cancel(self.unwanted)
            return
        self.begun = True
        self.thread = thread
        if self.deadline is not None and not self._is_in_time(thread):
            return
        thread.calls[self] = None
        if self.stream is not None:
            self.stream.accept(self, thread)
        elif self.is_sync:
            self._run_sync()
        else:
            self._start(thread)
        if self.deadline is not None and self.timer is None and not self.done:
            self.timer = thread.loop.call_later(self.deadline - time.monotonic(), self._expire)

    def _is_in_time(self, thread: LoopThread) -> bool:
        """Tell whether the call may begin; a stream's step that is late begins to close its generator."""
        assert self.deadline is not None
        for context in (self.before, self.context):  # both, or it would be what the work has set
            context.run(enter_deadline, self.deadline)
        remaining_s = self.deadline - time.monotonic()
        if self.stream is None:
            if remaining_s > 0:
                return True
            self.discard()
            self.end_reason = "deadline"
            self.finish_with(self.exceeded())
            return False
        if self.function != self.stream.close:
            if remaining_s > 0:
                return True
            self.is_overdue = True  # it cannot go on, and its clean-up must still run
            self.function, self.args = self.stream.close, ()
        # A clean-up is not cut short by the deadline: it keeps its grace period.
        self.timer = thread.loop.call_later(max(remaining_s, 0) + thread.grace_s, self._give_up)
        return True

    def _start(self, thread: LoopThread) -> None:
        coroutine = self.runner(self)
        try:
            task = start_task(thread, coroutine, self.context, self.name)
        except Exception as error:  # noqa: BLE001  a task factory of the user's refused: that belongs to the caller
            coroutine.close()
            self.discard()
            self.finish_with(error)
            return
        if self.done:
            self.leftover = 0 if task is None or task.done() else 1
            return
        self.task = task
        if task is not None and has_task_factory(thread.loop):
            # A task that is cancelled before its first step never enters its coroutine; only this callback sees that.
            task.add_done_callback(self._task_ended)

    def _run_sync(self) -> None:
        try:
            value = self.context.run(self.runner, self)
        except BaseException as error:  # noqa: BLE001  the boundary of the work: it belongs to the caller
            self.finish_with(error)
        else:
            self.finish(value)

    def _task_ended(self, _: asyncio.Task[None]) -> None:
        if not self.done:
            self.discard()
            self.finish_with(asyncio.CancelledError())

    def finish(self, value: Any) -> None:
        """End the call with a value and wake the caller."""
        if self.done:  # given up before: nobody waits any more
            return
        self.value = value
        self._end()

    def finish_with(self, error: BaseException) -> None:
        """End the call with an error and wake the caller."""
        if self.done:
            return
        if isinstance(error, asyncio.CancelledError):
            error = self._explain(error)
        elif type(error) is TypeError and self.stream is None and refused_to_await(error):
            cause, error = error, self._not_async()
            error.__cause__ = cause
        self.error = error
        self._end()

    def _end(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        self.task = None
        self.done = True
        thread = self.thread
        if thread is not None:
            thread.calls.pop(self, None)
            if self.error is None:
                thread.counters.finished += 1
            else:
                self._count_error(thread.counters, self.error)
            if thread.is_exiting:  # a caller that still waits at exit is a daemon thread: it stays where it is
                self._report_unheard(thread)
                return
        wake, self.wake = self.wake, nobody  # it may refer to a future, which refers to the error, and so back to here
        wake()

    def _report_unheard(self, thread: LoopThread) -> None:
        """Report what the work, or its clean-up, has raised while the interpreter ends: nobody else is told."""
        error, self.error = self.error, None
        if error is None or isinstance(error, _EXPECTED):
            return
        thread.loop.call_exception_handler(
            {"message": f"{self.name} failed while the interpreter was ending", "exception": error}
        )

    def _count_error(self, counters: Counters, error: BaseException) -> None:
        """Count how the call has failed; a deadline or a closing that the work met elsewhere is a failure like any."""
        if isinstance(error, DeadlineExceeded) and (self.end_reason == "deadline" or self.is_overdue):
            counters.deadline_exceeded += 1
        elif isinstance(error, asyncio.CancelledError) or (
            isinstance(error, RuntimeClosed) and self.end_reason == "closed"
        ):
            counters.cancelled += 1
        else:
            counters.failed += 1

    def _explain(self, error: asyncio.CancelledError) -> BaseException:
        if self.end_reason == "deadline":
            return self.exceeded()
        if self.end_reason == "closed":
            name = self.thread.name if self.thread is not None else "its runtime"
            return RuntimeClosed(f"{self.name} was cancelled because the synchronizer {name!r} was closed")
        return error

    def _not_async(self) -> TypeError:
        if inspect.isasyncgenfunction(self.function):
            return TypeError(f"{self.name} is an async generator function: it has many values; iterate it")
        return TypeError(
            f"{self.name} is not async: what it returns cannot be awaited; make it `async def`, or call it without a "
            "synchronizer (inside a loop by asyncio.to_thread)"
        )

    @property
    def was_ended(self) -> bool:
        """Tell whether its error says no more than that its deadline, or the closing loop, has ended it."""
        return isinstance(self.error, _EXPECTED) and (self.end_reason in ("deadline", "closed") or self.is_overdue)

    def exceeded(self) -> DeadlineExceeded:
        """Return the error that says this call took too long."""
        return DeadlineExceeded(self.name, self.timeout_s if self.timeout_s is not None else 0.0)

    def cancel(self, reason: str) -> None:
        """End the work for `reason`: before it began, at once; afterwards by cancelling its task.

        A clean-up under way is not cut short by a deadline, by a close, or by its caller's first cancellation: it keeps
        its grace period. A second one cuts it short, as in a plain task.
        """
        if self.done:
            return
        if self.end_reason is None:
            self.end_reason = reason
            self.ending_since = time.monotonic()
        elif reason == "cancelled" != self.end_reason and not self.has_spared:
            self.has_spared = True
            return
        elif reason != "cancelled" and self.thread is not None:
            remaining = self.ending_since + self.thread.grace_s - time.monotonic()
            if remaining > 0:
                self.thread.loop.call_later(remaining, self.cancel, reason)
                return
        if self.begun and self.task is not None:
            self.task.cancel()
            if self.reports_refusal and self.timer is None and self.thread is not None:
                self.timer = self.thread.loop.call_later(self.thread.grace_s, self.report_refusal, self.thread)
            return
        self.begun = True
        self.discard()
        self.finish_with(asyncio.CancelledError())

    def _expire(self) -> None:
        assert self.thread is not None
        self.cancel("deadline")
        if not self.done:
            self.timer = self.thread.loop.call_later(self.thread.grace_s, self._give_up)

    def _give_up(self) -> None:
        assert self.thread is not None
        self.report_refusal(self.thread)
        self.context = self.context.copy()  # the work runs on in the other one, which nobody may read meanwhile
        self.finish_with(self.exceeded())

    def report_refusal(self, thread: LoopThread) -> None:
        """Log once that the work ignores its cancellation, with the place where it, or what holds its loop, stands."""
        self.log_refusal(thread, self.task)

    def log_refusal(self, thread: LoopThread, task: asyncio.Task[Any] | None) -> None:
        """Log, as `report_refusal` does, where `task` stands; without one, what holds the loop."""
        if self.has_reported:
            return
        self.has_reported = True
        _log.warning(
            "%s did not end within %g s of being %s; it stands at:\n%s",
            self.name,
            thread.grace_s,
            self.was_told,
            thread.describe(task),
        )

    def discard(self) -> None:
        """Tell the function that it will never be called, so that a coroutine it holds is closed."""
        discard = getattr(self.function, "discard", None)
        if discard is not None:
            discard()

    # -- on the caller's side

    def lock_to_wait_on(self) -> Any:
        """Return what a blocking caller waits on, made when it is first needed.

        Where the call may end at this moment, look whether it is done before you wait.
        """
        lock = self.lock
        if lock is None:
            lock = self.signals.take()
            self.wake = lock.release
            self.lock = lock  # last: an interrupt before this leaves it to the next one to make it
        return lock

    def stop_waiting(self, thread: LoopThread) -> None:
        """Let the caller go, who has waited beyond the grace period because the loop of `thread` is held.

        Raises:
            DeadlineExceeded: the deadline has passed.
        """
        del thread
        raise self.exceeded()

    def take_error(self) -> BaseException | None:
        """Return the error to whoever asks first, on any thread; kept, it would be a cycle of references.

        error -> traceback -> frame -> call -> error
        """
        error: BaseException | None = vars(self).pop("error", None)
        return error

    def leave(self, tokens: Tokens | None = None) -> None:
        """Take from ended work what a caller whose wait was broken off still gets: the context variables it has set.

        `tokens` as in `adopt`. An exception of its own, from its clean-up perhaps, has no caller; it is reported.
        """
        if not self.done:
            return
        adopt(self.context, self.before, tokens)
        self.lock = None  # as in `outcome`
        error = self.take_error()
        thread = self.thread
        if error is None or thread is None or isinstance(error, _EXPECTED):
            return
        args, self.args = self.args, ()
        if any(error is given for given in args):  # thrown in by the caller itself, who knows of it
            return
        loop = thread.loop
        context = {"message": f"{self.name} failed while its caller was interrupted", "exception": error}
        try:
            loop.call_soon_threadsafe(loop.call_exception_handler, context)
        except RuntimeError:  # the loop has closed; its handler still tells
            loop.call_exception_handler(context)

    def outcome(self, tokens: Tokens | None = None) -> Any:
        """Return the value or raise the error, with the context variables the work has set; `tokens` as in `adopt`."""
        adopt(self.context, self.before, tokens)
        self.lock = None  # it may be a descriptor, and from 3.12 on whoever keeps an error of the work keeps the call
        error = self.error
        if error is None:
            return self.value
        self.error = None  # error -> traceback -> frame -> call -> error would be a cycle
        self.args = ()  # among which it may be, where it was thrown into a stream
        context = error.__context__
        try:
            raise error
        finally:
            if context is not None:  # the error's own one, not what the caller is handling
                set_context(error, context)
            del error, context


class TranslatedCall(Call):
    """A call whose value is translated, where the work is done, before anybody gets it."""

    translate: Callable[[Any], Any]

    def finish(self, value: Any) -> None:
        if self.done:  # nobody gets it
            return
        try:
            value = self.translate(value)
        except BaseException as error:  # noqa: BLE001  as what the work raises, it belongs to the caller
            self.finish_with(error)
        else:
            super().finish(value)


set_context: Callable[[BaseException, BaseException], None] = vars(BaseException)["__context__"].__set__
