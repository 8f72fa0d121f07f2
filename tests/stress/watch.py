"""What the harnesses share: a watchdog for calls that hang, a record of what escapes elsewhere, and a report.

A harness is a program of its own: it prints what it did, one line, and on standard error what went wrong, with the
seed. It ends with status 0 when nothing did.
"""

from __future__ import annotations

import asyncio
import faulthandler
import gc
import logging
import os
import sys
import threading
import time
import traceback
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.runtime.kinds import make_synchronizer

if TYPE_CHECKING:
    from collections.abc import Callable

HANG_S = 40.0  # a call that takes longer hangs; the longest of the harnesses take milliseconds


class Watchdog:
    """End the process, with the stack of every thread, when a thread has been in one call for too long.

    Each thread calls `beat` before a call and `rest` after its last one. `faulthandler` stands behind the watching
    thread: it works where the interpreter itself is held.
    """

    def __init__(self, limit_s: float = HANG_S) -> None:
        self._limit_s = limit_s
        self._last: dict[int, float] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        self._thread.start()

    def beat(self) -> None:
        """Take note that this thread begins another call."""
        self._last[threading.get_ident()] = time.monotonic()

    def rest(self) -> None:
        """Take note that this thread makes no call for now."""
        self._last.pop(threading.get_ident(), None)

    def stop(self) -> None:
        """End the watching."""
        self._stop.set()
        self._thread.join()
        faulthandler.cancel_dump_traceback_later()

    def _watch(self) -> None:
        while not self._stop.wait(0.5):
            faulthandler.dump_traceback_later(2 * self._limit_s, exit=True)
            oldest = min(self._last.copy().values(), default=None)
            if oldest is not None and time.monotonic() - oldest > self._limit_s:
                print(f"a call hangs for more than {self._limit_s:g} s", file=sys.stderr, flush=True)
                faulthandler.dump_traceback(all_threads=True)
                os._exit(3)


class Escapes(logging.Handler):
    """Record what ends up where nobody asked for it: logs, threads that die, exceptions that Python drops.

    `is_allowed` tells of an exception that was dropped in a finalizer whether the harness has caused it.
    """

    def __init__(self, is_allowed: Callable[[BaseException], bool] = lambda _: False) -> None:
        super().__init__(logging.WARNING)
        self.seen: list[str] = []
        self._is_allowed = is_allowed
        logging.getLogger().addHandler(self)
        sys.unraisablehook = self._unraisable
        threading.excepthook = self._thread_died
        warnings.simplefilter("error")
        # Every fork beside a thread is warned about from 3.12 on.
        warnings.filterwarnings("ignore", message=".*fork", category=DeprecationWarning)

    def emit(self, record: logging.LogRecord) -> None:
        """Record what was logged."""
        self.seen.append(f"logged: {self.format(record)}")

    def _unraisable(self, dropped: sys.UnraisableHookArgs) -> None:
        error = dropped.exc_value
        if error is None or not self._is_allowed(error):
            where = "".join(traceback.format_exception(dropped.exc_type, error, dropped.exc_traceback))
            self.seen.append(f"dropped in {dropped.object!r}: {where}")

    def _thread_died(self, ended: threading.ExceptHookArgs) -> None:
        where = "".join(traceback.format_exception(ended.exc_type, ended.exc_value, ended.exc_traceback))
        self.seen.append(f"the thread {ended.thread} died: {where}")


class Resources:
    """Compare what the process holds with what it held when this was made.

    A loop of that `kind` is opened and closed first: libuv keeps a pipe for signals from then on.
    """

    def __init__(self, kind: str) -> None:
        with make_synchronizer(kind, "first of its kind") as first:
            first.run(asyncio.sleep, 0)
        self._threads = set(threading.enumerate())
        self._descriptors = count_descriptors()

    def leaks(self) -> list[str]:
        """Return what is held beyond that; waits for threads that are ending."""
        deadline = time.monotonic() + HANG_S
        new = set(threading.enumerate()) - self._threads
        for thread in new:
            thread.join(max(0.0, deadline - time.monotonic()))
        gc.collect()
        found = [f"thread {thread.name} is left" for thread in new if thread.is_alive()]
        descriptors = count_descriptors()
        if descriptors > self._descriptors:
            found.append(f"{descriptors} descriptors are open; there were {self._descriptors}")
        return found


def count_descriptors() -> int:
    """Return how many descriptors the process has open, or 0 where the platform does not tell."""
    folder = Path("/proc/self/fd")
    return len(os.listdir(folder)) if folder.is_dir() else 0  # noqa: PTH208  iterdir would hold one of its own


def finish(failures: list[str], seed: int, **did: Any) -> int:
    """Print what was done and what went wrong; return the exit status."""
    print(" ".join(f"{name}={value}" for name, value in did.items()), flush=True)
    for failure in failures[:20]:
        print(failure, file=sys.stderr)
    if failures:
        print(f"{len(failures)} failures; seed {seed}, Python {sys.version.split()[0]}", file=sys.stderr, flush=True)
    return 1 if failures else 0
