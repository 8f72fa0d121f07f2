"""What happens to the runtimes when the process forks or the interpreter ends.

Fork: the child has no thread of ours. Each runtime forgets its thread, and the locks with it, and starts anew on first
use. The dead loop is kept, never closed: its descriptors share their kernel objects with the parent's, and taking the
selector apart would take the parent's apart.

Exit: non-daemon threads have been joined by then, so the callers that still wait are daemon threads; they stay where
they are. Tasks are cancelled and cleaned up within the grace period.
"""

from __future__ import annotations

import atexit
import os
import sys
from typing import TYPE_CHECKING

from ._native import stop_cooperating
from ._runtime import close_together
from ._synchronizer import all_runtimes

if TYPE_CHECKING:
    from ._loop import LoopThread

_of_the_parent: list[LoopThread] = []  # kept for good: collecting a loop closes it


def _after_fork_in_child() -> None:
    for runtime in all_runtimes():
        thread = runtime.thread
        if thread is not None:
            thread.abandon()
            _of_the_parent.append(thread)
        runtime.reset()


def _at_exit() -> None:
    stop_cooperating()
    close_together(all_runtimes(), is_exiting=True)


def install() -> None:
    """Register both hooks; once, when the runtime is imported, so that later `atexit` handlers run before ours."""
    if sys.platform != "win32":
        os.register_at_fork(after_in_child=_after_fork_in_child)
    atexit.register(_at_exit)
