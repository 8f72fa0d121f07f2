"""Own the calling of a user's function for each event of a topic."""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import logging
from typing import TYPE_CHECKING, Any, final

from ..runtime import loop_here, runtime_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._events import Cursor
    from ._following import Events

_log = logging.getLogger(__name__)
_RUNTIME = "ambidex"  # that of code which names none


@final
class Subscriber:
    """Call a function for each event of a topic, one after the other, until it is closed.

    It was made where a loop runs: then all is called on that loop. Otherwise a plain function runs on a thread, and an
    async one on the loop of the default synchronizer. A call that raises is logged with its traceback and counted in
    `failures`; the next event follows. `error` is what has ended it, None where nothing has.
    """

    def __init__(self, events: Events[Any], function: Callable[[Any], object]) -> None:
        self._events = events
        self._function = function
        self._done: Cursor | None = None
        self._is_closed = False
        self.failures = 0
        self.error: Exception | None = None
        loop = loop_here()
        self._is_on_thread = loop is None
        if loop is None:
            self._running: Any = runtime_of(_RUNTIME).submit(self._run, (), {}, f"subscribe({events.topic!r})")
        else:
            self._running = contextvars.Context().run(loop.create_task, self._run())

    def __repr__(self) -> str:
        state = "closed" if self._is_closed else "ended" if self.error is not None else "open"
        return f"<Subscriber to {self._events.topic!r} at {self.position}: {state}, {self.failures} failures>"

    @property
    def position(self) -> Cursor | None:
        """The cursor of the last event for which the function was called and has ended; None where there is none."""
        return self._done

    async def _run(self) -> None:
        try:
            async for event in self._events:
                await self._call(event)
                self._done = self._events.position
                if self._is_closed:
                    break
        except Exception as error:  # noqa: BLE001  the boundary of a task: it is kept, and told
            _log.exception("the subscription to %r has ended at %s", self._events.topic, self._done)
            self.error = error
        finally:
            self._events.close_soon()

    async def _call(self, event: object) -> None:
        try:
            given: object
            if self._is_on_thread and not inspect.iscoroutinefunction(self._function):
                given = await asyncio.get_running_loop().run_in_executor(None, self._function, event)
            else:
                given = self._function(event)
            if inspect.isawaitable(given):
                await given
        except Exception:  # noqa: BLE001  the boundary to a user's code: it is told
            self.failures += 1
            _log.exception("a subscriber to %r has failed with an event; the next one follows", self._events.topic)

    def close(self) -> None:
        """Call it for no further event; a call that is under way goes on. It may be done again, and in the function."""
        self._is_closed = True
        self._events.close_soon()

    async def aclose(self) -> None:
        """Do the same, and wait until the service has been told."""
        self._is_closed = True
        await self._events.aclose()
