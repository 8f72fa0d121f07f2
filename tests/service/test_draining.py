"""A service that ends in order: what is open ends by itself, what is new goes to the next process."""

from __future__ import annotations

import asyncio
import signal
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex.errors import ServiceLost
from ambidex.service import Event, ReconnectPolicy, Service, SQLiteLog, connect
from tests.limits import HANG_S
from tests.service.daemons import Daemon, listening
from tests.workers.children import _atlas
from tests.workers.children.atlas import Town

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ambidex.service import Remote


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder with a short path, that is its user's own."""
    with tempfile.TemporaryDirectory(prefix="ambidex-") as name:
        yield Path(name)


class Callers:
    """Call a town again and again, from threads and on a loop, in each way, and keep who has answered."""

    def __init__(self, remote: Remote) -> None:
        self._town = remote.root(Town)
        self._ways: list[Callable[[], object]] = [self._call, self._read, self._stream, self._await]
        self._is_over = threading.Event()
        self._seen = [list[int]() for _ in self._ways]
        self._new = threading.Condition()

    def run(self, way: int) -> None:
        """Call in one way until it is over."""
        while not self._is_over.is_set():
            self._ways[way]()
            pid = self._town.pid()
            with self._new:
                self._seen[way].append(pid)
                self._new.notify_all()

    def _call(self) -> None:
        assert self._town.roads() == []

    def _read(self) -> None:
        assert self._town.name == "Oslo"

    def _stream(self) -> None:
        assert len(list(self._town.walk(2))) == 2

    def _await(self) -> None:
        async def wait() -> None:
            assert await self._town.roads.aio() == []
            assert [each async for each in self._town.walk.aio(2)] == [self._town] * 2

        asyncio.run(wait())

    def wait_until_answered_by(self, pid: int, count: int) -> None:
        """Wait until that process has answered so many calls in each way."""
        with self._new:
            assert self._new.wait_for(lambda: all(each.count(pid) >= count for each in self._seen), HANG_S)

    def end(self) -> None:
        """Call no more."""
        self._is_over.set()


def test_restart_with_an_inherited_socket_fails_no_call(folder: Path) -> None:
    """Four processes one after the other, each ended before the next one is started, under callers of each kind."""
    with listening(folder) as sock, connect(f"unix://{folder}/town.sock") as remote, ThreadPoolExecutor(8) as threads:
        callers = Callers(remote)
        running = [threads.submit(callers.run, way) for way in (0, 1, 2, 3)]
        try:
            for place in range(4):
                with Daemon(["Oslo"], handed=sock) as daemon:
                    assert f"town.sock (pid {daemon.pid})" in daemon.wait_until_it_serves()
                    callers.wait_until_answered_by(daemon.pid, 20)
                    if place == 3:
                        callers.end()
                        for each in running:
                            each.result(HANG_S)
                    daemon.terminate()
                    assert daemon.end() == 0
        finally:
            callers.end()
        told = remote.statistics().total
        assert set(told.errors) <= {"ServiceLost"}  # those that were not sent, and were made again
    assert (folder / "town.sock").exists()


def test_what_is_open_ends_in_the_old_process(folder: Path) -> None:
    """A stream goes on where it began, an awaited callback is answered; the root is the next one's."""

    async def main(remote: Remote, sock: Any, old: Daemon) -> None:
        town = remote.root(Town)
        answer = asyncio.Event()
        begun = asyncio.Event()

        async def tell(told: Town, _: int) -> Town:
            begun.set()
            await answer.wait()
            return told

        walk = town.walk.aio(3)
        first = await walk.__anext__()
        telling = asyncio.create_task(town.told.aio(tell))
        await begun.wait()
        await asyncio.get_running_loop().run_in_executor(None, old.terminate)
        with Daemon(["Bergen"], handed=sock) as new:
            await asyncio.get_running_loop().run_in_executor(None, new.wait_until_it_serves)
            assert await asyncio.get_running_loop().run_in_executor(None, town.pid) == new.pid
            assert await walk.__anext__() is first
            answer.set()
            assert await telling
            assert old.process.poll() is None
            await walk.aclose()
            assert await asyncio.get_running_loop().run_in_executor(None, old.end) == 0
            assert await asyncio.get_running_loop().run_in_executor(None, town.pid) == new.pid
            new.terminate()
            assert new.end() == 0

    with listening(folder) as sock, Daemon(["Oslo"], handed=sock) as old:
        old.wait_until_it_serves()
        with connect(f"unix://{folder}/town.sock") as remote:
            asyncio.run(main(remote, sock, old))


def test_subscriptions_do_not_hold_a_service_that_drains(folder: Path) -> None:
    """They end where they are, and go on with the next service: nothing is lost or doubled."""
    address = f"unix://{folder}/town.sock"

    def serving() -> Service:
        return Service(_atlas.Town("Oslo"), address, events=SQLiteLog(folder / "events"))

    async def main() -> None:
        soon = ReconnectPolicy(first_delay_s=0.02, longest_delay_s=0.1)
        async with connect(address, reconnect=soon) as remote:
            events = remote.events("storms", after="beginning")
            for place in range(3):
                service = serving()
                await service.start()
                for number in range(place * 10, place * 10 + 10):
                    await service.apublish("storms", number)
                for number in range(place * 10, place * 10 + 10):
                    event = await asyncio.wait_for(events.__anext__(), HANG_S)
                    assert isinstance(event, Event)
                    assert event.value == number
                waiting = asyncio.create_task(events.__anext__())
                await asyncio.sleep(0)
                await asyncio.wait_for(service.drain(10 * HANG_S), HANG_S)
                assert not waiting.done()
                waiting.cancel()
                await asyncio.wait({waiting})
            await events.aclose()

    asyncio.run(main())


def test_what_takes_too_long_is_cancelled_and_cleaned_up(folder: Path) -> None:
    """The service waits for the clean-up; the client is told."""

    async def main() -> None:
        town = _atlas.Town("Oslo")
        async with Service(town, f"unix://{folder}/town.sock") as service, connect(service.address) as remote:
            face = remote.root(Town)
            sleeping = asyncio.create_task(face.sleep.aio())
            while "asleep" not in await asyncio.get_running_loop().run_in_executor(None, face.logged):
                pass
            await service.drain(0.1)
            assert town.log == ["asleep", "awake"]
            assert service.clients == 0
            with pytest.raises((ServiceLost, asyncio.CancelledError)):
                await sleeping
            with pytest.raises(OSError, match=r"town\.sock"):
                await asyncio.get_running_loop().run_in_executor(None, face.logged)

    asyncio.run(main())


def test_service_can_be_started_again_after_a_drain(folder: Path) -> None:
    """An idle client does not hold it up, and finds it again."""

    async def main() -> None:
        service = Service(_atlas.Town("Oslo"), f"unix://{folder}/town.sock")
        async with connect(service.address) as remote:
            town = remote.root(Town)
            for _ in range(3):
                await service.start()
                assert await town.roads.aio() == []
                await service.drain(HANG_S)
                assert not (folder / "town.sock").exists()

    asyncio.run(main())


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_second_signal_ends_the_process_at_once(folder: Path, second: signal.Signals) -> None:
    """Whatever is open; no socket file is left, for that went with the first one."""
    address = f"unix://{folder}/town.sock"
    with Daemon([address, "Oslo"], ["--drain", "3600"]) as daemon:
        daemon.wait_until_it_serves()
        with connect(address) as remote:
            walk = remote.root(Town).walk(2)
            next(walk)
            daemon.terminate()
            daemon.process.send_signal(second)
            assert daemon.end() == -second
            with pytest.raises(ServiceLost):
                next(walk)
