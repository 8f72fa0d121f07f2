"""Two starts of one runtime's thread at a time end up as one.

The first was given up by an interrupt, or a call was made in the middle of it.
"""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

from ambidex.runtime import Runtime
from tests.limits import HANG_S

if TYPE_CHECKING:
    from ambidex.runtime._loop._thread import LoopThread


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


class CallInStart(Runtime):
    """A runtime in the middle of whose first start somebody makes a call."""

    is_first = True

    def _adopt(self, thread: LoopThread) -> None:
        if self.is_first:
            self.is_first = False
            self.call()
        super()._adopt(thread)

    def call(self) -> None:
        """Make the call; in the thread for which the starting one waits."""
        assert self.run(one, (), {}, "one", "await one()") == 1


class SignalInStart(CallInStart):
    """One whose starting thread is interrupted by a signal, the handler of which makes a call."""

    def call(self) -> None:
        """Have the handler make the call."""
        entered, handled = threading.Event(), threading.Event()

        def handle(*_: object) -> None:
            entered.set()
            super(SignalInStart, self).call()
            handled.set()

        self._handle = handle
        for _ in range(100):  # CPython hears no signal that comes in the instant before it waits for a lock
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)
            if entered.wait(HANG_S / 100):
                break
        assert handled.wait(HANG_S)

    def handle(self, *_: object) -> None:
        """Handle the signal."""
        self._handle()


def close(runtime: Runtime) -> None:
    """Close it, and see all of its threads end."""
    runtime.close()
    for thread in threading.enumerate():
        if thread.name == f"ambidex-{runtime.name}":
            thread.join(HANG_S)
            assert not thread.is_alive()


def test_call_by_a_finalizer_in_the_thread_that_starts_the_loop_does_not_wait_for_itself() -> None:
    """The garbage collector may run anywhere."""
    runtime = CallInStart("test call in start")
    try:
        assert runtime.run(one, (), {}, "one", "await one()") == 1
        assert not runtime.is_first
        assert runtime.thread_starts == 1
    finally:
        close(runtime)


def test_call_by_a_signal_handler_in_the_middle_of_a_start_does_not_wait_for_itself() -> None:
    """What it interrupts goes on with the thread that it has started."""
    runtime = SignalInStart("test signal in start")
    previous = signal.signal(signal.SIGUSR1, runtime.handle)
    try:
        assert runtime.run(one, (), {}, "one", "await one()") == 1
        assert not runtime.is_first
        assert runtime.thread_starts == 1
    finally:
        signal.signal(signal.SIGUSR1, previous)
        close(runtime)


def test_thread_of_an_interrupted_start_that_reports_late_is_the_one_that_stays() -> None:
    """The call that started the other one, which is told to stop, runs on the first."""
    runtime = Interrupted("test interrupted start")
    early = runtime.ensure_thread()
    runtime.early, runtime.thread = early, None
    try:
        assert runtime.ensure_thread() is early
        assert runtime.run(one, (), {}, "one", "await one()") == 1
    finally:
        close(runtime)
