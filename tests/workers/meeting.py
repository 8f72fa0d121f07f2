"""How processes of a test tell each other where they are: by named pipes in a folder, which a test makes and ends.

`there` has a line for each process that has come to where it was to be: its number. Who waits for the test reads from
`gate`, and who waits for another process of its own from `go`.
"""

from __future__ import annotations

import fcntl
import os
import select
import stat
import termios
import threading
from pathlib import Path
from typing import TYPE_CHECKING, final

from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ("there", "gate", "go")
_LOOK_S = 0.005


@final
class Meeting:
    """Make the pipes in a folder, and keep them open, so that nobody waits for a writer or a reader."""

    def __init__(self, folder: Path) -> None:
        self._ends: dict[str, int] = {}
        for name in NAMES:
            os.mkfifo(folder / name)
            self._ends[name] = os.open(folder / name, os.O_RDWR)
        self._rest = b""

    def next(self) -> int:
        """Wait for the next process that is there, and return its number."""
        while b"\n" not in self._rest:
            ready, _, _ = select.select([self._ends["there"]], [], [], HANG_S)
            assert ready, "nobody has come"
            self._rest += os.read(self._ends["there"], 4096)
        line, _, self._rest = self._rest.partition(b"\n")
        return int(line)

    def open_gate(self) -> None:
        """Let go all who wait for the test, now and later."""
        os.write(self._ends["gate"], b"\n" * 64)

    def close(self) -> None:
        """Close the pipes."""
        for end in self._ends.values():
            os.close(end)


def tell_there(folder: str, pid: int | None = None) -> None:
    """Say that this process, or the one of that number, is there."""
    with Path(folder, "there").open("w") as there:
        there.write(f"{os.getpid() if pid is None else pid}\n")


def wait_at(folder: str, name: str) -> None:
    """Wait until somebody writes to this pipe."""
    with Path(folder, name).open("rb", buffering=0) as pipe:
        pipe.read(1)


def let_go(folder: str, name: str) -> None:
    """Let go one who waits at this pipe."""
    with Path(folder, name).open("wb", buffering=0) as pipe:
        pipe.write(b".")


def when_under_way(least: int, tell: Callable[[], object]) -> None:
    """Have `tell` called, on a thread, once a socket of this process holds so many bytes that nobody has read."""

    def work() -> None:
        while not any(_unread(int(name)) >= least for name in os.listdir("/proc/self/fd")):  # noqa: PTH208
            select.select([], [], [], _LOOK_S)
        tell()

    threading.Thread(target=work, daemon=True).start()


def _unread(descriptor: int) -> int:
    try:
        if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
            return 0
        answer = fcntl.ioctl(descriptor, termios.TIOCOUTQ, bytes(4))
    except OSError:  # closed meanwhile
        return 0
    return int.from_bytes(answer, "little")
