"""Take steps of a waiting task from outside of it.

A step taken ahead runs as the task itself would run it: in its context, with the task as the current one. What the step
then waits for is handed to the task when that comes to its own next step.

Where somebody has set a task factory on the loop, it makes the tasks and no step is taken ahead.
"""

from __future__ import annotations

import asyncio
import collections.abc
import sys
from asyncio.tasks import _enter_task, _leave_task
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import contextvars
    from collections.abc import Callable, Coroutine
    from types import CodeType, FrameType

if sys.version_info >= (3, 12):
    # `_enter_task` refuses a thread that is inside another task, as one is that steps ahead from an async caller
    _swap_current_task: Callable[[asyncio.AbstractEventLoop, asyncio.Task[Any] | None], asyncio.Task[Any] | None]
    _swap_current_task = vars(asyncio.tasks)["_swap_current_task"]  # type stubs do not know it

    def _current(loop: asyncio.AbstractEventLoop, task: asyncio.Task[None]) -> asyncio.Task[Any] | None:
        return _swap_current_task(loop, task)

    def _restore(loop: asyncio.AbstractEventLoop, _: asyncio.Task[None], previous: asyncio.Task[Any] | None) -> None:
        _swap_current_task(loop, previous)

else:

    def _current(loop: asyncio.AbstractEventLoop, task: asyncio.Task[None]) -> asyncio.Task[Any] | None:
        _enter_task(loop, task)
        return None

    def _restore(loop: asyncio.AbstractEventLoop, task: asyncio.Task[None], _: asyncio.Task[Any] | None) -> None:
        _leave_task(loop, task)


class TaskBody(collections.abc.Coroutine[Any, Any, None]):
    """What a task runs: a coroutine, or None, in a given context; and before that, the steps that were taken ahead.

    Tasks before 3.11 take no context, which is the other reason for this class.
    """

    # What most bodies leave as it is stands here, on the class: before 3.12 making one is on every call's way.
    first: Coroutine[Any, Any, None] | None = None  # all there is to run, while its first step is taken
    open_main: Callable[[], Coroutine[Any, Any, None]] | None = None  # where `_main` is made when the task comes to it
    _has_begun = False  # `_main` has
    _has_stepped = False  # a step was taken ahead
    _ahead: Coroutine[Any, Any, None] | None = None  # begun outside of the task, and not over
    _waits_for: tuple[Any] | None = None  # what it waits for, until the task takes that over

    def __init__(self, main: Coroutine[Any, Any, None] | None, context: contextvars.Context, name: str) -> None:
        self._main = main
        self._context = context
        self.__name__ = self.__qualname__ = name

    def renew(self, context: contextvars.Context, name: str) -> None:
        """Leave the work that has ended, for other work."""
        self._context = context
        self.__name__ = self.__qualname__ = name

    @property
    def is_free(self) -> bool:
        """Tell whether a step may be taken ahead: none is under way."""
        return self._ahead is None

    @property
    def is_over(self) -> bool:
        """Tell whether there is nothing left to run: the step that was taken ahead was the last."""
        return self._main is None and self.open_main is None and self.first is None and self._ahead is None

    def step_ahead(
        self, coroutine: Coroutine[Any, Any, None], loop: asyncio.AbstractEventLoop, task: asyncio.Task[None]
    ) -> bool:
        """Run `coroutine` as a part of `task`, up to where it suspends; True when it has ended.

        One that suspends is continued by the task, which must be woken for it.
        """
        self._has_stepped = True
        previous = _current(loop, task)
        try:
            waits_for = self._context.run(coroutine.send, None)
        except StopIteration:
            return True
        finally:
            _restore(loop, task, previous)
        self._ahead = coroutine
        self._waits_for = (waits_for,)
        return False

    def take_over(self, loop: asyncio.AbstractEventLoop, task: Any) -> asyncio.Future[Any] | None:
        """Return the future that the step taken ahead waits for, in place of the task; None where there is none.

        What the task has to judge itself is left to it: a future of another loop, or a cancellation of its own.
        """
        if self._waits_for is None or task._must_cancel:  # noqa: SLF001  told nowhere else
            return None
        (waits_for,) = self._waits_for
        if waits_for is None:  # a bare `yield`: the task goes on in the next pass
            self._waits_for = None
            return None
        future: Any = waits_for
        if (
            not isinstance(future, asyncio.Future)
            or not future._asyncio_future_blocking  # noqa: SLF001  the protocol of tasks and futures
            or future is task
            or future.get_loop() is not loop
        ):
            return None
        future._asyncio_future_blocking = False  # noqa: SLF001  the protocol of tasks and futures
        self._waits_for = None
        return future  # pyright: ignore[reportUnknownVariableType]

    def send(self, value: Any) -> Any:
        ahead = self._ahead
        if ahead is not None:
            taken_over = self._waits_for
            if taken_over is not None:
                self._waits_for = None
                return taken_over[0]
            try:
                return self._context.run(ahead.send, value)
            except StopIteration:
                self._ahead = None
                value = None
        main = self._main
        if main is None:
            main = self._opened()
        self._has_begun = True
        return self._context.run(main.send, value)

    def throw(self, *details: Any) -> Any:
        taken_over, self._waits_for = self._waits_for, None
        if taken_over is not None and _cancels(details[0], taken_over[0]):
            return taken_over[0]  # the task waits for the end of that now, as it would have done had it known of it
        if self._ahead is not None:
            try:
                return self._context.run(self._ahead.throw, *details)
            except StopIteration:
                self._ahead = None
                return self.send(None)
        main = self._opened()
        if self._has_stepped and not self._has_begun:  # its clean-up must run, and a coroutine not begun has none
            self.send(None)
        return self._context.run(main.throw, *details)

    def _opened(self) -> Coroutine[Any, Any, None]:
        if self._main is None:
            if self.open_main is None:
                raise StopIteration
            self._main = self.open_main()
        return self._main

    def close(self) -> None:
        for coroutine in (self._ahead, self._main):
            if coroutine is not None:
                self._context.run(coroutine.close)

    def __await__(self) -> Any:
        return self

    # what asyncio's own reports look at

    @property
    def _shown(self) -> Any:
        return self.first or self._ahead or self._main

    @property
    def cr_await(self) -> object:
        return self._shown

    @property
    def cr_code(self) -> CodeType | None:
        return getattr(self._shown, "cr_code", None)

    @property
    def cr_frame(self) -> FrameType | None:
        return getattr(self._shown, "cr_frame", None)

    @property
    def cr_suspended(self) -> bool:
        return self._shown is not None and not self.cr_running

    @property
    def cr_running(self) -> bool:
        return getattr(self._shown, "cr_running", False)


def _cancels(thrown: Any, awaited: Any) -> bool:
    """Cancel what a step waits for, where its task is cancelled; True when that is going to end.

    What the task would refuse to wait for is left alone, and the step takes the cancellation.
    """
    error = thrown if isinstance(thrown, type) else type(thrown)
    if not issubclass(error, asyncio.CancelledError) or not _may_be_awaited(awaited):
        return False
    is_ending: bool = awaited.cancel(*getattr(thrown, "args", ()))
    return is_ending


def _may_be_awaited(awaited: Any) -> bool:
    """Tell whether the running task may wait for what a step has yielded, as asyncio judges it."""
    return (
        bool(getattr(awaited, "_asyncio_future_blocking", False))
        and awaited is not asyncio.current_task()
        and _loop_of(awaited) is asyncio.get_running_loop()
    )


_loop_of: Callable[[Any], asyncio.AbstractEventLoop] = vars(asyncio.futures)["_get_loop"]  # as the one above


def has_task_factory(loop: asyncio.AbstractEventLoop) -> bool:
    """Tell whether somebody has set a task factory on `loop`."""
    return loop.get_task_factory() is not None


def make_task(loop: asyncio.AbstractEventLoop, body: TaskBody, name: str) -> asyncio.Task[None]:
    """Make a task of `loop` that runs `body`."""
    if has_task_factory(loop):
        task: asyncio.Task[None] = loop.create_task(body)
        task.set_name(name)
        return task
    return asyncio.Task(body, loop=loop, name=name)
