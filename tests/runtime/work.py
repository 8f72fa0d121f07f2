"""The work that calls are given, where the test is what happens to it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from typing import TYPE_CHECKING

import pytest

from ambidex import DeadlineExceeded
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Generator

    from ambidex import Synchronizer
    from tests.runtime.faces import Face


# To be tried in turn, where what a deadline cuts short has to have begun: a busy machine is late with that.
DEADLINES_S = (0.2, 1.0, 5.0)


async def one() -> int:
    """Return 1."""
    return 1


async def late_with_clean_up_begun(
    synchronizer: Synchronizer, call: Callable[[Synchronizer], Awaitable[None]], has_begun: threading.Event
) -> asyncio.Future[None]:
    """Return the task of a call that is past its deadline, with its clean-up begun, which tells that by `has_begun`."""
    for timeout_s in DEADLINES_S:
        task = asyncio.ensure_future(call(synchronizer.with_options(timeout=timeout_s)))
        while not (has_begun.is_set() or task.done()):  # noqa: ASYNC110  it is set on another thread
            await asyncio.sleep(0.001)
        if has_begun.is_set():
            return task
        with pytest.raises(DeadlineExceeded):
            task.result()
    pytest.fail("the work has never begun")


def begin(face: Face, items: Callable[[], AsyncGenerator[int, None]]) -> tuple[Generator[int, None, None], float]:
    """Return a stream that has given its first item, 1, in time, and when its deadline is."""
    for timeout_s in DEADLINES_S:
        deadline = time.monotonic() + timeout_s
        stream = face.with_options(timeout=timeout_s).iterate(items)
        with contextlib.suppress(DeadlineExceeded):
            assert next(stream) == 1
            return stream, deadline
    pytest.fail("no item has come in time")


class Work:
    """Async functions that tell what happened to them."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.refused = threading.Event()
        self.cleaned_up = threading.Event()
        self.release = threading.Event()

    async def wait(self) -> None:
        """Wait for good; clean up slowly."""
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.02)
            self.cleaned_up.set()

    async def refuse(self) -> str:
        """Ignore every cancellation until it is released."""
        self.begun.set()
        while not self.release.is_set():
            try:
                await asyncio.sleep(0.001)
            except asyncio.CancelledError:
                self.refused.set()
        self.cleaned_up.set()
        return "released"

    async def hold(self) -> None:
        """Hold the loop's thread until it is released."""
        self.begun.set()
        self.release.wait(HANG_S)

    async def items(self) -> AsyncGenerator[int, None]:
        """Yield one item, then wait for good."""
        self.cleaned_up.clear()  # of one that came too late
        try:
            yield 1
            await self.wait()
        finally:
            self.cleaned_up.set()
