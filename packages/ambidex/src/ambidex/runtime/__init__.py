"""One event loop in one named thread: start it, run work on it from anywhere, cancel, drain, stop; fork and exit.

The only part of ambidex that owns a thread.
"""

from __future__ import annotations

from . import _hooks
from ._beside import Beside
from ._callbacks._callback import Callback, is_async_callable
from ._caller import Caller, current_caller
from ._context_manager import Context, Entered, entering
from ._diagnosis._call_site import awaited_for_caller, called_for_caller
from ._diagnosis._diagnose import Diagnosis, diagnose
from ._diagnosis._guard import check_blocking, loop_here
from ._diagnosis._stack import hide_library_frames
from ._diagnosis._statistics import Statistics, statistics_of
from ._future import Future, wait_for_first
from ._hooks import forget_after_fork, lock_that_forks_wait_for
from ._loop._context import InContext
from ._loop._executor import LoopExecutor
from ._runtime import Runtime
from ._streams._here import StreamHere, await_here
from ._streams._read_ahead import ReadAhead
from ._streams._stream import AsyncStream, BlockingStream, StreamCall
from ._synchronizer import (
    Synchronizer,
    all_runtimes,
    check_read_ahead,
    choose_loop,
    close_all,
    get_synchronizer,
    run_async_task,
    runtime_of,
)

__all__ = (
    "AsyncStream",
    "Beside",
    "BlockingStream",
    "Callback",
    "Caller",
    "Context",
    "Diagnosis",
    "Entered",
    "Future",
    "InContext",
    "LoopExecutor",
    "ReadAhead",
    "Runtime",
    "Statistics",
    "StreamCall",
    "StreamHere",
    "Synchronizer",
    "all_runtimes",
    "await_here",
    "awaited_for_caller",
    "called_for_caller",
    "check_blocking",
    "check_read_ahead",
    "choose_loop",
    "close_all",
    "current_caller",
    "diagnose",
    "entering",
    "forget_after_fork",
    "get_synchronizer",
    "hide_library_frames",
    "is_async_callable",
    "lock_that_forks_wait_for",
    "loop_here",
    "run_async_task",
    "runtime_of",
    "statistics_of",
    "wait_for_first",
)

_hooks.install()
