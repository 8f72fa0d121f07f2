"""Own a connection that a thread reads and writes by itself: no loop is between a caller and the other process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..protocol import CHUNK, Reader, Writer
from ._connection import hang_up

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

    from ..protocol import Limits, Message


class BlockingConnection:
    """Carry messages over a socket; one thread at a time may use it."""

    def __init__(self, sock: socket.socket, limits: Limits) -> None:
        sock.setblocking(True)
        self._socket = sock
        self._reader = Reader(limits)
        self._writer = Writer()
        self._is_limited = False

    def send(
        self, kind: int, id_: int, payload: bytes = b"", buffers: Sequence[memoryview] = (), flags: int = 0
    ) -> None:
        """Send a message and wait until the socket has taken it.

        Raises:
            OSError: the connection is over.
        """
        if self._is_limited:
            self._limit(None)
        writer = self._writer
        writer.send(kind, id_, payload, buffers, flags)
        while not writer.is_empty:
            for part in writer.take(CHUNK):
                self._socket.sendall(part)

    def receive(self, timeout_s: float | None = None) -> list[Message]:
        """Wait for bytes and return the messages that are whole with them, perhaps none.

        Raises:
            EOFError: the other side has closed the connection.
            TimeoutError: nothing came within `timeout_s` seconds.
            ProtocolError: what came breaks the rules of the wire.
            OSError: the connection is over.
        """
        if timeout_s is not None or self._is_limited:
            self._limit(timeout_s)
        count = self._socket.recv_into(self._reader.get_buffer())
        if count == 0:
            raise EOFError
        return self._reader.buffer_updated(count)

    def _limit(self, timeout_s: float | None) -> None:
        self._is_limited = timeout_s is not None
        self._socket.settimeout(None if timeout_s is None else max(timeout_s, 1e-3))

    def end(self) -> None:
        """End the connection, from any thread; the one that waits on it gets an EOFError, and closes it."""
        hang_up(self._socket)

    def close(self) -> None:
        """End the connection, from the thread that uses it."""
        hang_up(self._socket)
        self._socket.close()

    def abandon(self) -> None:
        """Let go of the connection in a process that was forked: it goes on in the one that has opened it."""
        self._socket.close()
