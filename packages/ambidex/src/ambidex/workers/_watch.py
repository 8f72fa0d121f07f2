"""Own the thread that watches over a child process: it ends with its parent, and answers its parent's heartbeats.

The thread begins before anything of the user's runs, because importing a model may take minutes, and so that nobody has
patched what it uses. A loop that is held up does not hold it up; only a function of C can, that keeps the interpreter's
lock.

End of file on a socket does not tell alone that the parent is gone: a process that the parent has forked may hold the
other end open. So the parent itself is watched as well, where the system can (Linux, macOS).

Source: docs/design/0014-workers.md.
"""

from __future__ import annotations

import _thread
import contextlib
import os
import signal
import sys
import time

from ._exit import open_exit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ("call_when_orphaned", "watch")

_STATUS = 1  # of the process that is ended so; its parent is not there to read it
_MOST_BYTES = 64  # of heartbeats at a time; there is one under way at the most
_sleep = time.sleep


class _State:
    """What the thread and the loop tell each other; each writes its own and then reads the other's."""

    def __init__(self) -> None:
        self.is_orphaned = False
        self.tell: Callable[[], object] | None = None


_state = _State()


def watch(parent_pid: int, sock: int | None, grace_s: float) -> None:
    """Watch the parent on a thread, which lives as long as the process, and echo what comes over the socket `sock`.

    The parent is gone when it has ended, or has closed its end of the socket. Then what `call_when_orphaned` was given
    is called; if the process has not ended `grace_s` seconds later, it is killed, with the process group that it leads.
    To be called once. The socket is the thread's alone; Windows does not watch it.
    """
    try:
        parent = _open(parent_pid)
    except ProcessLookupError:
        parent = None
    # Asked after that: if the parent has died before, the number is nobody's, or by now another process's.
    is_orphan = sys.platform != "win32" and os.getppid() != parent_pid
    _thread.start_new_thread(_run, (parent, sock, is_orphan, grace_s))


def call_when_orphaned(tell: Callable[[], object]) -> None:
    """Have `tell` called once the parent is gone, or now: on any thread, and perhaps twice."""
    _state.tell = tell
    if _state.is_orphaned:
        tell()


def _run(parent: int | None, sock: int | None, is_orphan: bool, grace_s: float) -> None:
    if not is_orphan:
        _wait(parent, sock)
    _state.is_orphaned = True
    tell = _state.tell
    if tell is not None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: the process is ending
            tell()
    _sleep(grace_s)  # for nothing: when the process ends, this thread is no more
    if sys.platform != "win32" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)  # what this process has started, too
    os._exit(_STATUS)


if sys.platform == "win32":
    import _winapi

    def _open(pid: int) -> int | None:
        synchronize = 0x00100000  # the right to wait for it
        return _winapi.OpenProcess(synchronize, False, pid)

    def _wait(parent: int | None, sock: int | None) -> None:
        """Wait for the end of the parent by its handle: a closed socket is seen by no wait that leaves data alone."""
        _ = sock
        assert parent is not None
        _winapi.WaitForSingleObject(parent, _winapi.INFINITE)

else:
    import select

    _open = open_exit

    def _wait(parent: int | None, sock: int | None) -> None:
        poll = select.poll()
        if parent is not None:
            poll.register(parent, select.POLLIN)
        if sock is not None:
            poll.register(sock, select.POLLIN)
        while poll.poll() == [(sock, select.POLLIN)]:
            assert sock is not None
            try:
                data = os.read(sock, _MOST_BYTES)
                if not data:
                    return
                os.write(sock, data)
            except OSError:  # it has closed the socket
                return
