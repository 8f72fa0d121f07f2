"""Let a greenlet wait for another thread; imported only where gevent's monkey patch was found.

A greenlet waits in its hub, which runs the others meanwhile. The loop's thread wakes the hub through an async watcher,
the one thing of a hub that other threads may touch.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from typing import TYPE_CHECKING, Any

from .._native import allocate_lock, original

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._native import Waiter

_gevent: Any = sys.modules["gevent"]  # it has no types; the patch has loaded it
hub_if_exists: Callable[[], Any] = sys.modules["gevent._hub_local"].get_hub_if_exists


def new_waiter() -> Waiter:
    """Return what the running greenlet can wait on.

    A thread without a hub has no other greenlet to let run, and the hub itself cannot wait for its own turn: there a
    real lock serves.
    """
    hub = hub_if_exists()
    return allocate_lock() if hub is None or hub is _gevent.getcurrent() else GreenletLock()


class GreenletLock:
    """A lock that one greenlet waits on and any thread releases."""

    __slots__ = ("_lock", "_watcher")

    def __init__(self) -> None:
        self._lock = allocate_lock()  # never waited on
        self._watcher: Any = None

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take the lock; the hub runs other greenlets until it is free, or `timeout` seconds have passed."""
        if self._lock.acquire(False):
            return True
        if not blocking:
            return False
        hub = _gevent.get_hub()
        # A watcher for each wait: while it is started the hub knows that somebody can end the wait.
        self._watcher = watcher = hub.loop.async_()
        watcher.start(_gevent.getcurrent().switch)
        try:
            with _gevent.Timeout(None if timeout < 0 else timeout, False):
                while not self._lock.acquire(False):  # a release after this look finds the watcher
                    hub.switch()
                return True
            return self._lock.acquire(False)
        finally:
            self._watcher = None
            watcher.stop()
            watcher.close()

    def release(self) -> None:
        """Free the lock and wake who waits; safe on every thread, never blocks."""
        self._lock.release()
        watcher = self._watcher
        if watcher is not None:
            with contextlib.suppress(Exception):  # each of gevent's loops says differently that the wait is over by now
                watcher.send()


class _Watched(list[Any]):
    """The list in which `concurrent.futures.wait` and `as_completed` enter themselves to wait for a future.

    They wait on an event, and the hub would take that for a wait that nobody can end, unless it watches something.
    """

    def __init__(self) -> None:
        super().__init__()
        self._watchers: dict[int, Any] = {}

    def append(self, waiter: Any) -> None:
        self._watchers[id(waiter)] = watcher = _gevent.get_hub().loop.async_()
        watcher.start(_do_nothing)
        super().append(waiter)

    def remove(self, waiter: Any) -> None:
        super().remove(waiter)
        watcher = self._watchers.pop(id(waiter))
        watcher.stop()
        watcher.close()


def _do_nothing() -> None:
    """Be what a watcher calls that is there to be seen."""


def adapt_future(future: Any) -> None:
    """Put a real lock, which no greenlet holds for long, in the place of the patched one; see `_Watched` too."""
    future._condition = threading.Condition(original("_thread", "RLock")())  # noqa: SLF001
    future._waiters = _Watched()  # noqa: SLF001
