"""What the tests of callables share: callables that tell where they run, and ways to wait for what nobody tells."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from typing import TYPE_CHECKING

from ambidex import get_synchronizer
from ambidex.runtime import runtime_of
from tests.bridge import exchange
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from tests.bridge.exchange import Line


def here() -> int:
    """Return the thread that runs this."""
    return threading.get_ident()


async def here_later() -> int:
    """Return the thread that runs this, after a step of the loop."""
    await asyncio.sleep(0)
    return threading.get_ident()


async def here_later_with(line: Line) -> int:
    """Take a line, and return the thread."""
    return here()


def running() -> dict[str, str | None]:
    """Return the calls that run on the loop, with the reason why they were asked to end."""
    thread = runtime_of("exchange").thread
    return {} if thread is None else {call.name: call.end_reason for call in tuple(thread.calls)}


def wait_until(is_so: Callable[[], bool]) -> None:
    """Hold this thread until something is so that nothing tells; a step at a time."""
    deadline = time.monotonic() + HANG_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0)


def wait_until_freed(reference: Callable[[], object | None], synchronizer: str) -> None:
    """Hold this thread until what a weak reference refers to is free.

    The loop's thread may still be leaving the call, and without a GIL it frees what it has made when it runs next.
    """

    async def run() -> None:
        pass

    def is_free() -> bool:
        get_synchronizer(synchronizer).run(run)
        return reference() is None

    wait_until(is_free)


@contextlib.contextmanager
def telling(logged: threading.Event, text: str) -> Generator[list[str], None, None]:
    """Set `logged` when a message with that text is logged; give the list of such messages, with their tracebacks."""
    messages: list[str] = []

    class Notice(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if text in record.getMessage():
                messages.append(self.format(record))
                logged.set()

    notice, logger = Notice(), logging.getLogger("ambidex")
    logger.addHandler(notice)
    try:
        yield messages
    finally:
        logger.removeHandler(notice)


def thread_of_loop() -> int:
    """Return the thread of the implementation's loop."""
    return exchange.on_loop(int)[1]
