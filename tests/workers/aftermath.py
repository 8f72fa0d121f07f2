"""What a fault may not leave behind, and the second that it has to go: processes, zombies, descriptors, memory.

Threads, descriptors and children of this process, zombies included, are looked at after every test, too:
tests/conftest.py.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from tests.conftest import children, descriptors
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable

VARIABLE = "AMBIDEX_TEST"  # in the environment of whatever a test starts, and of what that starts
SECOND_S = 1.0
_LOOK_S = 0.01  # between two looks, where nothing ends meanwhile
_MEMORY = "/memfd:ambidex"


def shared_memory() -> int:
    """Return how many pieces of memory this process has that it has made to share; 0 where the system does not tell."""
    try:
        return Path("/proc/self/maps").read_text(encoding="utf-8").count(_MEMORY)
    except OSError:
        return 0


class Held:
    """Compare what this process holds with what it held when this was made."""

    def __init__(self) -> None:
        self._descriptors = descriptors()
        self._children = children()
        self._memory = shared_memory()

    def left(self) -> list[str]:
        """Return what has come since and is there: descriptors, children and zombies, shared memory."""
        return [
            *(f"descriptor {number} ({what})" for number, what in descriptors() - self._descriptors),
            *(f"child or zombie {pid}" for pid in children() - self._children),
            *(["shared memory"] if shared_memory() > self._memory else []),
        ]


class Aftermath:
    """Look for what is left of a fault, from just before it on, of processes that have `token` in their environment.

    To be made before the fault; `begin` is called at the fault, or gets its time, and `check` then. `own` tells what
    else may not be left, of the process that asks. A process that has ended and that somebody else has to reap (that
    is, a zombie that is no child of this process) is not left.

    A second is one in which the machine lets those run that have to clean up. On a loaded machine they wait for a
    processor, and the kernel counts for each thread how long (`run_delay`, the second number of `schedstat`): that of
    this process and of each process with the token, since the fault, is added to the second. Unlike the lateness of
    a thread that sleeps in small steps, it does not grow with what this process does itself, and it knows that a
    scheduler wakes who has slept before it goes on with who computes. What others hold up by memory or disks is not
    counted; where the kernel counts nothing, a second is a second.
    """

    def __init__(self, token: str, own: Callable[[], list[str]] = list[str]) -> None:
        self._token = token
        self._own = own
        self._first: dict[int, float] = {}
        self._delays: dict[int, float] = {}
        self.begin()

    def begin(self, at: float | None = None) -> None:
        """Note that the fault happens now, or has happened `at` this time of `time.monotonic`, since this was made."""
        if at is None:
            self._first = {pid: _delay_s(pid) for pid in [os.getpid(), *_processes(self._token)]}
            self._delays = dict(self._first)
        self._begun = time.monotonic() if at is None else at

    def check(self) -> float:
        """Wait until nothing is left, print and return how many seconds that took since the fault.

        Raises:
            AssertionError: something is left for longer than a second; the message says what.
        """
        left = self._left()
        is_collected = False
        while left:
            allowed_s = SECOND_S + self._delay_s()
            if time.monotonic() - self._begun > min(allowed_s, HANG_S):
                _fail(left, allowed_s)
            if not is_collected and not _processes(self._token):
                gc.collect()  # what only a reference cycle holds is not a leak
                is_collected = True
            _wait_for_an_end(_processes(self._token))
            left = self._left()
        taken_s, allowed_s = time.monotonic() - self._begun, SECOND_S + self._delay_s()
        print(f"nothing was left after {taken_s * 1e3:.0f} ms, of {allowed_s * 1e3:.0f}")
        if taken_s > allowed_s:  # it went in the last look
            _fail([f"nothing, but only after {taken_s:.2f} s"], allowed_s)
        return taken_s

    def _left(self) -> list[str]:
        found = [f"process {pid}: {_command(pid)!r:.200}" for pid in _processes(self._token)]
        return [*found, *self._own()]

    def _delay_s(self) -> float:
        for pid in [os.getpid(), *_processes(self._token)]:
            self._first.setdefault(pid, 0.0)
            self._delays[pid] = max(self._delays.get(pid, 0.0), _delay_s(pid))
        return sum(self._delays[pid] - first for pid, first in self._first.items())


def _fail(left: list[str], allowed_s: float) -> NoReturn:
    text = "\n  ".join(left)
    raise AssertionError(
        f"this was left longer than a second ({allowed_s:.2f} s with waits for a processor):\n  {text}"
    )


if sys.platform == "linux":

    def _processes(token: str) -> list[int]:
        """Return what runs that has the token in its environment, but for this process."""
        wanted = f"{VARIABLE}={token}".encode()
        found: list[int] = []
        for name in os.listdir("/proc"):  # noqa: PTH208  many times a second
            if name.isdigit() and int(name) != os.getpid():
                with contextlib.suppress(OSError):  # it has ended, or is another user's
                    environment = Path("/proc", name, "environ").read_bytes()  # empty of one that has ended
                    if wanted in environment.split(b"\0"):
                        found.append(int(name))
        return found

    def _delay_s(pid: int) -> float:
        total = 0.0
        for file in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            with contextlib.suppress(OSError):  # the thread has ended
                total += int(file.read_text().split()[1]) / 1e9
        return total

    def _command(pid: int) -> bytes:
        with contextlib.suppress(OSError):
            return Path(f"/proc/{pid}/cmdline").read_bytes()
        return b"which has just ended"

    def _wait_for_an_end(pids: list[int]) -> None:
        """Wait for the end of one of these processes, not long."""
        ends: list[int] = []
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                ends.append(os.pidfd_open(pid))
        select.select(ends, [], [], _LOOK_S)
        for end in ends:
            os.close(end)

else:

    def _processes(token: str) -> list[int]:
        """Return nothing: this system does not tell the environment of a process."""
        _ = token
        return []

    def _delay_s(pid: int) -> float:
        _ = pid
        return 0.0

    def _command(pid: int) -> bytes:
        _ = pid
        return b""

    def _wait_for_an_end(pids: list[int]) -> None:
        _ = pids
        select.select([], [], [], _LOOK_S)
