"""A worker of a pool: what it does, and when, it tells the test by lines in a named pipe."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator  # at run time: by it a stream is known as one that takes what is sent
from pathlib import Path
from typing import Any

from ambidex import ChildWorker, ParentWorker, idempotent, remaining_time

TOLD = os.environ.get("TOLD", "")


def tell(*words: object) -> None:
    """Tell the test what happens in this process."""
    if TOLD:
        with Path(TOLD).open("a", encoding="utf-8") as file:
            file.write(" ".join(map(str, [*words, os.getpid()])) + "\n")


class Pooled(ChildWorker):
    """Calls that end at once, and calls that wait for the test."""

    def setup(self) -> None:
        self._kept = b""
        tell("setup")
        if "ENTERS" in os.environ:
            self.wait_for(os.environ["ENTERS"])
        if "REFUSES" in os.environ:
            raise RuntimeError("no such device")

    def teardown(self) -> None:
        tell("teardown")
        if "LEAVES" in os.environ:
            self.wait_for(os.environ["LEAVES"])

    def add(self, a: int, b: int) -> int:
        return a + b

    async def pid(self) -> int:
        return os.getpid()

    async def left(self) -> float | None:
        """Return how many seconds the call has left."""
        return remaining_time()

    async def lefts(self) -> AsyncGenerator[float | None, None]:
        yield remaining_time()

    @idempotent
    async def lose_another(self, marker: str) -> None:
        """Note the try, and lose a worker of one's own."""
        with Path(marker).open("a", encoding="utf-8") as notes:  # noqa: ASYNC230  a line
            notes.write("tried\n")
        async with ParentWorker(__file__, output="drop") as worker:
            await worker.acall.die()

    def variable(self, name: str) -> str:
        return os.environ[name]

    async def fail(self, number: int) -> int:
        if number < 0:
            raise ValueError(number)
        return number

    async def hold(self, name: object = "") -> None:
        """Wait for being cancelled."""
        tell("hold", name)
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            tell("left", name)

    async def wait_then_hold(self, name: str) -> str:
        """Wait for a pipe, if it is given one."""
        if os.sep in name:
            return await asyncio.get_running_loop().run_in_executor(None, self.wait_for, name)
        await self.hold(name)
        return "held"

    def wait_for(self, pipe: str) -> str:
        """Wait until the test has opened a pipe, and return what it writes."""
        with Path(pipe).open(encoding="utf-8") as file:
            return file.read()

    def pass_or_wait(self, pipe: str) -> str:
        """Wait for a pipe, if it is given one."""
        return self.wait_for(pipe) if pipe else "passed"

    def die(self) -> None:
        os._exit(3)

    @idempotent
    def die_at_first(self, marker: str) -> int:
        """End the process, unless another one has done so before."""
        try:
            os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return os.getpid()
        os._exit(3)

    def keep(self, size: int) -> int:
        """Hold so much memory until the end of the process."""
        self._kept = os.urandom(1) * size
        return os.getpid()

    async def count(self, number: int) -> AsyncGenerator[int, None]:
        for each in range(number):
            yield each

    async def echo(self) -> AsyncGenerator[Any, Any]:
        """Yield what is sent."""
        sent: Any = None
        tell("echo")
        try:
            while True:
                sent = yield sent
        finally:
            tell("closed")


if __name__ == "__main__":
    Pooled().run()
