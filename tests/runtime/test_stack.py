"""Where work stands is asked where it is safe to look."""

from __future__ import annotations

import asyncio
import sys
import threading
from typing import TYPE_CHECKING

from ambidex.runtime import runtime_of
from ambidex.runtime._diagnosis._stack import ask_loop, describe_task
from tests.limits import HANG_S

if TYPE_CHECKING:
    from ambidex import Synchronizer

HAS_GIL: bool = getattr(sys, "_is_gil_enabled", lambda: True)()


def test_question_about_a_task_is_answered_where_no_task_runs_meanwhile(synchronizer: Synchronizer) -> None:
    """With a GIL that is here; without one it is on the thread of the loop."""
    own: list[asyncio.Task[None] | None] = []

    async def wait() -> None:
        own.append(asyncio.current_task())
        await asyncio.Event().wait()

    async def ask() -> str | None:
        return ask_loop(asyncio.get_running_loop(), lambda: str(threading.get_ident()))

    future = synchronizer.submit(wait)
    of_the_loop = synchronizer.run(ask)
    thread = runtime_of(synchronizer.name).thread
    assert thread is not None
    answered_by = ask_loop(thread.loop, lambda: str(threading.get_ident()))
    assert answered_by == (str(threading.get_ident()) if HAS_GIL else of_the_loop)
    assert "in wait" in str(ask_loop(thread.loop, lambda: describe_task(own[0]) if own[0] is not None else ""))
    future.cancel()


def test_question_to_a_loop_that_is_held_or_closed_has_an_end(synchronizer: Synchronizer) -> None:
    """Nobody waits for good for an answer; where the loop's thread does not give one, there is none."""
    held, release = threading.Event(), threading.Event()

    async def hold() -> None:
        held.set()
        release.wait(HANG_S)

    future = synchronizer.submit(hold)
    assert held.wait(HANG_S)
    thread = runtime_of(synchronizer.name).thread
    assert thread is not None
    expected = "answer" if HAS_GIL else None
    assert ask_loop(thread.loop, lambda: "answer") == expected
    release.set()
    future.result()
    synchronizer.close()
    assert ask_loop(thread.loop, lambda: "answer") == expected
