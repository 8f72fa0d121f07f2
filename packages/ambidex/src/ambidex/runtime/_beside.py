"""Own work that a thread does beside the caller's, in parts, as long as there are any."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ._native import allocate_lock, start_new_thread

if TYPE_CHECKING:
    from collections.abc import Callable


class Beside:
    """Call `part` on a thread of its own until it returns false; `part` may touch nothing but memory."""

    def __init__(self, part: Callable[[], bool]) -> None:
        self._part = part
        self._process = os.getpid()
        self._lock = allocate_lock()  # held by the thread while it does a part: no more is known of it, nor needed

    def start(self) -> None:
        """Start the thread; where the system gives none, the caller does all of it."""
        try:
            start_new_thread(self._run, ())
        except RuntimeError:  # or the interpreter ends
            return

    def wait(self) -> None:
        """Wait for the part that is under way: for good where `part` does nothing from now on."""
        if os.getpid() == self._process:  # a process that was forked has the lock as it was, and not the thread
            self._lock.acquire()
            self._lock.release()

    def _run(self) -> None:
        goes_on = True
        while goes_on:
            self._lock.acquire()
            try:
                goes_on = self._part()
            finally:
                self._lock.release()
