"""The child of this library's candidates in bench/workers.py."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from typing import TYPE_CHECKING, Any

from ambidex import ChildWorker

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


class Worker(ChildWorker):
    """Answer what every candidate is asked."""

    _cancelled_s = 0.0

    async def add(self, left: int, right: int) -> int:
        """Return the sum."""
        return left + right

    async def echo(self, data: Any) -> Any:
        """Return what was given."""
        return data

    async def count(self, stop: int) -> AsyncGenerator[int, None]:
        """Yield the numbers below `stop`."""
        for number in range(stop):
            yield number

    async def hold(self) -> None:
        """Wait until it is cancelled, and remember when that was."""
        try:
            await asyncio.Event().wait()
        finally:
            self._cancelled_s = time.monotonic()

    async def cancelled_s(self) -> float:
        """Return when `hold` was cancelled, by the clock that all processes of a machine share."""
        return self._cancelled_s

    async def die(self) -> None:
        """End this process at once."""
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    Worker().run()
