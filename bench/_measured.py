"""The async code that every candidate of the benchmarks runs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ambidex import Module

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

wrapper_module = Module("measured", synchronizer="bench")


@wrapper_module.wrap_function
async def echo(value: int) -> int:
    """Return `value` without suspending."""
    return value


@wrapper_module.wrap_function
async def echo_later(value: int) -> int:
    """Return `value` after suspending once."""
    await asyncio.sleep(0)
    return value


@wrapper_module.wrap_function
async def count(stop: int) -> AsyncGenerator[int, None]:
    """Yield the numbers below `stop` without suspending between them."""
    for number in range(stop):
        yield number


@wrapper_module.wrap_class
class Connection:
    """A TCP connection to an echo server on this machine, over asyncio's streams."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def open(self) -> None:
        """Connect; the loop watches the socket from now on."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    async def exchange(self, data: bytes) -> bytes:
        """Send `data` and return as many bytes of the answer."""
        self._writer.write(data)
        return await self._reader.readexactly(len(data))

    async def close(self) -> None:
        """Close the connection and wait until it is closed."""
        self._writer.close()
        await self._writer.wait_closed()
