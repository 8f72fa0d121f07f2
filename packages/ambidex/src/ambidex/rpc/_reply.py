"""Own a task's wait for something that comes once, an answer for one: the pass of the loop that has it runs the task.

To the task this is a future: it has what `asyncio.Task` asks of one. A real one would queue the task once more, for the
pass after that, which costs a third of a call.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import contextvars
    from collections.abc import Callable, Generator


class Reply:
    """Wait for one value; for one task, on the loop's thread."""

    __slots__ = ("_asyncio_future_blocking", "_context", "_loop", "_resume", "has_come", "value")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop  # by which the task knows that it may wait here
        self._asyncio_future_blocking = False
        self._resume: Callable[[Reply], object] | None = None  # the task's, in its context, once it waits
        self._context: contextvars.Context
        self.has_come = False
        self.value: Any = None

    def come(self, value: Any) -> None:
        """Give the task what it waits for, a value or an exception, and run it; a second one is passed over."""
        if self.has_come:
            return
        self.has_come = True
        self.value = value
        resume = self._resume
        if resume is not None:
            self._resume = None
            self._context.run(resume, self)
            del resume  # the task, which may have failed: since Python 3.12 its error keeps this frame

    # -- what the task asks of a future

    def awaited(self) -> Reply:
        """Return what a step of a task gives to have the task wait for this."""
        self._asyncio_future_blocking = True
        return self

    def __await__(self) -> Generator[Reply, None, Any]:
        if not self.has_come:
            self._asyncio_future_blocking = True
            yield self
        value = self.value
        return self.result() if isinstance(value, BaseException) else value

    def add_done_callback(self, resume: Callable[[Reply], object], *, context: contextvars.Context) -> None:
        """Take what continues the task; where the value has come before that, the next pass does."""
        if self.has_come:
            self._loop.call_soon(resume, self, context=context)
            return
        self._resume = resume
        self._context = context

    def cancel(self, msg: object = None) -> bool:
        """Have the task continue with a cancellation; False when it is about to continue anyway."""
        resume = self._resume
        if resume is None or self.has_come:
            return False
        self.has_come = True
        self.value = asyncio.CancelledError() if msg is None else asyncio.CancelledError(msg)
        self._resume = None
        self._loop.call_soon(resume, self, context=self._context)
        return True

    def result(self) -> Any:
        """Return the value, or raise the exception."""
        value = self.value
        if isinstance(value, BaseException):
            try:
                raise value
            finally:
                del value  # error -> traceback -> frame -> error would be a cycle
        return value
