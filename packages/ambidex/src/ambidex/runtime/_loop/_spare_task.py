"""Keep a task whose work has ended, and let it serve another call; for Python before 3.12.

A task costs more than the first step of most calls does, and one that has ended in a step taken ahead still needs a
pass of its loop for itself. A spare task waits instead, as tasks do, and to the task its `SpareTask` is the future that
it waits for. The next call's first step is taken ahead of it. Where that suspends, the `SpareTask` stands for what the
step waits for, so that the task goes on in the very pass in which it would have done so had it taken the step itself.

While it works the task stands among the loop's tasks, and it is kept only where nobody has come to know it; else it
ends. What tells it apart is its `repr` in a first step, which has a `wait_for`: asyncio writes that where a task waits,
and nobody but the task can end it.
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
    from collections.abc import Callable, Coroutine
    from typing import Protocol

    class Home(Protocol):
        """What runs a loop, and keeps its spare tasks."""

        loop: asyncio.AbstractEventLoop
        spares: list[SpareTask]


_MOST = 16  # spare tasks of one loop: as many calls may wait at once without making any
_NAME = "spare task of ambidex"
_HELD = 4  # what a task refers to that nobody knows: its body, loop, context and name
_HELD_WAITING = _HELD + 1  # and what it waits for
_OF_A_RUNNING_ONE = 4  # references to a task in its step: a name, `getrefcount`'s own, its handle's, the loop's
_OF_A_WAITING_ONE = 4  # references to a spare task: a name, `getrefcount`'s own, its owner's, and what resumes it


def _count_none(_: object) -> int:
    return 0


_cancellations: Any = vars(asyncio.Task).get("cancelling", _count_none)  # from 3.11 on a task counts them
_registry: Any = vars(asyncio.tasks).get("_all_tasks")  # a `WeakSet`, whose methods cost ten times what is done here
_can_count = hasattr(sys, "getrefcount") and _registry is not None  # PyPy cannot, and keeps none


def start_new(
    home: Home, coroutine: Coroutine[Any, Any, None], context: contextvars.Context, name: str
) -> asyncio.Task[None]:
    """Start a new task, which becomes a spare one when its work has ended."""
    body = _Body(None, context, name)
    task: asyncio.Task[None] = contextvars.Context().run(asyncio.Task, body, loop=home.loop, name=name)
    body.first = coroutine
    has_ended = body.step_ahead(coroutine, home.loop, task)
    body.first = None
    if has_ended:
        body.renew(contextvars.Context(), name)  # the loop may come to it much later: it keeps no variables alive
    if _can_count and not home.loop.get_debug():  # there a task knows where it was made
        registration = weakref.ref(task, _registry._remove)  # noqa: SLF001  as the set makes its own
        _registry.data.discard(registration)  # the set's own, for which the task is known
        _registry.data.add(registration)
        body.owner = SpareTask(home, body, registration)
        if has_ended:
            _registry.data.discard(registration)  # what there is left to do is not work
    return task


class _Body(TaskBody):
    """What a task runs that is kept when its work has ended."""

    owner: SpareTask | None = None

    def send(self, value: Any) -> Any:
        ahead = self._ahead
        if ahead is not None:
            if self._waits_for is not None:
                (waits_for,), self._waits_for = self._waits_for, None
                return waits_for
            try:
                return self._context.run(ahead.send, value)
            except StopIteration:
                self._ahead = None
        owner = self.owner
        if owner is not None and owner.takes_back():
            return owner
        raise StopIteration


class SpareTask:
    """Own a task that waits for work. To the task this is the future that it waits for."""

    __slots__ = (
        "_asyncio_future_blocking",
        "_body",
        "_context",
        "_home",
        "_loop",
        "_nothing",
        "_registration",
        "_resume",
        "_task",
        "_waits_for",
        "result",
    )

    def __init__(self, home: Home, body: TaskBody, registration: weakref.ref[Any]) -> None:
        self._home = home
        self._loop = home.loop  # by which the task knows that it may wait here
        self._body = body
        self._asyncio_future_blocking = False
        self._nothing = contextvars.Context()  # of its own: no two threads can be in one at a time
        self._registration = registration  # of the task among those of its loop, while it works
        self._task: Any = None  # while it waits for work; then its work, or nobody, keeps it alive
        self._resume: Any = None  # a function that takes this
        self._waits_for: asyncio.Future[Any] | None = None  # what the first step of the work does
        self._context: contextvars.Context
        self.result: Callable[[], object] = bool  # nothing to tell

    def __repr__(self) -> str:
        """Say what the task waits for; seen in the `repr` of that task."""
        return "<its first step>" if self._waits_for is None else repr(self._waits_for)

    # -- in the task

    def takes_back(self) -> bool:
        """Keep the running task, whose work has ended, unless somebody knows it; it waits here then."""
        spares, tasks = self._home.spares, _registry.data
        if len(spares) >= _MOST:
            return False
        tasks.discard(self._registration)  # first: nobody finds it from now on
        task: Any = asyncio.current_task(self._loop)
        if sys.getrefcount(task) != _OF_A_RUNNING_ONE or not _is_as_before(task, _HELD):
            tasks.add(self._registration)
            return False
        task._log_destroy_pending = False  # noqa: SLF001  the loop may end while it waits
        self._task = task
        self._body.renew(self._nothing, _NAME)
        self._asyncio_future_blocking = True
        spares.append(self)
        return True

    def add_done_callback(self, resume: Callable[[SpareTask], object], *, context: contextvars.Context) -> None:
        """Take what continues the task."""
        self._resume = resume
        self._context = context

    def cancel(self, msg: object = None) -> bool:
        """Cancel what the work waits for; where that is nothing, the task takes its cancellation when it continues."""
        waits_for = self._waits_for
        return waits_for is not None and waits_for.cancel(msg=msg)

    # -- who runs the loop's code

    def start(
        self, coroutine: Coroutine[Any, Any, None], context: contextvars.Context, name: str
    ) -> asyncio.Task[None] | None:
        """Have the task run `coroutine`, whose first step is taken at once; None when that was all there was."""
        task, body, tasks = self._task, self._body, _registry.data
        body.renew(context, name)
        task.set_name(name)
        tasks.add(self._registration)
        body.first = coroutine
        has_ended = body.step_ahead(coroutine, self._loop, task)
        body.first = None
        if has_ended:
            tasks.discard(self._registration)
            if sys.getrefcount(task) == _OF_A_WAITING_ONE and _is_as_before(task, _HELD_WAITING):
                body.renew(self._nothing, _NAME)
                self._home.spares.append(self)
                return None
            tasks.add(self._registration)
        self._task = None
        task._log_destroy_pending = True  # noqa: SLF001  as for any task
        self._go_on_after(body.take_over(self._loop, task))
        return task  # type: ignore[no-any-return]

    def _go_on_after(self, waits_for: asyncio.Future[Any] | None) -> None:
        if waits_for is None:
            resume, self._resume = self._resume, None
            self._loop.call_soon(resume, self, context=self._context)
        else:
            self._waits_for = waits_for
            self.result = waits_for.result  # of C: what it raises has no frame of ours in its traceback
            waits_for.add_done_callback(self._go_on, context=self._context)

    def _go_on(self, _: object) -> None:
        resume, self._resume, self._waits_for = self._resume, None, None
        resume(self)
        self.result = bool

    def let_go(self) -> None:
        """Forget the task: its loop has ended."""
        self._task = self._resume = None


def _is_as_before(task: Any, held: int) -> bool:
    """Tell whether nobody has left anything with the task, has cancelled it, or refers to it weakly."""
    return (
        not task._must_cancel  # noqa: SLF001  told nowhere else
        and not _cancellations(task)
        and weakref.getweakrefcount(task) == 1
        and len(gc.get_referents(task)) == held  # callbacks and attributes are among them
    )
