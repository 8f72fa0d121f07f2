"""What happens to the runtimes when the process forks or the interpreter ends.

Fork: the child has no thread of ours. Each runtime forgets its thread, and the locks with it, and starts anew on first
use. The dead loop is kept, never closed: its descriptors share their kernel objects with the parent's, and taking the
selector apart would take the parent's apart.

Exit: non-daemon threads have been joined by then, so the callers that still wait are daemon threads; they stay where
they are. Tasks are cancelled and cleaned up within the grace period.

Of several copies of the library in one process, the one that was imported first closes the runtimes of all, at once: a
handler that somebody registered between two imports may use either copy, and the bound is that of the slowest runtime.
"""

from __future__ import annotations

import atexit
import os
import sys
import weakref
from typing import TYPE_CHECKING, Any, Protocol, cast

from . import _caller  # pyright: ignore[reportPrivateUsage]  a module of this very package
from ._diagnosis import _call_site, _shared, _stack, _standing
from ._loop import _signals
from ._native import new_reentrant_lock, stop_cooperating
from ._runtime import start_closing_together
from ._synchronizer import all_runtimes

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from ._loop._thread import LoopThread

    class Forgetful(Protocol):
        """What a fork leaves in the child with nothing that it may use."""

        def forget(self) -> None: ...


_of_the_parent: list[LoopThread] = []  # kept for good: collecting a loop closes it
_forgetful: weakref.WeakSet[Forgetful] = weakref.WeakSet()


def forget_after_fork(owner: Forgetful) -> None:
    """Have `owner.forget()` called in each process that is forked from this one, while `owner` lives."""
    _forgetful.add(owner)


def _after_fork_in_child() -> None:
    for runtime in all_runtimes():
        thread = runtime.thread
        if thread is not None:
            thread.abandon()
            _of_the_parent.append(thread)
        runtime.reset()
    for owner in tuple(_forgetful):
        owner.forget()
    for module in (_shared, _standing, _stack, _call_site, _caller, _signals):
        module.forget()


def _start_exit() -> Callable[[], None]:
    stop_cooperating()
    return start_closing_together(all_runtimes(), is_exiting=True)


def _threads() -> list[LoopThread]:
    return [thread for runtime in all_runtimes() if (thread := runtime.thread) is not None]


def _at_exit() -> None:
    joins = [copy["start_exit"]() for copy in _shared.copies.copy().values()]
    for join in joins:
        join()


def lock_that_forks_wait_for() -> AbstractContextManager[bool]:
    """Return a lock that no other thread holds when a process forks; to be kept for good, and held for moments.

    It is reentrant: a signal handler or a finalizer may come while its thread holds it.
    """
    lock: Any = new_reentrant_lock()
    if sys.platform != "win32":
        os.register_at_fork(before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release)
    return cast("AbstractContextManager[bool]", lock)


def install() -> None:
    """Register both hooks; once, when the runtime is imported, so that later `atexit` handlers run before ours."""
    if sys.platform != "win32":
        os.register_at_fork(after_in_child=_after_fork_in_child)
    if not _shared.copies:
        atexit.register(_at_exit)
    _shared.copies[__package__ or __name__] = {
        "start_exit": _start_exit,
        "threads": _threads,
        "standing": _standing.standing_stacks,
    }
