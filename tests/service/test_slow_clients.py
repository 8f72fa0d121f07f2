"""Clients that ask and do not read: what waits for them is bounded, and others do not notice."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import socket
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex.errors import UsageError
from ambidex.protocol import Hello, Kind, Limits, Writer, encoded
from ambidex.rpc import FIRST, encode_call, outcome
from ambidex.rpc._codecs._msgpack import MsgpackCodec
from ambidex.service import Service, ServiceLimits, connect
from ambidex.transport import BlockingConnection
from tests.limits import HANG_S
from tests.service.conftest import serving
from tests.workers.children import _atlas
from tests.workers.children.atlas import Town

if TYPE_CHECKING:
    from ambidex.service import Remote
    from tests.service.conftest import Server

MIB = 1024 * 1024
CODEC = MsgpackCodec()
HELLO = encoded(Kind.HELLO, 0, Hello(("msgpack",), Limits(), "0", "3", 1).encoded())


def test_client_that_does_not_read_is_dropped_and_others_are_served(caplog: pytest.LogCaptureFixture) -> None:
    """It asks for answers without end; the log says why it was dropped."""

    def flood(path: str) -> int:
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(HANG_S)
            sock.connect(path)
            sock.sendall(HELLO)
            sent, pings = 0, encoded(Kind.PING, 0, b"x" * 60000) * 16
            try:
                while sent < 1 << 26:
                    sock.sendall(pings)
                    sent += len(pings)
            except (BrokenPipeError, ConnectionResetError):
                pass
            return sent

    async def main(folder: str) -> None:
        limits = ServiceLimits(unsent=1 << 20)
        async with Service(_atlas.Town("Oslo"), f"unix://{folder}/t.sock", limits=limits) as service:  # noqa: SIM117  its address
            async with connect(service.address) as remote:
                town = remote.root(Town)
                assert await town.roads.aio() == []
                sent = await asyncio.get_running_loop().run_in_executor(None, flood, f"{folder}/t.sock")
                assert sent < 1 << 24
                assert await town.roads.aio() == []
                assert remote.health().connections == 1  # still the first one
                assert service.clients == 1

    with tempfile.TemporaryDirectory(prefix="ambidex-") as folder, caplog.at_level(logging.WARNING):
        asyncio.run(main(folder))
    assert "has dropped a client" in caplog.text
    assert "bytes wait for it to read them (the limit `unsent`)" in caplog.text


class Slow:
    """Have a service keep some bytes: what it cannot send, or what comes of a message whose end does not."""

    BYTES = 6 * MIB

    def __init__(self, server: Server, kind: str) -> None:
        self._sock = socket.socket(socket.AF_UNIX)
        self._sock.settimeout(HANG_S)
        self._sock.connect(server.address[len("unix://") :])
        writer = Writer()
        writer.send(Kind.HELLO if kind == "stranger" else Kind.RESULT, 1, b"", [memoryview(bytes(self.BYTES))])
        data = b"".join(iter(lambda: b"".join(writer.take()), b""))[: -MIB // 2]
        if kind == "unread":
            data = HELLO + encoded(Kind.PING, 0, b"x" * 60000) * (self.BYTES // 60000)
        elif kind == "not whole":
            data = HELLO + data
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it is the one that is dropped
            self._sock.sendall(data)

    def close(self) -> None:
        """Leave."""
        self._sock.close()


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is asked for there")
@pytest.mark.parametrize("kind", ["unread", "not whole", "stranger"])
def test_what_slow_clients_make_a_service_keep_together_is_bounded(kind: str) -> None:
    """Each stays below its own limits; some are dropped by that of all; others are served."""
    limits = {"unsent": 8 * MIB, "buffered": 8 * MIB, "message": 8 * MIB, "buffered_together": 24 * MIB}
    many = {"clients": 64, "strangers": 64, "greeting_s": float(HANG_S)}
    with serving("unix", **limits, **many) as server, contextlib.ExitStack() as leaving:
        remote = leaving.enter_context(server.connect())
        town = remote.root(Town)
        assert town.roads() == []
        before = memory_of(server)
        for _ in range(40):
            leaving.enter_context(contextlib.closing(Slow(server, kind)))
            assert town.roads() == []
        grown = memory_of(server) - before
        assert grown < 40 * Slow.BYTES / 2, f"{grown} bytes more"
        assert town.roads() == []
        assert remote.health().connections == 1  # still the first one
        told = remote.service_statistics()
        assert {*told.dropped, *told.turned_away} == {"buffered_together"}  # some come no further than to the door
        went = told.dropped.get("buffered_together", 0) + told.turned_away.get("buffered_together", 0)
        assert went >= 40 - 24 * MIB // (Slow.BYTES - MIB) - 4  # of what is unread, sockets have some
        leaving.close()
        _, log = server.end()
    assert "bytes that wait in connections are of this one (the limit `buffered_together`)" in log
    assert "Traceback" not in log


def memory_of(server: Server) -> int:
    """Return the most memory that a server has had so far, in bytes."""
    assert server.process is not None
    status = Path(f"/proc/{server.process.pid}/status").read_text("ascii")
    (most,) = re.findall(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(most) * 1024


def test_calls_behind_the_one_that_ends_a_connection_are_not_begun() -> None:
    """They come in the same read; what they would have asked for has nobody any more who is told."""
    unknown = encode_call(CODEC, 1, "call nothing" + "x" * 200, (), {}, None)[0]
    known = encode_call(CODEC, FIRST, "call roads", (), {}, None)[0]
    with serving("unix", unsent=4096) as server, contextlib.closing(socket.socket(socket.AF_UNIX)) as sock:
        sock.settimeout(HANG_S)
        sock.connect(server.address[len("unix://") :])
        reader = BlockingConnection(sock, Limits())
        sock.sendall(HELLO)
        messages = [*reader.receive(HANG_S)]
        while len(messages) < 2:
            messages += reader.receive(HANG_S)
        key = outcome(CODEC, messages[1])["key"]
        with contextlib.closing(socket.socket(socket.AF_UNIX)) as lane:
            lane.settimeout(HANG_S)
            lane.connect(server.address[len("unix://") :])
            lane.sendall(encoded(Kind.HELLO, 7, key))
            calls = (encoded(Kind.CALL, 2 * number, unknown if number % 8 else known) for number in range(1, 8000))
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                lane.sendall(b"".join(calls))
            while sock.recv(65536):
                pass
        clients, log = server.end()
    assert clients == 0
    assert "(the limit `unsent`)" in log
    assert "Traceback" not in log


def test_calls_of_all_clients_together_are_bounded() -> None:
    """Who comes when there are as many is refused; when some have ended, no more."""

    async def asleep(remote: Remote, town: Any, count: int) -> asyncio.Task[None]:
        task = asyncio.create_task(remote.root(Town).sleep.aio())
        while town.log.count("asleep") < count:
            await asyncio.wait({task}, timeout=0.01)
        return task

    async def main(folder: str) -> None:
        town = _atlas.Town("Oslo")
        limits = ServiceLimits(calls_together=2)
        async with (
            Service(town, f"unix://{folder}/t.sock", limits=limits) as service,
            connect(service.address) as one,
            connect(service.address) as two,
            connect(service.address) as three,
        ):
            sleeping = [await asleep(one, town, 1), await asleep(two, town, 2)]
            with pytest.raises(UsageError, match=r"2 calls of all clients are open.*`calls_together`"):
                await three.root(Town).roads.aio()
            sleeping[0].cancel()
            await asyncio.wait(sleeping[:1])
            assert await three.root(Town).roads.aio() == []
            sleeping[1].cancel()
            await asyncio.wait(sleeping)

    with tempfile.TemporaryDirectory(prefix="ambidex-") as folder:
        asyncio.run(main(folder))
