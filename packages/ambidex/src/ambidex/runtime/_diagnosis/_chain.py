"""Follow a call to where its work stands, and from there to the next call: across threads, loops and copies.

Nothing is recorded while calls run. What is asked here, seldom, is read from the frames: those that threads run at this
moment, and those of suspended tasks. The functions of the library in whose frames somebody waits for a call, or carries
one out, are known by their code (`_shared.waits_for`, `_shared.carries_out`).
"""

from __future__ import annotations

import asyncio
import functools
import sys
from typing import TYPE_CHECKING, Any

from . import _shared
from ._stack import ask_loop, describe_thread, has_gil, is_ours, line_of, task_frames
from ._standing import Seen, see

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from types import CodeType, FrameType

    from ._standing import Frame

    Stacks = Mapping[int, Sequence[Frame]]  # of threads, innermost frame first
    Readers = Mapping[Any, Callable[[Any], Any]]  # by code, or by its name


def thread_frames() -> dict[int, Sequence[Frame]]:
    """Return the stack of every thread, innermost frame first, by its identifier.

    Without a GIL, only of those that wait in a call: the others' cannot be followed.
    """
    if not has_gil():
        found: dict[int, Sequence[Frame]] = {}
        for copy in _shared.copies.copy().values():
            found.update(copy["standing"]())
        return found
    current = sys._current_frames()  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001  there is no other way
    return {ident: list(outward(frame)) for ident, frame in current.items()}


def held_at(thread: Any, stacks: Stacks, *, is_held: bool = False) -> Sequence[Frame]:
    """Return the frames of what the loop of `thread` runs at this moment, outermost first; empty while it waits.

    It runs on that thread, or on the one of a caller who takes a first step. Without a GIL it is told where its code
    begins, unless it waits in a call; and only the loop itself can tell that it waits, where `is_held` does not say.
    """
    own = stacks.get(thread.ident, [])
    if not own and not has_gil():
        return [] if not is_held and ask_loop(thread.loop, lambda: True) else [_beginning_of_work(thread)]
    if own and own[0].f_code.co_name not in _WAITING:
        outermost = [depth for depth, frame in enumerate(own) if frame.f_code.co_name == "_main"][-1:]
        return own[: outermost[0]][::-1] if outermost else []
    for stack in stacks.values() if has_gil() else ():
        for depth, frame in enumerate(stack):
            call = call_in(frame, _shared.workers)
            if call is not None and call.thread is thread:
                return stack[depth::-1]
    return []


def _beginning_of_work(thread: Any) -> Frame:
    """Return a frame at the first line of the function that the loop of `thread` runs, as far as that can be told."""
    task: Any = asyncio.current_task(thread.loop)
    calls = [call for call in getattr(thread, "calls", {}).copy() if call.task in (None, task)]
    known = [call for call in calls if call.task is task] or [call for call in calls if call.name == task.get_name()]
    code = _code_of(known[-1].function) if known else getattr(task.get_coro() if task else None, "cr_code", None)
    return see_beginning(thread.loop.run_forever.__code__) if code is None else see_beginning(code)


def see_beginning(code: CodeType) -> Seen:
    """Return a frame that stands at the first line of a function."""
    return Seen(code, code.co_firstlineno, {})


def _code_of(function: Any) -> CodeType | None:
    while isinstance(function, functools.partial):
        function = function.func
    code: CodeType | None = getattr(function, "__code__", None)
    return code


def describe_held(thread: Any) -> str:
    """Return the stack of the thread of a loop that does not answer, or, without a GIL, where its work begins."""
    if has_gil():
        return describe_thread(thread.ident)
    frames = held_at(thread, thread_frames(), is_held=True)
    return "".join(line_of(frame) for frame in frames if not is_ours(frame)).rstrip("\n") or "  (no code of yours)"


_WAITING = ("select", "_wait_without")  # the innermost function of an idle loop's thread: its selector's


def outward(frame: FrameType | None) -> Iterator[FrameType]:
    """Yield a frame and those that called it, innermost first."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def frames_of(call: Any, stacks: Stacks) -> Sequence[Frame]:
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
    return ask_loop(thread.loop, lambda: [see(frame) for frame in task_frames(getattr(call, "task", None))]) or []


def waited_for(frames: Iterable[Frame]) -> Any:
    """Return the first call that one of `frames` waits for, awaiting or blocking, or None."""
    return next((found for found in _found(frames, _shared.waiters) if not found.done), None)


def _found(frames: Iterable[Frame], readers: Readers) -> Iterator[Any]:
    return (call for frame in frames if (call := call_in(frame, readers)) is not None)


def call_in(frame: Frame, readers: Readers) -> Any:
    """Return the call that `readers` find in a frame, or None."""
    read = readers.get(frame.f_code) or readers.get(frame.f_code.co_name)
    return None if read is None else read(frame)
