"""A child that uses what its parent lends, in every way that it has: on its loop, on threads, in tasks, and later."""

from __future__ import annotations

import asyncio
from typing import Any

from ambidex import ChildWorker


class Handles(ChildWorker):
    """Step, enter, keep and call."""

    def __init__(self) -> None:
        self._kept: Any = None
        self._here = 0
        self._all_are_here = asyncio.Event()

    async def step(self, items: Any) -> list[Any]:
        """Step an async generator by its methods, and close it."""
        given = [await items.__anext__(), await items.asend("sent"), await items.athrow(KeyError("thrown"))]
        await items.aclose()
        return given

    def drain(self, items: Any) -> tuple[list[Any], Any]:
        """Read a plain generator to its end; return its items, and what it returns."""
        given: list[Any] = []
        while True:
            try:
                given.append(next(items))
            except StopIteration as stop:
                return given, stop.value

    async def enter_in_turn(self, door: Any) -> list[str]:
        """Enter one context manager in two tasks, and leave it in the order in which it was entered."""
        entered = [asyncio.Event(), asyncio.Event()]
        left = asyncio.Event()

        async def first() -> str:
            async with door as name:
                entered[0].set()
                await entered[1].wait()
            left.set()
            return f"first in {name}"

        async def second() -> str:
            await entered[0].wait()
            async with door as name:
                entered[1].set()
                await left.wait()
            return f"second in {name}"

        return list(await asyncio.gather(first(), second()))

    async def fail_inside(self, door: Any) -> str:
        """Raise in the block of a context manager."""
        async with door:
            raise LookupError("inside")
        return "suppressed"

    async def keep(self, function: Any) -> None:
        """Keep a function, and fail."""
        self._kept = function
        raise LookupError("kept all the same")

    async def call_kept(self, value: int) -> Any:
        """Call what was kept."""
        return await self._kept(value)

    def call_on_own_loop(self, function: Any) -> Any:
        """Await what an async function gives, on a loop of this thread's."""

        async def main() -> Any:
            return await function(3)

        return asyncio.run(main())

    async def meet(self, count: int) -> int:
        """Return when so many calls are here."""
        self._here += 1
        if self._here == count:
            self._all_are_here.set()
        await self._all_are_here.wait()
        return count


if __name__ == "__main__":
    Handles().run()
