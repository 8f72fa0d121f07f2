"""The two iterators in lock-step that callers hold while a `StreamTask` runs their generator."""

from __future__ import annotations

import collections.abc
import time
import weakref
from asyncio import _get_running_loop
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeVar

from ...errors import DeadlockError, RuntimeClosed
from .._diagnosis import _shared
from .._diagnosis._call_site import Stepper
from .._diagnosis._deadlock import check_awaiting, enter_awaiting
from .._diagnosis._guard import check_blocking, running_loop
from .._diagnosis._shared import waits_for
from .._diagnosis._stack import hide_library_frames
from .._loop._call import Call
from .._runtime import AsyncWaiter
from ._stream_task import END, ClosingCall, StreamTask

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from .._caller import Caller
    from .._loop._context import Tokens
    from .._loop._thread import LoopThread
    from .._runtime import Runtime

Y = TypeVar("Y")
S = TypeVar("S")


class StreamCall(NamedTuple):
    """The call that opens a stream, and how its values cross: `outward` each item, `inward` each value sent.

    `name` and `instead` stand in messages: what is called, and the code to write where a loop runs. `caller` is there
    where callables are handed over.
    """

    runtime: Runtime
    function: Callable[..., Any]
    args: Sequence[Any]
    kwargs: Mapping[str, Any]
    name: str
    instead: str
    timeout_s: float | None = None
    outward: Callable[[Any], Any] | None = None
    inward: Callable[[Any], Any] | None = None
    caller: Caller | None = None


class Stream:
    """What the iterators share: the task, the thread it lives on, and the deadline of the whole stream."""

    __slots__ = (
        "_key",
        "caller",
        "deadline",
        "instead",
        "inward",
        "is_over",
        "name",
        "outward",
        "runtime",
        "stepper",
        "task",
        "thread",
        "timeout_s",
        "tokens",
    )

    def __init__(self, call: StreamCall) -> None:
        self.runtime = call.runtime
        self.name = call.name
        self.instead = call.instead
        self.timeout_s = call.timeout_s
        self.outward = call.outward
        self.inward = call.inward
        self.caller = call.caller
        self.deadline: float | None = None
        self.task = StreamTask(call.function, call.args, call.kwargs, call.name)
        self.thread: LoopThread | None = None
        self.is_over = False
        self.stepper = Stepper()
        self.tokens: Tokens = {}
        self._key: weakref.ref[Any] | None = None  # of the thread, which holds the task

    def begin(self, iterator: object, abandon: Callable[[LoopThread], None]) -> LoopThread:
        """Bind the stream to the running thread at its first step; when `iterator` is collected, it is abandoned."""
        thread = self.thread
        if thread is None:
            thread = self.runtime.ensure_thread()
            self._key = thread.keep(abandon, iterator)
            if self.timeout_s is not None:
                self.deadline = time.monotonic() + self.timeout_s
            self.thread = thread
        return thread

    def step(self, function: Callable[..., Any], args: Sequence[Any], kind: type[Call] = Call) -> Call:
        """Return the call for one step; it runs as the caller's own, where that has handed callables over."""
        if self.caller is None:
            call = kind(function, args, {}, self.name, self.timeout_s, stream=self.task)
        else:
            with self.caller:
                call = kind(function, args, {}, self.name, self.timeout_s, stream=self.task)
        call.deadline = self.deadline
        call.runner = self.stepper.step_for_caller()
        return call

    @staticmethod
    def refuse_value() -> NoReturn:
        """Say what Python says of a value sent into a generator that has not begun; it can still begin.

        Raises:
            TypeError: always.
        """
        raise TypeError("can't send non-None value to a just-started async generator")

    def ends_quietly(self, *, is_blocking: bool) -> bool:
        """Tell whether a close has nothing to wait for; it has then been taken note of.

        A loop that has closed has ended the generator. To a fork of its process, that is the parent's. A blocking close
        on the loop's own thread is mostly a finalizer's, of a generator that delegates to this one and is collected
        there: it lets the clean-up run, as collecting this one does.
        """
        thread = self.thread
        if not self.is_over and thread is not None and not thread.is_closed:
            if not is_blocking or not thread.is_current():
                return False
            self.task.abandon(thread)
        self.end()
        return True

    @staticmethod
    def has_come_too_late(call: Call | None, error: BaseException) -> bool:
        """Tell whether a close failed because the loop closed before it began: that has ended the generator itself."""
        return isinstance(error, RuntimeClosed) and call is not None and call.thread is None

    def end(self) -> None:
        """Take note that the generator has ended."""
        self.is_over = True
        if self.thread is not None and self._key is not None:
            self.thread.forget(self._key)

    def break_off(self) -> None:
        """End the stream after a step that failed; a generator that has survived it is closed."""
        self.is_over = True
        if self.thread is not None:
            self.task.abandon(self.thread)
        self.end()


class BlockingStream(collections.abc.Generator[Y, S, None]):
    """An async generator as a blocking one.

    Each step runs on the synchronizer's loop and blocks this thread. Collecting it, or leaving a `for` early, lets the
    generator's clean-up run without waiting for it; `close()` waits.
    """

    __slots__ = ("__weakref__", "_stream")

    def __init__(self, call: StreamCall) -> None:
        self._stream = Stream(call)
        if call.caller is not None:
            weakref.finalize(self, call.caller.close).atexit = False

    def __next__(self) -> Y:
        try:
            return self._send(None)  # the generator protocol: None starts and continues
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    def send(self, value: S, /) -> Y:
        """Continue with `value` as the result of the `yield`; return the next item.

        Raises:
            StopIteration: the generator has returned.
            TypeError: `value` is not None, and the generator has not begun.
            DeadlockError: the step would wait for its own thread, or for a loop that waits for the one held here; it
                has not begun, and the stream stays as it was.
            DeadlineExceeded: the stream did not end within its `timeout`.
            RuntimeClosed: the synchronizer was closed.
        """
        try:
            return self._send(value)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    def throw(self, typ: Any, val: Any = None, tb: TracebackType | None = None, /) -> Y:
        """Raise an exception at the `yield`; return the next item.

        Raises:
            StopIteration: the generator has returned.
        """
        error = as_error(typ, val, tb)
        try:
            stream = self._stream
            if stream.is_over or (isinstance(error, GeneratorExit) and stream.ends_quietly(is_blocking=True)):
                raise error  # noqa: TRY301  from within, so that our frame lets go of it
            return self._step(stream.task.throw, (error,))
        except BaseException as raised:  # any: it is passed on, without the library's frames
            hide_library_frames(raised)
            raise
        finally:
            del typ, val, tb, error  # error -> traceback -> frame -> error would be a cycle

    def close(self) -> None:
        """End the generator and wait for its clean-up, for the grace period at most; what goes on then is logged."""
        stream = self._stream
        if stream.ends_quietly(is_blocking=True):
            return
        try:
            self._step(stream.task.close, (), ClosingCall)
        except StopIteration:
            pass
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    def _send(self, value: Any) -> Y:
        stream = self._stream
        if stream.is_over:
            raise StopIteration
        if value is not None and stream.thread is None:
            stream.refuse_value()
        inward = stream.inward
        return self._step(stream.task.send, (value if inward is None else inward(value),))

    def _step(self, function: Callable[..., Any], args: Sequence[Any], kind: type[Call] = Call) -> Y:
        stream = self._stream
        is_loop_held = _get_running_loop() is not None
        if is_loop_held:
            check_blocking(stream.runtime.thread, stream.name, stream.instead)  # a misuse leaves the stream as it is
        thread = stream.begin(self, stream.task.abandon)
        call: Call | None = None
        try:
            call = stream.step(function, args, kind)
            if stream.caller is not None:
                stream.caller.wait(call, thread, stream.instead)
            elif is_loop_held:
                stream.runtime.wait_holding_loop(call, thread, stream.instead)
            else:
                stream.runtime.wait_blocking(call, thread)
            value = call.outcome(stream.tokens)
        except BaseException as error:  # the step's own error, or an interrupt: it is passed on
            args = ()  # a thrown error is among them: error -> traceback -> frame -> error would be a cycle
            is_refused = call is not None and not call.done and isinstance(error, DeadlockError)  # nothing has begun
            if not is_refused:
                stream.break_off()
                if call is not None:
                    call.leave(stream.tokens)
            if function == stream.task.close and stream.has_come_too_late(call, error):
                raise StopIteration from None
            raise
        if value is END:
            stream.end()
            raise StopIteration
        return value if stream.outward is None else stream.outward(value)  # type: ignore[no-any-return]


class AsyncStream(collections.abc.AsyncGenerator[Y, S]):
    """An async generator that runs on the synchronizer's loop, iterated from any asyncio loop.

    Collecting it, or leaving an `async for` early, lets the generator's clean-up run without waiting for it; `aclose()`
    waits.
    """

    __slots__ = ("__weakref__", "_stream")

    def __init__(self, call: StreamCall) -> None:
        self._stream = Stream(call)
        if call.caller is not None:
            weakref.finalize(self, call.caller.close).atexit = False

    def __aiter__(self) -> AsyncStream[Y, S]:
        return self

    async def __anext__(self) -> Y:
        try:
            return await self._send(None)  # the generator protocol: None starts and continues
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    async def asend(self, value: S, /) -> Y:
        """Continue with `value` as the result of the `yield`; return the next item.

        Raises:
            StopAsyncIteration: the generator has returned.
            TypeError: `value` is not None, and the generator has not begun.
            NoRunningLoop: no asyncio loop runs here.
            DeadlineExceeded: the stream did not end within its `timeout`.
            RuntimeClosed: the synchronizer was closed.
        """
        try:
            return await self._send(value)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    async def athrow(self, typ: Any, val: Any = None, tb: TracebackType | None = None, /) -> Y:
        """Raise an exception at the `yield`; return the next item.

        Raises:
            StopAsyncIteration: the generator has returned.
        """
        error = as_error(typ, val, tb)
        try:
            stream = self._stream
            if stream.is_over or (isinstance(error, GeneratorExit) and stream.ends_quietly(is_blocking=False)):
                raise error  # noqa: TRY301  from within, so that our frame lets go of it
            return await self._step(stream.task.throw, (error,))
        except BaseException as raised:  # any: it is passed on, without the library's frames
            hide_library_frames(raised)
            raise
        finally:
            del typ, val, tb, error  # error -> traceback -> frame -> error would be a cycle

    async def aclose(self) -> None:
        """End the generator and wait for its clean-up, for the grace period at most; what goes on then is logged."""
        stream = self._stream
        if stream.ends_quietly(is_blocking=False):
            return
        try:
            await self._step(stream.task.close, (), ClosingCall)
        except StopAsyncIteration:
            pass
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    async def _send(self, value: Any) -> Y:
        stream = self._stream
        if stream.is_over:
            raise StopAsyncIteration
        if value is not None and stream.thread is None:
            stream.refuse_value()
        inward = stream.inward
        return await self._step(stream.task.send, (value if inward is None else inward(value),))

    @waits_for(lambda frame: frame.f_locals.get("call"))
    async def _step(self, function: Callable[..., Any], args: Sequence[Any], kind: type[Call] = Call) -> Y:
        stream = self._stream
        loop = running_loop(stream.name)
        thread = stream.begin(self, stream.task.abandon)
        call = stream.step(function, args, kind)
        call.bound_for = thread
        key = enter_awaiting(call)
        try:
            if _shared.waits:
                check_awaiting(thread, stream.name)
        except BaseException:  # the misuse leaves the stream as it is
            _shared.awaits.pop(key, None)
            raise
        try:
            waiter = AsyncWaiter(loop)
            has_begun = stream.runtime.step_async(call, waiter, thread)
            if not call.done:
                await waiter.wait_for(call, thread, None if has_begun else stream.runtime)
            value = call.outcome(stream.tokens)
        except BaseException as error:  # the step's own error, or a cancellation: it is passed on
            args = ()  # as in the blocking one
            stream.break_off()
            call.leave(stream.tokens)
            if function == stream.task.close and stream.has_come_too_late(call, error):
                raise StopAsyncIteration from None
            raise
        finally:
            _shared.awaits.pop(key, None)
        if value is END:
            stream.end()
            raise StopAsyncIteration
        return value if stream.outward is None else stream.outward(value)  # type: ignore[no-any-return]


def as_error(typ: Any, val: Any, tb: TracebackType | None) -> BaseException:
    """Return the exception that the three forms of `throw` mean."""
    if isinstance(typ, BaseException):
        error = typ
    elif isinstance(val, BaseException):
        error = val
    else:
        error = typ() if val is None else typ(val)
    return error if tb is None else error.with_traceback(tb)
