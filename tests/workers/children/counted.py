"""A worker whose calls end in every way."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from ambidex import ChildWorker

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


class Counted(ChildWorker):
    """Return, raise, wait, yield and die."""

    async def echo(self, value: object) -> object:
        """Return what was given."""
        return value

    def fail(self) -> None:
        """Raise."""
        raise KeyError("no such key")

    async def wait(self) -> None:
        """Wait until somebody cancels."""
        await asyncio.get_running_loop().create_future()

    async def count(self, number: int) -> AsyncGenerator[bytes, None]:
        """Yield items of a kilobyte."""
        for _ in range(number):
            yield bytes(1000)

    def die(self) -> None:
        """End the process."""
        os._exit(3)
