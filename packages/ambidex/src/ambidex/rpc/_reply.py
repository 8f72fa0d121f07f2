"""Own a task's wait for the answer to its call: the pass of the loop that reads the answer runs the task, too.

To the task this is a future: it has what `asyncio.Task` asks of one. A real one would queue the task once more, for the
pass after that, which costs a third of a call.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import contextvars
    from collections.abc import Callable, Generator

    from ..protocol import Message


class Reply:
    """Wait for one message; for one task, on the loop's thread."""

    __slots__ = ("_asyncio_future_blocking", "_context", "_loop", "_resume", "has_come", "value")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop  # by which the task knows that it may wait here
        self._asyncio_future_blocking = False
        self._resume: Callable[[Reply], object] | None = None  # the task's, in its context, once it waits
        self._context: contextvars.Context
        self.has_come = False
        self.value: Message | BaseException | None = None

    def come(self, value: Message | BaseException) -> None:
        """Give the task what it waits for, a message or an exception, and run it; a second one is passed over."""
        if self.has_come:
            return
        self.has_come = True
        self.value = value
        resume = self._resume
        if resume is not None:
            self._resume = None
            self._context.run(resume, self)

    # -- what the task asks of a future

    def __await__(self) -> Generator[Reply, None, Message]:
        if not self.has_come:
            self._asyncio_future_blocking = True
            yield self
        return self.result()

    def add_done_callback(self, resume: Callable[[Reply], object], *, context: contextvars.Context) -> None:
        """Take what continues the task."""
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

    def result(self) -> Message:
        """Return the message, or raise the exception."""
        value = self.value
        assert value is not None, "it is asked for its result when that has come"
        if isinstance(value, BaseException):
            try:
                raise value
            finally:
                del value  # error -> traceback -> frame -> error would be a cycle
        return value
