"""Own a start that several may wait for, and that none of them may leave behind when he is interrupted."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, final

from ..errors import AmbidexError, RuntimeClosed

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator


@final
class Joint:
    """Do `work` for all who wait for it, the start of what `name` says; all of this is for the thread of one loop.

    It is cancelled with the last one who waits for it: nothing is begun for nobody.
    """

    def __init__(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._name = name
        self._work = work
        self._task: asyncio.Task[None] | None = None
        self._waiting: list[int] = [0]  # how many wait for this task; each has a list of its own

    @property
    def is_under_way(self) -> bool:
        """Whether the work has begun, and not ended."""
        return self._task is not None

    async def run(self) -> None:
        """Begin the work, unless it is under way, and wait for its end; what it raises, all who wait raise.

        Raises:
            RuntimeClosed: it was cancelled, and who waits was not.
        """
        if self._task is None:
            self._task = asyncio.ensure_future(self._work())
            self._task.add_done_callback(self._note_end)
            self._waiting = [0]
        task, waiting = self._task, self._waiting
        waiting[0] += 1
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            if waiting[0] == 1:
                task.cancel()
                await asyncio.wait({task})
            raise
        finally:
            waiting[0] -= 1
        if task.cancelled():  # a task that nobody has cancelled would end as if somebody had
            raise RuntimeClosed(f"{self._name} was closed before it was ready")
        task.result()

    async def cancel(self) -> None:
        """Cancel the work, where it is under way, and wait for its end."""
        task = self._task
        if task is not None:
            task.cancel()
            await asyncio.wait({task})

    def _note_end(self, task: asyncio.Task[None]) -> None:
        self._task = None
        if not task.cancelled():
            task.exception()  # whoever waits raises it


@contextlib.contextmanager
def closed_where_interrupted(close: Callable[[], object]) -> Generator[None, None, None]:
    """Close what is started in `__enter__` where an exception ends that which is not the start's own.

    No `__exit__` follows, and the start may have ended well by then.
    """
    try:
        yield
    except AmbidexError:
        raise
    except BaseException:  # an interrupt, of whatever class
        close()
        raise
