"""Run an async generator in one task and one context, step by step, for callers elsewhere.

All steps and the clean-up happen in the same task, because what a generator may hold across a `yield` demands it: a
task group, a cancel scope, `asyncio.timeout`, the token of a context variable. The task waits between steps, and ends
when the generator does. An async iterable that is no generator is read through one.
"""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import sys
from collections import deque
from typing import TYPE_CHECKING, Any

from ...errors import RuntimeClosed
from .._diagnosis._call_site import awaited_for_caller, called_for_caller, in_step
from .._diagnosis._shared import carries_out
from .._loop._call import Call
from .._loop._context import adopt
from .._loop._tasks import TaskBody, has_task_factory, make_task

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Coroutine, Mapping, Sequence
    from typing import Protocol

    from typing_extensions import Self

    from .._loop._context import Tokens
    from .._loop._thread import LoopThread

    class Buffer(Protocol):
        """Take the items of a stream that is read ahead."""

        items: deque[Any]
        waiting: deque[Any]
        limit: int

        def wake(self) -> None: ...


END = object()  # a step's value when the generator has returned


class ClosingCall(Call):
    """The step that closes a stream, which the generator is owed.

    It is waited for no longer than for the grace period, deadline or not, and neither its caller nor a closing loop
    cuts it short before. Then whoever waits goes on, and so does the clean-up; where another step is under way still,
    it follows that. What it raises once nobody waits for it is reported.
    """

    was_told = "closed"
    is_owed = True
    value: Any = END  # also for one who does not wait for it any longer

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.timeout_s = 0.0  # a held loop is waited for as after a deadline that has passed: for the grace period

    def begin(self, thread: LoopThread) -> None:
        """Have the stream take the step, wanted or not: a caller that has gone has not closed the generator."""
        if self.begun:
            return
        self.begun = True
        self.thread = thread
        self.deadline = None
        self.timer = thread.loop.call_later(thread.grace_s, self._leave_behind, thread)
        thread.calls[self] = None
        self._stream.accept(self, thread)

    def cancel(self, reason: str) -> None:
        """End it only where the loop closes before it has begun: that ends the generator itself."""
        if reason == "closed" and not self.begun:
            super().cancel(reason)

    def finish_with(self, error: BaseException) -> None:
        """End it with what the clean-up has raised, which is reported where nobody waits for it any more."""
        if self.done:
            self._report(error)
        else:
            super().finish_with(error)

    def stop_waiting(self, thread: LoopThread) -> None:
        """Log what holds the loop; the close is done when that ends."""
        self.log_refusal(thread, None)
        self.leave()

    def leave(self, tokens: Tokens | None = None) -> None:
        """Have reported, from now on, what the clean-up raises: nobody waits for it any more; else as for any call."""
        if not self.done:
            self.wake = self._report_end
        super().leave(tokens)

    @property
    def _stream(self) -> StreamTask:
        assert self.stream is not None
        return self.stream

    def _leave_behind(self, thread: LoopThread) -> None:
        step = self._stream.under_way or self  # what does not end: perhaps another one, which has been logged
        if step is self or not step.has_reported:
            self.log_refusal(thread, self._stream.task)
            step.has_reported = True
        if thread.is_stopping and self.task is not None:  # other steps are cancelled as all that runs
            self.task.cancel()
        self.context = self.context.copy()  # the clean-up runs on in the other one, which nobody may read meanwhile
        self.finish(END)

    def _report_end(self) -> None:
        error = self.take_error()
        if error is not None:
            self._report(error)

    def _report(self, error: BaseException) -> None:
        if self.thread is not None and not isinstance(error, (asyncio.CancelledError, RuntimeClosed)):
            self.thread.loop.call_exception_handler(
                {"message": f"the clean-up of {self.name} failed; nobody waited for it", "exception": error}
            )


class _Step:
    """Have some other step of a generator taken in the place of `asend`."""

    __slots__ = ("asend",)

    def __init__(self, asend: Callable[[Any], Awaitable[Any]]) -> None:
        self.asend = asend

    def __aiter__(self) -> Self:
        return self

    def __anext__(self) -> Awaitable[Any]:
        return self.asend(None)


class StreamTask:
    """Own one async generator and the task that drives it; its methods but `abandon` run on the loop's thread."""

    def __init__(self, function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], name: str) -> None:
        self._function = function
        self._args: Sequence[Any] = args
        self._kwargs: Mapping[str, Any] = kwargs
        self._name = name
        self._generator: AsyncGenerator[Any, Any] | None = None
        self._steps: deque[Call] = deque()
        self._task: asyncio.Task[None] | None = None
        self._body: TaskBody | None = None
        self._idle: asyncio.Future[None] | None = None
        self._thread: LoopThread | None = None
        self._left: tuple[Any, BaseException | None] | None = None  # an outcome that no step has asked for yet
        self._has_ended = False
        self._call: Call | None = None  # the one whose step is under way
        self._runner: Callable[..., Coroutine[Any, Any, Any]] = in_step  # for that call

    @property
    def task(self) -> asyncio.Task[None] | None:
        """Return the task, once the first step has begun."""
        return self._task

    @property
    def under_way(self) -> Call | None:
        """Return the call whose step is under way."""
        return self._call

    # -- the steps: functions for a Call to run

    def send(self, value: Any) -> Coroutine[Any, Any, Any]:
        """Return what runs to the next `yield` and returns what it gives, or END."""
        return self._runner(self._call, self._generator or self._opening(), value, StopAsyncIteration, END)

    def fill(self, buffer: Buffer) -> Coroutine[Any, Any, Any]:
        """Return what fills a buffer, or returns END; the runner of its call is of `IN_STEPS`."""
        return self._runner(self._call, self._generator or self._opening(), buffer, len, END)

    def throw(self, error: BaseException) -> Coroutine[Any, Any, Any]:
        """Return what raises `error` at the `yield` and returns what the next one gives, or END."""
        thrown = [error]  # taken out: error -> traceback -> frame of the step -> error would be a cycle
        step = _Step(lambda _: self._opened().athrow(thrown.pop()))
        return self._runner(self._call, step, None, StopAsyncIteration, END)

    async def close(self) -> Any:
        """End the generator, running its clean-up."""
        generator, self._generator = self._generator, None
        if generator is not None:
            step = _Step(lambda _: generator.aclose())
            await self._runner(self._call, step, None, StopAsyncIteration, END)
        return END

    def _opening(self) -> _Step:
        return _Step(lambda sent: self._opened().asend(sent))

    def _opened(self) -> AsyncGenerator[Any, Any]:
        generator = self._generator
        if generator is None:
            generator = self._generator = as_generator(called_for_caller(self._function, self._args, self._kwargs))
            self._args = ()  # the generator holds them now
            self._kwargs = {}
        return generator

    # -- the task

    def accept(self, call: Call, thread: LoopThread) -> None:
        """Take one step, at once where no other is under way; the first one starts the task."""
        if self._takes_left(call):
            return
        if self._has_ended:
            call.finish(END)
            return
        self._thread = thread
        loop = thread.loop
        is_first = self._task is None
        if self._task is None:
            self._body = TaskBody(None, call.context, self._name)
            self._body.open_main = self._main  # not begun where the first step never ends: Python would say so
            try:
                self._task = make_task(loop, self._body, self._name)
            except Exception as error:  # noqa: BLE001  a task factory of the user's refused: that belongs to the caller
                self._has_ended = True
                self._body.close()
                call.finish_with(error)
                return
            self._task.add_done_callback(self._ended)
        assert self._body is not None
        idle = self._idle
        is_cancelled = idle is not None and idle.cancelled()  # which comes first: it is the generator's
        if self._steps or is_cancelled or not self._body.is_free or has_task_factory(loop):
            self._steps.append(call)
            self._wake_task()
        elif not self._body.step_ahead(self._run(call), loop, self._task) or self._has_ended:
            self._wake_task()
        elif is_first:
            call.leftover = 1

    def _takes_left(self, call: Call) -> bool:
        """Finish a step with what was left for it; an item is for the next one, not for a throw or a close."""
        if self._left is None:
            return False
        (value, error), self._left = self._left, None
        if error is None and value is not END and call.function != self.send:
            return False
        if value is END:
            self._has_ended = True
            self._wake_task()
        if error is not None:
            call.finish_with(error)
        else:
            call.finish(value)
        return True

    def _wake_task(self) -> None:
        if self._idle is not None and not self._idle.done():
            self._idle.set_result(None)

    def _ended(self, _: asyncio.Task[None]) -> None:
        self._has_ended = True
        while self._steps:  # other threads' steps: for them the generator has returned
            self._steps.popleft().finish(END)

    async def _main(self) -> None:
        try:
            while not self._has_ended:
                if self._steps:
                    call = self._steps[0]  # it stays there while it is under way, so that the next one is put behind it
                    # It may have been cancelled while it waited.
                    if (not call.done or call.is_owed) and not self._takes_left(call):
                        await self._run(call)
                    self._steps.popleft()
                else:
                    await self._wait_for_step()
        except GeneratorExit:  # the task is collected with a loop that is gone: nothing can run there any more
            self._generator = None
            raise
        finally:
            self._has_ended = True
            await self.close()  # of use when the runtime closes between two steps

    async def _wait_for_step(self) -> None:
        """Wait between two steps; a cancellation meanwhile, as by a task group inside, goes to the generator."""
        assert self._thread is not None
        self._idle = asyncio.get_running_loop().create_future()
        try:
            await self._idle
        except asyncio.CancelledError as cancelled:
            if self._thread.is_stopping or self._generator is None:
                raise
            try:
                self._left = await self.throw(cancelled), None
            except BaseException as error:  # noqa: BLE001  the boundary of the task: it belongs to the next step
                self._left = END, error
            if self._left[0] is END:
                self._generator = None
            else:
                _forget_cancellation()

    @carries_out(lambda frame: frame.f_locals["call"])
    async def _run(self, call: Call) -> None:
        adopt(call.before, contextvars.copy_context())
        known = contextvars.copy_context()
        call.task = asyncio.current_task()
        self._call, self._runner = call, call.runner
        failure: BaseException | None = None
        value: Any = END
        try:
            value = await call.function(*call.args)
        except BaseException as error:  # noqa: BLE001  the boundary of the task: it belongs to the caller
            failure = error
        self._call, self._runner = None, in_step
        call.before, call.context = known, contextvars.copy_context()
        if value is END and failure is None and call.is_overdue:
            failure = call.exceeded()
        if value is END:
            self._has_ended = True
            self._generator = None
        elif call.end_reason is not None:
            _forget_cancellation()
        if failure is not None:
            call.finish_with(failure)
            failure = None  # its traceback leads to this frame, from 3.12 on, and would be a cycle
        else:
            call.finish(value)

    # -- any thread

    def abandon(self, thread: LoopThread) -> None:
        """Let the generator's clean-up run without waiting for it: its iterator was collected, or has given up."""
        if self._has_ended:
            return
        call = ClosingCall(self.close, (), {}, self._name, None, stream=self)
        call.before = contextvars.Context()  # collected anywhere: that thread's variables are none of the generator's
        call.leave()
        thread.offer(call)


def _forget_cancellation() -> None:
    """Tell the task that runs here that its generator took a cancellation and went on."""
    task = asyncio.current_task()
    if sys.version_info >= (3, 11) and task is not None:
        while task.uncancel():
            pass


def _class_of(value: object) -> type[Any]:
    return type(value)


def as_generator(opened: Any) -> AsyncGenerator[Any, Any]:
    """Return an async generator, or one that reads another async iterable.

    As in `async for`, the class of an object says which it is: the object may answer to every name.

    Raises:
        TypeError: it is neither.
    """
    if hasattr(_class_of(opened), "asend"):
        return opened  # type: ignore[no-any-return]
    if hasattr(_class_of(opened), "__aiter__"):
        return _read(opened)
    if inspect.iscoroutine(opened):
        opened.close()  # else it would be reported as never awaited
        raise TypeError(
            f"{opened.__qualname__} returns one value, and no async iterable; call it and do not iterate it"
        )
    raise TypeError(f"{opened!r} is no async iterable: write an async generator function, `async def` with a `yield`")


async def _read(iterable: AsyncIterable[Any]) -> AsyncGenerator[Any, Any]:
    iterator = called_for_caller(iterable.__aiter__, (), {})
    try:
        while True:
            try:
                item = await awaited_for_caller(iterator.__anext__)
            except StopAsyncIteration:
                return
            yield item
    finally:
        # `async for` never asks for it; a generator that is left early is to end now.
        if hasattr(_class_of(iterator), "aclose"):
            await iterator.aclose()  # pyright: ignore[reportAttributeAccessIssue]
