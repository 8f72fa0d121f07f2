"""Descriptors arrive with their record, stay in this process, and none is left open whatever goes wrong."""

from __future__ import annotations

import array
import os
import resource
import socket
import struct
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ambidex.errors import ProtocolError
from ambidex.transport._descriptors import MOST_BYTES, MOST_DESCRIPTORS, receive_descriptors, send_descriptors
from tests.limits import HANG_S
from tests.programs import run_program

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Give two ends of a Unix socket."""
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def open_descriptors() -> int:
    """Count what this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def send_raw(sock: socket.socket, data: bytes, descriptors: list[int]) -> None:
    """Send bytes with descriptors, whatever the rules are."""
    sock.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))])


def test_descriptors_arrive_with_their_record_between_other_bytes(pair: tuple[socket.socket, socket.socket]) -> None:
    """A record takes no byte of what is before and behind it, and its descriptors are of the same files."""
    one, other = pair
    reading, writing = os.pipe()
    one.sendall(b"before")
    send_descriptors(one, b"first", [writing], HANG_S)
    send_descriptors(one, b"", [], HANG_S)
    send_descriptors(one, b"third", [reading, writing], HANG_S)
    one.sendall(b"behind")
    os.close(writing)
    assert other.recv(6) == b"before"
    first = receive_descriptors(other, 1, HANG_S)
    second = receive_descriptors(other, 0, HANG_S)
    third = receive_descriptors(other, 5, HANG_S)
    assert first is not None
    assert second == (b"", [])
    assert third is not None
    assert other.recv(6) == b"behind"
    assert (first[0], third[0], len(first[1]), len(third[1])) == (b"first", b"third", 1, 2)
    received = [*first[1], *third[1]]
    assert not any(map(os.get_inheritable, received))
    os.write(received[0], b"through the pipe")
    assert os.read(received[1], 100) == b"through the pipe"
    for descriptor in (reading, *received):
        os.close(descriptor)


@given(size=st.integers(0, MOST_BYTES), count=st.integers(0, 9), is_blocking=st.booleans())
def test_record_of_any_size_comes_as_it_was_sent(size: int, count: int, is_blocking: bool) -> None:
    """Length and number are those that were sent, on sockets that block and that do not."""
    one, other = socket.socketpair()
    with one, other:
        one.setblocking(is_blocking)
        other.setblocking(is_blocking)
        data = os.urandom(size)
        sender = threading.Thread(target=send_descriptors, args=(one, data, [0] * count, HANG_S))
        sender.start()
        received = receive_descriptors(other, count, HANG_S)
        sender.join()
        assert received is not None
        for descriptor in received[1]:
            os.close(descriptor)
        assert (received[0], len(received[1])) == (data, count)


@pytest.mark.parametrize("is_blocking", [True, False])
def test_record_that_is_sent_in_parts_has_its_descriptors_once(
    pair: tuple[socket.socket, socket.socket], is_blocking: bool
) -> None:
    """A socket that takes little at a time passes the same record."""
    one, other = pair
    one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    one.setblocking(is_blocking)
    data = os.urandom(MOST_BYTES)
    sender = threading.Thread(target=send_descriptors, args=(one, data, [0, 0], HANG_S))
    sender.start()
    received = receive_descriptors(other, 100, HANG_S)
    sender.join()
    assert received is not None
    for descriptor in received[1]:
        os.close(descriptor)
    assert (received[0] == data, len(received[1])) == (True, 2)


def test_end_of_stream_is_none_and_a_torn_record_an_error(pair: tuple[socket.socket, socket.socket]) -> None:
    """Only between records may the other side leave."""
    one, other = pair
    before = open_descriptors()
    send_raw(one, struct.pack("<IB", 100, 1) + b"not all", [0])
    one.shutdown(socket.SHUT_WR)
    with pytest.raises(ProtocolError, match="in the middle"):
        receive_descriptors(other, 1, HANG_S)
    assert receive_descriptors(other, 1, HANG_S) is None
    assert open_descriptors() == before


def test_torn_header_is_an_error(pair: tuple[socket.socket, socket.socket]) -> None:
    """So is the end within the header."""
    one, other = pair
    before = open_descriptors()
    send_raw(one, b"\1\0", [0])
    one.shutdown(socket.SHUT_WR)
    with pytest.raises(ProtocolError, match="in the middle"):
        receive_descriptors(other, 1, HANG_S)
    assert open_descriptors() == before


@pytest.mark.parametrize(
    ("length", "announced", "sent", "message"),
    [
        (0, 1, 3, "more than 1 descriptors|3 descriptors came"),  # more than are taken
        (0, 1, 2, "2 descriptors came where 1"),  # as many as the room for one takes, aligned
        (0, 3, 1, "where 65536 and 1 are the most"),
        (0, 0, 1, "1 descriptors came where 0"),
        (0, 1, 0, "0 descriptors came where 1"),
        (MOST_BYTES + 1, 1, 1, "a record of 65537 bytes"),
        (2**32 - 1, 0, 1, "a record of 4294967295 bytes"),
    ],
)
def test_record_that_breaks_the_rules_is_refused_and_leaves_nothing_open(
    pair: tuple[socket.socket, socket.socket], length: int, announced: int, sent: int, message: str
) -> None:
    """More or fewer descriptors than announced, or a record that is too long: refused, all that came is closed."""
    one, other = pair
    before = open_descriptors()
    send_raw(one, struct.pack("<IB", length, announced), [0] * sent)
    with pytest.raises(ProtocolError, match=message):
        receive_descriptors(other, 1, HANG_S)
    assert open_descriptors() == before


def test_descriptors_with_the_bytes_of_a_record_are_counted_too(pair: tuple[socket.socket, socket.socket]) -> None:
    """What comes later than the first byte is not left open unseen."""
    one, other = pair
    before = open_descriptors()
    send_raw(one, struct.pack("<IB", 4, 1), [0])
    send_raw(one, b"data", [0])
    with pytest.raises(ProtocolError, match="2 descriptors came where 1"):
        receive_descriptors(other, 5, HANG_S)
    assert open_descriptors() == before


def test_no_room_for_descriptors_is_an_error(tmp_path: Path) -> None:
    """A process that may have no more descriptors is told, and keeps none of those that did arrive."""
    program = """
import os, resource, socket
from ambidex.errors import ProtocolError
from ambidex.transport._descriptors import receive_descriptors, send_descriptors
one, other = socket.socketpair()
send_descriptors(one, b"data", [0] * 20, 5)
before = len(os.listdir("/proc/self/fd"))
resource.setrlimit(resource.RLIMIT_NOFILE, (before + 6, before + 6))
try:
    receive_descriptors(other, 20, 5)
except ProtocolError as error:
    print(error)
print(len(os.listdir("/proc/self/fd")) - before)
"""
    ended = run_program(tmp_path, program)
    assert ended.out.splitlines() == ["more than 20 descriptors came, or more than this process may have", "0"]
    assert ended.err == ""


@pytest.mark.parametrize("is_blocking", [True, False])
def test_sending_to_a_side_that_does_not_read_ends(
    pair: tuple[socket.socket, socket.socket], is_blocking: bool
) -> None:
    """The caller is not held for ever, whether its socket blocks or not, and the socket stays as it was."""
    one, _ = pair
    one.setblocking(is_blocking)

    def send_for_ever() -> None:
        while True:
            send_descriptors(one, bytes(MOST_BYTES), [0], 0.05)

    with pytest.raises(TimeoutError, match=r"not taken within 0\.05 s"):
        send_for_ever()
    assert one.getblocking() is is_blocking


def test_receiving_from_a_side_that_does_not_send_ends(pair: tuple[socket.socket, socket.socket]) -> None:
    """Nothing, and a part of a record with a descriptor: both end, and nothing stays open."""
    one, other = pair
    before = open_descriptors()
    with pytest.raises(TimeoutError, match=r"not sent within 0\.05 s"):
        receive_descriptors(other, 1, 0.05)
    send_raw(one, struct.pack("<IB", 100, 1) + b"not all", [0])
    with pytest.raises(TimeoutError):
        receive_descriptors(other, 1, 0.05)
    assert open_descriptors() == before


def test_waiting_without_limit_ends_when_the_other_side_leaves(pair: tuple[socket.socket, socket.socket]) -> None:
    """Who receives for ever is woken by the end of the stream."""
    one, other = pair
    received: list[object] = ["nothing yet"]
    waiting = threading.Thread(target=lambda: received.append(receive_descriptors(other, 1, None)))
    waiting.start()
    one.shutdown(socket.SHUT_RDWR)
    waiting.join(HANG_S)
    assert received == ["nothing yet", None]


def test_too_much_for_a_record_is_refused_before_anything_is_sent(pair: tuple[socket.socket, socket.socket]) -> None:
    """A caller's mistake is one of the caller's, and leaves the socket as it was."""
    one, other = pair
    with pytest.raises(ValueError, match="and no more"):
        send_descriptors(one, bytes(MOST_BYTES + 1), [], HANG_S)
    with pytest.raises(ValueError, match="and no more"):
        send_descriptors(one, b"", [0] * (MOST_DESCRIPTORS + 1), HANG_S)
    one.close()
    assert other.recv(1) == b""


def test_as_many_as_a_record_takes_arrive(pair: tuple[socket.socket, socket.socket]) -> None:
    """The limit is one that the system keeps to."""
    one, other = pair
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 2 * MOST_DESCRIPTORS:
        pytest.skip("this process may not have so many descriptors")
    send_descriptors(one, b"", [0] * MOST_DESCRIPTORS, HANG_S)
    received = receive_descriptors(other, MOST_DESCRIPTORS, HANG_S)
    assert received is not None
    assert len(received[1]) == MOST_DESCRIPTORS
    for descriptor in received[1]:
        os.close(descriptor)


def test_socket_that_this_side_has_closed_is_an_error_of_the_system(pair: tuple[socket.socket, socket.socket]) -> None:
    """As any other end of the connection: another thread may close it at any moment."""
    one, _ = pair
    one.close()
    with pytest.raises(OSError, match="the socket is closed"):
        send_descriptors(one, b"", [], HANG_S)
    with pytest.raises(OSError, match="the socket is closed"):
        receive_descriptors(one, 0, HANG_S)
