"""What a crowd calls: it writes each call down before it runs it, so that a test knows which were run, how often."""

from __future__ import annotations

import asyncio
import itertools
import os
from typing import TYPE_CHECKING

from ambidex import Module

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

wrapper_module = Module("tests.service.ledger", "ledger")


@wrapper_module.wrap_class
class Ledger:
    """Keep a file of calls, one entry a line; `life` tells one time of it from another, for those who follow."""

    def __init__(self, path: str, life: int) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.life = life

    async def write(self, entry: str) -> int:
        """Write an entry, and refuse some after that; it takes a moment, so that at any time some calls are open."""
        self._append(entry)
        await asyncio.sleep(0.05)
        if entry.endswith("refused"):
            raise ValueError(entry)
        return self.life

    async def hold(self, entry: str) -> None:
        """Write an entry, and do not return."""
        self._append(f"hold {self.life} {entry}")
        await asyncio.Event().wait()

    async def count(self) -> AsyncGenerator[tuple[int, int], None]:
        """Count from 0 on, without an end."""
        for number in itertools.count():
            yield self.life, number
            await asyncio.sleep(0.05)

    def _append(self, entry: str) -> None:
        line = f"{entry}\n".encode()
        assert os.write(self._file, line) == len(line)  # at once: the next kill may come after it, and not amid it
