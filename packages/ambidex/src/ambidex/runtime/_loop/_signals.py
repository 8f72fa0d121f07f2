"""What a blocked caller waits on, where the system has event descriptors.

A thread that is woken by a lock needs the GIL, which its waker still holds: on a core that both share that is two
changes of threads for nothing, and where many wait it is a crowd before the GIL. Writing to a descriptor gives the GIL
up first, so who is woken goes on at once. Descriptors are few: each loop makes some of them, keeps those that nobody
waits on, and gives out locks beyond that.
"""

from __future__ import annotations

import os
import sys
import threading
import weakref
from functools import partial
from typing import TYPE_CHECKING, Any

from .._native import IS_FREE_THREADED, get_ident, new_waiter, original, waits_in_c

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._native import Waiter

_LONGEST_S = 2_000_000.0  # that a poll can wait: 23 days
_MOST = 32  # event descriptors that the callers of one loop wait on; one whose wait was given up is not made again

if sys.platform == "linux" and sys.version_info >= (3, 10):
    from select import POLLIN

    _epoll: Any = original("select", "epoll")
    _poll: Any = original("select", "poll")

    def open_event(flags: int) -> tuple[int, Callable[[], object]]:
        """Return an event descriptor, and what writes to it.

        It is closed when that is collected: one that is closed under a writer may be somebody else's a moment later.
        What closes it is an object of C, for Python drops an interrupt that strikes in a finalizer, and its rest.
        """
        descriptor = os.eventfd(0, flags | os.EFD_CLOEXEC)
        write: Any = partial(os.eventfd_write, descriptor, 1)
        write.owner = _epoll.fromfd(descriptor)  # which closes whatever it owns, and says nothing
        return descriptor, write

    class Signal:
        """An event descriptor in the place of a lock that is held: one thread waits, and another releases it once."""

        __slots__ = ("_descriptor", "release")

        def __init__(self) -> None:
            self._descriptor, self.release = open_event(0)
            _writers.add(self.release)

        def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
            """Wait for the release, `timeout` seconds at most; False if it has not come."""
            if timeout >= 0 or not blocking:
                poll = _poll()
                poll.register(self._descriptor, POLLIN)
                if not poll.poll(min(timeout, _LONGEST_S) * 1e3 if blocking else 0):
                    return False
            os.read(self._descriptor, 8)  # goes on after a signal whose handler raises nothing
            return True

    _writers: weakref.WeakSet[Any] = weakref.WeakSet()  # of signals; each is gone before its descriptor is closed

    def forget() -> None:
        """Give every signal, in a forked child, a descriptor of its own, under the same number.

        A child that goes on in the middle of a wait, or of the work of a call, would take a wake-up of the parent's, or
        wake a caller of the parent's before its call has ended.
        """
        for write in tuple(_writers):
            descriptor, _ = write.args
            os.close(descriptor)  # first: there may be room for no other
            own = os.eventfd(0, os.EFD_CLOEXEC)
            if own != descriptor:
                os.dup2(own, descriptor, inheritable=False)
                os.close(own)

    _signal: Any = None if IS_FREE_THREADED else Signal  # there a thread that waits has to let others look at it
else:
    _signal = None

    def forget() -> None:
        """Do nothing in a forked child: locks are no kernel objects that it would share."""


class Signals:
    """Give out what the callers of one loop wait on; to be made on another thread than the main one."""

    def __init__(self) -> None:
        self._free: list[Waiter] = []
        self._places: list[None] = [None] * (0 if _signal is None else _MOST)  # for those yet to be made
        self._main_thread = threading.main_thread().ident
        self._is_closed = False
        if self._places:  # the main thread makes none, for an interrupt could strike in the middle
            self._free.append(self._make())

    def take(self) -> Waiter:
        """Return a held lock, or what stands for one."""
        if waits_in_c():
            try:
                return self._free.pop()
            except IndexError:
                if self._places and get_ident() != self._main_thread:
                    return self._make()
        return _held_lock()

    def _make(self) -> Waiter:
        try:
            place = self._places.pop()
        except IndexError:  # another thread was first
            return _held_lock()
        try:
            return _signal()  # type: ignore[no-any-return]
        except OSError:  # the process has no more descriptors, at this moment
            self._places.append(place)
            return _held_lock()

    def give_back(self, waiter: Waiter) -> None:
        """Keep a waiter, if it is no lock, whose release was waited for, and which nobody releases any more."""
        if _signal is not None and type(waiter) is _signal:
            self._free.append(waiter)
            if self._is_closed:  # after it stands there: whoever comes second clears the list
                self._free.clear()

    def close(self) -> None:
        """Keep none any more: the loop has ended."""
        self._is_closed = True
        self._free.clear()


def _held_lock() -> Waiter:
    lock = new_waiter()
    lock.acquire()
    return lock
