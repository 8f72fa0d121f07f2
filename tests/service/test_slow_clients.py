"""Clients that ask and do not read: what waits for them is bounded, and others do not notice."""

from __future__ import annotations

import asyncio
import logging
import socket
import tempfile
from typing import TYPE_CHECKING, Any

import pytest

from ambidex.errors import UsageError
from ambidex.protocol import Hello, Kind, Limits, encoded
from ambidex.service import Service, ServiceLimits, connect
from tests.limits import HANG_S
from tests.workers.children import _atlas
from tests.workers.children.atlas import Town

if TYPE_CHECKING:
    from ambidex.service import Remote

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
