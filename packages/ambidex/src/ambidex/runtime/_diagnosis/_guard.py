"""Refuse a blocking call that would wait for its own thread; warn about one that holds somebody's event loop."""

from __future__ import annotations

import asyncio
import builtins
import warnings
from asyncio import _get_running_loop
from typing import TYPE_CHECKING, Any

from ...errors import BlockingInAsyncWarning, DeadlockError, NoRunningLoop
from . import _shared
from ._stack import calling_frame

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from .._loop._thread import LoopThread


loop_here = _get_running_loop  # the asyncio loop that runs here, None where there is none; a C function, for speed


def check_blocking(thread: LoopThread | None, name: str, instead: str) -> None:
    """Check that blocking here is possible, and say so when it is unwise: once for each line that does it.

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
    _warn_once(
        calling_frame(), f"{name} blocks the event loop that is running here until it returns; write `{instead}`"
    )


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


def _warn_once(frame: FrameType, text: str) -> None:
    """Warn about the line where `frame` stands, unless this process has been warned about it.

    The filters decide whether it is seen, and not how often; where they make an error of it, it is one each time.
    """
    site = (frame.f_code.co_filename, frame.f_lineno)
    module = str(frame.f_globals.get("__name__", "<unknown>"))
    action = _action_of_filters(text, module, site[1])
    if action == "ignore" or (action != "error" and site in _shared.sites):
        return
    if _is_notebook_cell(frame) or _is_at_prompt(frame):
        return
    mine = object()
    if action == "error" or _shared.sites.setdefault(site, mine) is mine:  # of two threads, one warns
        warnings.warn_explicit(text, BlockingInAsyncWarning, *site, module)


def _action_of_filters(text: str, module: str, line: int) -> str:
    """Return what Python's warning filters say to do with a warning of ours; it offers no function for that."""
    filters: Sequence[tuple[Any, ...]] = getattr(warnings, "_get_filters", lambda: warnings.filters)()
    for action, message, category, where, at in filters:
        if (
            issubclass(BlockingInAsyncWarning, category)
            and at in (0, line)
            and _matches(message, text)
            and _matches(where, module)
        ):
            return str(action)
    return str(getattr(warnings, "defaultaction", "default"))


def _matches(pattern: Any, text: str) -> bool:
    """Tell whether a part of a filter, a string where the interpreter itself has made it, allows `text`."""
    return pattern is None or pattern == text or (hasattr(pattern, "match") and pattern.match(text) is not None)


def _is_notebook_cell(frame: FrameType) -> bool:
    """Tell whether `frame` is the top level of an IPython cell, where blocking holds nobody but its author."""
    return hasattr(builtins, "get_ipython") and frame.f_code.co_name.startswith(("<module>", "<cell line"))


# Whose functions run what a person types: pdb and what derives from it, `code.interact`, pydevd (also inside debugpy).
_PROMPTS = ("pdb", "code", "_pydevd_bundle", "_pydev_bundle")


def _is_at_prompt(frame: FrameType) -> bool:
    """Tell whether code typed at a debugger's prompt runs here: the prompt holds the loop already.

    Such code has no file, and one of the debugger's functions for its caller. A program that merely runs under a
    debugger is called by others (`bdb`, `_pydev_bundle` with a file).
    """
    caller = frame.f_back
    while caller is not None:
        if frame.f_code.co_filename.startswith("<"):
            package = str(caller.f_globals.get("__name__", "")).partition(".")[0]
            if package in _PROMPTS:
                return True
        frame, caller = caller, caller.f_back
    return False
