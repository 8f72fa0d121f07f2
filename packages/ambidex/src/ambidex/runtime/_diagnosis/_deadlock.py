"""Refuse the wait that would close a circle of loops that wait for each other.

A thread that runs a loop and blocks in a call holds that loop: whatever the call needs of it cannot happen. Only such a
thread can be part of a circle, so a caller on a plain thread never comes here. The circle may lead through loops of
other copies of the library, and through tasks that await a call:

    loop A, blocked in a call on B  ->  that call's task, on B  ->  awaits a call on A         (refused when awaited)
    loop A, blocked in a call on B  ->  loop B, blocked in a call on A                         (refused when blocking)
    loop A, blocked in a call on B  ->  that call's task, on B  ->  a callback of loop A's     (refused by either)

Each blocked loop enters the table first and looks at it then. Of two that do so at once, the one whose entry came
second sees the other, and it alone is refused. Who awaits is entered by its task, before it looks itself. Nobody looks
at the frames of another thread, which may be running. A deadline does not make a circle legal: the call that has it
could only exceed it.

Not seen: work that another task, or a plain thread, does for the call and that the call waits for by means of its own
(a group, a queue, a lock). `diagnose` shows what those wait for.
"""

from __future__ import annotations

import asyncio
from asyncio import _get_running_loop
from typing import TYPE_CHECKING, Any

from ...errors import DeadlockError
from . import _shared
from ._call_site import name_task

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._callbacks._callback import Visit
    from .._loop._call import Call
    from .._loop._thread import LoopThread
    from ._shared import Wait


class Blocked:
    """Have it known, for the time of a `with`, that the loop that runs here, if any, waits for `call`.

    Entering it costs nothing to speak of on a thread that runs no loop. `instead` is the code to write in its place, or
    empty where there is no other form.

    Raises:
        DeadlockError: that call waits, through however many others, for this very loop.
    """

    __slots__ = ("_wait",)

    def __init__(self, call: Call, thread: LoopThread, instead: str) -> None:
        loop = _get_running_loop()
        self._wait: Wait | None = None
        if loop is not None:
            self._wait = {
                "loop": id(loop),
                "target": id(thread.loop),
                "target_name": thread.name,
                "call": call,
                "name": call.name,
                "instead": instead,
            }

    def __enter__(self) -> None:
        wait = self._wait
        if wait is None:
            return
        try:
            _shared.waits[id(wait)] = wait
            _check(wait)
        except BaseException:  # the deadlock, or an interrupt
            _shared.waits.pop(id(wait), None)
            raise

    def __exit__(self, *_: object) -> None:
        if self._wait is not None:
            _shared.waits.pop(id(self._wait), None)


def _check(own: Wait) -> None:
    path = _find_path(own, _waits_before(own), lambda call, loop: _loop_of(call, loop) == own["loop"])
    if path is None:
        return
    text = f"{own['name']} would wait for good for the loop of synchronizer {own['target_name']!r}"
    for wait in path[1:]:
        text += f", which is blocked in {wait['name']} and waits for the loop of synchronizer {wait['target_name']!r}"
    text += (
        ", which is the one that would wait here" if path[1:] else ", whose task awaits a call on the loop held here"
    )
    remedies = [f"`{wait['instead']}`" for wait in path[:2] if wait["instead"]]
    raise DeadlockError(f"{text}; write {' or, there, '.join(remedies)}" if remedies else text)


def enter_awaiting(call: Call | Visit) -> int:
    """Have it known that the running task awaits `call`; the result is the key to take out of `awaits` afterwards."""
    task = asyncio.current_task()
    key = id(task)
    _shared.awaits[key] = call
    name_task(task)
    return key


def check_awaiting(thread: LoopThread | None, name: str) -> None:
    """Check that the loop of `thread` can run what the running task is about to await there.

    To be called only where the table has an entry, which is when some loop is blocked.

    Raises:
        DeadlockError: that loop is blocked until this very task has ended.
    """
    wait = None if thread is None else wait_for_this_task(thread.loop)
    if wait is not None and thread is not None:
        remedy = f"; write `{wait['instead']}` there" if wait["instead"] else ""
        raise DeadlockError(
            f"{name}, awaited here, would never end: the loop of synchronizer {thread.name!r}, which has to run "
            f"it, is blocked in {wait['name']}, and that waits for the task that runs here{remedy}"
        )


def wait_for_this_task(loop: asyncio.AbstractEventLoop) -> Wait | None:
    """Return the entry of `loop`, where that is blocked until the running task has ended."""
    task = asyncio.current_task()
    waits = _waits_before(None)
    for wait in waits:
        if wait["loop"] != id(loop) or task is None:
            continue
        if _find_path(wait, waits, lambda call, _: getattr(call, "task", None) is task) is not None:
            return wait
    return None


def _waits_before(own: Wait | None) -> list[Wait]:
    """Return the entries that came before `own`; those that come later will see `own` themselves.

    What an interrupt has kept from taking its entry out is taken out here.
    """
    found: list[Wait] = []
    for key, wait in _shared.waits.copy().items():
        if wait is own:
            break
        if wait["call"].done:
            _shared.waits.pop(key, None)
        else:
            found.append(wait)
    return found


def _find_path(start: Wait, waits: list[Wait], is_goal: Callable[[Any, int], bool]) -> list[Wait] | None:
    """Follow who waits for whom from `start`; return the waits on the way to the goal, `start` first."""
    seen: set[int] = set()
    ways: list[tuple[Any, int, list[Wait]]] = [(start["call"], start["target"], [start])]
    while ways:
        call, loop, path = ways.pop()
        if id(call) in seen:
            continue
        seen.add(id(call))
        if is_goal(call, loop):
            return path
        loop = _loop_of(call, loop)
        ways += [(wait["call"], wait["target"], [*path, wait]) for wait in waits if wait["loop"] == loop]
        awaited = _shared.awaits.get(id(getattr(call, "task", None)))
        if awaited is not None and not awaited.done:
            ways.append((awaited, 0, path))
    return None


def _loop_of(call: Any, otherwise: int) -> int:
    thread = getattr(call, "thread", None) or getattr(call, "bound_for", None)  # no thread has it until it has begun
    return otherwise if thread is None else id(thread.loop)
