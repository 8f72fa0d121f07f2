"""Own passing descriptors over a Unix socket: a record of bytes, and the open files that go with it.

A record is a header of 5 bytes, little-endian, its bytes, and the descriptors, which arrive with the first byte:

    length   u32   of the bytes
    count    u8    of the descriptors

Neither end reads or writes beyond its record, so records can follow other bytes on a socket, and others them.
"""

from __future__ import annotations

import array
import errno
import os
import select
import socket
import struct
import sys
import time
from typing import TYPE_CHECKING

from ..errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_HEADER = struct.Struct("<IB")
MOST_BYTES = 64 * 1024  # of a record: arbitrary, a name and some numbers go with descriptors
MOST_DESCRIPTORS = 250  # Linux takes 253 at a time
_INT = array.array("i").itemsize


def send_descriptors(sock: socket.socket, data: bytes, descriptors: Sequence[int], timeout_s: float) -> None:
    """Send a record over a Unix socket, blocking or not; the descriptors stay the caller's, who may close them now.

    Raises:
        TimeoutError: the other side has not read for `timeout_s`; the socket is of no use any more.
        OSError: the other side is gone, or too many descriptors are on their way in the whole system.
    """
    assert sys.platform != "win32", "Windows passes no descriptors over sockets"
    if len(data) > MOST_BYTES or len(descriptors) > MOST_DESCRIPTORS:
        raise ValueError(f"a record takes {MOST_BYTES} bytes and {MOST_DESCRIPTORS} descriptors, and no more")
    rest = memoryview(_HEADER.pack(len(data), len(descriptors)) + data)
    ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
    wait = _waiter(sock, select.POLLOUT, timeout_s, "taken")
    while rest:
        try:
            sent = sock.sendmsg([rest], ancillary, socket.MSG_DONTWAIT)
        except BlockingIOError:
            wait()
        else:
            rest, ancillary = rest[sent:], []


def receive_descriptors(sock: socket.socket, most: int, timeout_s: float | None) -> tuple[bytes, list[int]] | None:
    """Receive a record with `most` descriptors or fewer; None at the end of the stream.

    The descriptors are the caller's, and no program that it starts gets a copy of them. `timeout_s` None waits until
    the other side sends or is gone. When anything is raised, what was received is closed.

    Raises:
        ProtocolError: other bytes came, more descriptors, or not as many as were sent: this process may have no more.
        TimeoutError: no whole record came within `timeout_s`; the socket is of no use any more.
        OSError: the connection broke.
    """
    assert sys.platform != "win32", "Windows passes no descriptors over sockets"
    held: list[int] = []
    try:
        data = _receive_record(sock, most, held, _waiter(sock, select.POLLIN, timeout_s, "sent"))
    except BaseException:
        for descriptor in held:
            os.close(descriptor)
        raise
    return None if data is None else (data, held)


def _receive_record(sock: socket.socket, most: int, held: list[int], wait: Callable[[], None]) -> bytes | None:
    header = _receive(sock, _HEADER.size, most, held, wait)
    if not header:
        return None
    length, count = _HEADER.unpack(header) if len(header) == _HEADER.size else (1, 0)
    if length > MOST_BYTES or count > most:
        raise ProtocolError(
            f"a record of {length} bytes and {count} descriptors came, where {MOST_BYTES} and {most} are the most"
        )
    data = _receive(sock, length, most, held, wait)
    if len(data) < length:
        raise ProtocolError("the other side has left in the middle of a record of descriptors")
    if len(held) != count:
        raise ProtocolError(f"{len(held)} descriptors came where {count} were announced")
    return data


def _receive(sock: socket.socket, size: int, most: int, held: list[int], wait: Callable[[], None]) -> bytes:
    """Receive `size` bytes, or fewer at the end of the stream; what descriptors come with them is added to `held`."""
    assert sys.platform != "win32"
    received = bytearray()
    while len(received) < size:
        try:
            data, ancillary, flags, _ = sock.recvmsg(
                size - len(received), socket.CMSG_SPACE(most * _INT), socket.MSG_DONTWAIT | _CLOSE_ON_EXEC
            )
        except BlockingIOError:
            wait()
            continue
        for level, kind, content in ancillary:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                _take(content, held)
        if flags & socket.MSG_CTRUNC:
            raise ProtocolError(f"more than {most} descriptors came, or more than this process may have")
        if not data:
            break
        received += data
    return bytes(received)


_CLOSE_ON_EXEC: int = getattr(socket, "MSG_CMSG_CLOEXEC", 0)  # macOS has none


def _take(content: bytes, held: list[int]) -> None:
    """Add descriptors to `held`; the system may have cut the last one."""
    arrived = array.array("i", content[: len(content) // _INT * _INT])
    held += arrived
    for descriptor in arrived:
        os.set_inheritable(descriptor, False)


def _waiter(sock: socket.socket, event: int, timeout_s: float | None, what: str) -> Callable[[], None]:
    """Return what waits until the socket is ready, at most up to a time from now."""
    assert sys.platform != "win32"
    descriptor = sock.fileno()
    if descriptor < 0:  # another thread has closed it; `register` would call that a wrong value
        raise OSError(errno.EBADF, "the socket is closed")
    poll = select.poll()
    poll.register(descriptor, event)
    end = None if timeout_s is None else time.monotonic() + timeout_s

    def wait() -> None:
        left_ms = None if end is None else (end - time.monotonic()) * 1000
        if left_ms is not None and (left_ms <= 0 or not poll.poll(left_ms)):
            raise TimeoutError(f"a record of descriptors was not {what} within {timeout_s:g} s")
        if left_ms is None:
            poll.poll()

    return wait
