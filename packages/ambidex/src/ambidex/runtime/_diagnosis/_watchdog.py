"""Name the code that holds an event loop for too long: opt-in, one thread for each loop that is watched."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from .._native import allocate_lock, new_thread
from ._chain import held_at, thread_frames
from ._stack import is_ours, line_of

if TYPE_CHECKING:
    from .._loop._thread import LoopThread

_log = logging.getLogger(__name__)


class Watchdog:
    """Send a loop a heartbeat now and then, and log where the loop stands when it does not answer within `limit_s`.

    This is the one place of the library that looks at intervals, and only where somebody has asked for it: twice within
    `limit_s`, so that whatever holds the loop for one and a half times as long is seen. A stall is logged once. The
    thread ends with the loop.
    """

    def __init__(self, thread: LoopThread, limit_s: float) -> None:
        self._watched = thread
        self._limit_s = limit_s
        self._ended = allocate_lock()
        self._ended.acquire()
        self._beat = allocate_lock()
        new_thread(self._main, f"ambidex-{thread.name}-watchdog").start()

    def stop(self) -> None:
        """End the watching at once; the loop has ended. Called once."""
        self._ended.release()
        self._answer()

    def _answer(self) -> None:
        try:
            self._beat.release()
        except RuntimeError:  # nobody waits for an answer at this moment
            pass

    def _main(self) -> None:
        while not self._ended.acquire(True, self._limit_s / 2):
            self._beat.acquire(False)
            try:
                self._watched.loop.call_soon_threadsafe(self._answer)
            except RuntimeError:  # the loop is closed
                return
            if not self._beat.acquire(True, self._limit_s):
                self._report()
                while not (self._beat.acquire(True, self._limit_s) or self._watched.is_closed):
                    pass  # the same stall

    def _report(self) -> None:
        stack = held_at(self._watched, thread_frames(), is_held=True)
        if stack:
            task = asyncio.current_task(self._watched.loop)
            _log.warning(
                "the loop of the synchronizer %r is held for more than %g s by %s, at:\n%s",
                self._watched.name,
                self._limit_s,
                "a callback" if task is None else f"the task {task.get_name()!r}",
                "".join(line_of(frame) for frame in stack if not is_ours(frame)).rstrip("\n"),
            )
