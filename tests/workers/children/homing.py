"""A child that calls what it is given, and lets through, or not, what that raises."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from ambidex import ChildWorker


class Homing(ChildWorker):
    """Call back."""

    def __init__(self) -> None:
        self._caught: list[BaseException] = []

    async def pass_on(self, function: Any) -> None:
        """Await it."""
        await function()

    def pass_on_here(self, function: Any) -> None:
        """Call it on a thread."""
        function()

    async def pass_on_in_stream(self, function: Any) -> AsyncGenerator[int, None]:
        """Yield once before it is awaited."""
        yield 1
        await function()

    async def change(self, function: Any) -> None:
        """Raise another exception, caused by what came."""
        try:
            await function()
        except Exception as error:
            raise LookupError("changed") from error

    async def pass_on_first(self, function: Any, count: int) -> None:
        """Have so many raised, and let the first one through."""
        caught: list[Exception] = []
        for _ in range(count):
            try:
                await function()
            except Exception as error:  # noqa: BLE001  whatever it is
                caught.append(error)
        raise caught[0]

    async def keep(self, function: Any) -> None:
        """Keep what it raises."""
        try:
            await function()
        except Exception as error:  # noqa: BLE001  whatever it is
            self._caught.append(error)

    async def raise_kept(self) -> None:
        """Raise what was kept."""
        raise self._caught.pop()

    async def give_kept(self) -> Any:
        """Return what was kept."""
        return self._caught.pop()


if __name__ == "__main__":
    Homing().run()
