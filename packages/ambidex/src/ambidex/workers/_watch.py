"""Own the thread that watches over a child process: it ends with its parent, and answers its parent's heartbeats.

The thread begins before anything of the user's runs, because importing a model may take minutes, and so that nobody has
patched what it uses. A loop that is held up does not hold it up; only a function of C can, that keeps the interpreter's
lock.

End of file on a socket does not tell alone that the parent is gone: a process that the parent has forked may hold the
other end open. So the parent itself is watched as well, where the system can (Linux, macOS). A process that is stopped
watches nothing, so on Linux the parent's end lets it go on.

What this process has started ends with it: the rest of the process group that it leads is killed as its last act, and
by its parent, where that is there. Of an orphan that is killed itself, or crashes, nobody does it.

Source: docs/design/0014-workers.md.
"""

from __future__ import annotations

import _thread
import atexit
import contextlib
import os
import signal
import sys
import time

from ._exit import open_exit
from ._group import kill_rest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ("call_when_orphaned", "watch")

_STATUS = 1  # of the process that is ended so; its parent is not there to read it
_PR_SET_PDEATHSIG = 1  # of `prctl`
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
    is called; if the process has not ended `grace_s` seconds later, it is, with the process group that it leads. Where
    it ends in order, what is left of the group is killed at exit. To be called once, before anybody else has `atexit`
    call something, which is called first then. The socket is the thread's alone; Windows does not watch it.
    """
    try:
        parent = _open(parent_pid)
    except ProcessLookupError:
        parent = None
    # Asked after that: if the parent has died before, the number is nobody's, or by now another process's.
    is_orphan = sys.platform != "win32" and os.getppid() != parent_pid
    atexit.register(_end_group)
    _thread.start_new_thread(_run, (parent, sock, is_orphan, grace_s))


def call_when_orphaned(tell: Callable[[], object]) -> None:
    """Have `tell` called once the parent is gone, or now: on any thread, and perhaps twice."""
    _state.tell = tell
    if _state.is_orphaned:
        tell()


def _run(parent: int | None, sock: int | None, is_orphan: bool, grace_s: float) -> None:
    if not is_orphan:
        _go_on_at_end_of_parent()
        _wait(parent, sock)
    _state.is_orphaned = True
    tell = _state.tell
    if tell is not None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: the process is ending
            tell()
    _sleep(grace_s)  # for nothing: when the process ends, this thread is no more
    _end_group()
    os._exit(_STATUS)


if sys.platform == "win32":
    import _winapi

    def _end_group() -> None:
        """Do nothing: the system has no such groups."""

    def _go_on_at_end_of_parent() -> None:
        """Do nothing: the system stops no process."""

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

    def _end_group() -> None:
        """Kill what this process has started; nothing in one that it has forked, and that leads no group."""
        if os.getpgrp() == os.getpid():
            kill_rest(os.getpid())

    if sys.platform == "linux":

        def _go_on_at_end_of_parent() -> None:
            """Have the system send SIGCONT when the parent ends, or only the thread of it that has started this one.

            To a process that is not stopped, that is nothing. `_ctypes`, not `ctypes`: a script may have a neighbour
            of that name, and takes a third of the time to load.
            """
            this_program: Any = None  # for type checkers, a path
            try:
                import _ctypes

                set_death_signal = _ctypes.dlsym(_ctypes.dlopen(this_program, 0), "prctl")
                _ctypes.call_function(set_death_signal, (_PR_SET_PDEATHSIG, int(signal.SIGCONT), 0, 0, 0))
            except (ImportError, AttributeError, OSError):  # this Python was built without
                return

    else:

        def _go_on_at_end_of_parent() -> None:
            """Do nothing: this system can be asked for no such thing."""

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
