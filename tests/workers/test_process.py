"""A child's end is seen once, its status is read once, and no signal goes to anybody else."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import subprocess
import sys
import time

import pytest

from ambidex.workers._process import Process
from tests.limits import HANG_S

if sys.platform != "linux":
    pytest.skip("what is waited for and signalled here, only Linux has", allow_module_level=True)
assert sys.platform == "linux"


def start(code: str) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-S", "-c", code], stdout=subprocess.PIPE, start_new_session=True, close_fds=True
    )


def read_line(popen: subprocess.Popen[bytes]) -> bytes:
    """Return the next line of a program."""
    assert popen.stdout is not None
    return popen.stdout.readline().strip()


def close(popen: subprocess.Popen[bytes]) -> None:
    """Close what the program has written to."""
    assert popen.stdout is not None
    popen.stdout.close()


def reap(pid: int) -> int:
    """Wait for a child as other code of a program might; return which one it was."""
    return os.waitpid(pid, 0)[0]


def wait_for_end(pid: int) -> None:
    """Wait for the end of a child, and leave its status to others."""
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


class Deaths:
    """What `on_death` was told, and a way to wait for it."""

    def __init__(self) -> None:
        self.told: list[int | None] = []
        self._event = asyncio.Event()

    def tell(self, status: int | None) -> None:
        """Note a death."""
        self.told.append(status)
        self._event.set()

    async def wait(self) -> None:
        """Wait for the first one."""
        await asyncio.wait_for(self._event.wait(), HANG_S)


@pytest.fixture(params=["descriptor", "thread"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Watch by a descriptor, and as on a system that has none."""
    if request.param == "thread":
        monkeypatch.delattr(os, "pidfd_open", raising=False)
    return str(request.param)


@pytest.mark.parametrize(
    ("code", "expected"),
    [("", 0), ("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 9)", -9), ("import os; os.abort()", -6)],
)
def test_end_is_told_once_with_the_status(way: str, code: str, expected: int) -> None:
    """`on_death` gets the exit code, or the signal; the child is reaped, and the descriptor closed (leak check)."""

    async def main() -> None:
        popen = start(code)
        process = Process(popen)
        deaths = Deaths()
        process.watch(asyncio.get_running_loop(), deaths.tell)
        assert not process.has_ended
        await deaths.wait()
        await process.end(0)
        process.kill()
        process.terminate()
        assert (deaths.told, process.status, process.has_ended) == ([expected], expected, True)
        with pytest.raises(ChildProcessError):
            reap(process.pid)
        close(popen)

    asyncio.run(main())


def test_status_that_somebody_else_has_read_is_none(way: str) -> None:
    """Where other code of the program waits for all children, the end is told all the same, without a status."""

    async def main() -> None:
        popen = start("")
        process = Process(popen)
        deaths = Deaths()
        loop = asyncio.get_running_loop()
        wait_for_end(popen.pid)
        process.watch(loop, deaths.tell)
        assert reap(-1) == popen.pid  # before the loop has run
        process.kill()
        await deaths.wait()
        assert (deaths.told, process.status, process.has_ended) == ([None], None, True)
        close(popen)

    asyncio.run(main())


def test_process_that_is_gone_before_it_is_watched_is_told(way: str) -> None:
    """A child that ended, and was reaped by others, before anybody watched is told as dead, too."""

    async def main() -> None:
        popen = start("")
        assert reap(popen.pid) == popen.pid
        process = Process(popen)
        deaths = Deaths()
        process.watch(asyncio.get_running_loop(), deaths.tell)
        await deaths.wait()
        assert deaths.told == [None]
        close(popen)

    asyncio.run(main())


def test_ignored_sigchld_gives_no_status() -> None:
    """A program that ignores SIGCHLD has its children reaped by the system: their end is told without a status."""

    async def main() -> None:
        popen = start("import signal; print(flush=True); signal.pause()")
        process = Process(popen)
        deaths = Deaths()
        process.watch(asyncio.get_running_loop(), deaths.tell)
        process.kill()
        await deaths.wait()
        assert deaths.told == [None]
        close(popen)

    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        asyncio.run(main())
    finally:
        signal.signal(signal.SIGCHLD, before)


def test_end_terminates_a_child_that_listens(way: str) -> None:
    """A child that ends on SIGTERM is not killed."""

    async def main() -> None:
        popen = start(
            "import signal, sys\n"
            "signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))\n"
            "print('ready', flush=True)\n"
            "signal.pause()"
        )
        process = Process(popen)
        deaths = Deaths()
        process.watch(asyncio.get_running_loop(), deaths.tell)
        assert read_line(popen) == b"ready"
        await asyncio.wait_for(process.end(HANG_S), HANG_S)
        assert deaths.told == [3]
        close(popen)

    asyncio.run(main())


_STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    print(os.getpid(), flush=True)
    signal.pause()
signal.pause()
"""


@pytest.mark.parametrize("is_cancelled", [False, True])
def test_end_kills_a_child_that_hangs_and_what_it_has_started(is_cancelled: bool) -> None:
    """After the grace, or when the caller gives up, the whole process group of the child is killed."""

    async def main() -> None:
        popen = start(_STUBBORN)
        process = Process(popen)
        deaths = Deaths()
        process.watch(asyncio.get_running_loop(), deaths.tell)
        grandchild = os.pidfd_open(int(read_line(popen)))
        try:
            ending = asyncio.ensure_future(process.end(HANG_S if is_cancelled else 0.05))
            if is_cancelled:
                await asyncio.sleep(0)
                ending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait_for(ending, HANG_S)
            assert select.select([grandchild], [], [], HANG_S)[0]
        finally:
            os.close(grandchild)
        await deaths.wait()
        assert deaths.told == [-9]
        close(popen)

    asyncio.run(main())


def test_killing_ends_nobody_who_has_the_number_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once somebody else has reaped the child, no signal goes out by its number."""
    sent: list[tuple[int, int]] = []

    def send(pid: int, number: int) -> None:
        sent.append((pid, number))

    for name in ("kill", "killpg"):
        monkeypatch.setattr(os, name, send)

    async def main() -> None:
        popen = start("")
        process = Process(popen)
        deaths = Deaths()
        process.watch(asyncio.get_running_loop(), deaths.tell)
        assert reap(popen.pid) == popen.pid
        process.kill()
        process.terminate()
        await deaths.wait()
        process.kill()
        process.terminate()
        close(popen)

    asyncio.run(main())
    assert sent == []


def test_death_is_seen_at_once() -> None:
    """The end of a child is told without anything being asked again and again; the time is printed, not judged."""

    async def main() -> float:
        popen = start("import signal; print(flush=True); signal.pause()")
        process = Process(popen)
        deaths = Deaths()
        process.watch(asyncio.get_running_loop(), deaths.tell)
        read_line(popen)
        begun = time.perf_counter()
        process.kill()
        await deaths.wait()
        taken = time.perf_counter() - begun
        close(popen)
        return taken

    print(f"from kill to on_death: {asyncio.run(main()) * 1e3:.2f} ms")
