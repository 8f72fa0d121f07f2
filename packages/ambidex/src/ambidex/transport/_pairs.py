"""Own how two processes on one machine get connections: one pair of sockets is inherited, others are handed over."""

from __future__ import annotations

import contextlib
import socket
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_BUFFER = 1024 * 1024  # bytes the kernel keeps of a connection: a chunk is taken at once, and four wait no millisecond
_NUMBER = struct.Struct("<I")
_MOST_AT_ONCE = 16  # connections taken with one read
_PATIENCE_S = 10.0  # how long a process may take no connection before it counts as stuck


def new_pair() -> tuple[socket.socket, socket.socket]:
    """Return two connected sockets, neither of which is inherited."""
    pair = socket.socketpair()
    for sock in pair:
        with contextlib.suppress(OSError):  # a system that allows less
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
    return pair


def socket_of(descriptor: int) -> socket.socket:
    """Return the socket of a descriptor that this process was given, which belongs to it from now on."""
    return socket.socket(fileno=descriptor)


class Control:
    """Hand connections to the other process, from any thread."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        sock.settimeout(_PATIENCE_S)

    def connect(self, number: int) -> socket.socket:
        """Return this side of a new connection, whose other side the other process gets as `number`.

        Raises:
            OSError: the other process is gone, or takes nothing.
        """
        ours, theirs = new_pair()
        try:
            socket.send_fds(self._socket, [_NUMBER.pack(number)], [theirs.fileno()])
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        return ours

    def close(self) -> None:
        """End it."""
        self._socket.close()


def receive_connections(control: socket.socket) -> Iterator[tuple[int, socket.socket]]:
    """Yield the connections that have come over `control`, which does not block, with their numbers.

    Raises:
        EOFError: the other process has closed it.
    """
    while True:
        try:
            data, descriptors, _, _ = socket.recv_fds(control, _NUMBER.size, _MOST_AT_ONCE)
        except (BlockingIOError, InterruptedError):
            return
        if not data:
            raise EOFError
        (number,) = _NUMBER.unpack(data)
        for descriptor in descriptors:
            yield number, socket_of(descriptor)
