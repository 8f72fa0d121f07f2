"""A map over a pool gives the results of many calls in order or as they end, a bounded number ahead of its reader."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlineExceeded, UsageError
from tests.limits import LIMIT_S
from tests.programs import LIBRARY
from tests.workers.pooling import WORKER, make_pipe, pool_of, telling, wait_for_end

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

if sys.platform == "win32":
    pytest.skip("named pipes, by which the workers tell what they do, are not files there", allow_module_level=True)


class Read:
    """Count what a map has read of its arguments and not given to its reader yet."""

    def __init__(self, count: int) -> None:
        self._count = count
        self.unread = 0
        self.most = 0

    def __iter__(self) -> Iterator[int]:
        for number in range(self._count):
            self.unread += 1
            self.most = max(self.most, self.unread)
            yield number

    def note(self, _: object) -> None:
        """Note that the reader has got a result."""
        self.unread -= 1


# -- results


def test_thousand_results_of_two_workers_come_in_order() -> None:
    """Each argument once, one of each iterable; the shortest one ends it."""
    with pool_of(2) as pool:
        assert list(pool.call.add.map(range(1000), itertools.count(1))) == [2 * each + 1 for each in range(1000)]
        assert sorted(pool.call.add.as_completed(range(1000), range(1000))) == [2 * each for each in range(1000)]
        assert set(pool.call.pid.map(itertools.repeat((), 0))) == set()


def test_ten_thousand_results_are_read_with_bounded_look_ahead() -> None:
    """Arguments are read as there is room: no more than `ahead` calls are under way or unread, and that many are."""
    with pool_of(2) as pool:
        for iterate in (pool.call.fail.map, pool.call.fail.as_completed):
            arguments = Read(1000)
            total = 0
            for result in iterate(arguments, ahead=7):
                arguments.note(result)
                total += result
            assert total == sum(range(1000))
            assert (arguments.most, arguments.unread) == (7, 0)

        async def main() -> None:
            for iterate, count in ((pool.acall.fail.map, 10_000), (pool.acall.fail.as_completed, 1000)):
                arguments = Read(count)
                total = 0
                async for result in iterate(arguments, ahead=7):
                    arguments.note(result)
                    total += result
                assert total == sum(range(count))
                assert (arguments.most, arguments.unread) == (7, 0)

        asyncio.run(main())


def test_map_waits_for_the_first_and_as_completed_gives_what_has_ended(tmp_path: Path) -> None:
    """The first call waits for the test, the others do not."""
    pipe, other = make_pipe(tmp_path, "pipe"), make_pipe(tmp_path, "other")  # a pipe gives its bytes to one reader
    with pool_of(2) as pool:
        results = pool.call.pass_or_wait.as_completed([str(pipe), "", ""])
        assert [next(results), next(results)] == ["passed", "passed"]
        with pipe.open("w") as file:
            file.write("waited")
        assert list(results) == ["waited"]

        async def main() -> None:
            ended = pool.acall.pass_or_wait.as_completed([str(pipe), "", ""])
            ordered = pool.acall.pass_or_wait.map(["", str(other), ""])
            assert [await ended.__anext__(), await ended.__anext__()] == ["passed", "passed"]
            assert await ordered.__anext__() == "passed"  # at once, although the next call waits
            await asyncio.to_thread(pipe.write_text, "waited")
            assert [item async for item in ended] == ["waited"]
            rest = asyncio.ensure_future(collect(ordered))
            await asyncio.to_thread(other.write_text, "too")
            assert await rest == ["too", "passed"]

        asyncio.run(main())


async def collect(items: AsyncIterator[Any]) -> list[Any]:
    """Return what is left of an asynchronous iterator."""
    return [item async for item in items]


def test_map_is_bounded_by_its_look_ahead_and_not_by_the_queue() -> None:
    """A pool in which nothing may wait takes a map all the same, and starts the workers that it needs."""
    with pool_of(2, min_size=1, queue_size=0) as pool:
        assert list(pool.call.add.map(range(50), range(50), ahead=20)) == [2 * each for each in range(50)]
        assert asyncio.run(collect(pool.acall.add.map(range(50), range(50), ahead=20)))[-1] == 98


def test_endless_arguments_are_read_as_needed() -> None:
    """Who stops reading stops the calls."""
    with pool_of(2) as pool:
        results: Any = pool.call.fail.map(itertools.count())
        assert [next(results) for _ in range(10)] == list(range(10))
        results.close()
        assert (pool.statistics().in_flight, pool.statistics().waiting) == (0, 0)


@pytest.mark.parametrize("face", ["call", "acall"])
def test_map_of_what_it_cannot_go_over_is_refused_at_once(face: str) -> None:
    """Before anything is called: no iterable, a look-ahead of none, a function that yields items itself."""
    with pool_of(1) as pool:
        calls: Any = getattr(pool, face)
        with pytest.raises(UsageError, match="give an iterable for each argument"):
            calls.add.map()
        with pytest.raises(UsageError, match="ahead=0: write how many"):
            calls.add.map([1], [2], ahead=0)
        with pytest.raises(UsageError, match="count yields items"):
            calls.count.map([1])


# -- errors


@pytest.mark.parametrize("is_ordered", [True, False])
def test_error_is_raised_in_its_place_and_the_rest_is_cancelled(tmp_path: Path, is_ordered: bool) -> None:
    """The results before it are given; calls that run are cancelled, and their clean-up is over by then."""
    with telling(tmp_path) as told, pool_of(2, told, calls_per_worker=4) as pool:
        blocking = mapped(pool.call.fail, is_ordered)([0, 1, -1, 3], ahead=1)
        assert [next(blocking), next(blocking)] == [0, 1]
        with pytest.raises(ValueError, match="-1"):
            next(blocking)
        assert list(blocking) == []

        async def main() -> None:
            awaited = mapped(pool.acall.fail, is_ordered)([0, -1, 3], ahead=1)
            assert await awaited.__anext__() == 0
            with pytest.raises(ValueError, match="-1"):
                await awaited.__anext__()
            assert [item async for item in awaited] == []

        asyncio.run(main())
        assert pool.statistics().in_flight == 0


def mapped(function: Any, is_ordered: bool) -> Any:
    """Return the one or the other map of a function."""
    return function.map if is_ordered else function.as_completed


def test_errors_are_given_instead_where_that_is_asked_for() -> None:
    """Each in its call's place."""
    with pool_of(2) as pool:
        blocking = list(pool.call.fail.map([0, -1, 2], return_exceptions=True))
        awaited = asyncio.run(collect(pool.acall.fail.map([0, -1, 2], return_exceptions=True)))
        for first, error, last in (blocking, awaited):
            assert (first, type(error), last) == (0, ValueError, 2)
        unordered = list(pool.call.fail.as_completed([0, -1, 2], return_exceptions=True))
        assert sorted(type(each).__name__ for each in unordered) == ["ValueError", "int", "int"]


def test_error_of_the_arguments_cancels_what_runs(tmp_path: Path) -> None:
    """What the iterable raises is raised as it is."""

    def arguments() -> Iterator[int]:
        yield 0
        yield 1
        raise LookupError("no more")

    with telling(tmp_path) as told, pool_of(2, told) as pool:
        with pytest.raises(LookupError, match="no more"):
            list(pool.call.hold.map(arguments()))
        assert pool.statistics().in_flight == 0
        with pytest.raises(LookupError, match="no more"):
            asyncio.run(collect(pool.acall.hold.map(arguments())))
        assert pool.statistics().in_flight == 0


def test_timeout_is_that_of_each_call() -> None:
    """The options of the function hold for each of its calls."""
    with pool_of(2) as pool:
        results = list(pool.call.with_options(timeout=0.05).hold.map(range(4), return_exceptions=True))
        assert [type(each) for each in results] == [DeadlineExceeded] * 4


# -- ends that come early


def test_closing_cancels_what_runs_and_waits_for_its_clean_up(tmp_path: Path) -> None:
    """Both faces: the calls have left when `close` returns, and none is begun any more."""
    with telling(tmp_path) as told, pool_of(2, told) as pool:

        def names(pipe: Path) -> Iterator[str]:
            yield str(pipe)
            yield from "ab"
            with pipe.open("w") as end:  # now, so that more calls have been begun than there are workers
                end.write("passed")
            yield from "cdef"

        blocking: Any = pool.call.wait_then_hold.map(names(make_pipe(tmp_path, "one")))
        assert next(blocking) == "passed"
        told.wait("hold", 2)
        blocking.close()
        assert pool.statistics().in_flight == 0
        told.wait("left", 2)

        async def main() -> None:
            pipe = make_pipe(tmp_path, "other")
            awaited: Any = pool.acall.wait_then_hold.map([str(pipe), *"abcdef"])
            first = asyncio.ensure_future(awaited.__anext__())  # which begins as many calls as may be, at once
            await asyncio.to_thread(pipe.write_text, "passed")
            assert await first == "passed"
            await asyncio.to_thread(told.wait, "hold", 2)
            await awaited.aclose()
            assert pool.statistics().in_flight == 0
            told.wait("left", 2)

        asyncio.run(main())


@pytest.mark.parametrize("is_ordered", [True, False])
def test_cancelling_the_task_that_iterates_cancels_what_runs(tmp_path: Path, is_ordered: bool) -> None:
    """The clean-up of the calls is over when the task has ended."""
    with telling(tmp_path) as told, pool_of(2, told) as pool:

        async def main() -> None:
            task = asyncio.ensure_future(collect(mapped(pool.acall.hold, is_ordered)(range(6))))
            await asyncio.to_thread(told.wait, "hold", 2)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert (pool.statistics().in_flight, pool.statistics().waiting) == (0, 0)
            told.wait("left", 2)
            assert await pool.acall.add(1, 2) == 3

        asyncio.run(main())


PROGRAM = """
import sys
from ambidex import WorkerPool

with WorkerPool({worker!r}, size=2) as pool:
    try:
        for _ in pool.call.hold.{verb}(range(100)):
            pass
    except KeyboardInterrupt:
        print("interrupted", pool.statistics().in_flight, pool.call.add(1, 2), flush=True)
        raise
"""


@pytest.mark.parametrize("verb", ["map", "as_completed"])
def test_interrupt_ends_what_runs_and_leaves_nothing(tmp_path: Path, verb: str) -> None:
    """The clean-up of the calls, and that of the workers, runs; the pool can be used in between."""
    with telling(tmp_path) as told:
        (tmp_path / "program.py").write_text(PROGRAM.format(worker=str(WORKER), verb=verb))
        variables = {**os.environ, "TOLD": str(told.path), "PYTHONPATH": str(LIBRARY)}
        command = [sys.executable, str(tmp_path / "program.py")]
        with subprocess.Popen(
            command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as program:
            try:
                pids = told.pids("hold", 2)
                program.send_signal(signal.SIGINT)
                told.wait("left", 2)
                assert sorted(told.pids("teardown", 2)) == sorted(pids)
                out, err = program.communicate(timeout=LIMIT_S)
            finally:
                program.kill()
        assert out == "interrupted 0 3\n"
        assert err.endswith("KeyboardInterrupt\n"), err
        assert program.returncode == -signal.SIGINT
        for pid in pids:
            wait_for_end(pid)
