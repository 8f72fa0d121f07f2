"""A proxy between clients and a service, which cuts what goes through it, or holds it up."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator


class Proxy:
    """Pass bytes on between `address` and the service at `target`; both are paths of Unix sockets."""

    def __init__(self, address: str, target: str) -> None:
        self._address = address
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._writers: set[asyncio.StreamWriter] = set()
        self._is_open = asyncio.Event()
        self._is_open.set()

    async def serve(self) -> None:
        """Begin to."""
        self._server = await asyncio.start_unix_server(self._carry_both, self._address)

    async def _carry_both(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            target_reader, target_writer = await asyncio.open_unix_connection(self._target)
        except OSError:
            writer.close()
            return
        both = {writer, target_writer}
        self._writers |= both
        with contextlib.suppress(ConnectionError):
            await asyncio.wait(
                {
                    self._loop.create_task(self._carry(reader, target_writer)),
                    self._loop.create_task(self._carry(target_reader, writer)),
                },
                return_when=asyncio.FIRST_COMPLETED,
            )
        self._writers -= both
        for each in both:
            each.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                await self._is_open.wait()
                writer.write(data)
                await writer.drain()

    def cut(self) -> int:
        """Abort every connection, both ends of it; return how many ends there were."""

        async def abort() -> int:
            count = len(self._writers)
            for writer in self._writers:
                writer.transport.abort()
            return count

        return asyncio.run_coroutine_threadsafe(abort(), self._loop).result()

    def hold(self, *, holds: bool) -> None:
        """Pass nothing on for a while, as a network does that is cut in two."""
        self._loop.call_soon_threadsafe(self._is_open.clear if holds else self._is_open.set)

    @contextlib.contextmanager
    def running(self) -> Generator[Proxy, None, None]:
        """Run it in a thread for the time of the block."""
        thread = threading.Thread(target=self._loop.run_forever)
        thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self.serve(), self._loop).result()
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join()
            self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for writer in self._writers:
            writer.transport.abort()
