"""Keep a task whose work has ended in its first step, and let it serve the next call; for Python before 3.12.

A task costs more than the first step of most calls does, and one that has ended in a step taken ahead still needs a
pass of its loop for itself. A spare task waits instead, as tasks do. The next call's first step is taken ahead of it.
Where that suspends, the task is woken for the rest, and is an ordinary one from then on. While it works it stands among
the loop's tasks, and it is kept only where nobody has come to know it; else it ends. What tells it apart is its `repr`
in a first step, which names this as what it waits for.
"""

from __future__ import annotations

import asyncio
import contextvars
import gc
import sys
import weakref
from typing import TYPE_CHECKING, Any

from ._tasks import TaskBody

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator
    from typing import Protocol

    class Home(Protocol):
        """What runs a loop, and keeps its spare task."""

        loop: asyncio.AbstractEventLoop
        spare: SpareTask | None


_can_count = hasattr(sys, "getrefcount")  # PyPy cannot, and keeps none
_NAME = "spare task of ambidex"
_OF_A_NEW_ONE = 3  # references to it: a name, the argument of the function that counts, its step in the loop's queue
_HELD_BY_A_NEW_ONE = 4  # its body, loop, context and name
_OF_A_SPARE_ONE = 4  # a name, that argument, the spare's own, and what resumes it
_registry: Any = vars(asyncio.tasks).get("_all_tasks")  # a `WeakSet`, whose methods cost ten times what is done here


def start_new(
    home: Home, coroutine: Coroutine[Any, Any, None], context: contextvars.Context, name: str
) -> asyncio.Task[None]:
    """Start a new task; one whose work ends in the first step becomes the spare one when it comes to its own."""
    loop = home.loop
    body = TaskBody(None, context, name)
    task: asyncio.Task[None] = contextvars.Context().run(asyncio.Task, body, loop=loop, name=name)
    body.first = coroutine
    has_ended = body.step_ahead(coroutine, loop, task)
    body.first = None
    if has_ended:
        body.renew(contextvars.Context(), name)  # the loop may come to it much later: it keeps no variables alive
        if _can_count:
            registration = weakref.ref(task, _registry._remove)  # noqa: SLF001  as the set makes its own
            _registry.data.discard(registration)  # first: nobody finds it from now on
            if sys.getrefcount(task) == _OF_A_NEW_ONE and _is_as_before(task, _HELD_BY_A_NEW_ONE):
                body.then = SpareTask(home, task, body, registration).wait_for_work
            else:
                _registry.data.add(registration)
    return task


def _things_held(task: asyncio.Task[None]) -> int:
    """Return how many objects a task refers to: callbacks and attributes that somebody has left with it, too."""
    return len(gc.get_referents(task))


def _is_as_before(task: Any, held: int) -> bool:
    """Tell whether nobody has left anything with the task, has cancelled it, or refers to it weakly."""
    return (
        not task._must_cancel  # noqa: SLF001  told nowhere else
        and weakref.getweakrefcount(task) == 1
        and _things_held(task) == held
    )


class SpareTask:
    """Own a task that waits for work. To the task this is the future that it waits for."""

    __slots__ = (
        "_asyncio_future_blocking",
        "_body",
        "_context",
        "_held",
        "_home",
        "_loop",
        "_nothing",
        "_registration",
        "_resume",
        "_task",
    )

    def __init__(self, home: Home, task: Any, body: TaskBody, registration: weakref.ref[Any]) -> None:
        self._home = home
        self._loop = home.loop  # by which the task knows that it may wait here
        self._task: Any = task
        task._log_destroy_pending = False  # noqa: SLF001  the loop may end while it waits
        self._body = body
        self._asyncio_future_blocking = False
        self._nothing = contextvars.Context()  # of its own: no two threads can be in one at a time
        self._held = 0  # what the task refers to while it waits
        self._registration = registration  # of the task among those of its loop, while it works
        self._resume: Any = None  # a function that takes this
        self._context: contextvars.Context

    # -- in the task

    async def wait_for_work(self) -> None:
        """Wait, where there is no other spare one."""
        home = self._home
        if home.spare is not None:
            return
        home.spare = self
        try:
            await self
        finally:
            if home.spare is self:  # it is closed
                home.spare = None

    def __await__(self) -> Generator[SpareTask, None, None]:
        self._asyncio_future_blocking = True
        yield self

    def add_done_callback(self, resume: Callable[[SpareTask], object], *, context: contextvars.Context) -> None:
        """Take what continues the task."""
        self._resume = resume
        self._context = context

    def cancel(self, msg: object = None) -> bool:  # noqa: ARG002  the signature of a future
        """Refuse: the task takes its cancellation when it continues."""
        return False

    def result(self) -> None:
        """Return nothing: there is work."""

    # -- who runs the loop's code

    def start(
        self, coroutine: Coroutine[Any, Any, None], context: contextvars.Context, name: str
    ) -> asyncio.Task[None] | None:
        """Have the task run `coroutine`, whose first step is taken at once; None when that was all there was."""
        task, body, tasks = self._task, self._body, _registry.data
        self._home.spare = None
        held = self._held = self._held or _things_held(task)
        body.renew(context, name)
        task.set_name(name)
        tasks.add(self._registration)
        body.first = coroutine
        has_ended = body.step_ahead(coroutine, self._loop, task)
        body.first = None
        if has_ended:
            tasks.discard(self._registration)
            if sys.getrefcount(task) == _OF_A_SPARE_ONE and _is_as_before(task, held):
                body.renew(self._nothing, _NAME)
                self._home.spare = self
                return None
            tasks.add(self._registration)
        task._log_destroy_pending = True  # noqa: SLF001  as for any task
        self._loop.call_soon(self._resume, self, context=self._context)
        self.let_go()
        return task  # type: ignore[no-any-return]

    def let_go(self) -> None:
        """Forget the task: it goes its own way, or its loop has ended."""
        self._task = self._resume = None
