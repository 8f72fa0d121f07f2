"""A thread whose starter was interrupted, and the one that is started next, end up as one."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from ambidex.runtime import Runtime

if TYPE_CHECKING:
    from ambidex.runtime._loop._thread import LoopThread

LIMIT_S = 10.0


async def one() -> int:
    """Return one."""
    return 1


class Interrupted(Runtime):
    """A runtime whose start was interrupted: that thread runs, and reports itself while the next one starts."""

    early: LoopThread | None = None

    def _adopt(self, thread: LoopThread) -> None:
        if self.early is not None:
            super()._adopt(self.early)
        super()._adopt(thread)


def test_thread_of_an_interrupted_start_that_reports_late_is_the_one_that_stays() -> None:
    """The call that started the other one, which is told to stop, runs on the first."""
    runtime = Interrupted("test interrupted start")
    early = runtime.ensure_thread()
    runtime.early, runtime.thread = early, None
    try:
        assert runtime.ensure_thread() is early
        assert runtime.run(one, (), {}, "one", "await one()") == 1
    finally:
        runtime.close()
    for thread in threading.enumerate():
        if thread.name == "ambidex-test interrupted start":
            thread.join(LIMIT_S)
            assert not thread.is_alive()
