"""Run a user's callable for an implementation that awaits it, where it belongs.

A blocking function runs off the loop: on the thread of the caller that handed it over, while that waits for its call,
else on a thread of the runtime's pool. An async function runs on its own loop: the one that ran where it was handed
over, else the implementation's, in the task that awaits it. `on_loop` runs both where they are awaited.

What the implementation awaits ends as the callable does: with its result, or with what it raised. A function that
cannot be cancelled runs on; what it raises then is logged, because nobody else learns of it.
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
import inspect
import logging
import weakref
from asyncio import _get_running_loop
from typing import TYPE_CHECKING, Any, NamedTuple

from ...deadlines import current_deadline, enter_deadline, within
from ...errors import DeadlockError, RuntimeClosed
from .._caller import current
from .._diagnosis import _shared
from .._diagnosis._deadlock import enter_awaiting, wait_for_this_task
from .._diagnosis._stack import ANSWER_S, describe_task, has_gil
from .._loop._context import InContext, adopt
from .._loop._tasks import TaskBody, make_task

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .._caller import Caller

    Function = Callable[..., Any]
    Args = tuple[Any, ...]
    Kwargs = Mapping[str, Any]

_log = logging.getLogger(__name__)


class Callback:
    """Stand for one callable of a user, and for whoever has handed it over.

    `is_value` tells of a result that can be awaited whether it is what the callable gives, as it is.
    """

    def __init__(
        self, function: Function, *, on_loop: bool = False, is_value: Callable[[Any], bool] | None = None
    ) -> None:
        self.function = function
        self.name = _name_of(function)
        self._on_loop = on_loop
        self._is_value = is_value
        self._is_async = is_async_callable(function)
        self._callers: list[Caller] = []  # their calls have not ended
        self._last: Caller | None = None

    def hand_over(self, caller: Caller) -> None:
        """Note that `caller` has handed the callable over, once more."""
        self._last = caller
        self._callers.append(caller)
        caller.stand_in(self._callers)

    async def run(self, args: Args, kwargs: Kwargs) -> Any:
        """Call the callable and return its result, awaited where it is awaitable.

        Raises:
            DeadlockError: an async callable's own loop is held by the blocking call that handed it over, or by one that
                waits for the task that runs here.
            RuntimeClosed: an async callable's own loop has closed, or no thread can start at the interpreter's end.
            UsageError: too many blocking callables run at once.
        """
        caller = current.get(None)
        if caller is not None and caller in self._callers:  # the call that handed it over runs here
            return await self._run(caller, args, kwargs)
        caller = self._last_caller()
        context, deadline = caller.context.copy(), current_deadline()
        if deadline is not None:  # of who awaits: that is cancelled when its time is over, whoever has handed it over
            context.run(enter_deadline, deadline)
        return await InContext(self._run(caller, args, kwargs), context)

    def hand_on(self, given: Callback) -> None:
        """Hand over a callable that this one has given: it belongs to whoever has handed this one over."""
        caller = self._last_caller()
        given.hand_over(caller)
        if caller not in self._callers:  # its call has ended, so it leaves the place that it has just taken
            caller.close()

    def _last_caller(self) -> Caller:
        """Return who handed the callable over last: with a call that still runs, if there is one."""
        try:
            return self._callers[-1]
        except IndexError:
            assert self._last is not None
            return self._last

    async def _run(self, caller: Caller, args: Args, kwargs: Kwargs) -> Any:
        """Call the callable as if it stood here: it sees this context, and this one gets what it changes."""
        if self._on_loop:
            value = self.function(*args, **kwargs)
            return await value if self._is_to_be_awaited(value) else value
        if self._is_async:
            return await self._on_its_own_loop(caller, self.function, args, kwargs)
        value = await self._off_the_loop(caller, args, kwargs)
        if self._is_to_be_awaited(value):
            return await self._on_its_own_loop(caller, _itself, (value,), {})
        return value

    def _is_to_be_awaited(self, value: Any) -> bool:
        return (self._is_value is None or not self._is_value(value)) and inspect.isawaitable(value)

    async def _off_the_loop(self, caller: Caller, args: Args, kwargs: Kwargs) -> Any:
        job = _Job(self, caller, args, kwargs)
        if not caller.offer(job):
            job.run_on_pool()
        try:
            await job.answer.wait()
        except BaseException:  # it cannot be cancelled: it runs on, or never begins
            job.answer.is_unwanted = True
            raise
        adopt(job.after, job.before)
        return job.answer.take()

    async def _on_its_own_loop(self, caller: Caller, function: Function, args: Args, kwargs: Kwargs) -> Any:
        own = caller.loop
        if own is None or own is asyncio.get_running_loop():
            return await function(*args, **kwargs)
        if caller.is_waiting():
            instead = f"write `{caller.instead}` for that call, or " if caller.instead else ""
            raise DeadlockError(
                f"{self.name} is async and belongs to the event loop that the blocking call which handed it over "
                f"holds; {instead}hand over a blocking function"
            )
        before = _as_outside(caller)
        after = before.copy()
        visit = Visit(self.name, own, after, function, args, kwargs)
        key = enter_awaiting(visit)
        try:
            self._check_that_it_can_run(own)
            visit.begin()
            return await visit.outcome(_grace_s(caller))
        except GeneratorExit:  # closed, in whatever context: what it has set is nobody's
            after = before
            raise
        finally:
            _shared.awaits.pop(key, None)
            adopt(after, before)

    def _check_that_it_can_run(self, own: asyncio.AbstractEventLoop) -> None:
        wait = wait_for_this_task(own) if _shared.waits else None
        if wait is not None:
            remedy = f"write `{wait['instead']}` there, or " if wait["instead"] else ""
            raise DeadlockError(
                f"{self.name} is async and belongs to an event loop that is blocked in {wait['name']}, which waits for "
                f"the task that calls it; {remedy}hand over a blocking function"
            )


def _as_outside(caller: Caller) -> contextvars.Context:
    """Return a copy of this context in which `caller`'s call does not count as the one that runs here."""
    context = contextvars.copy_context()
    context.run(current.set, caller.context.get(current))
    return context


class Answer:
    """Take the outcome of work elsewhere to the task that waits for it.

    Made and awaited on one loop; given once, from any thread. `is_unwanted` says that nobody waits any more.
    """

    __slots__ = ("_error", "_future", "_loop", "_name", "_value", "has_arrived", "is_given", "is_unwanted")

    def __init__(self, name: str) -> None:
        self._name = name
        self._loop = asyncio.get_running_loop()
        self._future: asyncio.Future[None] = self._loop.create_future()
        self._value: Any = None
        self._error: BaseException | None = None
        self.has_arrived = False
        self.is_given = False
        self.is_unwanted = False

    def give(self, value: Any, error: BaseException | None = None) -> None:
        """Deliver the outcome, from any thread."""
        self._value, self._error = value, error
        try:
            self._loop.call_soon_threadsafe(self._arrive)
        except RuntimeError:  # the loop has closed: nobody waits any more
            self._drop()
        self.is_given = True  # last: an interrupt before that has it given once more

    def _arrive(self) -> None:
        if self.is_unwanted:
            self._drop()
            return
        self.has_arrived = True
        if not self._future.done():
            self._future.set_result(None)

    def _drop(self) -> None:
        error, self._error = self._error, None
        if error is not None and not isinstance(error, asyncio.CancelledError):
            _log.warning("the callback %s failed when nobody waited for it any more", self._name, exc_info=error)

    async def wait(self) -> None:
        """Wait for the outcome."""
        await self._future

    async def wait_again(self, seconds: float) -> bool:
        """Wait for the outcome after a wait that was cancelled; False when it has not come within `seconds`."""
        if not self.has_arrived:
            self._future = self._loop.create_future()
            await asyncio.wait({self._future}, timeout=seconds)
        return self.has_arrived

    def take(self) -> Any:
        """Return the value or raise the error."""
        error, self._error = self._error, None
        if error is None:
            return self._value
        try:
            raise error
        finally:
            del error  # error -> traceback -> this frame -> error would be a cycle


class _Job:
    """Run a blocking callable once, on a thread other than the loop's.

    When it has ended, `after` has the context variables as it left them, and `before` as it found them.
    """

    __slots__ = ("_args", "_callback", "_caller", "_kwargs", "after", "answer", "before", "has_begun")

    def __init__(self, callback: Callback, caller: Caller, args: Args, kwargs: Kwargs) -> None:
        self._callback = callback
        self._caller = caller
        self._args = args
        self._kwargs = kwargs
        self.before = self.after = _as_outside(caller)
        self.answer = Answer(callback.name)
        self.has_begun = False  # on the thread of the caller

    def run_here(self, come_back: Callable[[], object]) -> None:
        """Run on the thread of the caller, in its own context, as if the caller had called it.

        `come_back` is called when the callable has ended, before anybody hears of that.

        Raises:
            KeyboardInterrupt, SystemExit: raised by the callable when the implementation no longer waits for it, or is
                in another process.
        """
        if self.answer.is_unwanted:
            return
        known = self._caller.context.copy()
        known.run(current.set, known.get(current))
        deadline = self.before.run(current_deadline)
        if deadline is None:
            adopt(self.before, known)
            self._call_here(come_back)
            return
        known.run(enter_deadline, deadline)  # the work's own: it does not stay with the caller
        adopt(self.before, known)
        with within(deadline):
            self._call_here(come_back)

    def _call_here(self, come_back: Callable[[], object]) -> None:
        self.before = contextvars.copy_context()
        try:
            self.has_begun = True
            try:
                value = self._callback.function(*self._args, **self._kwargs)
            finally:
                self.after = contextvars.copy_context()
                come_back()  # before the answer: what the implementation calls next finds it waiting
        except BaseException as error:  # any: it is the implementation's, or the caller's thread is to end
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                if self.answer.is_unwanted:
                    raise
                if self._caller.is_remote:
                    self.answer.give(None, asyncio.CancelledError())
                    raise
            self.answer.give(None, error)
        else:
            self.answer.give(value)

    def give_up(self) -> None:
        """Answer where an interrupt may have come between the end of the callable and its answer."""
        if not self.answer.is_given:
            self.answer.give(None, asyncio.CancelledError())

    def run_on_pool(self) -> None:
        """Start on a thread of the pool."""
        try:
            self._caller.runtime.callback_threads.start(self._run, self._callback.name)
        except BaseException as error:  # noqa: BLE001  it belongs to the task that waits
            self.answer.give(None, error)

    def _run(self) -> None:
        if self.answer.is_unwanted:
            return
        self.after = self.before.copy()
        try:
            value = self.after.run(self._callback.function, *self._args, **self._kwargs)
        except BaseException as error:  # noqa: BLE001  the boundary of the thread: it belongs to the task that waits
            self.answer.give(None, error)
        else:
            self.answer.give(value)


_AGES_S = 365 * 24 * 3600.0  # arbitrary: longer than any callback; the timer does nothing but hold its argument


def _hold(_: object) -> None:
    """Be what a timer calls that is there to hold something."""


class _Place(NamedTuple):
    """The loop where a visit runs, as a call's thread names it."""

    loop: asyncio.AbstractEventLoop
    name: str


class Visit:
    """Run an async callable once, in a task of another loop.

    To who follows waiting tasks it is the call that the awaiting task waits for.
    """

    def __init__(
        self,
        name: str,
        loop: asyncio.AbstractEventLoop,
        context: contextvars.Context,
        function: Function,
        args: Args,
        kwargs: Kwargs,
    ) -> None:
        self.name = name
        self.thread = _Place(loop, "of the callback")
        self.deadline: float | None = None
        self.end_reason: str | None = None
        self._loop = loop
        self._context = context
        self._function: Function | None = function  # None when the outcome is given
        self._args = args
        self._kwargs = kwargs
        self._answer = Answer(name)
        self._has_begun = False
        self._is_cancelled = False
        self._task: weakref.ref[asyncio.Task[None]] | None = None  # its loop holds it; with a lost loop it has to go
        self._handle: weakref.ref[Callable[[], None]] | None = None

    @property
    def task(self) -> asyncio.Task[None] | None:
        """The task, once it is made and while its loop is there."""
        return self._task() if self._task is not None else None

    @property
    def done(self) -> bool:
        """Whether the outcome is given."""
        return self._function is None

    def begin(self) -> None:
        """Ask the loop to start the task.

        Raises:
            RuntimeClosed: the loop has closed.
        """

        def start() -> None:
            self._start()

        # a loop that closes drops what it has not begun; this is the only sign of it
        self._handle = weakref.ref(start, lambda _: self._lost())
        try:
            self._loop.call_soon_threadsafe(start)
        except RuntimeError:
            self._has_begun = True
            raise self._closed() from None

    def _closed(self) -> RuntimeClosed:
        return RuntimeClosed(
            f"the async callback {self.name} cannot run: the event loop that ran where it was handed over has closed; "
            "keep that loop running, or hand over a blocking function"
        )

    def _lost(self) -> None:
        if not self._has_begun:
            self._has_begun = True
            self._answer.give(None, self._closed())

    # -- on the callable's own loop

    def _start(self) -> None:
        self._has_begun = True
        self._handle = None  # which refers to this object
        if self._is_cancelled:
            self._answer.give(None, asyncio.CancelledError())
            return
        task = make_task(self._loop, TaskBody(self._main(), self._context, self.name), self.name)
        task.add_done_callback(self._ended)
        self._task = weakref.ref(task)
        # asyncio holds its tasks weakly, and one that waits for what only it knows would be collected. The loop holds
        # its timers, and lets go of them when it closes: then the task has to go, which is the only sign of it.
        holder = self._loop.call_later(_AGES_S, _hold, task)
        task.add_done_callback(lambda _: holder.cancel())

    async def _main(self) -> None:
        try:
            assert self._function is not None
            value = await self._function(*self._args, **self._kwargs)
        except BaseException as error:  # the boundary of the task: it belongs to the one that waits
            if isinstance(error, GeneratorExit) and _get_running_loop() is not self._loop:
                self._give(None, self._closed())  # the task is collected with a loop that is gone
                raise
            self._give(None, error)
        else:
            self._give(value)

    def _ended(self, _: asyncio.Task[None]) -> None:
        if self._function is not None:  # cancelled before its first step
            self._give(None, asyncio.CancelledError())

    def _give(self, value: Any, error: BaseException | None = None) -> None:
        self._function = None
        self._answer.give(value, error)

    def _cancel(self) -> None:
        self._is_cancelled = True
        task = self.task
        if task is not None:
            task.cancel()

    # -- on the loop that waits

    async def outcome(self, grace_s: float) -> Any:
        """Wait for the result; when this is cancelled, cancel the task and wait for its clean-up."""
        answer = self._answer
        try:
            await answer.wait()
        except asyncio.CancelledError:
            self._request_cancel()
            try:
                has_ended = await answer.wait_again(grace_s)
            except BaseException:  # a second cancellation, or the loop's end: it is passed on
                answer.is_unwanted = True
                raise
            if not has_ended:
                answer.is_unwanted = True
                await self._report_refusal(grace_s)
            else:
                self._raise_failure()
            raise
        except BaseException:  # the waiting coroutine is closed
            answer.is_unwanted = True
            self._request_cancel()
            raise
        return answer.take()

    def _request_cancel(self) -> None:
        try:
            self._loop.call_soon_threadsafe(self._cancel)
        except RuntimeError:  # it has closed: the task has ended, or is lost
            pass

    async def _report_refusal(self, grace_s: float) -> None:
        where = await self._where() or "  (its loop does not run)"
        _log.warning(
            "the callback %s did not end within %g s of being cancelled; it stands at:\n%s", self.name, grace_s, where
        )

    async def _where(self) -> str | None:
        """Return where the task stands; without a GIL its own loop tells, which may wait for an answer of this one."""
        task = self.task
        if task is None or has_gil():
            return None if task is None else describe_task(task)
        answer = Answer(self.name)
        try:
            self._loop.call_soon_threadsafe(lambda: answer.give(describe_task(task)))
        except RuntimeError:  # it has closed
            return None
        told: str | None = answer.take() if await answer.wait_again(ANSWER_S) else None
        return told

    def _raise_failure(self) -> None:
        """Raise what the clean-up raised, as a plain await would."""
        try:
            self._answer.take()
        except asyncio.CancelledError:
            pass


async def _itself(awaitable: Any) -> Any:
    return await awaitable


def _grace_s(caller: Caller) -> float:
    return caller.runtime.grace_s


def is_async_callable(function: Function) -> bool:
    """Tell whether a callable says of itself that what it returns is awaited: any other one may return such a thing."""
    while isinstance(function, functools.partial):
        function = function.func
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
        getattr(type(function), "__call__", None)  # noqa: B004  whether instances are async functions
    )


def _name_of(function: Function) -> str:
    while isinstance(function, functools.partial):
        function = function.func
    name = getattr(function, "__qualname__", None)
    return name.replace("<locals>.", "") if isinstance(name, str) else type(function).__qualname__
