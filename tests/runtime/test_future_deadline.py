"""The deadline of a future whose task refuses to end: nobody waits for it, so the loop itself has to give up."""

from __future__ import annotations

import asyncio
import logging
import threading

import pytest

from ambidex import DeadlineExceeded, Synchronizer


def test_deadline_of_a_future_whose_task_refuses_to_end_settles_it_and_names_the_task(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The future fails with DeadlineExceeded after the grace period, the task is named, and it may still end later."""
    synchronizer = Synchronizer("stubborn", grace_s=0.05)
    released = threading.Event()

    async def stubborn() -> None:
        release = asyncio.Event()
        loop = asyncio.get_running_loop()
        threading.Thread(target=lambda: (released.wait(), loop.call_soon_threadsafe(release.set))).start()
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue

    with caplog.at_level(logging.WARNING):
        future = synchronizer.with_options(timeout=0.3).submit(stubborn)
        try:
            with pytest.raises(DeadlineExceeded, match=r"stubborn did not end within 0\.3 s"):
                future.result(timeout=10)
        finally:
            released.set()
    assert sum("stubborn did not end within 0.05 s of being cancelled" in line for line in caplog.messages) == 1
