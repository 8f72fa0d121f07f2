"""Run `ambidex serve` as a service manager does: in a process of its own, with the manager's socket or without one."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.limits import HANG_S
from tests.programs import LIBRARY

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from typing_extensions import Self

ROOT = Path(__file__).resolve().parents[2]
TOWN = "tests.workers.children._atlas:Town"
# What systemd does before it starts a program
_HANDING = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


class Daemon:
    """Serve a town, by a command of the command line."""

    def __init__(self, words: Sequence[str], options: Sequence[str] = (), handed: socket.socket | None = None) -> None:
        command = ["-m", "ambidex", "serve", *options, "--log-level", "info", TOWN, *words]
        if handed is not None:
            command = ["-c", _HANDING, str(handed.fileno()), *command]
        path = os.pathsep.join((str(LIBRARY), str(ROOT)))
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            pass_fds=() if handed is None else (handed.fileno(),),
        )

    @property
    def pid(self) -> int:
        """Its process."""
        return self.process.pid

    def wait_until_it_serves(self) -> str:
        """Return the line that says so."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("serving"), self.process.communicate()[1]
        return line

    def terminate(self) -> None:
        """Ask it to end, and wait until it has heard that."""
        self.process.send_signal(signal.SIGTERM)
        self.wait_for_log("draining")

    def wait_for_log(self, text: str) -> str:
        """Return the next line of its log that has this text."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if text in line:
                return line
        raise AssertionError(f"it has ended without saying {text!r}")

    def end(self) -> int:
        """Wait until it has ended; return its exit code."""
        self.process.communicate(timeout=HANG_S)
        return self.process.returncode

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()


@contextlib.contextmanager
def listening(folder: Path) -> Generator[socket.socket, None, None]:
    """Give the socket of a service manager, which listens for as long as that runs."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(folder / "town.sock"))
        (folder / "town.sock").chmod(0o600)
        sock.listen(128)
        yield sock
