"""A service tells what it does and has done, to its own program and to its clients; so does a program that opted in."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import tempfile
from typing import TYPE_CHECKING, Any

import pytest

from ambidex.errors import DeadlineExceeded, ProtocolError, UsageError
from ambidex.rpc import FIRST
from ambidex.rpc.calling import existing
from ambidex.service import MemoryLog, Service, ServiceLimits, ServiceStatistics, connect, serve_statistics
from ambidex.service._statistics import received
from tests.limits import HANG_S
from tests.programs import run_program
from tests.service.conftest import serving
from tests.service.test_strangers import HELLO, is_closed, stranger
from tests.workers.children import _atlas
from tests.workers.children.atlas import Town

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ambidex.service import Remote
    from tests.service.conftest import Server

KINDS = pytest.mark.parametrize("server", ["unix", "tls"], indirect=True)


@pytest.fixture
def address() -> Iterator[str]:
    """Give the address of a socket in a folder with a short path."""
    with tempfile.TemporaryDirectory(prefix="ambidex-") as folder:
        yield f"unix://{folder}/town.sock"


@KINDS
def test_calls_are_counted_by_method_and_outcome(server: Server, remote: Remote) -> None:
    """Results, errors by class, deadlines, streams that are read and closed, and what is open, of all clients."""
    town = remote.root(Town)
    with server.connect() as other:
        for each in (town, town, other.root(Town)):
            assert each.roads() == []
    with pytest.raises(Exception, match="Oslo is lost"):
        town.lose()
    with pytest.raises(DeadlineExceeded):
        town.sleep.with_options(timeout=0.05)()
    assert len(list(town.walk(3))) == 3
    closed = town.walk(3)
    next(closed)
    closed.close()
    waiting = town.sleep.submit()
    while (told := remote.service_statistics()).methods["Town.sleep"].in_flight == 0:
        pass
    waiting.cancel()
    while remote.service_statistics().methods["Town.sleep"].in_flight:
        pass

    assert (told.state, told.clients, told.clients_so_far, told.strangers) == ("serving", 1, 2, 0)
    assert told.connections >= 2
    assert server.process is not None
    assert told.pid == server.process.pid
    assert told.addresses == (server.address,)
    methods = told.methods
    assert methods["Town.roads"].returned == methods["Town.roads"].calls == 3
    assert methods["Town.lose"].errors == {"Lost": 1}
    assert methods["Town.sleep"].deadline_exceeded == methods["Town.sleep"].in_flight == 1
    assert methods["Town.walk"].returned == 2
    assert methods["Town.roads"].latencies.count == 3
    assert methods["Town.sleep"].latencies.count == 1
    assert set(methods) == {"Town.roads", "Town.lose", "Town.sleep", "Town.walk"}  # and not this very question
    assert told.total.calls == 8
    assert remote.service_statistics().methods["Town.sleep"].cancelled == 1


def test_bytes_are_those_that_the_client_counts_the_other_way_around(remote: Remote) -> None:
    """Of each method, streams and what is sent into them included; of the connections all bytes and messages."""
    town = remote.root(Town)
    walk = town.walk(5)
    next(walk)
    for _ in range(4):
        walk.send("x" * 1000)
    walk.close()
    with pytest.raises(Exception, match="is lost"):
        town.lose()
    here, there = remote.statistics().methods, remote.service_statistics().methods
    for name in ("Town.walk", "Town.lose"):
        assert there[name].bytes_received == here[name].bytes_sent
        assert there[name].bytes_sent == here[name].bytes_received
    assert there["Town.walk"].bytes_received > 4000
    told, health = remote.service_statistics(), remote.health()  # the hellos of connections are in the first alone
    later, healthier = remote.service_statistics(), remote.health()
    assert later.bytes_received - told.bytes_received == healthier.bytes_sent - health.bytes_sent > 0
    assert later.messages_received - told.messages_received == healthier.messages_sent - health.messages_sent == 1
    assert later.messages_sent - told.messages_sent == healthier.messages_received - health.messages_received == 1


def test_blocking_awaited_and_in_the_service_tell_the_same(address: str) -> None:
    """Events and subscriptions are told as well; a drained service says that it has stopped."""

    async def main() -> None:
        service = Service(_atlas.Town("Oslo"), address, events=MemoryLog())
        assert service.statistics() == ServiceStatistics("stopped", (address,), service.statistics().pid, 0.0)
        async with service, connect(address) as remote:
            await remote.root(Town).roads.aio()
            cursor = await service.apublish("news", 1)
            async with remote.events("news"), remote.events("news"):
                told = await remote.aservice_statistics()
                blocking = await asyncio.get_running_loop().run_in_executor(None, remote.service_statistics)
            own = service.statistics()
            assert told.last_event == blocking.last_event == own.last_event == cursor
            assert told.subscriptions == blocking.subscriptions == 2
            assert told.methods == blocking.methods == own.methods
            assert 0 < told.since_s <= blocking.since_s <= own.since_s
        assert service.statistics().state == "stopped"
        assert service.statistics().methods == own.methods

    asyncio.run(main())


def test_who_is_turned_away_or_dropped_is_counted_by_why() -> None:
    """Limits by their names, what breaks the rules by the class of the error."""
    with serving("unix", clients=1, silence_s=0.3, greeting_s=0.3) as server, server.connect(heartbeat=0.05) as remote:
        assert remote.root(Town).roads() == []
        with stranger(server) as sock:
            sock.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert is_closed(sock)
        with stranger(server) as sock:
            assert is_closed(sock)  # after a while, as it says nothing
        with stranger(server) as sock:
            sock.sendall(HELLO)
            assert is_closed(sock)
        told = remote.service_statistics()
        assert told.turned_away == {"ProtocolError": 1, "greeting_s": 1, "clients": 1}
        assert told.dropped == {}
    with serving("unix", silence_s=0.3) as server, server.connect(heartbeat=0.05) as remote:
        assert remote.root(Town).roads() == []
        with stranger(server) as sock:
            sock.sendall(HELLO)
            assert is_closed(sock)  # after a while, as it says nothing more
        with stranger(server) as sock:
            sock.sendall(HELLO + HELLO)
            assert is_closed(sock)
        told = remote.service_statistics()
        assert told.dropped == {"silence_s": 1, "ProtocolError": 1}
        assert (told.clients, told.clients_so_far) == (1, 3)


def test_what_is_not_there_is_counted_together(remote: Remote) -> None:
    """A client that asks for a thousand names that nobody has makes one entry of them."""
    assert remote.root(Town).roads() == []
    session: Any = remote.current
    for number in range(1000):
        with pytest.raises(UsageError):
            session.calls.call(FIRST, f"call nothing{number}", (), {})
    told = remote.service_statistics()
    assert set(told.methods) == {"Town.roads", "(other)"}
    assert told.methods["(other)"].errors == {"UsageError": 1000}
    assert told.methods["(other)"].in_flight == 0


def test_observer_hears_of_served_calls(address: str) -> None:
    """On the service's side, with how each has ended."""
    heard: list[Any] = []

    class Listener:
        def call_started(self, method: str) -> None:
            heard.append(method)

        def call_ended(self, method: str, seconds: float, outcome: str, error: str | None) -> None:
            assert seconds > 0
            heard.append((method, outcome, error))

        def bytes_moved(self, method: str, sent: int, received: int) -> None:
            assert sent > 0 or received > 0

        def worker_started(self, pid: int) -> None:
            raise AssertionError(pid)

        def worker_ended(self, pid: int, status: int | None) -> None:
            raise AssertionError(pid, status)

    async def main() -> None:
        async with Service(_atlas.Town("Oslo"), address, observer=Listener()), connect(address) as remote:
            await remote.root(Town).roads.aio()
            with contextlib.suppress(Exception):
                await remote.root(Town).lose.aio()

    asyncio.run(main())
    assert heard == ["Town.roads", ("Town.roads", "returned", None), "Town.lose", ("Town.lose", "failed", "Lost")]


def _told(**changed: Any) -> dict[str, Any]:
    return {"state": "serving", "addresses": ("x",), "pid": 1, "since_s": 1.0, **changed}


def _method(*counts: tuple[int, int]) -> dict[str, Any]:
    return {"Town.roads": {"latencies": {"counts": counts}}}


def test_what_a_service_tells_is_checked() -> None:
    """Numbers that nothing can be reckoned with, and other things than statistics, are refused; wherever they stand."""
    assert received(_told(methods=_method((5, 2)))).methods["Town.roads"].p50_s is not None
    program = {"name": "x", "services": (_told(methods=_method((10**9, 1))),)}
    caller = {"kind": "pool", "name": "x", "state": "", "starts": 0, "methods": _method((0, -1))}
    for value in (
        None,
        {},
        [1],
        _told(state="well"),
        _told(clients="many"),
        _told(clients=True),
        _told(since_s=float("nan")),
        _told(since_s=-1.0),
        _told(methods=_method((10**9, 1))),
        _told(methods=_method((-1, 1))),
        _told(methods={"Town.roads": {"returned": "all"}}),
        _told(last_event={"epoch": "x", "number": -1}),
        _told(surprise=1),
        _told(program=program),
        _told(program={"name": "x", "callers": (caller,)}),
    ):
        with pytest.raises(ProtocolError, match=r"^the service has told"):
            received(value)


PROGRAM = """
import asyncio, json, sys
import ambidex
from ambidex import ParentWorker, Service, WorkerPool, connect
from tests.workers.children import _atlas
from tests.workers.children.atlas import Town

folder = sys.path[0]
served = ambidex.serve_statistics()
assert served is not None

async def main():
    async with Service(_atlas.Town("Oslo"), f"unix://{folder}/town.sock") as service:
        async with connect(service.address) as client:
            await client.root(Town).roads.aio()
            async with ParentWorker(f"{folder}/child.py") as worker, WorkerPool(f"{folder}/child.py", size=2) as pool:
                await worker.acall.add(1, 2)
                for _ in range(3):
                    await pool.acall.add(1, 2)
                async with connect(served.address) as remote:
                    told = await remote.aservice_statistics()
                    try:
                        await remote.root(Town).roads.aio()
                    except ambidex.UsageError as error:
                        refused = str(error)
    await served.aclose()
    program = told.program
    print(json.dumps({
        "callers": [(each.kind, each.state.partition(",")[0], each.total.returned) for each in program.callers],
        "loops": {each.name: each.started for each in program.loops},
        "services": [(each.state, each.total.returned) for each in program.services],
        "methods": len(told.methods),
        "refused": refused,
    }))

asyncio.run(main())
"""
CHILD = """
from ambidex import ChildWorker

class Child(ChildWorker):
    def add(self, a, b):
        return a + b
"""


def test_program_that_opted_in_tells_of_all_that_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its loops, its worker, its pool as one, its clients and its services; there is no object to call."""
    from pathlib import Path

    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
    with tempfile.TemporaryDirectory(prefix="ambidex-") as name:
        folder = Path(name)
        (folder / "child.py").write_text(CHILD, encoding="utf-8")
        monkeypatch.setenv("AMBIDEX_STATS", f"unix://{folder}/stats.sock")
        ended = run_program(folder, PROGRAM)
        assert not (folder / "stats.sock").exists()
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)
    assert told["callers"] == [
        ["client", "connected", 1],
        ["worker", "running", 1],
        ["pool", "2 running", 3],
        ["client", "connected", 0],  # which asks
    ]
    assert told["loops"].keys() == {"atlas", "ambidex services", "ambidex workers"}
    assert told["loops"]["ambidex workers"] > 0
    assert told["services"] == [["serving", 1]]
    assert told["methods"] == 0
    assert "serves no object: a program lets others look at its statistics there" in told["refused"]


def test_nothing_is_served_where_nobody_asks_for_it(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Without an address and the variable there is None; with one it begins, once it is called from blocking code."""
    monkeypatch.delenv("AMBIDEX_STATS", raising=False)
    assert serve_statistics() is None
    with serve_statistics(address) as served, connect(served.address) as remote:
        told = remote.service_statistics()
        assert told.program is not None
        assert told.program.services == ()
    with pytest.raises(UsageError):
        serve_statistics("nowhere")


def test_what_exists_is_not_kept_alive(tmp_path: Path) -> None:
    """A client that nobody has is not told of any more."""
    remote = connect(f"unix://{tmp_path}/nobody.sock")
    assert remote in [thing for _, thing in existing("client")]
    del remote
    gc.collect()
    assert f"unix://{tmp_path}/nobody.sock" not in [thing.address for _, thing in existing("client")]


def test_statistics_of_a_service_that_is_not_there_say_so(address: str) -> None:
    """As a call does; and they wait no longer than they may."""
    with connect(address) as remote, pytest.raises(FileNotFoundError):
        remote.service_statistics(timeout=HANG_S)


def test_limits_hold_for_who_asks_for_statistics(address: str) -> None:
    """They are a call, and one more than the limit is refused."""

    async def main() -> None:
        async with Service(_atlas.Town("Oslo"), address, limits=ServiceLimits(calls=1)), connect(address) as remote:
            waiting = asyncio.ensure_future(remote.root(Town).sleep.aio())
            while not remote.statistics().total.in_flight:  # noqa: ASYNC110  nothing tells of a call that was sent
                await asyncio.sleep(0)
            with pytest.raises(UsageError, match="its limit `calls`"):
                await remote.aservice_statistics()
            waiting.cancel()
            await asyncio.wait({waiting})

    asyncio.run(main())
