"""The one future class: a `concurrent.futures.Future` that can also be awaited, from any asyncio loop."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
import weakref
from _thread import allocate_lock
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import RuntimeClosed
from ._guard import check_blocking, running_loop

if TYPE_CHECKING:
    from collections.abc import Generator

    from ._call import Call
    from ._loop import LoopThread

T = TypeVar("T")


class _Condition(threading.Condition):
    """A condition that an interrupt cannot leave locked, which would hold the loop for good when it settles a future.

    Enter and exit are the lock's own functions in C; those of `threading.Condition` are Python functions, between whose
    steps an interrupt can strike.
    """

    if not TYPE_CHECKING:
        __enter__ = property(lambda self: self._lock.__enter__)
        __exit__ = property(lambda self: self._lock.__exit__)


class Future(concurrent.futures.Future[T]):
    """The result of work that runs on a synchronizer, in every context the same class.

    `result(timeout)` and `exception(timeout)` block, and limit the waiting alone; `await future` waits on any asyncio
    loop. `cancel()` asks the task to end: the future is done, and cancelled, when the task's clean-up is. Dropping the
    future never cancels the work; an exception that nobody has read by then is reported once, through the exception
    handler of the synchronizer's loop.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self._condition = _Condition()
        self._name = name
        self._call: Call | None = None
        self._thread: LoopThread | None = None
        self._unread: _Unread | None = None

    # -- the runtime's side

    def attach(self, call: Call) -> None:
        """Tie the future to the call it stands for; the call holds the future until it is done."""
        self._call = call

    def run_on(self, thread: LoopThread) -> None:
        """Name the thread that has taken the call."""
        self._thread = thread

    def settle(self) -> None:
        """Take the outcome over from the call; the loop's thread calls this once."""
        call, self._call = self._call, None
        assert call is not None
        self._thread = call.thread
        error = call.error
        call.error = None
        if error is None:
            self.set_result(call.value)
        elif isinstance(error, asyncio.CancelledError):
            super().cancel()
            self.set_running_or_notify_cancel()
        else:
            self._unread = _Unread(self, self._name, error, self._thread)
            self.set_exception(error)

    # -- the user's side

    def cancel(self) -> bool:
        """Ask the task to end; False when the work has ended already with a result or an exception."""
        call, thread = self._call, self._thread
        if self.done() or call is None or thread is None:
            return self.cancelled()
        thread.request_cancel(call, "cancelled")
        return True

    def running(self) -> bool:
        """Tell whether the work has begun and not ended."""
        call = self._call
        return call is not None and call.begun and not self.done()

    def result(self, timeout: float | None = None) -> T:
        """Wait for the result and return it; `timeout`, in seconds, limits the waiting and leaves the work alone.

        Raises:
            DeadlockError: called on the thread that runs the work.
            concurrent.futures.TimeoutError: the work did not end in time.
            concurrent.futures.CancelledError: the work was cancelled.
        """
        self._before_waiting("result")
        self._mark_read()
        try:
            return super().result(self._wait_done(timeout))
        finally:
            self._mark_read()

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """Wait for the end and return the exception, or None; `timeout` as in `result`.

        Raises:
            DeadlockError: called on the thread that runs the work.
            concurrent.futures.TimeoutError: the work did not end in time.
            concurrent.futures.CancelledError: the work was cancelled.
        """
        self._before_waiting("exception")
        try:
            return super().exception(self._wait_done(timeout))
        finally:
            self._mark_read()

    def __await__(self) -> Generator[Any, None, T]:
        return self._wait().__await__()

    async def _wait(self) -> T:
        loop = running_loop(f"the future of {self._name}")
        if not self.done():
            self._check_alive()
            waiter = self._waiter(loop)
            try:
                await waiter
            except asyncio.CancelledError:
                if not self.done():
                    self.cancel()
                    await self._settled(loop)
                raise
        if self.cancelled():
            raise asyncio.CancelledError
        return self.result()

    async def _settled(self, loop: asyncio.AbstractEventLoop) -> None:
        call, thread = self._call, self._thread
        if call is None or thread is None:
            return
        _, pending = await asyncio.wait({self._waiter(loop)}, timeout=thread.grace_s)
        if pending:
            call.report_refusal(thread)

    def _waiter(self, loop: asyncio.AbstractEventLoop) -> asyncio.Future[None]:
        waiter = loop.create_future()
        self.add_done_callback(lambda _: _wake(loop, waiter))
        return waiter

    def _before_waiting(self, verb: str) -> None:
        if not self.done():
            check_blocking(self._thread, f"{verb}() of the future of {self._name}", "await future")
            self._check_alive()

    def _check_alive(self) -> None:
        """Refuse to wait for a thread that is gone: the interpreter is ending, or this is a forked child."""
        thread = self._thread
        if thread is not None and thread.is_closed and not self.done():
            raise RuntimeClosed(f"{self._name} cannot end any more: the synchronizer {thread.name!r} was closed")

    def _wait_done(self, timeout_s: float | None) -> int:
        """Wait, in one C call, until the future is done or the time is up; return how long there is left to wait: 0.

        `concurrent.futures` waits in Python, where an interrupt at the wrong moment turns into another exception.
        """
        if not self.done():
            lock = allocate_lock()
            lock.acquire()

            def wake(_: object) -> None:
                lock.release()

            self.add_done_callback(wake)
            is_done = False
            try:
                bound = -1 if timeout_s is None else min(max(timeout_s, 0), threading.TIMEOUT_MAX)
                is_done = lock.acquire(True, bound)
            finally:
                if not is_done:  # waiting often must not leave a callback each time
                    with self._condition:
                        self._done_callbacks = [known for known in self._done_callbacks if known is not wake]
        return 0

    def _mark_read(self) -> None:
        if self._unread is not None:
            self._unread.is_read = True


class _Unread:
    """Report the exception of a future that is collected before anybody has read it."""

    __slots__ = ("_error", "_name", "_reference", "_thread", "is_read")

    def __init__(self, future: Future[Any], name: str, error: BaseException, thread: LoopThread | None) -> None:
        self.is_read = False
        self._name = name
        self._error = error
        self._thread = thread
        _waiting_reports.add(self)
        self._reference = weakref.ref(future, self._collected)

    def _collected(self, _: object) -> None:
        _waiting_reports.discard(self)
        if self.is_read or self._thread is None:
            return
        context = {"message": f"the exception of {self._name} was never read", "exception": self._error}
        try:
            self._thread.loop.call_soon_threadsafe(self._thread.loop.call_exception_handler, context)
        except RuntimeError:  # the loop has closed; its handler still tells
            self._thread.loop.call_exception_handler(context)


_waiting_reports: set[_Unread] = set()  # keeps each report alive as long as its future, which alone refers to it weakly


def _wake(loop: asyncio.AbstractEventLoop, waiter: asyncio.Future[None]) -> None:
    def set_done() -> None:
        if not waiter.done():
            waiter.set_result(None)

    try:
        loop.call_soon_threadsafe(set_done)
    except RuntimeError:  # the waiting loop has closed
        pass
