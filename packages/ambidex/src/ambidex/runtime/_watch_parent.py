"""Own the thread that ends a child process whose parent is gone, where the child does not end by itself."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from typing import TYPE_CHECKING

from ._native import original, start_new_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ("end_when_gone",)

_STATUS = 1  # of the process that is ended so; its parent is not there to read it


def end_when_gone(
    ends: Sequence[int],
    sockets: Sequence[int],
    is_gone: bool,
    tell: Callable[[], object],
    grace_s: float,
) -> None:
    """Wait on a thread, which lives as long as the process, until the parent is gone; then `tell`, and end the process.

    It is gone when `is_gone`, or one of `ends` is readable (on Windows: the handle of a process that has ended), or
    one of `sockets` was closed by its other end. `tell` is called on that thread; then the process has `grace_s`
    seconds to end by itself.
    """
    if not (ends or is_gone or (sockets and sys.platform != "win32")):
        return  # there is nothing to wait for
    start_new_thread(_run, (tuple(ends), tuple(sockets), is_gone, tell, grace_s))


def _run(
    ends: Sequence[int], sockets: Sequence[int], is_gone: bool, tell: Callable[[], object], grace_s: float
) -> None:
    if not is_gone:
        _wait(ends, sockets)
    with contextlib.suppress(RuntimeError):  # the loop is closed: the process is ending
        tell()
    _sleep(grace_s)  # for nothing: when the process ends, this thread is no more
    if sys.platform != "win32" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)  # what this process has started, too
    os._exit(_STATUS)


_sleep: Callable[[float], object] = original("time", "sleep")

if sys.platform == "win32":
    import _winapi

    def _wait(ends: Sequence[int], sockets: Sequence[int]) -> None:
        """Wait for the end of a process by its handle: a closed socket is seen by no wait that leaves data alone."""
        _ = sockets
        _winapi.WaitForSingleObject(ends[0], _winapi.INFINITE)

else:
    import select

    _poll: Callable[[], select.poll] = original("select", "poll")

    def _wait(ends: Sequence[int], sockets: Sequence[int]) -> None:
        poll = _poll()
        for each in ends:
            poll.register(each, select.POLLIN)
        for each in sockets:
            poll.register(each, 0)  # only that it was hung up: what can be read there is for others
        poll.poll()
