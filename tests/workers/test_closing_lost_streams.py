"""A stream that is closed cleans up, or says that its child has died and nobody knows: once, and hiding nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import ParentWorker, WorkerDied, WorkerPool
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator

    Reads = Callable[["Reader"], Coroutine[Any, Any, None]]

if sys.platform != "linux":
    pytest.skip("processes are watched by pidfds here", allow_module_level=True)

FILE = Path(__file__).with_name("children") / "leaving.py"
pytestmark = pytest.mark.usefixtures("nothing_left")


_END = object()


class Reader:
    """Read a stream of a child, on one of the faces: a step blocks the loop on the blocking one, and it is ours."""

    def __init__(self, owner: ParentWorker | WorkerPool, *, is_awaited: bool) -> None:
        self.owner = owner
        self._calls: Any = owner.acall if is_awaited else owner.call
        self._is_awaited = is_awaited
        self._items: Any

    async def begin(self, name: str, *args: object) -> None:
        """Read the first item."""
        self._items = getattr(self._calls, name)(*args)
        assert await self.next() == 0

    async def next(self) -> Any:
        """Read an item; return `_END` behind the last one."""
        if not self._is_awaited:
            return next(self._items, _END)
        with contextlib.suppress(StopAsyncIteration):
            return await self._items.__anext__()
        return _END

    async def close(self) -> None:
        """Close the stream."""
        if self._is_awaited:
            await self._items.aclose()
        else:
            self._items.close()

    async def notice(self, died: int) -> None:
        """Call until another child answers: calls that find the dead one raise `WorkerDied`."""
        answer = died
        while answer == died:
            with contextlib.suppress(WorkerDied):
                answer = await self.pid()

    async def close_owner(self) -> None:
        """Close the worker, or the pool."""
        if self._is_awaited:
            await self.owner.close()
        else:
            self.owner.call.close()

    async def pid(self) -> int:
        """Return the number of the child's process."""
        found: int = await self._calls.pid() if self._is_awaited else self._calls.pid()
        return found


@pytest.fixture(params=["call", "acall", "call of a pool", "acall of a pool"])
def read(request: pytest.FixtureRequest) -> Generator[Callable[[Reads], None], None, None]:
    """Give what runs a test with a reader of each kind; blocking ones have no loop on their thread."""
    owner: ParentWorker | WorkerPool
    owner = WorkerPool(FILE, size=1, calls_per_worker=2) if "pool" in request.param else ParentWorker(FILE)
    is_awaited = request.param.startswith("acall")

    def run(reads: Reads) -> None:
        reading = reads(Reader(owner, is_awaited=is_awaited))
        if is_awaited:
            asyncio.run(asyncio.wait_for(reading, HANG_S))
        else:
            with pytest.raises(StopIteration):  # it never waits for a loop
                reading.send(None)

    with owner:
        yield run


def kill(pid: int) -> None:
    """Kill a child, and wait until the system has it so."""
    descriptor = os.pidfd_open(pid)
    try:
        os.kill(pid, signal.SIGKILL)
        assert select.select([descriptor], [], [], HANG_S)[0]
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("is_noticed", [False, True])
@pytest.mark.parametrize("name", ["slow", "slow_here", "echo"])
def test_closing_a_stream_says_that_its_child_has_died(
    read: Callable[[Reads], None], name: str, is_noticed: bool, tmp_path: Path
) -> None:
    """Whether anybody has noticed that yet or not; a second time nothing is said."""

    async def reads(reader: Reader) -> None:
        pid = await reader.pid()
        await reader.begin(name, str(tmp_path / "ended"))
        kill(pid)
        if is_noticed:
            await reader.notice(pid)
        with pytest.raises(WorkerDied) as caught:
            await reader.close()
        assert (caught.value.pid, caught.value.call, caught.value.progress) == (pid, name, "started")
        await reader.close()
        assert await reader.next() is _END

    read(reads)


def test_closing_a_stream_says_that_its_child_dies_of_the_clean_up(read: Callable[[Reads], None]) -> None:
    """In the middle of it."""

    async def reads(reader: Reader) -> None:
        await reader.begin("deadly")
        with pytest.raises(WorkerDied, match="signal 9"):
            await reader.close()

    read(reads)


def test_death_that_a_step_has_raised_is_not_raised_again(read: Callable[[Reads], None], tmp_path: Path) -> None:
    """The stream is over then, and closing it is nothing."""

    async def reads(reader: Reader) -> None:
        pid = await reader.pid()
        await reader.begin("echo", str(tmp_path / "ended"))
        kill(pid)
        with pytest.raises(WorkerDied):
            await reader.next()
        await reader.close()

    read(reads)


@pytest.mark.parametrize("read", ["call", "call of a pool"], indirect=True)  # Python's own `aclose` does not show it
def test_what_the_reader_raises_is_shown_beside_the_death(read: Callable[[Reads], None], tmp_path: Path) -> None:
    """As it is beside an error that a generator's own clean-up raises."""

    async def reads(reader: Reader) -> None:
        pid = await reader.pid()
        await reader.begin("slow", str(tmp_path / "ended"))

        async def close_at_last() -> None:
            try:
                kill(pid)
                raise ValueError("the reader's own")
            finally:
                await reader.close()

        with pytest.raises(WorkerDied) as caught:
            await close_at_last()
        shown = traceback.format_exception(caught.type, caught.value, caught.tb)
        assert "ValueError: the reader's own" in "".join(shown)

    read(reads)


def test_stream_of_a_worker_that_was_closed_has_cleaned_up_with_it(
    read: Callable[[Reads], None], tmp_path: Path
) -> None:
    """Closing it says nothing."""
    file = tmp_path / "ended"

    async def reads(reader: Reader) -> None:
        await reader.begin("slow", str(file))
        await reader.close_owner()
        assert file.exists()
        await reader.close()

    read(reads)


@pytest.mark.parametrize("name", ["failing", "failing_ahead"])
def test_what_a_stream_has_raised_and_nobody_read_comes_of_closing_it(read: Callable[[Reads], None], name: str) -> None:
    """Also where it was raised ahead of the reader."""

    async def reads(reader: Reader) -> None:
        await reader.begin(name)
        await reader.pid()
        with pytest.raises(LookupError, match="the door is locked"):
            await reader.close()
        await reader.close()

    read(reads)


def test_cancelled_reader_of_a_child_that_dies_of_the_clean_up_is_cancelled() -> None:
    """What ended the reading goes on."""

    async def main() -> None:
        async with ParentWorker(FILE) as worker:
            begun = asyncio.Event()

            async def iterate() -> None:
                async for _ in worker.acall.deadly():
                    begun.set()

            task = asyncio.ensure_future(iterate())
            await begun.wait()
            task.cancel()
            await asyncio.wait({task}, timeout=HANG_S)
            assert task.cancelled()

    asyncio.run(main())
