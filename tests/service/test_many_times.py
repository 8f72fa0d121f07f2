"""A client that comes back a thousand times, and a service that is left as often, are as large as before."""

from __future__ import annotations

import gc
import os
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
_MOST_BYTES = 4 * 1024 * 1024  # what allocators keep; a connection that stays has 160 KiB
_NEVER_BY_ITSELF = ReconnectPolicy(first_delay_s=10_000.0, longest_delay_s=10_000.0)


def _open_files(pid: int) -> int:
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

        def come_back_often(times: int) -> tuple[int, int, int, int, int]:
            for _ in range(times):
                come_back()
            gc.collect()
            here, there = os.getpid(), pid
            size = _resident_bytes(here), _resident_bytes(there)
            return len(gc.get_objects()), *size, _open_files(here), _open_files(there)

        come_back_often(100)  # what is made once, and caches
        before, after = come_back_often(200), come_back_often(TIMES - 300)
        grown = [later - earlier for earlier, later in zip(before, after)]
        for growth, most in zip(grown, (500, _MOST_BYTES, _MOST_BYTES, 4, 4)):
            assert growth <= most, f"objects, bytes here and there, files here and there have grown by {grown}"
        town.roads()
        assert remote.health().connections == TIMES + 1
