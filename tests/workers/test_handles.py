"""What a parent lends is used in the child as it would be here; what is not public there is not reached by name."""

from __future__ import annotations

import asyncio
import gc
import sys
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import ParentWorker, UsageError
from tests.workers.children.errands import Runner

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

FILE = Path(__file__).with_name("children") / "handles.py"
ROOT = Path(__file__).resolve().parents[2]
MOST_FREE = 32  # connections that are kept for the next blocking callers


@pytest.fixture(scope="module")
def worker(kept: None) -> Generator[ParentWorker, None, None]:
    """Give a child to all tests."""
    with ParentWorker(FILE) as worker:
        yield worker


def test_async_generator_of_the_parent_is_stepped_where_it_stands(worker: ParentWorker) -> None:
    """By `__anext__`, `asend`, `athrow` and `aclose`, each of which goes on with the same one."""
    seen: list[Any] = []

    async def items() -> AsyncGenerator[int, Any]:
        try:
            seen.append((yield 1))
            try:
                yield 2
            except KeyError as error:
                seen.append(str(error))
            yield 3
        finally:
            seen.append("closed")

    async def main() -> None:
        assert await worker.acall.step(items()) == [1, 2, 3]

    asyncio.run(main())
    assert seen == ["sent", "'thrown'", "closed"]


def test_plain_generator_of_the_parent_gives_what_it_returns(worker: ParentWorker) -> None:
    """With its end, as `yield from` wants it."""

    def items() -> Generator[int, None, str]:
        yield 1
        yield 2
        return "done"

    assert worker.call.drain(items()) == ([1, 2], "done")


class Door:
    """Count who is inside, each by a name of his own."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self._names = iter("abc")
        self._inside: list[str] = []

    async def __aenter__(self) -> str:
        name = next(self._names)
        self._inside.append(name)
        self.log.append(f"in {name}")
        return name

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        self.log.append("out" if error is None else f"out by {error}")
        return False


def test_what_is_used_as_something_else_is_called_what_it_is(worker: ParentWorker) -> None:
    """In the words of Python, as it would be for one of this process."""

    async def items() -> AsyncGenerator[int, None]:
        yield 1

    with pytest.raises(TypeError, match="'async iterator of another process' object is not an iterator"):
        worker.call.drain(items())
    with pytest.raises(TypeError, match="'function of another process' object is not an iterator"):
        worker.call.drain(lambda: None)


def test_context_manager_of_the_parent_passes_what_it_does_not_suppress(worker: ParentWorker) -> None:
    """It sees the exception of the block, which goes on there."""

    async def main() -> None:
        door = Door()
        with pytest.raises(LookupError, match="inside"):
            await worker.acall.fail_inside(door)
        assert door.log == ["in a", "out by inside"]

    asyncio.run(main())


def test_each_task_leaves_what_it_has_entered(worker: ParentWorker) -> None:
    """Two tasks of the child enter one context manager, and the first one leaves first."""
    log: list[str] = []
    names = iter("ab")

    class Turn:
        """Log who leaves: by the steps that belong to the entering."""

        async def __aenter__(self) -> str:
            self.name = next(names)
            entered[asyncio.current_task()] = self.name
            return self.name

        async def __aexit__(self, *_: object) -> None:
            log.append(entered[asyncio.current_task()])

    entered: dict[object, str] = {}

    async def main() -> None:
        assert await worker.acall.enter_in_turn(Turn()) == ["first in a", "second in b"]

    asyncio.run(main())
    assert log == ["a", "b"]


def test_function_of_a_call_that_fails_is_lent_all_the_same(worker: ParentWorker) -> None:
    """It was sent, and the child says itself when it lets it go."""

    def following(value: int) -> int:
        return value + 1

    with pytest.raises(LookupError, match="kept all the same"):
        worker.call.keep(following)
    gc.collect()
    assert worker.call.call_kept(3) == 4


def test_async_function_of_the_parent_is_awaited_on_any_loop(worker: ParentWorker) -> None:
    """Also on one that a plain method runs on its thread."""

    async def double(value: int) -> int:
        await asyncio.sleep(0)
        return 2 * value

    async def main() -> None:
        assert await worker.acall.call_on_own_loop(double) == 6

    asyncio.run(main())


def descriptors() -> int:
    """Return how many this process has, and one that lists them."""
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.skipif(sys.platform != "linux", reason="open descriptors are listed in /proc")
def test_many_callers_leave_no_more_connections_than_are_kept() -> None:
    """Of 40 blocking calls at one time 32 keep theirs for the next ones; loops that have ended keep none."""
    with ParentWorker(FILE) as worker:
        begun = descriptors()
        with ThreadPoolExecutor(40) as threads:
            assert list(threads.map(worker.call.meet, [40] * 40)) == [40] * 40
        assert descriptors() - begun == MOST_FREE

        async def main() -> None:
            assert await worker.acall.meet(40) == 40

        asyncio.run(main())
        once = descriptors()
        for _ in range(5):
            asyncio.run(main())
        assert descriptors() == once


@pytest.mark.skipif(sys.platform != "linux", reason="open descriptors are listed in /proc")
def test_connection_that_no_frame_holds_is_closed() -> None:
    """An interrupt may come between the function that opens one and its caller."""
    with ParentWorker(FILE) as worker:
        begun = descriptors()
        session: Any = worker.life("it").session
        lane = session._lanes._opened("it", 0)
        assert descriptors() == begun + 1
        del lane
        assert descriptors() == begun


def test_life_of_a_worker_is_held_by_nothing_when_it_is_over() -> None:
    """No timer of its heartbeat, and no table, refers to it."""
    worker = ParentWorker(FILE, heartbeat=3600)
    for _ in range(2):
        worker.call.start()
        life = weakref.ref(worker.life("it"))
        worker.call.close()
        gc.collect()
        assert life() is None


def test_what_is_not_public_is_not_reached_by_name() -> None:
    """A child serves what its manifests name, and of that what has a public name, whoever asks."""
    with ParentWorker("tests.workers.children.atlas_child:Atlas", cwd=ROOT) as worker:
        runner: Any = worker.create(Runner, "Ann")
        session = worker.life("it").session
        errands = "tests.workers.children._errands"
        for asked, said in {
            "call os:getpid": "os makes no getpid public",
            f"call {errands}:_run": "makes no _run public",
            f"call {errands}:Runner._own": "_own begins with an underscore",
        }.items():
            with pytest.raises(UsageError, match=said):
                session.call(1, asked, (), {})
        number: int = runner.__dict__["__ambidex__"].receiver.__ambidex_place__[1]
        for asked in ("get _name", "call _own", "set _name"):
            with pytest.raises(UsageError, match="begins with an underscore, and so is private"):
                session.call(number, asked, (), {})
        assert runner.name == "Ann"
