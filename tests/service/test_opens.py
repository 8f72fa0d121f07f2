"""A client that opens calls without end: what is open is bounded, the rest refused, and others are served."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import contextlib
import os
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex.protocol import Flags, Kind, Limits, Reader, encoded
from ambidex.rpc import FIRST
from tests.limits import HANG_S
from tests.workers.children.atlas import Town

if TYPE_CHECKING:
    from ambidex.service import Remote
    from tests.service.conftest import Server

TOGETHER = 1000  # calls that are sent at once
MOST = 1024  # open at a time, of one client


def resident_bytes(pid: int) -> int:
    """Return how much memory a process has."""
    return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def refused(sock: socket.socket, count: int) -> None:
    """Read until so many calls were refused."""
    reader = Reader(Limits())
    while count > 0:
        read = sock.recv_into(reader.get_buffer())
        assert read > 0
        for message in reader.buffer_updated(read):
            assert message.kind == Kind.ERROR
            count -= 1


@pytest.mark.parametrize("count", [50_000, pytest.param(1_000_000, marks=[pytest.mark.slow, pytest.mark.timeout(600)])])
@pytest.mark.parametrize(("asked", "flags", "most"), [("call sleep", 0, MOST), ("call walk", Flags.STREAM, 256)])
def test_calls_and_streams_without_end_are_refused(
    server: Server, remote: Remote, asked: str, flags: int, most: int, count: int
) -> None:
    """As many as may be are open, each other one is answered with an error; in the end they are gone."""
    assert server.process is not None
    town = remote.root(Town)
    assert town.name == "Oslo"
    with contextlib.closing(server.connect()) as hostile, socket.socket(socket.AF_UNIX) as sock:
        assert hostile.root(Town).name == "Oslo"
        session: Any = hostile.current
        args = (10**6,) if flags else ()
        payload, _, _ = session.calls._encoded(asked, FIRST, asked, args, {}, None)
        sock.settimeout(HANG_S)
        sock.connect(server.address[len("unix://") :])
        sock.sendall(encoded(Kind.HELLO, 7, session._key))
        before = resident_bytes(server.process.pid)
        reading = threading.Thread(target=refused, args=(sock, count - most))
        reading.start()
        for begin in range(0, count, TOGETHER):
            ids = range(2 * begin, 2 * (begin + TOGETHER), 2)
            sock.sendall(b"".join(encoded(Kind.CALL, id_ + 2, payload, flags) for id_ in ids))
            if begin % (10 * TOGETHER) == 0:
                assert town.roads() == []
        reading.join()
        assert resident_bytes(server.process.pid) - before < 40 * 2**20
        assert town.roads() == []
        if not flags:
            assert town.logged() == ["asleep"] * most
    if not flags:
        while town.logged().count("awake") < most:
            pass
    assert town.roads() == []
    remote.close()
    assert server.end()[1] == ""
