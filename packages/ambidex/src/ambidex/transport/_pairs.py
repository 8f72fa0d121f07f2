"""Own how two processes on one machine get connections: one pair of sockets is inherited, others are handed over."""

from __future__ import annotations

import os
import socket
import struct
import sys

from ..errors import ProtocolError
from ._descriptors import receive_descriptors, send_descriptors
from ._endings import ending_of

Socket = socket.socket
_BUFFER = 1024 * 1024  # bytes the kernel keeps of a connection: a chunk is taken at once, and four wait no millisecond
_NUMBER = struct.Struct("<I")
_PATIENCE_S = 10.0  # how long a process may take no connection before it counts as stuck


def new_pair() -> tuple[socket.socket, socket.socket]:
    """Return two connected sockets, neither of which is inherited."""
    pair = socket.socketpair()
    try:
        for sock in pair:
            enlarge(sock)
    except BaseException:
        for sock in pair:
            sock.close()
        raise
    return pair


def enlarge(sock: socket.socket) -> None:
    """Have the system keep as much of a connection as messages are sent in at once, or as much as it allows."""
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
    except OSError as error:  # a system that allows less
        if ending_of(error) is None:
            raise


def socket_of(descriptor: int) -> socket.socket:
    """Return the socket of a descriptor that this process was given, which belongs to it from now on."""
    return socket.socket(fileno=descriptor)


class Control:
    """Hand connections to the other process, from any thread."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock

    def connect(self, number: int) -> socket.socket:
        """Return this side of a new connection, whose other side the other process gets as `number`.

        Raises:
            OSError: the other process is gone, or takes nothing.
        """
        ours, theirs = new_pair()
        try:
            send_descriptors(self._socket, _NUMBER.pack(number), [theirs.fileno()], _PATIENCE_S)
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return ours

    def close(self) -> None:
        """End it."""
        self._socket.close()


def has_arrived(control: socket.socket) -> bool:
    """Tell whether something has come over `control`, a connection or its end, which is received without a wait."""
    assert sys.platform != "win32", "Windows passes no descriptors over sockets"
    try:
        control.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:  # it has broken: to receive tells
        return True
    return True


def receive_connection(control: socket.socket) -> tuple[int, socket.socket] | None:
    """Return the next connection that has come over `control`, with its number; None when the other side has left.

    Raises:
        ProtocolError: what came is none.
        OSError: nothing came, or the connection broke.
    """
    record = receive_descriptors(control, 1, _PATIENCE_S)
    if record is None:
        return None
    data, descriptors = record
    if len(data) != _NUMBER.size or len(descriptors) != 1:
        for descriptor in descriptors:
            os.close(descriptor)
        raise ProtocolError(f"{len(descriptors)} descriptors and {len(data)} bytes came, which are no connection")
    (number,) = _NUMBER.unpack(data)
    return number, socket_of(descriptors[0])
