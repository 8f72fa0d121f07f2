"""Start the task of a call with its first step taken at once: most calls are over then, and so answered a pass earlier.

From Python 3.12 on asyncio does so itself where it is asked to. Before, the first step is taken as the task's, before
the task has begun; what the task then runs goes on from there, or ends at once.
"""

from __future__ import annotations

import asyncio
import contextvars
import sys
from collections.abc import Coroutine
from typing import Any

if sys.version_info >= (3, 12):

    def start_task(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start `work` as a task of the loop that runs here, outside of any other task."""
        return asyncio.Task(work, loop=loop, eager_start=True)

else:
    _enter: Any = asyncio.tasks._enter_task  # noqa: SLF001  pyright: ignore[reportAttributeAccessIssue]  what `Task` does
    _leave: Any = asyncio.tasks._leave_task  # noqa: SLF001  pyright: ignore[reportAttributeAccessIssue]  as above

    def start_task(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start `work` as a task of the loop that runs here, outside of any other task."""
        body = _Begun(work)
        task: asyncio.Task[None] = loop.create_task(body)
        _enter(loop, task)
        try:
            body.begin()
        finally:
            _leave(loop, task)
        return task

    class _Begun(Coroutine[Any, Any, None]):
        """What a task runs whose first step is taken before it begins; all steps are in one context."""

        __slots__ = ("_context", "_error", "_has_begun", "_waited", "_work", "is_over")

        def __init__(self, work: Coroutine[Any, Any, None]) -> None:
            self._work = work
            self._context = contextvars.copy_context()
            self._waited: Any = None  # what the first step waits for
            self._has_begun = False  # the task has
            self._error: BaseException | None = None
            self.is_over = False

        def begin(self) -> None:
            """Take the first step."""
            try:
                self._waited = self._context.run(self._work.send, None)
            except StopIteration:
                self.is_over = True
            except BaseException as error:  # noqa: BLE001  the task raises it
                self.is_over = True
                self._error = error

        def send(self, value: Any, /) -> Any:
            """Go on; the first time with what the first step waits for."""
            if self.is_over:
                if self._error is not None:
                    raise self._error
                raise StopIteration
            if self._has_begun:
                return self._context.run(self._work.send, value)
            self._has_begun = True
            return self._waited

        def throw(self, typ: Any, val: Any = None, tb: Any = None, /) -> Any:
            """Go on with an exception; one that comes before the task has begun is its cancellation."""
            if self.is_over:  # too late
                return self.send(None)
            if not self._has_begun:
                self._has_begun = True
                if self._waited is not None and self._waited.cancel():  # as the task would have done
                    return self._waited
            return self._context.run(self._work.throw, *[each for each in (typ, val, tb) if each is not None])

        def close(self) -> None:
            """Close the work."""
            if not self.is_over:
                self._work.close()

        def __await__(self) -> Any:
            raise TypeError("it is run by a task")
