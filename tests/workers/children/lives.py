"""A worker whose lives leave traces: each start adds a line to a file, and what it does then is said by another one."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ambidex import ChildWorker, remaining_time

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

FOLDER = Path(sys.argv[1])


def plan() -> str:
    """Return what this life is to do, by its number; the last line holds for all that follow."""
    with (FOLDER / "starts").open("a") as starts:
        starts.write(f"{time.monotonic()} {os.getpid()}\n")
    number = len((FOLDER / "starts").read_text().splitlines())
    plans = (FOLDER / "plans").read_text().split()
    return plans[min(number, len(plans)) - 1]


PLAN = plan()
if PLAN == "raise":
    raise ValueError("this life ends early")
if PLAN == "exit":
    os._exit(0)


class Lives(ChildWorker):
    """Be there, or not."""

    async def setup(self) -> None:
        """Do as the plan says."""
        if PLAN == "fail":
            raise ValueError("there is no model")
        if PLAN == "crash":
            asyncio.get_running_loop().call_later(0.01, os._exit, 7)
        if PLAN == "slow":
            (FOLDER / "gate").read_text()

    async def pid(self) -> int:
        """Return the process's number."""
        return os.getpid()

    async def left(self) -> float | None:
        """Return how many seconds the call has left."""
        return remaining_time()

    async def wait(self) -> None:
        """Wait."""
        await asyncio.Event().wait()

    async def waits(self) -> AsyncGenerator[float | None, None]:
        """Wait for an item."""
        await asyncio.Event().wait()
        yield None

    async def lefts(self) -> AsyncGenerator[float | None, None]:
        """Yield it."""
        yield remaining_time()

    async def leave(self, code: int) -> None:
        """End this process at once."""
        os._exit(code)


if __name__ == "__main__":
    Lives().run()
