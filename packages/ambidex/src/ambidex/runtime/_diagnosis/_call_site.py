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
    from collections.abc import Callable
    from types import CodeType


class _Template(NamedTuple):
    """The code of a function, and how far below its first line the work is called."""

    code: CodeType
    offset: int
    known: dict[tuple[int, int], tuple[CodeType, CodeType]]  # by caller: its code, and ours at its line


async def _in_task(call: Any) -> None:
    try:
        value = await call.function(*call.args, **call.kwargs)
    except call.anything as error:
        call.finish_with(error)
    else:
        call.finish(value)


def _at_once(call: Any) -> Any:
    return call.function(*call.args, **call.kwargs)


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
_IN_TASK = _Template(_in_task.__code__, 2, {})
_AT_ONCE = _Template(_at_once.__code__, 1, {})


def runner(*, is_sync: bool) -> Callable[[Any], Any]:
    """Return the function that does the work of a `Call` made here: at once, or as a coroutine that ends the call."""
    frame = sys._getframe(3)  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001  inspect costs ten times that
    while is_ours(frame) and frame.f_back is not None:
        frame = frame.f_back
    template = _AT_ONCE if is_sync else _IN_TASK
    caller, known = frame.f_code, template.known
    key = id(caller), frame.f_lasti
    found = known.get(key)
    if found is None:
        if len(known) >= _KNOWN_MOST:
            known.clear()
        code = template.code.replace(
            co_filename=caller.co_filename,
            co_firstlineno=max(frame.f_lineno - template.offset, 1),
            co_name=STAND_IN,
        )
        found = known[key] = caller, code  # the caller's code is kept, so that its id stays its own
    return FunctionType(found[1], frame.f_globals)
