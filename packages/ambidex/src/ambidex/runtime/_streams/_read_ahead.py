"""Iterate an async generator from blocking code while the loop reads ahead of the iteration, up to a bound.

The loop fills a buffer, in one step of the generator's task for many items, and goes on as soon as half of it is
consumed; the caller changes threads when the buffer is empty, and not for each item. What that costs: the generator is
ahead of its reader, so nothing can be sent into it or thrown into it, and closing cancels what it is waiting for.
"""

from __future__ import annotations

import asyncio
import collections.abc
import time
import weakref
from collections import deque
from typing import TYPE_CHECKING, Any, TypeVar

from ...errors import DeadlineExceeded, DeadlockError, RuntimeClosed
from .. import _caller  # pyright: ignore[reportPrivateUsage]  a module of this very package
from .._diagnosis._call_site import IN_STEPS, Stepper
from .._diagnosis._deadlock import Blocked
from .._diagnosis._guard import check_blocking
from .._diagnosis._shared import waits_for
from .._diagnosis._stack import hide_library_frames
from .._native import TIMEOUT_MAX, allocate_lock, new_waiter
from .._parking import park_daemon
from .._runtime import VERDICT_S
from ._stream import Stream, StreamCall, as_error
from ._stream_task import END, ClosingCall

if TYPE_CHECKING:
    from types import TracebackType

    from .._loop._call import Call
    from .._loop._thread import LoopThread
    from ._stream_task import StreamTask

Y = TypeVar("Y")


class _Buffer:
    """What the loop fills and the caller empties; it does not refer to the iterator, which may be collected."""

    def __init__(self, task: StreamTask, limit: int) -> None:
        self.items: deque[Any] = deque()
        self.limit = limit
        self.task = task
        self.filling: Call | None = None  # the step that fills it, under way or over
        self.turn = allocate_lock()  # of the one thread that takes note of the end of a step, or starts the next
        self.waiting: deque[Any] = deque()  # the locks that callers wait on
        self.is_stopped = False

    # -- on the loop's thread

    async def fill(self) -> Any:
        """Read items until the buffer is full; END when the generator has returned."""
        if len(self.items) < self.limit:  # which is 0 once it is stopped, whatever the generator does about that
            return await self.task.fill(self)
        return None

    def wake(self) -> None:
        """Wake every caller that waits."""
        waiting = self.waiting
        while waiting:
            try:
                waiting.popleft().release()
            except IndexError:  # it has stopped waiting since
                pass

    # -- any thread

    def abandon(self, thread: LoopThread) -> None:
        """Let the generator's clean-up run without waiting for it."""
        self.stop(thread)
        self.task.abandon(thread)

    def stop(self, thread: LoopThread) -> None:
        """Read no further, and cancel the step that is filling the buffer: it may wait for an item that never comes.

        Once: a second cancellation would cut the clean-up short that the first one has begun.
        """
        self.limit = 0  # before the next line: a step that begins now reads nothing
        self.items = deque()  # what the step under way still adds to the old one is nobody's
        if self.is_stopped:
            return
        self.is_stopped = True
        if self.filling is not None and not self.filling.done:
            thread.request_cancel(self.filling, "cancelled")

    def end_turn(self) -> None:
        """Let another thread have the turn."""
        self.turn.release()
        self.wake()

    @waits_for(lambda frame: frame.f_locals["call"])
    def wait(self, call: Call | None, limit_s: float = -1.0, *, also_for_items: bool = True) -> bool:
        """Wait for the end of the step that fills the buffer, or for an item; False when `limit_s` has passed.

        Without a call it is the turn of another thread that is waited for.
        """
        if _caller.serving:  # inside a callback: nobody may wait for this thread meanwhile
            _caller.step_aside()
        lock = new_waiter()
        lock.acquire()
        self.waiting.append(lock)
        try:
            has_come = not self.turn.locked() if call is None else call.done
            return has_come or (also_for_items and bool(self.items)) or lock.acquire(True, limit_s)
        finally:
            try:
                self.waiting.remove(lock)
            except ValueError:  # it was taken out to be woken
                pass


class ReadAhead(collections.abc.Generator[Y, None, None]):
    """An async generator as a blocking one whose items are read ahead, `limit` of them at most."""

    __slots__ = ("__weakref__", "_buffer", "_stepper", "_stream")

    def __init__(self, call: StreamCall, limit: int) -> None:
        if call.caller is not None:  # nobody waits for each step, so its callbacks run on threads of their own
            weakref.finalize(self, call.caller.close).atexit = False
        self._stream = Stream(call._replace(inward=None, caller=None))
        self._buffer = _Buffer(self._stream.task, limit)
        self._stepper = Stepper(IN_STEPS)

    def __next__(self) -> Y:
        try:
            stream, buffer = self._stream, self._buffer
            filling = buffer.filling  # while that goes on, there is nothing to do but to take an item
            if filling is None or filling.done or not buffer.items:
                return self._next()
            try:
                item = buffer.items.popleft()
            except IndexError:  # another thread was quicker
                return self._next()
            return item if stream.outward is None else stream.outward(item)  # type: ignore[no-any-return]
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    def send(self, value: None, /) -> Y:
        """Return the next item; `value` is None, for a generator that is ahead cannot take another.

        Raises:
            TypeError: `value` is not None.
            StopIteration: the generator has returned.
        """
        if value is not None:
            raise TypeError(f"{self._stream.name} reads ahead: nothing can be sent into it; iterate without read_ahead")
        return self.__next__()

    def throw(self, typ: Any, val: Any = None, tb: TracebackType | None = None, /) -> Y:
        """End the generator, wait for its clean-up, and raise the exception: it does not reach the generator."""
        error = as_error(typ, val, tb)
        try:
            self.close()
            raise error  # noqa: TRY301  from within, so that our frame lets go of it
        except BaseException as raised:  # any: it is passed on, without the library's frames
            hide_library_frames(raised)
            raise
        finally:
            del typ, val, tb, error  # error -> traceback -> frame -> error would be a cycle

    def close(self) -> None:
        """Cancel what the generator waits for, end it, wait for its clean-up, and raise what that raises.

        For the grace period at most; what goes on then is logged. An interrupt cuts no clean-up short: the first one is
        raised when that has ended, a second one at once.
        """
        stream, buffer = self._stream, self._buffer
        thread = stream.thread
        if thread is not None and thread.is_current():
            buffer.stop(thread)
        if stream.ends_quietly(is_blocking=True):
            buffer.items = deque()
            return
        assert thread is not None
        call: Call | None = None
        try:
            check_blocking(stream.runtime.thread, stream.name, stream.instead)  # a misuse leaves the stream as it is
            call = stream.step(buffer.task.close, (), ClosingCall)
            filling = buffer.filling
            is_reading = filling is not None and not filling.done
            with Blocked(call, thread, stream.instead):
                self._end_and_wait(call, thread)
            if call.done:
                call.outcome(stream.tokens)
            if filling is not None and is_reading and _has_failed(filling):  # the clean-up was in that step
                filling.outcome(stream.tokens)
        except BaseException as error:  # the clean-up's own error, or an interrupt: it is passed on
            if not stream.has_come_too_late(call, error):
                hide_library_frames(error)
                raise

    @waits_for(lambda frame: frame.f_locals["call"])
    def _end_and_wait(self, call: Call, thread: LoopThread) -> None:
        """Stop reading, and wait for the end of `call`, which closes the generator behind the step under way.

        Nothing but that call's own timer ends it early, so an interrupt waits for it, too, and a second one leaves it.
        """
        stream = self._stream
        lock = new_waiter()
        lock.acquire()

        def wake() -> None:
            try:
                lock.release()
            except RuntimeError:  # released for the other one of two calls
                pass

        call.wake = wake
        limit_s = min(thread.grace_s + VERDICT_S, TIMEOUT_MAX)
        until = time.monotonic() + limit_s
        if _caller.serving:
            _caller.step_aside()
        is_placed = False
        try:
            self._buffer.stop(thread)
            stream.runtime.place(call, thread)
            is_placed = True
            lock.acquire(True, limit_s)
        except BaseException:  # an interrupt
            calls = [call]
            if not is_placed:  # whether the loop has the call, nobody knows; who comes second finds it closed
                calls.append(stream.step(self._buffer.task.close, (), ClosingCall))
                calls[1].wake = wake
                stream.runtime.place(calls[1], thread)
            if not any(each.done for each in calls):
                lock.acquire(True, max(0.0, until - time.monotonic()))
            for each in calls:
                each.leave(stream.tokens)
            raise
        finally:
            stream.end()
        if thread.is_exiting:  # it wakes nobody any more
            park_daemon()
        if not call.done:  # the loop itself is held
            call.stop_waiting(thread)

    def _next(self) -> Y:
        stream, buffer = self._stream, self._buffer
        items = buffer.items
        while True:  # a second round only where another thread was quicker
            if not items and not stream.is_over:
                self._wait_for_item()
            try:
                item = items.popleft()
                break
            except IndexError:
                if stream.is_over:
                    raise StopIteration from None
        filling = buffer.filling
        if filling is not None and filling.done and self._is_low() and filling.error is None:
            self._go_on()
        return item if stream.outward is None else stream.outward(item)  # type: ignore[no-any-return]

    def _is_low(self) -> bool:
        return len(self._buffer.items) <= self._buffer.limit // 2

    def _wait_for_item(self) -> None:
        """Wait until there is one, or the generator has returned."""
        stream, buffer = self._stream, self._buffer
        check_blocking(stream.runtime.thread, stream.name, stream.instead)
        try:
            while not buffer.items and not stream.is_over:
                filling = buffer.filling
                if filling is not None and not filling.done:
                    self._wait_for(filling)
                elif not self._go_on():
                    self._check_alive()
                    buffer.wait(None)
        except BaseException as error:  # the generator's own error, or an interrupt: it is passed on
            if isinstance(error, DeadlockError) and buffer.filling is not None:
                raise  # the wait was refused, and not by the generator: its items come when the loop is free
            stream.is_over = True
            try:
                if stream.thread is not None and not isinstance(error, DeadlineExceeded):
                    self._cancel_and_wait(stream.thread)  # an interrupt, where a step is under way
            finally:  # a second one does not wait
                if stream.thread is not None:
                    buffer.abandon(stream.thread)
                stream.end()
                buffer.wake()  # an interrupt may have cost the others the end of a turn
            raise

    def _go_on(self) -> bool:
        """Take note of the step that has ended, if one has, and start the next; False while another thread does."""
        stream, buffer = self._stream, self._buffer
        if not buffer.turn.acquire(False):
            return False
        try:
            filling = buffer.filling
            if filling is not None and filling.done and (filling.error is None or not buffer.items):
                self._take_note(filling)
            if buffer.filling is None and not stream.is_over:
                self._start_filling()
        finally:
            buffer.end_turn()
        return True

    def _wait_for(self, filling: Call) -> None:
        self._check_alive()
        thread = filling.thread or self._stream.thread
        assert thread is not None
        limit_s = -1.0
        if filling.deadline is not None:
            limit_s = min(max(filling.deadline - time.monotonic(), 0) + thread.grace_s + VERDICT_S, TIMEOUT_MAX)
        with Blocked(filling, thread, self._stream.instead):
            is_late = not self._buffer.wait(filling, limit_s, also_for_items=True)
        if is_late and not filling.done and not self._buffer.items:  # the loop itself is held
            raise filling.exceeded()

    def _check_alive(self) -> None:
        """Refuse to wait for a thread that is gone, as it is in a forked child: nobody would end the wait."""
        stream, thread = self._stream, self._stream.thread
        if thread is not None and thread.is_closed:
            if thread.is_exiting:
                park_daemon()
            raise RuntimeClosed(f"{stream.name} ended because the synchronizer {thread.name!r} was closed")

    def _cancel_and_wait(self, thread: LoopThread) -> None:
        """End the step that is under way, and wait for its clean-up, for the grace period at most."""
        filling = self._buffer.filling
        if filling is None or filling.done or thread.is_closed:
            return
        self._buffer.stop(thread)
        until = time.monotonic() + thread.grace_s
        while not filling.done and (remaining := until - time.monotonic()) > 0:  # an item may wake it as well
            self._buffer.wait(filling, remaining, also_for_items=False)
        if not filling.done:
            filling.report_refusal(thread)
        filling.leave(self._stream.tokens)

    def _take_note(self, filling: Call) -> None:
        """Take over what a step that has ended leaves: the context variables it set, the end, an exception."""
        self._buffer.filling = None
        if filling.outcome(self._stream.tokens) is END:
            self._stream.end()

    def _start_filling(self) -> None:
        stream, buffer = self._stream, self._buffer
        thread = stream.begin(self, buffer.abandon)
        call = stream.step(buffer.fill, ())
        call.runner = self._stepper.step_for_caller()
        call.wake = buffer.wake
        buffer.filling = call
        stream.runtime.place(call, thread)


def _has_failed(call: Call) -> bool:
    """Tell whether a step that was told to end has raised anything but that."""
    error = call.error if call.done else None
    return error is not None and not isinstance(error, (asyncio.CancelledError, DeadlineExceeded, RuntimeClosed))
