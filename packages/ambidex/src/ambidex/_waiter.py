"""Own a task's wait for what comes once: the pass of the loop in which it comes runs the task, too.

A future would queue the task once more, for the pass after that, which costs a third of a call.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


_Future = asyncio.Future
_NOTHING: Any = None


class Waiter:
    """Have one task wait for one value, on the loop's thread; to the task this is a future.

    An interrupt, such as Ctrl-C, may strike at every call of a function of Python. So what continues the task is taken
    by a future, in C, which is never done but where the value has come before; and a task whose cancellation was
    interrupted can be cancelled again.

    `instead` is a future that waits in its place from now on, as for a limited time.
    """

    __slots__ = (
        "_asyncio_future_blocking",
        "_cancellation",
        "_loop",
        "_taking",
        "add_done_callback",
        "has_come",
        "instead",
        "value",
    )

    add_done_callback: Callable[..., object]  # the task gives it what continues it, and a context

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop  # by which the task knows that it may wait here
        self._asyncio_future_blocking = False
        self._taking: asyncio.Future[None] = _Future(loop=loop)
        self.add_done_callback = self._taking.add_done_callback
        self._cancellation: asyncio.CancelledError | None = None
        self.has_come = False
        self.instead: asyncio.Future[None] | None = None
        self.value: Any = None

    @property
    def is_untouched(self) -> bool:
        """Whether nothing has come, and nobody has cancelled the wait."""
        return not self.has_come and self._cancellation is None

    def come(self, value: Any = None) -> None:
        """Give the task what it waits for, a value or an exception, and run it; a second one is passed over.

        Where the task does not wait yet, the pass after it has begun to does that.
        """
        if self.instead is not None:
            if not self.instead.done():
                self.instead.set_result(None)
            return
        if self.has_come:
            return
        taken: Any = self._taking._callbacks  # noqa: SLF001  what every future has; None where there are none
        self.value = value if self._cancellation is None else self._cancellation
        self.has_come = True
        if not taken:
            self._taking.set_result(None)
            return
        ((resume, context),) = taken
        self._taking = self.add_done_callback = taken = _NOTHING
        context.run(resume, self)
        del resume  # the task, which may have failed: since Python 3.12 its error keeps this frame

    # -- what the task asks of a future

    def awaited(self) -> Waiter:
        """Return what a step of a task gives to have the task wait for this."""
        self._asyncio_future_blocking = True
        return self

    def __await__(self) -> Generator[Waiter, None, Any]:
        if not self.has_come:
            self._asyncio_future_blocking = True
            yield self
        value = self.value
        return self.result() if isinstance(value, BaseException) else value

    def cancel(self, msg: object = None) -> bool:
        """Have the task continue with a cancellation; False when it is about to continue anyway."""
        if self.has_come or not self._taking._callbacks:  # noqa: SLF001  as above
            return False
        if self._cancellation is None:
            self._cancellation = asyncio.CancelledError() if msg is None else asyncio.CancelledError(msg)
        self._loop.call_soon(self.come)
        return True

    def result(self) -> Any:
        """Return the value, or raise the exception, once."""
        value = self.value
        if isinstance(value, BaseException):
            self.value = self._cancellation = None
            try:
                raise value
            finally:
                del value  # error -> traceback -> frame -> error would be a cycle
        return value
