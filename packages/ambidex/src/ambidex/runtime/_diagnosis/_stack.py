"""Show where work stands: the frames of a suspended task, and tracebacks without the library's own frames."""

from __future__ import annotations

import gc
import os
import sys
import traceback
import types
from _thread import allocate_lock
from asyncio import _get_running_loop
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator
    from types import FrameType, TracebackType

    from ._standing import Frame

# this copy of the library: every frame of code below this folder is ours (a vendored copy has its own folder)
_OURS = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..")) + os.sep

T = TypeVar("T")

ANSWER_S = 1.0  # arbitrary: a loop that takes longer to answer is held


STAND_IN = "<called through ambidex>"  # the name of a frame of ours that stands at the caller's line


_KNOWN_MOST = 4096  # files; then they are forgotten, for a program may make code under names without end
_is_file_ours: dict[str, bool] = {}


def is_ours(frame: Frame) -> bool:
    """Tell whether `frame` runs code of this copy of the library."""
    code = frame.f_code
    file = code.co_filename
    try:  # every call asks this of some frames; a look-up costs a third of the answer, and `get` would lock the dict
        verdict = _is_file_ours[file]
    except KeyError:
        if len(_is_file_ours) >= _KNOWN_MOST:
            _is_file_ours.clear()
        verdict = _is_file_ours[file] = file.startswith(_OURS)
    return verdict or code.co_name == STAND_IN


def forget() -> None:
    """Forget, in a forked child, every file: a new dict, for that one may be locked by a thread of the parent."""
    global _is_file_ours  # noqa: PLW0603  of the process
    _is_file_ours = {}


def hide_library_frames(error: BaseException) -> None:
    """Drop the library's frames at the outer end of the traceback of `error`, down to the first foreign one.

    To be followed by a bare `raise`. Before 3.11 that would bring the old traceback back, so there the error is raised
    from here, which costs two frames of ours.
    """
    trace: TracebackType | None = error.__traceback__
    while trace is not None and is_ours(trace.tb_frame):
        trace = trace.tb_next
    BaseException.with_traceback(error, trace)  # an assignment would ask the class, which may be a frozen dataclass
    if sys.version_info < (3, 11):
        try:
            raise error
        finally:
            del error, trace  # error -> traceback -> this frame -> error would be a cycle


def calling_frame() -> FrameType:
    """Return the nearest frame outside the library."""
    frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001  inspect costs ten times that
    while is_ours(frame) and frame.f_back is not None:
        frame = frame.f_back
    return frame


def task_frames(task: asyncio.Task[Any] | None) -> Iterator[FrameType]:
    """Yield the frames of a suspended task, outermost first, through all that it awaits."""
    last: FrameType | None = None  # a task's own wrapper shows the frame of what it wraps
    awaited: Any = None if task is None else task.get_coro()
    while awaited is not None:
        frame: FrameType | None = None
        for name in ("cr_frame", "gi_frame", "ag_frame"):
            frame = frame or getattr(awaited, name, None)
        following: Any = None
        for name in ("cr_await", "gi_yieldfrom", "ag_await"):
            following = following or getattr(awaited, name, None)
        if type(following).__name__ in _WRAPPERS:
            following = next(filter(_is_suspendable, gc.get_referents(following)), None)
        if frame is not None and frame is not last:
            yield frame
        awaited, last = following, frame


# What stands between an await and what it awaits, and does not tell: a step of an async generator, `x.__await__()`.
_WRAPPERS = ("async_generator_asend", "async_generator_athrow", "anext_awaitable", "coroutine_wrapper")


def _is_suspendable(thing: object) -> bool:
    return isinstance(thing, (types.CoroutineType, types.GeneratorType, types.AsyncGeneratorType))


def describe_task(task: asyncio.Task[Any]) -> str:
    """Return the stack of a suspended task, outermost line first, through everything that it awaits."""
    lines = [line_of(frame) for frame in task_frames(task) if not is_ours(frame) or frame.f_code.co_name == STAND_IN]
    return "".join(lines).rstrip("\n") or "  (no Python frame)"


def line_of(frame: Frame) -> str:
    """Return where `frame` stands as a traceback shows it."""
    code = frame.f_code
    return traceback.format_list([traceback.FrameSummary(code.co_filename, frame.f_lineno, code.co_name)])[0]


def describe_thread(thread_id: int | None) -> str:
    """Return the stack of a running thread, outermost line first."""
    frames = sys._current_frames()  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001  there is no other way
    frame = frames.get(thread_id) if thread_id is not None else None
    return "".join(traceback.format_stack(frame)).rstrip("\n") if frame is not None else "  (the thread has ended)"


def _always() -> bool:
    """Stand for `sys._is_gil_enabled` before 3.13."""
    return True


def has_gil() -> bool:
    """Tell whether one thread at a time runs Python code."""
    return bool(getattr(sys, "_is_gil_enabled", _always)())


def ask_loop(loop: asyncio.AbstractEventLoop, question: Callable[[], T]) -> T | None:
    """Return the answer to a question about a task of `loop`; None when the loop is held, or closed.

    With a GIL it is answered here: no task runs meanwhile. Without one the loop's own thread answers it: to look
    at the frames of a task that runs at this moment can end the process (CPython 3.13).
    """
    if has_gil() or _get_running_loop() is loop:
        return question()
    answers: list[T] = []
    lock = allocate_lock()
    lock.acquire()

    def answer() -> None:
        answers.append(question())
        lock.release()

    try:
        loop.call_soon_threadsafe(answer)
    except RuntimeError:  # it is closed
        return None
    lock.acquire(True, ANSWER_S)
    return answers[0] if answers else None
