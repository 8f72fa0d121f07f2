"""Keep a daemon thread that goes on calling while the interpreter ends from printing that it was refused.

Nobody waits for such a thread, and CPython itself holds it for good as soon as it wants the GIL a moment later. Who
must go on is told that the runtime has ended instead: the main thread and with it the handlers of `atexit`, threads
that the interpreter waits for, threads of the library, and a thread that carries out the work of a call.
"""

from __future__ import annotations

import sys
import threading

from ._diagnosis import _shared
from ._diagnosis._chain import call_in, outward
from ._native import allocate_lock, get_ident, is_own_thread, is_patched


def park_daemon() -> None:
    """Wait for good, on a daemon thread of the user's; return on any other. The interpreter is ending."""
    if is_patched():  # greenlets of one thread: no other one may be held
        return
    known: dict[int, threading.Thread] = getattr(threading, "_active", {})  # to ask for an unknown one would enter it
    thread = known.get(get_ident())
    if thread is None or not thread.daemon or thread is threading.main_thread() or is_own_thread(thread):
        return
    own = sys._getframe()  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001  inspect costs ten times that
    if any(call_in(frame, _shared.workers) is not None for frame in outward(own)):
        return
    lock = allocate_lock()
    lock.acquire()
    lock.acquire()  # no deadline: it ends with the process
