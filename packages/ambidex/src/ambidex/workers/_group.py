"""Own the end of what a child has started: the rest of the process group that the child leads.

One kind of process is spared on Linux, the resource tracker of multiprocessing: it ends by itself once all have ended
that use it, and first removes the shared memory and the semaphores that those have left.

Source: docs/design/0014-workers.md.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys

from ._exit import open_exit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ("kill_group_of", "kill_rest")

if sys.platform == "linux":
    _TRACKER = b".resource_tracker import main"  # stands in the program that it runs; loky has one like it
    _WHOLE_GROUP = 4  # PIDFD_SIGNAL_PROCESS_GROUP, since Linux 6.9

    def kill_rest(group: int) -> None:
        """Kill the processes of a group, but the one that calls this, until there is no other one left.

        The number has to be the caller's own group's, or that of a child that nobody has reaped: else it may be
        another group's by now.
        """
        seen = {os.getpid()}
        while found := [
            pid for pid in _members(group) if pid not in seen
        ]:  # one that is forked meanwhile is found next
            seen.update(found)
            for pid in found:
                with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended; it runs as another user
                    _kill_member(pid, group)

    def _members(group: int) -> Iterator[int]:
        for name in os.listdir("/proc"):  # noqa: PTH208  pathlib would be one more import of each child
            if name.isdigit():
                with contextlib.suppress(OSError):  # it has ended
                    if os.getpgid(int(name)) == group:
                        yield int(name)

    def _kill_member(pid: int, group: int) -> None:
        process = open_exit(pid)
        if process is None:
            if not _is_tracker(pid):
                os.kill(pid, signal.SIGKILL)
            return
        try:
            if os.getpgid(pid) == group and not _is_tracker(pid):  # asked now that it is held: it is still the one
                signal.pidfd_send_signal(process, signal.SIGKILL)
        finally:
            os.close(process)

    def _is_tracker(pid: int) -> bool:
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as line:  # noqa: PTH123  as above
                return _TRACKER in line.read()
        except OSError:  # it has ended
            return False

    def kill_group_of(descriptor: int | None) -> None:
        """Kill the group of a process that somebody else has reaped, by a descriptor of it; nothing before Linux 6.9.

        By its number it could be another group by now.
        """
        if descriptor is not None:
            with contextlib.suppress(OSError):  # no process is left in it; the system does not know the flag
                signal.pidfd_send_signal(descriptor, signal.SIGKILL, None, _WHOLE_GROUP)

elif sys.platform != "win32":

    def kill_rest(group: int) -> None:
        """Kill a process group, and with it the one that calls this, if that is in it."""
        with contextlib.suppress(ProcessLookupError, PermissionError):  # no such group, or one of dead processes
            os.killpg(group, signal.SIGKILL)

    def kill_group_of(descriptor: int | None) -> None:
        """Do nothing: by its number it could be another group by now."""
        _ = descriptor

else:

    def kill_rest(group: int) -> None:
        """Do nothing: the system has no such groups."""
        _ = group

    def kill_group_of(descriptor: int | None) -> None:
        """Do nothing, likewise."""
        _ = descriptor
