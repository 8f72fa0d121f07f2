"""Refuse a blocking call that would wait for its own thread; warn about one that holds somebody's event loop."""

from __future__ import annotations

import asyncio
import builtins
import warnings
from asyncio import _get_running_loop
from typing import TYPE_CHECKING

from ..errors import BlockingInAsyncWarning, DeadlockError, NoRunningLoop
from ._stack import calling_frame

if TYPE_CHECKING:
    from types import FrameType

    from ._loop import LoopThread


def check_blocking(thread: LoopThread | None, name: str, instead: str) -> None:
    """Check that blocking here is possible, and say so when it is unwise.

    `instead` is the code to write in its place.

    Raises:
        DeadlockError: this thread is running the very loop that the call would wait for.
        BlockingInAsyncWarning: where warnings of that class are errors.
    """
    running = _get_running_loop()
    if running is None:
        return
    if thread is not None and running is thread.loop:
        raise DeadlockError(
            f"{name} would block the thread that has to run it (the loop of synchronizer {thread.name!r}) for good; "
            f"write `{instead}`"
        )
    frame, level = calling_frame()
    if not _is_notebook_cell(frame):
        warnings.warn(
            f"{name} blocks the event loop that is running here until it returns; write `{instead}`",
            BlockingInAsyncWarning,
            stacklevel=level,
        )


def loop_here() -> asyncio.AbstractEventLoop | None:
    """Return the asyncio loop that runs here, None where there is none."""
    return _get_running_loop()


def running_loop(name: str) -> asyncio.AbstractEventLoop:
    """Return the asyncio loop that runs here.

    Raises:
        NoRunningLoop: there is none (no loop at all, or trio's).
    """
    running = _get_running_loop()
    if running is None:
        raise NoRunningLoop(
            f"{name} is awaited where no asyncio event loop runs; await it inside asyncio.run(...) (trio is not "
            "supported: call the blocking face in trio.to_thread.run_sync), or use the blocking face"
        )
    return running


def _is_notebook_cell(frame: FrameType) -> bool:
    """Tell whether `frame` is the top level of an IPython cell, where blocking holds nobody but its author."""
    return hasattr(builtins, "get_ipython") and frame.f_code.co_name.startswith(("<module>", "<cell line"))
