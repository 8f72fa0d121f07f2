"""Own the descriptor that tells of a process's end: readable from then on, whoever's child the process is."""

from __future__ import annotations

import sys

__all__ = ("open_exit",)

if sys.platform == "linux":
    import errno
    import os

    _UNKNOWN = (errno.ENOSYS, errno.EPERM)  # a kernel before 5.3; a sandbox that does not know the call

    def open_exit(pid: int) -> int | None:
        """Return a descriptor that is readable once the process has ended; None where the system has none.

        Raises:
            ProcessLookupError: there is no such process any more.
        """
        if not hasattr(os, "pidfd_open"):  # this Python was built where that did not exist
            return None
        try:
            return os.pidfd_open(pid)
        except OSError as error:
            if error.errno not in _UNKNOWN:
                raise
            return None

elif sys.platform == "darwin":
    import os
    import select

    def open_exit(pid: int) -> int | None:
        """Return a descriptor that is readable once the process has ended.

        Raises:
            ProcessLookupError: there is no such process any more.
        """
        queue = select.kqueue()
        try:
            queue.control([select.kevent(pid, select.KQ_FILTER_PROC, select.KQ_EV_ADD, select.KQ_NOTE_EXIT)], 0)
            return os.dup(queue.fileno())  # the object closes its own
        finally:
            queue.close()

else:

    def open_exit(pid: int) -> int | None:
        """Return None: the system has no such descriptors."""
        _ = pid
        return None
