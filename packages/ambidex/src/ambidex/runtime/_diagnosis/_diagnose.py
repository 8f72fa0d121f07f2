"""Tell what each blocked caller waits for: its own stack, joined to that of the work.

Nothing is recorded for this while calls run: who waits is read from the frames of threads and of suspended tasks, when
somebody asks. It takes no lock and needs no loop, so it answers while loops are stuck, and in a signal handler.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from .._native import get_ident
from . import _shared
from ._chain import frames_of, held_at, outward, thread_frames, waited_for
from ._stack import ask_loop, has_gil, is_ours, line_of, task_frames
from ._standing import see

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ._chain import Stacks
    from ._standing import Frame, Seen


@dataclass(frozen=True)
class Work:
    """What a caller waits for.

    `stack` is where the work stands, outermost line first; empty where it has not begun. `age_s` and `remaining_s`, to
    its deadline, are None for a call without one. `waits_for` is the call on another loop that this one waits for.
    """

    call: str
    runtime: str
    state: str
    age_s: float | None
    remaining_s: float | None
    stack: tuple[str, ...]
    waits_for: Work | None

    def __str__(self) -> str:
        details = [self.state]
        if self.age_s is not None:
            details.append(f"for {self.age_s:.1f} s")
        if self.remaining_s is not None:
            details.append(f"deadline in {self.remaining_s:.1f} s")
        text = f"  waits for {self.call} on the loop of {self.runtime!r} ({', '.join(details)})\n{_joined(self.stack)}"
        return text if self.waits_for is None else f"{text}{self.waits_for}"


@dataclass(frozen=True)
class Waiting:
    """A thread that is blocked, or a task that awaits; `stack` is its own, outermost line first."""

    caller: str
    stack: tuple[str, ...]
    work: Work

    def __str__(self) -> str:
        return f"{self.caller}\n{_joined(self.stack)}{self.work}"


@dataclass(frozen=True)
class Held:
    """A loop whose thread is busy in Python code at this moment; `stack` tells where, outermost line first."""

    runtime: str
    stack: tuple[str, ...]

    def __str__(self) -> str:
        return f"the loop of {self.runtime!r} is held at\n{_joined(self.stack)}"


@dataclass(frozen=True)
class Diagnosis:
    """Who waits, and which loops are held; `str()` of it is meant to be read."""

    waiting: tuple[Waiting, ...]
    held: tuple[Held, ...]

    def __str__(self) -> str:
        return "\n".join(str(part) for part in (*self.waiting, *self.held)) or "nobody waits"


def diagnose() -> Diagnosis:
    """Return what each blocked caller waits for, and where loops are held, in all copies of the library.

    Callable from any thread and from a signal handler, also while the loops are stuck. Without a GIL, loops are asked
    where their tasks stand, one second each at most, and one that is held is told by where its work begins.
    """
    stacks = thread_frames()
    own = get_ident()
    stacks[own] = list(outward(sys._getframe(1)))  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001  without our own
    threads = [thread for copy in _shared.copies.copy().values() for thread in copy["threads"]()]
    waiting = [*_blocked_threads(stacks), *_awaiting_tasks(_loops_of(threads, stacks), stacks)]
    held = [Held(thread.name, _lines(inner)) for thread in threads if (inner := held_at(thread, stacks))]
    return Diagnosis(tuple(waiting), tuple(held))


def _blocked_threads(stacks: Stacks) -> Iterator[Waiting]:
    # enumerate() takes a lock, which the thread that a signal has interrupted may hold
    known: dict[int, threading.Thread] = getattr(threading, "_active", {})
    for ident, stack in stacks.items():
        call = waited_for(frame for frame in stack if not _is_coroutine(frame))
        if call is not None:
            thread = known.get(ident)
            name = str(ident) if thread is None else thread.name
            yield Waiting(f"thread {name!r} is blocked at", _lines(reversed(stack)), _work(call, {id(call)}, stacks))


def _awaiting_tasks(loops: Iterable[Any], stacks: Stacks) -> Iterator[Waiting]:
    for loop in loops:
        for task, frames in ask_loop(loop, partial(_tasks_of, loop)) or ():
            call = waited_for(reversed(frames))
            if call is not None:
                yield Waiting(f"task {task.get_name()!r} awaits at", _lines(frames), _work(call, {id(call)}, stacks))


def _tasks_of(loop: asyncio.AbstractEventLoop) -> list[tuple[asyncio.Task[Any], list[Seen]]]:
    return [(task, [see(frame) for frame in task_frames(task)]) for task in asyncio.all_tasks(loop)]


def _loops_of(threads: list[Any], stacks: Stacks) -> list[Any]:
    """Return the loops that run in `threads`, and those whose tasks await a call there."""
    loops = {id(thread.loop): thread.loop for thread in threads}
    if not has_gil():  # a thread that runs a loop is not looked at; the interpreter stands while it lists its objects
        found = [thing for thing in gc.get_objects() if issubclass(type(thing), asyncio.AbstractEventLoop)]
        return list({**loops, **{id(loop): loop for loop in found if loop.is_running()}}.values())
    for frames in stacks.values():
        for frame in frames:
            if frame.f_code.co_name in {"run_forever", "run_until_complete"}:
                loop = frame.f_locals.get("self")
                if isinstance(loop, asyncio.AbstractEventLoop):
                    loops[id(loop)] = loop
    return list(loops.values())


def _work(call: Any, seen: set[int], stacks: Stacks) -> Work:
    thread = call.thread
    frames = frames_of(call, stacks)
    following = waited_for(reversed(frames))
    is_new = following is not None and id(following) not in seen
    remaining = None if call.deadline is None else call.deadline - time.monotonic()
    state = f"ending, {call.end_reason}" if call.end_reason else "running" if thread is not None else "not begun"
    return Work(
        call=call.name,
        runtime=thread.name if thread is not None else "?",
        state=state,
        age_s=None if remaining is None else call.timeout_s - remaining,
        remaining_s=remaining,
        stack=_lines(frames),
        waits_for=_work(following, seen | {id(following)}, stacks) if is_new else None,
    )


def _is_coroutine(frame: Frame) -> bool:
    return bool(frame.f_code.co_flags & 0x80)  # inspect.CO_COROUTINE


def _lines(frames: Iterable[Frame]) -> tuple[str, ...]:
    return tuple(line_of(frame).rstrip("\n") for frame in frames if not is_ours(frame))


def _joined(lines: tuple[str, ...]) -> str:
    return "".join(f"{line}\n" for line in lines)
