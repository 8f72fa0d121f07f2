"""What the tests of pools share: the worker, a pipe by which its processes tell what they do, and how to wait."""

from __future__ import annotations

import contextlib
import os
import select
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ambidex import WorkerPool
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import Generator

WORKER = Path(__file__).parent / "children" / "pooled.py"


class Told:
    """Read the lines that the workers write to a named pipe, whose last word is the process that has written it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "told"
        os.mkfifo(self.path)
        self._descriptor = os.open(self.path, os.O_RDWR)  # so that it never ends
        self._rest = b""

    def next(self) -> list[str]:
        """Wait for the next line, and return its words."""
        while b"\n" not in self._rest:
            ready, _, _ = select.select([self._descriptor], [], [], HANG_S)
            assert ready, "the workers have told nothing"
            self._rest += os.read(self._descriptor, 65536)
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode().split()

    def wait(self, word: str, count: int = 1) -> list[list[str]]:
        """Wait for so many lines that begin with `word`, pass over others, and return them."""
        found: list[list[str]] = []
        while len(found) < count:
            line = self.next()
            if line[0] == word:
                found.append(line)
        return found

    def pids(self, word: str, count: int = 1) -> list[int]:
        """Wait as `wait` does; return the processes."""
        return [int(line[-1]) for line in self.wait(word, count)]

    def close(self) -> None:
        """Close the pipe."""
        os.close(self._descriptor)


@contextlib.contextmanager
def telling(folder: Path) -> Generator[Told, None, None]:
    """Give a pipe for the time of a block, which is to be around that of the pool."""
    told = Told(folder)
    try:
        yield told
    finally:
        told.close()


def pool_of(size: int, told: Told | None = None, **options: Any) -> WorkerPool:
    """Return a pool of the worker, which is not started."""
    variables = {} if told is None else {"TOLD": str(told.path)}
    return WorkerPool(WORKER, size=size, env=options.pop("env", variables), **options)


def make_pipe(folder: Path, name: str) -> Path:
    """Return a named pipe for `wait_for`: to open it for writing waits until a worker has opened it."""
    path = folder / name
    os.mkfifo(path)
    return path


def wait_for_end(pid: int) -> None:
    """Wait until a process has ended, whoever reaps it."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        ready, _, _ = select.select([descriptor], [], [], HANG_S)
        assert ready, f"process {pid} has not ended"
    finally:
        os.close(descriptor)
