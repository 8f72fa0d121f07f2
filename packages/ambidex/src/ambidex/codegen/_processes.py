"""Own the work that a run hands to forked processes, which begin with all that this one has, imported modules included.

A forked process gives back data, and does nothing that could be seen: one that writes to its standard streams, or is
about to import, ends without a result. Whoever handed the work out does it himself then, so that a run says, and does,
what it would in one process. Only a process with one thread is forked: no other would go on in the copy, and what it
holds would stay locked. And only on Linux, which tells how many there are.
"""

from __future__ import annotations

import bisect
import contextlib
import importlib.machinery
import itertools
import os
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING, Generic, NoReturn, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

T = TypeVar("T")
V = TypeVar("V")

_LEAST = 100  # functions and members for each process: to read as many takes the time of a few forks
_MOST = 4  # arbitrary: a third of a run cannot be divided, and each process takes memory


def usable_processes() -> int:
    """Return in how many processes a run may go on, this one counted."""
    if sys.platform != "linux":
        return 1
    return min(len(os.sched_getaffinity(0)), _MOST)


def starts_of(weights: Sequence[int], processes: int) -> list[int]:
    """Return where the shares of others begin in so many pieces of work, each share of about the same weight.

    There are none where the work does not pay for a fork, or this process cannot be forked.
    """
    sums = list(itertools.accumulate(weights, initial=0))
    shares = min(processes, sums[-1] // _LEAST)
    if shares < 2 or not _can_fork():
        return []
    wanted = (sums[-1] * share // shares for share in range(1, shares))
    return sorted({bisect.bisect_left(sums, least) for least in wanted} - {0, len(weights)})


def in_shares(work: Callable[[V], T], values: Sequence[V], weights: Sequence[int], processes: int) -> list[T]:
    """Return what `work`, which changes nothing that could be seen, makes of each of several values."""
    starts = starts_of(weights, processes)
    parts = [values[start:end] for start, end in zip([0, *starts], [*starts, len(values)])]
    made: list[T] = []
    with contextlib.ExitStack() as stack:
        others: list[Forked[list[T]]] = []
        for part in parts[1:]:
            others.append(Forked(partial(_each, work, part)))
            stack.callback(others[-1].end)
        made.extend(_each(work, parts[0]))
        for forked, part in zip(others, parts[1:]):
            given = forked.result()
            made.extend(_each(work, part) if given is None else given)
    return made


def _each(work: Callable[[V], T], values: Sequence[V]) -> list[T]:
    return list(map(work, values))


def _can_fork() -> bool:
    """Tell whether a copy of this process would be whole: nothing that it has imported has started a thread."""
    if sys.platform != "linux" or not hasattr(os, "memfd_create"):
        return False
    try:
        return len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208  a name for each thread, Python's own or not
    except OSError:  # a container without /proc
        return False


class Forked(Generic[T]):
    """One task in a copy of this process; what it gives has to be picklable."""

    def __init__(self, task: Callable[[], T | None]) -> None:
        if sys.platform == "win32":
            raise NotImplementedError("nothing is forked here")
        import pickle  # which small runs do without

        self._pid = 0
        self._reader, writer = os.pipe()
        _flush((sys.stdout, sys.stderr))
        ending = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, ending)
        try:
            try:
                self._pid = os.fork()
                if not self._pid:
                    for each in ending:  # at once, and without a word: the first process has that
                        signal.signal(each, signal.SIG_DFL)
                    signal.pthread_sigmask(signal.SIG_SETMASK, before)
                    _give(task, writer, pickle.dumps)
            finally:
                os.close(writer)
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
        except BaseException:  # an interrupt that has waited, too
            self.end()
            raise

    def result(self) -> T | None:
        """Return what the task gave, once it has; None where it gave that, or did not come to its end."""
        import pickle

        with open(self._reader, "rb", closefd=False) as pipe:
            content = pipe.read()
        return cast("T", pickle.loads(content)) if self._wait() == 0 else None  # noqa: S301  of a copy of this process

    def end(self) -> None:
        """End the process, if it is still there: nobody needs its result."""
        if self._pid and sys.platform != "win32":
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
        self._wait()

    def _wait(self) -> int:
        """Wait for the end of the process, and return its status, once: 0 where it has given a result."""
        pid, self._pid = self._pid, 0
        reader, self._reader = self._reader, -1
        if reader >= 0:
            os.close(reader)
        try:
            return os.waitpid(pid, 0)[1] if pid else 1
        except ChildProcessError:  # an imported module has this process not hear of its children
            return 1


def _give(task: Callable[[], object], writer: int, dumps: Callable[[object], bytes]) -> NoReturn:
    """Write what a task gives, and end this process, whose parent does the rest."""
    status = 1
    try:
        streams = (sys.stdout, sys.stderr)
        told = os.memfd_create("told") if sys.platform == "linux" else -1
        for descriptor in (1, 2):
            os.dup2(told, descriptor)
        sys.stdout = sys.stderr = open(told, "w", encoding="utf-8")  # noqa: PTH123, SIM115  until the process ends
        sys.meta_path.insert(0, _NoModules(sys.meta_path))
        content = dumps(task())
        _flush((*streams, sys.stdout))
        if not os.fstat(told).st_size:
            with open(writer, "wb") as pipe:
                pipe.write(content)
            status = 0
    except BaseException:  # noqa: BLE001, S110  whatever it is, the parent comes upon it, too
        pass
    finally:
        os._exit(status)


class _NoModules:
    """End this process where a module is to be imported that can be: that is done once, by the parent."""

    def __init__(self, finders: Sequence[object]) -> None:
        self._finders = list(finders)

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        for finder in self._finders:
            if cast("importlib.machinery.PathFinder", finder).find_spec(name, path, target) is not None:
                os._exit(1)
        return None


def _flush(streams: Sequence[object]) -> None:
    """Write what waits in streams; an imported module may have put anything in the place of one."""
    for stream in streams:
        flush = getattr(stream, "flush", None)
        if flush is not None:
            flush()
