"""Own the heartbeat of a child: ask it now and then whether it is there, and tell one that hangs from one that works.

The thread of `_watch` answers, so a child whose loop is held up by Python, however long, answers. One in a function of
C that keeps the interpreter's lock does not, and may be loading a model: it is left alone as long as it uses processor
time, or waits for a processor or a disk. What is given up is a child that does not answer and is stopped, or that has
used no processor time since it was asked; where the system does not tell (all but Linux), only one that is stopped.

A debugger that holds the child has it neither stopped, in the system's words for its parent, nor idle for no reason:
start a child that is to be debugged with no heartbeat.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from ..transport import Socket

_BEAT = b"."


class Heartbeat:
    """Ask the child `pid` every `interval_s` seconds, from `begin` on; call `give_up` with a sentence where it hangs.

    `sock`, which belongs to this object, is open in any case: its end tells the child that its parent is gone.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        sock: Socket,
        pid: int,
        interval_s: float | None,
        give_up: Callable[[str], object],
    ) -> None:
        sock.setblocking(False)
        self._loop = loop
        self._socket = sock
        self._pid = pid
        self._interval_s = interval_s
        self._give_up = give_up
        self._timer: asyncio.TimerHandle | None = None
        self._used_s: float | None = None  # processor time, when it was asked

    def begin(self) -> None:
        """Begin to ask."""
        if self._interval_s is not None and sys.platform != "win32":
            self._ask()

    def close(self) -> None:
        """Ask no more, and close the socket."""
        if self._timer is not None:
            self._timer.cancel()
        self._socket.close()

    def _ask(self) -> None:
        assert self._interval_s is not None
        with contextlib.suppress(OSError):  # it has closed its end, and is given up if it hangs, too
            self._socket.send(_BEAT)
        self._used_s = processor_time_s(self._pid)
        self._timer = self._loop.call_later(self._interval_s, self._look)

    def _look(self) -> None:
        assert self._interval_s is not None
        try:
            has_answered = bool(self._socket.recv(64))
        except OSError:  # nothing has come
            has_answered = False
        if has_answered:
            self._ask()
        elif is_stopped(self._pid) or self._is_idle():
            self._give_up(f"it did not answer a heartbeat within {self._interval_s:g} s, and did nothing else")
        else:
            self._used_s = processor_time_s(self._pid)
            self._timer = self._loop.call_later(self._interval_s, self._look)

    def _is_idle(self) -> bool:
        if self._used_s is None or wants_to_run(self._pid):
            return False
        return processor_time_s(self._pid) == self._used_s


if sys.platform == "linux":

    def processor_time_s(pid: int) -> float | None:
        """Return how many seconds of processor time a process has used; None where that cannot be known."""
        fields = _fields(Path(f"/proc/{pid}/stat"))
        return None if fields is None else (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wants_to_run(pid: int) -> bool:
        """Tell whether a thread of a process runs, waits for a processor, or waits for a disk."""
        states = [fields[0] for file in Path(f"/proc/{pid}/task").glob("*/stat") if (fields := _fields(file))]
        return not {"R", "D"}.isdisjoint(states)

    def _fields(file: Path) -> list[str] | None:
        """Return what follows the name, which may hold anything, in a `stat` of /proc."""
        try:
            return file.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it has ended
            return None

else:

    def processor_time_s(pid: int) -> float | None:
        """Return None: this system does not tell."""
        _ = pid

    def wants_to_run(pid: int) -> bool:
        """Return True: this system does not tell."""
        _ = pid
        return True


def is_stopped(pid: int) -> bool:
    """Tell whether a child is stopped (SIGSTOP, or one like it)."""
    if sys.platform == "win32":
        return False
    if sys.platform == "darwin":  # where Python has no `waitid`
        return False
    try:
        found = os.waitid(os.P_PID, pid, os.WSTOPPED | os.WNOHANG | os.WNOWAIT)
    except (AttributeError, OSError):  # a Python without it; or it has ended
        return False
    return found is not None
