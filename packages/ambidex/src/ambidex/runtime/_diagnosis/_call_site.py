"""Run the work of a call under a frame that stands at the caller's line.

What the implementation warns about with `stacklevel=2` is then shown at the line that made the call, counted and
filtered as the caller's, as if the call had been a plain one; and the stack of a task names the line it works for. The
frame is that of a function whose code is copied with the caller's file and line, and whose globals are the caller's;
so the templates below may use no global name. Its own name shows that it is not the caller's function.
"""

from __future__ import annotations

import sys
from types import FunctionType
from typing import TYPE_CHECKING, Any, NamedTuple

from ._shared import workers
from ._stack import STAND_IN, is_ours

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
    from types import CodeType, FrameType


class _Template(NamedTuple):
    """A function, its code with all of it on one line, and its place in `_known`."""

    function: Callable[..., Any]
    code: CodeType
    number: int


def _on_one_line(function: Callable[..., Any]) -> CodeType:
    """Return the code of a function with each instruction at its first line.

    A code's first line is never negative, so a work that is called further down could not stand at line 1 of a file.
    """
    code = function.__code__
    units = len(code.co_code) // 2
    if sys.version_info < (3, 10):
        table: dict[str, Any] = {"co_lnotab": b""}  # steps from one line to the next; type stubs do not know it
        return code.replace(**table)
    if sys.version_info < (3, 11):
        spans = (min(units - start, 127) for start in range(0, units, 127))  # bytes, and by how much the line differs
        return code.replace(co_linetable=b"".join(bytes((2 * span, 0)) for span in spans))
    spans = (min(units - start, 8) for start in range(0, units, 8))
    # "No columns" (13) and how many units, then by how much the line differs: CPython, InternalDocs/code_objects.md
    return code.replace(co_linetable=b"".join(bytes((0x80 | 13 << 3 | span - 1, 0)) for span in spans))


async def _in_task(call: Any) -> None:
    try:
        value = await call.function(*call.args, **call.kwargs)
    except call.anything as error:
        call.finish_with(error)
    else:
        call.finish(value)


def _at_once(call: Any) -> Any:
    return call.function(*call.args, **call.kwargs)


async def in_step(call: Any, generator: Any, value: Any, over: Any, end: Any) -> Any:  # noqa: ARG001  `workers` reads it
    """Await a step of a stream; `end` where it raises `over`. Its copies stand at the caller's line."""
    try:
        return await generator.asend(value)
    except over:
        return end


async def in_steps(call: Any, generator: Any, buffer: Any, count: Any, end: Any) -> Any:  # noqa: ARG001  as above
    """Take steps of a stream until `buffer` is full, None then, or `end`; else as `in_step`. `count` is `len`."""
    items = buffer.items
    async for item in generator:
        items.append(item)
        if buffer.waiting:
            buffer.wake()
        if count(items) >= buffer.limit:
            return None
    return end


async def _in_part(call: Any, function: Any, args: Any) -> Any:  # noqa: ARG001  as above
    return await function(*args)


def _at_once_in_part(call: Any, function: Any, args: Any, kwargs: Any) -> Any:  # noqa: ARG001  as above
    return function(*args, **kwargs)


workers[STAND_IN] = lambda frame: frame.f_locals["call"]  # the copies' codes are many; their name is one


def name_task(task: asyncio.Task[Any] | None) -> None:
    """Let the call whose work the running task does know that task: in its first step the call does not know it yet.

    To be called in that task: the frame is of this very thread.
    """
    frame = getattr(None if task is None else task.get_coro(), "cr_frame", None)
    if frame is not None and frame.f_code.co_name == STAND_IN:
        call = frame.f_locals["call"]
        if call.task is None and not call.done:
            call.task = task


_KNOWN_MOST = 4096  # call sites; then they are forgotten, for a program may make code without end
_known: dict[tuple[int, int, int], tuple[CodeType, CodeType]] = {}  # by template and caller: its code, ours at its line
IN_TASK = _Template(_in_task, _on_one_line(_in_task), 0)  # with the call: does its work as a coroutine that ends it
AT_ONCE = _Template(_at_once, _on_one_line(_at_once), 1)  # with the call: does its work, and returns what that does
IN_STEP = _Template(in_step, _on_one_line(in_step), 2)
IN_STEPS = _Template(in_steps, _on_one_line(in_steps), 3)
_IN_PART = _Template(_in_part, _on_one_line(_in_part), 4)
_AT_ONCE_IN_PART = _Template(_at_once_in_part, _on_one_line(_at_once_in_part), 5)


def standing_for_caller(template: _Template) -> Callable[..., Any]:
    """Return the function of that template which stands at the line of our caller, or of who stands for it already."""
    frame = sys._getframe(3)  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001  inspect costs ten times that
    while is_ours(frame) and frame.f_code.co_name != STAND_IN and frame.f_back is not None:
        frame = frame.f_back
    return _standing_at(frame, template)


def _standing_at(frame: FrameType, template: _Template) -> Callable[..., Any]:
    caller = frame.f_code
    key = template.number, id(caller), frame.f_lasti
    try:
        found = _known[key]
    except KeyError:
        if len(_known) >= _KNOWN_MOST:
            _known.clear()
        code = template.code.replace(co_filename=caller.co_filename, co_firstlineno=frame.f_lineno, co_name=STAND_IN)
        found = _known[key] = caller, code  # the caller's code is kept, so that its id stays its own
    return FunctionType(found[1], frame.f_globals)


def refused_to_await(error: BaseException) -> bool:
    """Tell whether `error` was raised by the await of what the work is, not by its call, and not within it.

    A builtin has no frame, so what its call raises stands in ours as well: the instruction tells the two apart.
    """
    trace = error.__traceback__
    if trace is None or trace.tb_next is not None or trace.tb_frame.f_code.co_name != STAND_IN:
        return False
    from opcode import opmap  # here: few programs come to this

    return trace.tb_frame.f_code.co_code[trace.tb_lasti] == opmap["GET_AWAITABLE"]


def forget() -> None:
    """Forget, in a forked child, every line: a new dict, for that one may be locked by a thread of the parent."""
    global _known  # noqa: PLW0603  of the process
    _known = {}


class Stepper:
    """Keep the function that stands where the last step of a stream was asked for: mostly it serves for the next."""

    __slots__ = ("_code", "_instruction", "_step", "_template")

    def __init__(self, template: _Template = IN_STEP) -> None:
        self._template = template
        self._code: CodeType | None = None
        self._instruction = -1
        self._step: Callable[..., Coroutine[Any, Any, Any]] = template.function

    def step_for_caller(self) -> Callable[..., Coroutine[Any, Any, Any]]:
        """Return the function of the template that stands at the caller's line.

        To be called three frames of ours below it or more.
        """
        try:
            frame = sys._getframe(3)  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001  as above
        except ValueError:  # no Python code has called: a finalizer in a thread that runs none, or a thread's function
            return self._template.function
        while (
            (code := frame.f_code) is not self._code
            and is_ours(frame)
            and code.co_name != STAND_IN
            and frame.f_back is not None
        ):
            frame = frame.f_back
        if code is not self._code or frame.f_lasti != self._instruction:
            self._step = _standing_at(frame, self._template)
            self._code, self._instruction = code, frame.f_lasti
        return self._step


def awaited_for_caller(function: Callable[..., Awaitable[Any]], *args: Any) -> Coroutine[Any, Any, Any]:
    """Return what awaits a part of a call, itself called within that call, at the line that made the call."""
    coroutine: Coroutine[Any, Any, Any] = standing_for_caller(_IN_PART)(None, function, args)
    return coroutine


def called_for_caller(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """Call a function that is a part of a call, itself within that call, at the line that made the call."""
    return standing_for_caller(_AT_ONCE_IN_PART)(None, function, args, kwargs)
