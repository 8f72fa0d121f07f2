"""A client that comes back a thousand times, and a service that is left as often, are as large as before."""

from __future__ import annotations

import gc
import os
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING

from ambidex.errors import ServiceLost
from ambidex.service import connect
from ambidex.service._reconnecting import ReconnectPolicy
from tests.service.proxy import Proxy
from tests.workers.children.atlas import Town

if TYPE_CHECKING:
    from tests.service.conftest import Server

TIMES = 1000
_NEVER_BY_ITSELF = ReconnectPolicy(first_delay_s=10_000.0, longest_delay_s=10_000.0)


def _open_files(pid: int | str = "self") -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def _resident_bytes(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_thousand_reconnections_leave_nothing_behind(server: Server) -> None:
    """Connections are cut while a call is open and an object is held; memory and descriptors stay, on both sides."""
    assert server.process is not None
    pid = server.process.pid
    path = server.address[len("unix://") :]
    address = f"unix://{path}.proxy"
    with Proxy(f"{path}.proxy", path).running() as proxy, connect(address, reconnect=_NEVER_BY_ITSELF) as remote:
        town = remote.root(Town)

        def come_back() -> None:
            held = town.roads()
            waiting = town.sleep.submit()
            assert proxy.cut() > 0
            assert isinstance(waiting.exception(), ServiceLost)
            del held

        for _ in range(100):  # what is made once, and caches
            come_back()
        gc.collect()
        tracemalloc.start()
        come_back()
        gc.collect()
        size, files = tracemalloc.get_traced_memory()[0], _open_files()
        their_size, their_files = _resident_bytes(pid), _open_files(pid)
        tracemalloc.stop()
        for _ in range(TIMES - 200):
            come_back()
        tracemalloc.start()
        gc.collect()
        objects = len(gc.get_objects())
        for _ in range(100):
            come_back()
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        assert grown < size + 100_000, f"{grown - size} bytes more after 100 reconnections"
        assert len(gc.get_objects()) < objects + 500
        assert abs(_open_files() - files) <= 4
        assert abs(_open_files(pid) - their_files) <= 4
        assert _resident_bytes(pid) < their_size + 4 * 1024 * 1024
        town.roads()
        assert remote.health().connections == TIMES + 2
