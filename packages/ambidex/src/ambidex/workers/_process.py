"""Own a child process from its start to its end: see it die, read its status once, signal it safely.

What the child has started ends with it: when its end is seen, however it came, the rest of the process group that it
led is killed, before its status is read, because till then nobody else can have its number. `terminate` reaches the
child alone, which may end its own children in its own way. Processes that have left the group (`setsid`), and all
grandchildren on Windows, are not reached; nor are they, before Linux 6.9 and outside Linux, where somebody else has
read the status first.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from typing import TYPE_CHECKING, final

from ._exit import open_exit
from ._group import kill_group_of, kill_rest

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

__all__ = ("Process",)


@final
class Process:
    """A child that `launch` has started; all of it is for the thread of the loop that watches it.

    So no signal is sent while the child's status is being read: from then on its number may be another process's.
    """

    def __init__(self, popen: subprocess.Popen[bytes]) -> None:
        self.pid = popen.pid
        self._popen = popen
        self._loop: asyncio.AbstractEventLoop | None = None
        self._exit: int | None = None
        self._ended: asyncio.Future[None] | None = None
        self._status: int | None = None
        self._on_death: Callable[[int | None], object] | None = None

    @property
    def has_ended(self) -> bool:
        """Whether the end of the child has been seen."""
        return self._ended is not None and self._ended.done()

    @property
    def status(self) -> int | None:
        """How the child ended: its exit code, or a signal as a negative number.

        None while its end has not been seen, and where somebody else has read it first (`os.waitpid(-1)`).
        """
        return self._status

    def watch(self, loop: asyncio.AbstractEventLoop, on_death: Callable[[int | None], object]) -> None:
        """Call `on_death` with the status, once, on the loop, when the child has ended; to be called once.

        The rest of its process group is killed, and the child reaped then; the loop is to run till then. Where the
        system has no descriptor for the end of a process, a thread of the loop's default executor waits for it.
        """
        self._loop = loop
        self._ended = loop.create_future()
        self._on_death = on_death
        try:
            self._exit = open_exit(self.pid)
        except ProcessLookupError:  # ended, and somebody has read its status
            loop.call_soon(self._end_seen)
            return
        if self._exit is not None:
            loop.add_reader(self._exit, self._end_seen)
        else:
            loop.run_in_executor(None, _wait, self._popen).add_done_callback(self._end_seen)

    def _end_seen(self, _: object = None) -> None:
        assert self._loop is not None
        assert self._ended is not None
        assert self._on_death is not None
        if self._exit is not None:
            self._loop.remove_reader(self._exit)
        self._status = _reap(self._popen, self._exit)
        if self._exit is not None:
            os.close(self._exit)
            self._exit = None
        if not self._ended.done():
            self._ended.set_result(None)
        on_death, self._on_death = self._on_death, _pass_over
        on_death(self._status)

    def forget(self) -> None:
        """Know nothing of the child any more, in a process that was forked: it is another one's."""
        self._popen.returncode = 0  # a Popen without one warns when it is collected

    def terminate(self) -> None:
        """Ask the child to end (SIGTERM); nothing happens once it has ended."""
        if not self.has_ended:
            with contextlib.suppress(ProcessLookupError):  # somebody else has reaped it
                _terminate(self._popen, self._exit)

    def kill(self) -> None:
        """Kill the child and its process group; nothing happens once it has ended."""
        if not self.has_ended:
            with contextlib.suppress(ProcessLookupError):  # somebody else has reaped it
                _kill(self._popen, self._exit)

    async def end(self, grace_s: float) -> None:
        """Terminate the child, wait for its end, and kill it after `grace_s` seconds, or when this is cancelled."""
        ended = self._ended
        assert ended is not None, "the process is not watched"
        self.terminate()
        try:
            await asyncio.wait({ended}, timeout=grace_s)
        finally:
            self.kill()
        await asyncio.shield(ended)  # without a limit: nothing survives being killed, and who calls can give up


def _pass_over(status: int | None) -> None:
    """Do nothing with a status that was told before."""


if sys.platform == "win32":  # where a Popen has a handle of the process, whose number is not used again

    def _wait(popen: subprocess.Popen[bytes]) -> None:
        popen.wait()

    def _reap(popen: subprocess.Popen[bytes], descriptor: int | None) -> int | None:
        _ = descriptor
        return popen.poll()

    def _terminate(popen: subprocess.Popen[bytes], descriptor: int | None) -> None:
        _ = descriptor
        popen.terminate()

    _kill = _terminate

else:

    def _reap(popen: subprocess.Popen[bytes], descriptor: int | None) -> int | None:
        """Kill what is left of the group of a child that has ended, and only then let go of its number.

        Return its status; None if somebody else has read it.
        """
        if popen.returncode is None:
            try:
                if sys.platform != "darwin":  # where Python has no `waitid` before 3.13
                    os.waitid(os.P_PID, popen.pid, os.WEXITED | os.WNOWAIT)  # does not wait: it has ended
                kill_rest(popen.pid)
                _, status = os.waitpid(popen.pid, 0)
            except ChildProcessError:
                kill_group_of(descriptor)
                popen.returncode = 0  # not asked for; a Popen without one tries again
                return None
            popen.returncode = os.waitstatus_to_exitcode(status)
        return popen.returncode

    def _terminate(popen: subprocess.Popen[bytes], descriptor: int | None) -> None:
        _send(popen.pid, descriptor, signal.SIGTERM)

    def _kill(popen: subprocess.Popen[bytes], descriptor: int | None) -> None:
        _send(popen.pid, descriptor, signal.SIGKILL)  # first: it fails if the number is not the child's any more
        kill_rest(popen.pid)  # now: where somebody else reads its status, it may not be possible later

    def _wait(popen: subprocess.Popen[bytes]) -> None:
        """Wait for the end, on any thread, and leave the status for the loop's, where that is possible."""
        if sys.platform != "darwin":
            with contextlib.suppress(ChildProcessError):  # somebody else has reaped it
                os.waitid(os.P_PID, popen.pid, os.WEXITED | os.WNOWAIT)
        else:
            popen.wait()

    if sys.platform == "linux":

        def _send(pid: int, descriptor: int | None, number: signal.Signals) -> None:
            if descriptor is None:
                os.kill(pid, number)
            else:
                signal.pidfd_send_signal(descriptor, number)

    else:

        def _send(pid: int, descriptor: int | None, number: signal.Signals) -> None:
            _ = descriptor
            os.kill(pid, number)
