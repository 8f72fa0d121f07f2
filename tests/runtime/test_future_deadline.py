"""The deadline of a future whose task refuses to end: nobody waits for it, so the loop itself has to give up."""

from __future__ import annotations

import asyncio
import logging
import threading

import pytest

from ambidex import DeadlineExceeded, Synchronizer
from tests.limits import HANG_S
from tests.runtime.work import DEADLINES_S


def test_deadline_of_a_future_whose_task_refuses_to_end_settles_it_and_names_the_task(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The future fails with DeadlineExceeded after the grace period, the task is named, and it may still end later."""
    synchronizer = Synchronizer("stubborn", grace_s=0.05)
    begun, released = threading.Event(), threading.Event()

    async def stubborn() -> None:
        begun.set()
        release = asyncio.Event()
        loop = asyncio.get_running_loop()
        threading.Thread(target=lambda: (released.wait(), loop.call_soon_threadsafe(release.set))).start()
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue

    with caplog.at_level(logging.WARNING):
        try:
            for timeout_s in DEADLINES_S:  # what a busy machine does not begin in time cannot refuse to end
                future = synchronizer.with_options(timeout=timeout_s).submit(stubborn)
                with pytest.raises(DeadlineExceeded, match=rf"stubborn did not end within {timeout_s:g} s"):
                    future.result(timeout=HANG_S)
                if begun.is_set():
                    break
        finally:
            released.set()
    assert sum("stubborn did not end within 0.05 s of being cancelled" in line for line in caplog.messages) == 1
