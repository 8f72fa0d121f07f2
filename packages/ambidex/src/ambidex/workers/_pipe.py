"""Read one pipe on an asyncio loop: hand over what comes as it comes, and no bytes at all, once, when it has ended.

On Unix a descriptor, which `add_reader` watches: asyncio's own pipe transport takes as much time for it, and uvloop's
more; and only so can the last bytes be read, and the descriptor be closed, at once. On Windows only the transport of
the proactor loop reads pipes.
"""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from collections.abc import Callable

READ_BYTES = 64 * 1024  # what a pipe holds, by default on Linux
LAST_BYTES = 1024 * 1024  # the most that a pipe holds, where the process may not ask for more

if sys.platform == "win32":
    from asyncio import windows_utils

    @final
    class Pipe(asyncio.Protocol):
        """Read one pipe: a handle that was opened for overlapped reads, as `asyncio.windows_utils.pipe` opens it."""

        def __init__(self, descriptor: int, take: Callable[[bytes], object]) -> None:
            self._handle = windows_utils.PipeHandle(descriptor)
            self._take = take
            self._transport: asyncio.BaseTransport | None = None
            self._is_open = True
            self._ended = asyncio.Event()

        async def open(self) -> None:
            """Begin to read; what comes goes to `take`, on the loop, and b"" at the end."""
            await asyncio.get_running_loop().connect_read_pipe(lambda: self, self._handle)

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            """Know the transport, which owns the handle from now on."""
            self._transport = transport

        def data_received(self, data: bytes) -> None:
            """Hand over what came."""
            self._take(data)

        def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  asyncio's signature
            """Note the end of file, or that the pipe broke, or that it was closed."""
            self.close()

        async def wait_end(self) -> None:
            """Wait for the end of file, or for `finish` or `close`."""
            await self._ended.wait()

        def finish(self) -> None:
            """Read no more. What the pipe still holds is lost here: the proactor tells nobody what there is."""
            self.close()

        def close(self) -> None:
            """Read no more, and close the handle."""
            if self._is_open:
                self._is_open = False
                self._ended.set()
                (self._handle if self._transport is None else self._transport).close()
                self._take(b"")

else:

    @final
    class Pipe:
        """Read one pipe: a descriptor that this object owns and closes."""

        def __init__(self, descriptor: int, take: Callable[[bytes], object]) -> None:
            self._descriptor = descriptor
            self._take = take
            self._loop = asyncio.get_running_loop()
            self._is_open = True
            self._ended = asyncio.Event()

        async def open(self) -> None:
            """Begin to read; what comes goes to `take`, on the loop, and b"" at the end."""
            os.set_blocking(self._descriptor, False)
            self._loop.add_reader(self._descriptor, self._read)

        def _read(self) -> int:
            """Hand over what can be read without waiting, and return how many bytes that was."""
            try:
                data = os.read(self._descriptor, READ_BYTES)
            except BlockingIOError:
                return 0
            except OSError:  # the other end of a pseudoterminal was closed, say: there is nothing more to come
                data = b""
            if data:
                self._take(data)
            else:
                self.close()
            return len(data)

        async def wait_end(self) -> None:
            """Wait for the end of file, or for `finish` or `close`."""
            await self._ended.wait()

        def finish(self) -> None:
            """Hand over what the pipe holds at this moment, and close it, whoever else may write to it."""
            left = LAST_BYTES
            while left > 0 and self._is_open and (size := self._read()):
                left -= size
            self.close()

        def close(self) -> None:
            """Read no more, and close the descriptor."""
            if self._is_open:
                self._is_open = False
                self._ended.set()
                self._loop.remove_reader(self._descriptor)
                os.close(self._descriptor)
                self._take(b"")
