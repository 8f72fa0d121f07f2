"""Take the first step of a call at once, as a task's: most calls are over then, and so answered a pass earlier.

A loop that makes its tasks in a way of its own, by a task factory, is asked for one, which begins a pass later.

From Python 3.12 on asyncio takes the step itself where it is asked to. Before, the step is taken in the name of a task
that was made for an earlier call, which was over with its first step, too; where the call waits, that task goes on with
it. A task that anybody has taken notice of is not used again: it ends with its call, as every task does.
"""

from __future__ import annotations

import asyncio
import contextvars
import sys
from collections.abc import Coroutine
from typing import Any
from weakref import getweakrefcount

from ..._waiter import Waiter

if sys.version_info >= (3, 12):

    class FirstSteps:
        """Start the tasks of one loop."""

        def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
            self._loop = loop

        def take(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
            """Start `work`, outside of any other task; return the task that goes on with it, None where it is over."""
            if self._loop.get_task_factory() is not None:
                return self._loop.create_task(work)
            task = asyncio.Task(work, loop=self._loop, eager_start=True)
            return None if task.done() else task

        def close(self) -> None:
            """Do nothing: nothing is kept for the next call."""

else:
    # What asyncio has for tasks of other kinds than its own.
    _enter: Any = asyncio.tasks._enter_task  # noqa: SLF001  pyright: ignore[reportAttributeAccessIssue]
    _leave: Any = asyncio.tasks._leave_task  # noqa: SLF001  pyright: ignore[reportAttributeAccessIssue]
    _register: Any = asyncio.tasks._register_task  # noqa: SLF001  pyright: ignore[reportAttributeAccessIssue]
    _unregister: Any = asyncio.tasks._unregister_task  # noqa: SLF001  pyright: ignore[reportAttributeAccessIssue]

    class FirstSteps:
        """Start the tasks of one loop."""

        def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
            self._loop = loop
            self._spare: _Body | None = None  # of a task that nobody knows, `all_tasks` neither
            self._is_closed = False

        def take(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
            """Start `work`, outside of any other task; return the task that goes on with it, None where it is over."""
            loop, body = self._loop, self._spare
            if loop.get_task_factory() is not None:
                return loop.create_task(work)
            if body is None:
                body = _Body(loop)
            else:
                self._spare = None
                _register(body.task)
            task: asyncio.Task[None] = body.task
            known = sys.getrefcount(task) + getweakrefcount(task)
            context = contextvars.copy_context()
            waited: object = None
            is_over = False
            _enter(loop, task)
            try:
                waited = context.run(work.send, None)
            except StopIteration:
                is_over = True
            finally:
                _leave(loop, task)
            if not is_over:
                body.go_on(work, context, waited)
                return task
            is_unknown = sys.getrefcount(task) + getweakrefcount(task) == known
            if is_unknown and body.is_untouched and not self._is_closed:  # which that very step may have done
                _unregister(task)
                self._spare = body
            else:
                body.end()
            return None

        def close(self) -> None:
            """End the task that is kept for the next call: none comes."""
            self._is_closed = True
            body, self._spare = self._spare, None
            if body is not None:
                self._loop.call_soon(body.end)

    class _Body(Coroutine[Any, Any, None]):
        """What a task runs whose calls take their first steps without it; all steps of a call are in one context."""

        __slots__ = ("_context", "_has_ended", "_pause", "_waited", "_work", "task")

        def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
            self._pause = Waiter(loop)  # from the task's own first step on, until there is work, or the end
            self._work: Coroutine[Any, Any, None] | None = None  # that it goes on with
            self._context: contextvars.Context
            self._waited: Any = None  # what the first step waits for, until the task does
            self._has_ended = False
            task: Any = asyncio.Task(self, loop=loop)
            task._log_destroy_pending = False  # noqa: SLF001  a spare one ends with its loop
            self.task = task

        @property
        def is_untouched(self) -> bool:
            """Tell whether nobody has asked anything of the task, by what asyncio says of it."""
            task = self.task
            return self._pause.is_untouched and not (task._callbacks or task._must_cancel)  # noqa: SLF001

        def go_on(self, work: Coroutine[Any, Any, None], context: contextvars.Context, waited: object) -> None:
            """Have the task wait for what the first step of `work` waits for, and do the rest."""
            self._work, self._context, self._waited = work, context, (waited,)
            self.task._log_destroy_pending = True  # noqa: SLF001
            self._pause.come()

        def end(self) -> None:
            """Have the task end."""
            self._has_ended = True
            self._pause.come()

        def send(self, value: Any, /) -> Any:
            """Go on; the first time with what the first step waits for, or with the wait for that."""
            if self._has_ended:
                raise StopIteration
            if self._work is None:
                return self._pause.awaited()
            if self._waited is not None:
                (waited,), self._waited = self._waited, None
                return waited
            return self._context.run(self._work.send, value)

        def throw(self, typ: Any, val: Any = None, tb: Any = None, /) -> Any:
            """Go on with an exception; one that comes before the task waits for anything is its cancellation."""
            if self._has_ended:  # too late
                raise StopIteration
            if self._work is None:
                self._has_ended = True
                raise typ if val is None else val
            if self._waited is not None:
                (waited,), self._waited = self._waited, None
                if waited is not None and waited.cancel():  # as the task would have done
                    return waited
            return self._context.run(self._work.throw, *[each for each in (typ, val, tb) if each is not None])

        def close(self) -> None:
            """Close the work."""
            if self._work is not None:
                self._work.close()

        def __await__(self) -> Any:
            raise TypeError("it is run by a task")
