"""A client whose service goes away: it notices, comes back by itself, and tells how it is."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ambidex.errors import RuntimeClosed, ServiceLost
from ambidex.service._reconnecting import ReconnectPolicy
from tests.limits import HANG_S
from tests.service.conftest import KINDS
from tests.workers.children.atlas import Town

if TYPE_CHECKING:
    from collections.abc import Callable

    from ambidex.service import Remote
    from ambidex.service._sessions import Sessions
    from tests.service.conftest import Server

pytestmark = pytest.mark.parametrize("server", KINDS, indirect=True)
_SOON = ReconnectPolicy(first_delay_s=0.02, longest_delay_s=0.1)


def until(is_so: Callable[[], bool], remote: Remote | Sessions) -> None:
    """Wait until something is so; the loop of the connections turns meanwhile."""
    turned = threading.Event()
    for _ in range(int(HANG_S * 100)):
        if is_so():
            return
        turned.wait(0.01)
    raise AssertionError(f"it has not come to that: {remote.health()}")


def stop(pid: int) -> None:
    """Stop a child, and wait until it is."""
    os.kill(pid, signal.SIGSTOP)
    os.waitid(os.P_PID, pid, os.WSTOPPED | os.WNOWAIT)


def test_connects_again_by_itself(server: Server) -> None:
    """Nobody has to call for that; health tells each step."""
    with server.connect(reconnect=_SOON) as remote:
        assert remote.health().state == "idle"
        remote.root(Town).roads()
        health = remote.health()
        assert (health.state, health.connections, health.attempts) == ("connected", 1, 0)
        server.kill()
        until(lambda: remote.health().attempts > 1, remote)
        health = remote.health()
        assert health.state in {"waiting", "connecting"}
        assert health.last_error is not None
        server.start()
        until(lambda: remote.health().state == "connected", remote)
        assert remote.health().connections == 2
        assert remote.root(Town).roads() is not None
        assert remote.health().connections == 2  # the call has used what was there
    health = remote.health()
    assert health.state == "closed"
    with pytest.raises(RuntimeClosed):
        remote.root(Town).roads()


def test_traffic_is_counted_each_way(server: Server) -> None:
    """By both faces, over all connections, also those that have ended."""
    with server.connect(reconnect=_SOON) as remote:
        town = remote.root(Town)
        town.roads()
        before = remote.health()
        for _ in range(100):
            town.publish("x" * 1000)
        blocking = remote.health()
        asyncio.run(_greet(town, 100))
        both = remote.health()
        for one, other in ((before, blocking), (blocking, both)):
            assert 100 <= other.messages_sent - one.messages_sent < 120
            assert 100 <= other.messages_received - one.messages_received < 120
            assert 100_000 < other.bytes_sent - one.bytes_sent < 120_000
            assert 1000 < other.bytes_received - one.bytes_received < 10_000
        server.kill()
        until(lambda: remote.health().state != "connected", remote)
        server.start()
        town.roads()
        assert remote.health().bytes_sent > both.bytes_sent


async def _greet(town: Town, times: int) -> None:
    for _ in range(times):
        await town.publish.aio("x" * 1000)


def test_call_does_not_wait_for_the_next_attempt(server: Server) -> None:
    """It tries at once, and fails at once where nobody serves."""
    slow = ReconnectPolicy(first_delay_s=10_000.0, longest_delay_s=10_000.0)
    with server.connect(reconnect=slow) as remote:
        town = remote.root(Town)
        town.roads()
        server.kill()
        for _ in range(3):
            with pytest.raises((ServiceLost, ConnectionRefusedError)):
                town.roads()
        assert remote.health().next_try_s is not None
        server.start()
        assert town.roads() is not None


def test_silent_service_is_given_up_and_found_again(server: Server) -> None:
    """One that is stopped answers no heartbeat: open calls of each kind end, and the client is back when it goes on."""
    with server.connect(reconnect=_SOON, heartbeat=0.25) as remote:
        town = remote.root(Town)
        town.roads()
        until(lambda: remote.health().p50_s is not None, remote)
        assert server.process is not None
        town.roads.submit().result(HANG_S)  # whose connection the next one takes, and so is sent at once
        waiting = town.sleep.submit()
        steps = iter(town.walk(10_000))
        next(steps)
        stop(server.process.pid)
        try:
            with pytest.raises(ServiceLost, match="it has not answered for") as caught:
                waiting.result(HANG_S)
            assert caught.value.progress == "unknown"
            with pytest.raises(ServiceLost, match="it has not answered for"):
                list(steps)
        finally:
            os.kill(server.process.pid, signal.SIGCONT)
        until(lambda: remote.health().state == "connected", remote)
        assert town.roads() is not None


def test_call_that_waits_for_a_connection_ends_with_the_session(server: Server) -> None:
    """Nobody answers its handshake any more; the heartbeat ends it, long before the time that a connection may take."""
    with server.connect(reconnect=_SOON, heartbeat=0.25, timeout=100 * HANG_S) as remote:
        town = remote.root(Town)
        town.roads()
        assert server.process is not None
        stop(server.process.pid)
        try:
            with pytest.raises(ServiceLost):
                town.roads.submit().result(HANG_S)
        finally:
            os.kill(server.process.pid, signal.SIGCONT)


def test_without_a_heartbeat_it_is_waited_for(server: Server) -> None:
    """The client asks so that it is not dropped, and gives nothing up."""
    with server.connect(heartbeat=None) as remote:
        town = remote.root(Town)
        town.roads()
        assert server.process is not None
        stop(server.process.pid)
        waiting = town.roads.submit()
        os.kill(server.process.pid, signal.SIGCONT)
        assert waiting.result(HANG_S) is not None
        assert remote.health().connections == 1


def test_client_that_nobody_has_any_more_tries_no_more(server: Server) -> None:
    """It is collected though it was waiting for its next attempt."""
    remote = server.connect(reconnect=_SOON)
    remote.root(Town).roads()
    server.kill()
    sessions: Sessions = vars(remote)["_sessions"]
    gone = weakref.ref(remote)
    until(lambda: sessions.health().attempts > 0, sessions)
    del remote
    gc.collect()
    assert gone() is None
    until(lambda: sessions.health().state == "closed", sessions)
    assert sessions.health().next_try_s is None


def test_many_loops_and_threads_share_one_session(server: Server) -> None:
    """Callers who come at once on one loop open one connection for it together."""
    with server.connect() as remote:
        town = remote.root(Town)

        async def main() -> None:
            await asyncio.gather(*(town.roads.aio() for _ in range(50)))

        threads = [threading.Thread(target=asyncio.run, args=(main(),)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        asyncio.run(main())
        assert remote.health().connections == 1


def test_closing_amid_an_attempt_leaves_nothing_open(server: Server) -> None:
    """The service is reached, and does not answer: who waits is told, and no socket stays."""
    assert server.process is not None
    with server.connect() as remote:
        remote.root(Town).roads()  # the loop of the connections has sockets of its own
    stop(server.process.pid)
    sockets = _sockets()
    try:
        with ThreadPoolExecutor(1) as threads:
            with server.connect() as remote:
                calling = threads.submit(lambda: remote.root(Town).roads())
                until(lambda: bool(_sockets() - sockets), remote)
            assert isinstance(calling.exception(HANG_S), RuntimeClosed)
        until(lambda: not _sockets() - sockets, remote)
    finally:
        os.kill(server.process.pid, signal.SIGCONT)


def _sockets() -> set[str]:
    """Return what this process has open of sockets; a number of a descriptor may be of another one later."""
    found: set[str] = set()
    for path in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found.add(str(path.readlink()))
    return {each for each in found if each.startswith("socket:")}
