"""Own what a subject notes: what happens, in order, and who waits for a note, so that nobody sleeps."""

from __future__ import annotations

import asyncio


class Notes:
    """Keep notes, and wake who waits for one, on whatever loop."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    def add(self, note: str) -> None:
        """Note it; any thread may."""
        self.log.append(note)
        for loop, event in tuple(self._waiting):
            loop.call_soon_threadsafe(event.set)

    async def wait(self, note: str, times: int) -> None:
        """Wait until it has been noted so often."""
        waiting = (asyncio.get_running_loop(), asyncio.Event())
        self._waiting.append(waiting)
        try:
            while self.log.count(note) < times:
                await waiting[1].wait()
                waiting[1].clear()
        finally:
            self._waiting.remove(waiting)


class Noting:
    """Keep the notes of one subject."""

    def __init__(self) -> None:
        self._notes = Notes()

    async def noted(self, text: str) -> None:
        """Note something."""
        self._notes.add(text)

    async def log(self) -> list[str]:
        """Tell what has happened, in order."""
        return list(self._notes.log)

    async def wait_for(self, note: str, times: int = 1) -> None:
        """Wait until it has happened so often."""
        await self._notes.wait(note, times)
