"""Let callers take the first step of their work themselves, while the loop's own thread waits in its selector.

Whoever holds the selector's baton runs the loop's code: its own thread, or one caller that has taken the baton while
that thread waits. The thread drives the loop all the same: timers, sockets, and whatever the step has left to run.
"""

from __future__ import annotations

import sys
import time
from asyncio import _get_running_loop, _set_running_loop
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Callable
    from typing import TypeVar

    from ._selector import Lender
    from ._thread import LoopThread, Work

    W = TypeVar("W", bound=Work)

_TURN_S = 0.001  # how long callers may step here in a row while timers or sockets wait for the loop's own thread
_OWN_DESCRIPTORS = 1  # in the selector of an idle loop: asyncio's own socket
_LEFTOVERS = 64  # ended tasks that may wait for the loop's next pass: before 3.12 each ends in one


class FirstSteps:
    """Take first steps on callers' threads, of work that is `thread`'s; made before that thread starts.

    `selector` lends the loop. `inbox` is what waits for the loop's own thread, and goes first; `wake` has it look.
    """

    def __init__(self, thread: LoopThread, selector: Lender, inbox: deque[Work], wake: Callable[[], object]) -> None:
        self._thread = thread
        self._loop: Any = thread.loop
        self._selector: Lender | None = selector
        self._inbox = inbox
        self._wake: Callable[[], object] | None = wake
        self._hooks: tuple[Any, ...] = (None, None)  # the loop's async generator hooks; no step is taken without them
        self._last_turn = 0.0
        thread.loop.call_soon(self._learn_hooks)

    def _learn_hooks(self) -> None:
        self._hooks = (*sys.get_asyncgen_hooks(),)

    def take(self, work: W, before_leaving: Callable[[W], object]) -> bool:
        """Begin `work` here and now; False when it cannot be.

        `before_leaving` is called with work that has not ended in its first step, before anybody else can run it.
        """
        selector = self._selector
        if selector is None or selector.is_wanted or self._inbox:
            return False
        thread = self._thread
        baton = selector.baton
        if baton is None:
            return False
        loop = self._loop
        outer_loop = _get_running_loop()
        # Longer than the baton is held: a finalizer that makes a blocking call meanwhile, and would wait for good for
        # what this very thread holds, is refused as on the loop's own thread.
        _set_running_loop(loop)
        try:
            if not baton.acquire(False):
                return False
            try:
                ready, timers = loop._ready, loop._scheduled  # noqa: SLF001  what a step adds to them wakes nobody
                first = timers[0] if timers else None
                if thread.is_stopping or self._inbox or not self._may_step(selector, first):
                    return False
                queued = len(ready)
                outer_hooks = sys.get_asyncgen_hooks()
                sys.set_asyncgen_hooks(*self._hooks)
                try:
                    work.begin(thread)
                except Exception as error:  # noqa: BLE001  as where the loop takes work in
                    work.finish_with(error)
                finally:
                    sys.set_asyncgen_hooks(*outer_hooks)
                if not work.done:
                    before_leaving(work)
                    is_needed = bool(ready)  # its task may be among those that wait for the next pass
                else:
                    is_needed = len(ready) - queued > work.leftover or len(ready) > _LEFTOVERS
                if timers and timers[0] is not first:
                    is_needed = True
            finally:
                baton.release()
        finally:
            _set_running_loop(outer_loop)
        wake = self._wake
        if is_needed and wake is not None:
            wake()
        return True

    def _may_step(self, selector: Lender, timer: Any) -> bool:
        """Tell whether the loop has nothing better to do: no timer is due, and its turn has not come."""
        now = time.monotonic()
        if timer is not None and timer._when <= now:  # noqa: SLF001  whether it is due is told nowhere else
            return False
        if now - self._last_turn > _TURN_S and (timer is not None or len(selector.get_map()) > _OWN_DESCRIPTORS):
            self._last_turn = now
            return False
        loop = self._loop
        return not loop.get_debug() and loop.get_task_factory() is None and self._hooks[0] is not None

    def end(self) -> None:
        """Take none any more: the loop has closed, or is the parent's of this forked process."""
        self._selector = self._wake = None
