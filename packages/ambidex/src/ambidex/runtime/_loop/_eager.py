"""Start the task of a call, with its first step taken at once.

asyncio gives a new task its first step one pass of the loop later; a call that never suspends is over by then. From
Python 3.12 on asyncio takes it at once itself where that is asked for (`eager_start`). Before, it is taken ahead of the
task, which may be a spare one.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

from ._tasks import TaskBody, has_task_factory, make_task

if TYPE_CHECKING:
    import contextvars
    from collections.abc import Coroutine

    from ._spare_task import Home

if sys.version_info >= (3, 12):

    def start_task(
        home: Home, coroutine: Coroutine[Any, Any, None], context: contextvars.Context, name: str
    ) -> asyncio.Task[None] | None:
        """Start `coroutine` as a task of the loop, in `context` itself."""
        loop = home.loop
        if has_task_factory(loop):
            return make_task(loop, TaskBody(coroutine, context, name), name)
        return asyncio.Task(coroutine, loop=loop, name=name, context=context, eager_start=True)

else:
    from ._spare_task import start_new

    def start_task(
        home: Home, coroutine: Coroutine[Any, Any, None], context: contextvars.Context, name: str
    ) -> asyncio.Task[None] | None:
        """Start `coroutine` as a task of the loop, in `context` itself; None where a spare task has done it all."""
        loop = home.loop
        if has_task_factory(loop):
            return make_task(loop, TaskBody(coroutine, context, name), name)
        spares = home.spares
        if not spares or loop.get_debug():  # a task then knows where it was made
            return start_new(home, coroutine, context, name)
        return spares.pop().start(coroutine, context, name)
