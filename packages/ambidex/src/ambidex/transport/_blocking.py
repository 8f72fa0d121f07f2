"""Own a connection that a thread reads and writes by itself: no loop is between a caller and the other process."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..protocol import CHUNK, Reader, Writer, encoded
from ._connection import hang_up
from ._memory import new_room

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

    from ..protocol import Limits, Message


class BlockingConnection:
    """Carry messages over a socket; one thread at a time may use it."""

    def __init__(self, sock: socket.socket, limits: Limits) -> None:
        sock.setblocking(True)
        self._socket = sock
        self._reader = Reader(limits, new_room)
        self._writer = Writer(limits)
        self._is_limited = False
        self._sendall = sock.sendall
        self._receive_into = sock.recv_into

    def send(
        self, kind: int, id_: int, payload: bytes = b"", buffers: Sequence[memoryview] = (), flags: int = 0
    ) -> None:
        """Send a message and wait until the socket has taken it.

        Raises:
            OSError: the connection is over.
        """
        if self._is_limited:
            self._limit(None)
        if not buffers and len(payload) <= CHUNK:  # nearly always; nothing waits here between two messages
            self._sendall(encoded(kind, id_, payload, flags))
            return
        writer = self._writer
        writer.send(kind, id_, payload, buffers, flags)
        while not writer.is_empty:
            self._send_parts(writer.take(CHUNK))

    def _send_parts(self, parts: list[bytes | memoryview]) -> None:
        """Send the parts in one call of the system, as far as the socket takes them at once."""
        sent = 0
        if sys.platform != "win32" and len(parts) > 1:
            sent = self._socket.sendmsg(parts)
        for part in parts:
            if sent < len(part):
                self._sendall(memoryview(part)[sent:])
            sent = max(0, sent - len(part))

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
        count = self._receive_into(self._reader.get_buffer())
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
