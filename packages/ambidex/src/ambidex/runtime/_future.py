"""The one future class: a `concurrent.futures.Future` that can also be awaited, from any asyncio loop.

The outcome is handed over without a lock: `settle` stores it, sets `_is_settled`, then wakes who it finds; who waits
enters itself, then looks at `_is_settled`, and whoever takes an entry out acts on it. The base class's condition serves
`concurrent.futures.wait` and `as_completed` alone, and the loop never waits for it: an interrupt can leave it locked
for good in the interrupted thread (a `with` is not one step for a signal).
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import weakref
from collections import deque
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..errors import DeadlineExceeded, RuntimeClosed
from ._diagnosis import _shared
from ._diagnosis._deadlock import Blocked, check_awaiting, enter_awaiting
from ._diagnosis._guard import check_blocking, running_loop
from ._diagnosis._shared import waits_for
from ._diagnosis._stack import hide_library_frames
from ._loop._call import set_context
from ._native import TIMEOUT_MAX, adapt_future, new_waiter, start_new_thread
from ._parking import park_daemon

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from types import FrameType

    from ._loop._call import Call
    from ._loop._thread import LoopThread

T = TypeVar("T")
# The runtime alone gives a future its value, so a `Future[bytes]` serves where a `Future[bytes | None]` is asked for.
R_co = TypeVar("R_co", covariant=True)

_log = logging.getLogger(__name__)


def _waited_for(frame: FrameType) -> Call | None:
    """Return the call that a method of a future waits for; None when it is done."""
    future: Future[Any] = frame.f_locals["self"]
    return future._call  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001  of this very module


class Future(concurrent.futures.Future[R_co]):  # type: ignore[type-var]  # pyright: ignore[reportInvalidTypeArguments]
    """The result of work that runs on a synchronizer, in every context the same class.

    `result(timeout)` and `exception(timeout)` block, and limit the waiting alone; `await future` waits on any asyncio
    loop. `cancel()` asks the task to end: the future is done, and cancelled, when the task's clean-up is. Dropping the
    future never cancels the work; an exception that nobody has read by then is reported once, through the exception
    handler of the synchronizer's loop.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        adapt_future(self)
        self._name = name
        self._call: Call | None = None
        self._thread: LoopThread | None = None
        self._unread: _Unread | None = None
        self._is_settled = False
        self._value: R_co | None = None
        self._error: BaseException | None = None  # a CancelledError where the work was cancelled
        self._waiting: deque[Any] = deque()  # locks that blocked threads wait on
        self._callbacks: deque[Callable[[Future[R_co]], object]] = deque()

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
        self._value, self._error = call.value, call.error
        call.error = None
        is_closed = isinstance(self._error, RuntimeClosed) and call.end_reason == "closed"  # nothing that went wrong
        if self._error is not None and not is_closed and not isinstance(self._error, asyncio.CancelledError):
            self._unread = _Unread(self, self._name, self._error, self._thread)
        self._is_settled = True
        if self._condition.acquire(blocking=False):
            try:
                self._publish()
            finally:
                self._condition.release()
        else:
            try:
                start_new_thread(self._publish, ())
            except RuntimeError:  # the interpreter is ending
                pass
        while (lock := _take(self._waiting)) is not None:
            lock.release()
        self._run_callbacks(BaseException)  # nothing may go up from here: it would end the loop, or other work

    def _publish(self) -> None:
        """Tell the base class, and through it `concurrent.futures.wait` and `as_completed`."""
        if self._error is None:
            self.set_result(cast("R_co", self._value))
        elif isinstance(self._error, asyncio.CancelledError):
            super().cancel()
            self.set_running_or_notify_cancel()
        else:
            self.set_exception(self._error)

    def _run_callbacks(self, kept: type[BaseException]) -> None:
        while (callback := _take(self._callbacks)) is not None:
            try:
                callback(self)
            except kept:  # the callback is the user's, and the others must still run
                _log.exception("a callback of the future of %s raised", self._name)

    # -- the user's side

    def cancel(self) -> bool:
        """Ask the task to end; False when the work has ended already with a result or an exception."""
        call, thread = self._call, self._thread
        if self.done() or call is None or thread is None:
            return self.cancelled()
        thread.request_cancel(call, "cancelled")
        return True

    def cancelled(self) -> bool:
        """Tell whether the work was cancelled, and has ended."""
        return self._is_settled and isinstance(self._error, asyncio.CancelledError)

    def running(self) -> bool:
        """Tell whether the work has begun and not ended."""
        call = self._call
        return call is not None and call.begun and not self._is_settled

    def done(self) -> bool:
        """Tell whether the work has ended, in whichever way."""
        return self._is_settled

    def add_done_callback(self, fn: Callable[[Future[R_co]], object]) -> None:
        """Call `fn(future)` when the work has ended: on the loop's thread, or here and now where it has ended already.

        What it raises is logged.
        """
        self._callbacks.append(fn)
        if self._is_settled:
            self._run_callbacks(Exception)  # an interrupt that strikes here belongs to this thread

    def result(self, timeout: float | None = None) -> R_co:
        """Wait for the result and return it; `timeout`, in seconds, limits the waiting and leaves the work alone.

        Raises:
            DeadlockError: called on the thread that runs the work.
            RuntimeClosed: the synchronizer was closed.
            concurrent.futures.TimeoutError: the work did not end in time.
            concurrent.futures.CancelledError: the work was cancelled.
        """
        error: BaseException | None = None
        context: BaseException | None = None
        try:
            error = self._outcome("result", timeout)
            if error is None:
                return cast("R_co", self._value)
            context = error.__context__
            raise error  # noqa: TRY301  from within, so that our frames can be hidden
        except BaseException as raised:  # any: it is passed on, without the library's frames
            if context is not None and raised is error:  # the error's own one, not what the caller is handling
                set_context(raised, context)
            hide_library_frames(raised)
            raise
        finally:
            del error, context, self  # error -> traceback -> frame -> error would be a cycle

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """Wait for the end and return the exception, or None; `timeout` as in `result`.

        Raises:
            DeadlockError: called on the thread that runs the work.
            RuntimeClosed: the synchronizer was closed.
            concurrent.futures.TimeoutError: the work did not end in time.
            concurrent.futures.CancelledError: the work was cancelled.
        """
        try:
            return self._outcome("exception", timeout)
        except BaseException as raised:  # any: it is passed on, without the library's frames
            hide_library_frames(raised)
            raise

    def __await__(self) -> Generator[Any, None, R_co]:
        return self._wait().__await__()

    def __repr__(self) -> str:
        state = "pending" if not self._is_settled else "cancelled" if self.cancelled() else "done"
        return f"<Future of {self._name}, {state}>"

    # -- the waiting

    def _outcome(self, verb: str, timeout_s: float | None) -> BaseException | None:
        if not self._is_settled:
            check_blocking(self._thread, f"{verb}() of the future of {self._name}", "await future")
            self._check_alive()
            if not self._wait_unless_deadlocked(timeout_s):
                raise concurrent.futures.TimeoutError
        self._mark_read()
        if self.cancelled():
            raise concurrent.futures.CancelledError
        return self._error

    def _wait_unless_deadlocked(self, timeout_s: float | None) -> bool:
        call, thread = self._call, self._thread
        if timeout_s is not None or call is None or thread is None:  # a wait that is limited ends by itself
            return self._wait_blocking(timeout_s)
        with Blocked(call, thread, "await future"):
            return self._wait_blocking(None)

    @waits_for(_waited_for)
    def _wait_blocking(self, timeout_s: float | None) -> bool:
        lock = new_waiter()
        lock.acquire()
        self._waiting.append(lock)
        try:
            if self._is_settled:
                return True
            return lock.acquire(True, -1 if timeout_s is None else min(max(timeout_s, 0), TIMEOUT_MAX))
        finally:
            try:
                self._waiting.remove(lock)  # waiting often must not leave a lock each time
            except ValueError:
                pass

    @waits_for(_waited_for)
    async def _wait(self) -> R_co:
        try:
            loop = running_loop(f"the future of {self._name}")
            if not self._is_settled:
                self._check_alive()
                call = self._call
                if call is not None:
                    call.bound_for = self._thread
                key = 0 if call is None else enter_awaiting(call)
                try:
                    if _shared.waits:
                        check_awaiting(self._thread, f"the future of {self._name}")
                    await self._waiter(loop)
                except asyncio.CancelledError:
                    self.add_done_callback(lambda future: future._pass_over_deadline())  # noqa: SLF001
                    if not self._is_settled:
                        self.cancel()
                        await self._wait_for_clean_up(loop)
                    raise
                finally:
                    _shared.awaits.pop(key, None)
            if self.cancelled():
                raise asyncio.CancelledError  # noqa: TRY301  as in `result`
            return self.result()
        except BaseException as raised:  # any: it is passed on, without the library's frames
            hide_library_frames(raised)
            raise

    def _pass_over_deadline(self) -> None:
        """Report no deadline where the reader was cancelled: that says more, and the reader knows of it."""
        if isinstance(self._error, DeadlineExceeded):
            self._mark_read()

    async def _wait_for_clean_up(self, loop: asyncio.AbstractEventLoop) -> None:
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

    def _check_alive(self) -> None:
        """Refuse to wait for a thread that is gone: the interpreter is ending, or this is a forked child."""
        thread = self._thread
        if thread is not None and thread.is_closed and not self._is_settled:
            if thread.is_exiting:
                park_daemon()
            raise RuntimeClosed(f"{self._name} cannot end any more: the synchronizer {thread.name!r} was closed")

    def _mark_read(self) -> None:
        unread, self._unread = self._unread, None
        if unread is not None:
            unread.forget()


class _Unread:
    """Report the exception of a future that is collected before anybody has read it."""

    __slots__ = ("_error", "_name", "_reference", "_thread")

    def __init__(self, future: Future[Any], name: str, error: BaseException, thread: LoopThread | None) -> None:
        self._name = name
        self._error: BaseException | None = error
        self._thread = thread
        _waiting_reports.add(self)
        self._reference = weakref.ref(future, self._collected)

    def forget(self) -> None:
        """Report nothing: the exception was read; its traceback may refer to the future from now on."""
        self._error = None
        _waiting_reports.discard(self)

    def _collected(self, _: object) -> None:
        error, thread = self._error, self._thread
        self.forget()
        if error is None or thread is None:
            return
        context = {"message": f"the exception of {self._name} was never read", "exception": error}
        try:
            thread.loop.call_soon_threadsafe(thread.loop.call_exception_handler, context)
        except RuntimeError:  # the loop has closed; its handler still tells
            thread.loop.call_exception_handler(context)


_waiting_reports: set[_Unread] = set()  # keeps each report alive as long as its future, which alone refers to it weakly


class _First:
    """Stand among the locks of several futures, for one thread: the first that is settled wakes it."""

    def __init__(self) -> None:
        self._lock = new_waiter()
        self._lock.acquire()
        self._wakes = deque((True,))

    def release(self) -> None:
        """Wake the thread, once."""
        if _take(self._wakes):
            self._lock.release()

    def wait(self, timeout_s: float | None) -> None:
        """Wait to be woken."""
        self._lock.acquire(True, -1 if timeout_s is None else min(max(timeout_s, 0), TIMEOUT_MAX))


def wait_for_first(futures: Sequence[Future[Any]], timeout_s: float | None = None) -> None:
    """Wait until one of some futures is done, `timeout_s` seconds at most.

    An interrupt leaves nothing locked, as it may in `concurrent.futures.wait`, which hears of no end from then on.
    """
    first = _First()
    for each in futures:
        each._waiting.append(first)  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001  of this very module
    try:
        if not any(each.done() for each in futures):
            first.wait(timeout_s)
    finally:
        for each in futures:
            try:
                each._waiting.remove(first)  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001
            except ValueError:  # it was woken by this one
                pass


def _take(queue: deque[T]) -> T | None:
    try:
        return queue.popleft()
    except IndexError:
        return None


def _wake(loop: asyncio.AbstractEventLoop, waiter: asyncio.Future[None]) -> None:
    def set_done() -> None:
        if not waiter.done():
            waiter.set_result(None)

    try:
        loop.call_soon_threadsafe(set_done)
    except RuntimeError:  # the waiting loop has closed
        pass
