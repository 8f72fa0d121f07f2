"""The floor of calls between processes: a blocking socket pair, and a child that sends back what arrives.

As a program, with the number of a descriptor, this is the child.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator

IN_FLIGHT = 128  # calls at a time, of every candidate
_LENGTH = struct.Struct("<I")
_FRAME = _LENGTH.pack(28) + bytes(28)  # about what a call with two numbers takes
_KERNEL_BUFFER = 1 << 20  # bytes: with the default a bulk transfer changes processes five times as often
_READ = 1 << 16


class Floor:
    """Exchange frames with the child, which answers each of them with itself."""

    def __init__(self, connection: socket.socket, child: subprocess.Popen[bytes]) -> None:
        self._socket = connection
        self._child = child
        self.echoed = bytearray()  # the last long answer

    def ping_pong(self, n: int) -> None:
        """Send a short frame and wait for its answer, `n` times."""
        for _ in range(n):
            self._socket.sendall(_FRAME)
            self._socket.recv(len(_FRAME), socket.MSG_WAITALL)

    def pipelined(self, n: int) -> None:
        """Have `n` short frames answered, so many at a time."""
        sent = min(n, IN_FLIGHT)
        self._socket.sendall(_FRAME * sent)
        received = 0  # bytes
        while received < n * len(_FRAME):
            received += len(self._socket.recv(_READ))
            more = min(n, received // len(_FRAME) + IN_FLIGHT) - sent
            if more:
                self._socket.sendall(_FRAME * more)
                sent += more

    def echo(self, data: Any) -> None:
        """Send one long frame and read it back to where it stays; `data` is anything that has a buffer."""
        view = memoryview(data).cast("B")
        if len(self.echoed) != len(view):
            self.echoed = bytearray(len(view))
        self._socket.sendall(_LENGTH.pack(len(view)))
        self._socket.sendall(view)
        self._socket.recv(_LENGTH.size, socket.MSG_WAITALL)
        self._socket.recv_into(self.echoed, len(view), socket.MSG_WAITALL)

    def kill(self) -> None:
        """Kill the child, and wait for the end of what it sends."""
        self._child.kill()
        assert not self._socket.recv(1)


@contextlib.contextmanager
def child_with_socket(*command: str) -> Generator[tuple[socket.socket, subprocess.Popen[bytes]]]:
    """Start a Python child with one end of a socket pair, whose descriptor's number is its last argument.

    It ends when the pair is closed, which happens at the end.
    """
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _KERNEL_BUFFER)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _KERNEL_BUFFER)
    with ours:
        with theirs:
            number = theirs.fileno()
            child = subprocess.Popen([sys.executable, *command, str(number)], pass_fds=(number,))
        with child:
            try:
                yield ours, child
            finally:
                ours.close()


@contextlib.contextmanager
def open_floor() -> Generator[Floor]:
    """Start the child, and end it afterwards."""
    with child_with_socket(__file__) as (connection, child):
        floor = Floor(connection, child)
        floor.ping_pong(1)
        yield floor


def _answer(connection: socket.socket) -> None:
    """Send back each frame, each with one call of the system to read it, until the other side closes."""
    room = memoryview(bytearray(_READ))
    while connection.recv_into(room, _LENGTH.size, socket.MSG_WAITALL):
        end = _LENGTH.size + _LENGTH.unpack_from(room)[0]
        if end > len(room):
            room = memoryview(bytearray(bytes(room[: _LENGTH.size]).ljust(end, b"\0")))
        connection.recv_into(room[_LENGTH.size : end], 0, socket.MSG_WAITALL)
        connection.sendall(room[:end])


if __name__ == "__main__":
    _answer(socket.socket(fileno=int(sys.argv[1])))
