"""Hear what the runtime has to say that nobody waits for: its log, and the exception handler of a loop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator

    import pytest

    from ambidex import Synchronizer


@contextlib.contextmanager
def heard(caplog: pytest.LogCaptureFixture) -> Generator[threading.Event, None, None]:
    """Give what is set when the runtime has logged something."""
    report = threading.Event()

    class Setter(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            del record
            report.set()

    handler = Setter()
    log = logging.getLogger("ambidex")
    log.addHandler(handler)
    try:
        with caplog.at_level(logging.WARNING, "ambidex"):
            yield report
    finally:
        log.removeHandler(handler)


class Failures:
    """What reaches the exception handler of a synchronizer's loop."""

    def __init__(self, synchronizer: Synchronizer) -> None:
        self.contexts: list[dict[str, Any]] = []
        self.has_come = threading.Event()
        synchronizer.run(self._listen)

    async def _listen(self) -> None:
        asyncio.get_running_loop().set_exception_handler(self._handle)

    def _handle(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.contexts.append(context)
        self.has_come.set()
