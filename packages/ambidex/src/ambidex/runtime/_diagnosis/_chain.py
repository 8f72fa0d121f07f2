"""Follow a call to where its work stands, and from there to the next call: across threads, loops and copies.

Nothing is recorded while calls run. What is asked here, seldom, is read from the frames: those that threads run at this
moment, and those of suspended tasks. The functions of the library in whose frames somebody waits for a call, or carries
one out, are known by their code (`_shared.waits_for`, `_shared.carries_out`).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from . import _shared
from ._stack import ask_loop, has_gil, task_frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import FrameType

    Stacks = Mapping[int, list[FrameType]]  # of each thread, innermost frame first
    Readers = Mapping[Any, Callable[[FrameType], Any]]  # by code, or by its name


def thread_frames() -> dict[int, list[FrameType]]:
    """Return the stack of every thread, innermost frame first, by its identifier."""
    current = sys._current_frames()  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001  there is no other way
    return {ident: list(outward(frame)) for ident, frame in current.items()}


def held_at(thread: Any, stacks: Stacks) -> list[FrameType]:
    """Return the frames of what the loop of `thread` runs at this moment, outermost first; empty while it waits.

    It runs on that thread, or on the one of a caller who takes a first step.
    """
    own = stacks.get(thread.ident, [])
    if own and own[0].f_code.co_name not in _WAITING:
        outermost = [depth for depth, frame in enumerate(own) if frame.f_code.co_name == "_main"][-1:]
        return own[: outermost[0]][::-1] if outermost else []
    if not has_gil():
        return []
    for stack in stacks.values():
        for depth, frame in enumerate(stack):
            call = call_in(frame, _shared.workers)
            if call is not None and call.thread is thread:
                return stack[depth::-1]
    return []


_WAITING = ("select", "_wait_without")  # the innermost function of an idle loop's thread: its selector's


def outward(frame: FrameType | None) -> Iterator[FrameType]:
    """Yield a frame and those that called it, innermost first."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def frames_of(call: Any, stacks: Stacks) -> list[FrameType]:
    """Return the frames in which the work of a call stands, outermost first; empty where it has not begun.

    Without a GIL the loop's own thread looks at a suspended task, and the thread that runs it is not looked at.
    """
    thread = getattr(call, "thread", None)
    if thread is None:
        return []
    if has_gil():
        for stack in stacks.values():
            for depth, frame in enumerate(stack):
                if call_in(frame, _shared.workers) is call:
                    return stack[depth::-1]
    return ask_loop(thread.loop, lambda: list(task_frames(getattr(call, "task", None)))) or []


def waited_for(frames: Iterable[FrameType]) -> Any:
    """Return the first call that one of `frames` waits for, awaiting or blocking, or None."""
    return next((found for found in _found(frames, _shared.waiters) if not found.done), None)


def _found(frames: Iterable[FrameType], readers: Readers) -> Iterator[Any]:
    return (call for frame in frames if (call := call_in(frame, readers)) is not None)


def call_in(frame: FrameType, readers: Readers) -> Any:
    """Return the call that `readers` find in a frame, or None."""
    read = readers.get(frame.f_code) or readers.get(frame.f_code.co_name)
    return None if read is None else read(frame)
