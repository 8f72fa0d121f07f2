"""Many calls whose child dies: from the moment at which its death is visible to the last caller's exception.

When that moment is, a process of its own notes, which waits for the child's end and nothing else. The floor is what
asyncio itself takes: as many tasks, each of which waits for a future that fails when the child's end is seen.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from measure import compare_timed
from report import Row, Section
from targets import target_of
from worker_candidates import ASYNCIO, new_worker
from worker_targets import DEATHS, TARGETS

from ambidex import WorkerDied

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from measure import Settings
    from worker_sections import World

CALLS = 10_000
FUTURES = "asyncio futures, as many, failed one by one"
_SLEEPER = "import signal; print('ready', flush=True); signal.pause()"
_OBSERVER = """
import os, select, sys, time
end = os.pidfd_open(int(sys.argv[1]))
print("ready", flush=True)
select.select([end], [], [])
print(time.monotonic(), flush=True)
"""


def measure_deaths(world: World, settings: Settings) -> Section:
    """Measure how long many callers wait for their exceptions when their child is killed."""
    rounds_of: dict[str, Callable[[], float]] = {FUTURES: seconds_of_futures}
    if world.has_own:
        rounds_of[ASYNCIO] = seconds_of_calls
    answers = {ASYNCIO: (target_of(DEATHS, "asyncio", TARGETS),)}
    title = f"a child is killed with {CALLS:,} calls in flight: from its death to the last exception (wall clock)"
    if sys.platform != "linux":
        return Section("deaths", title, FUTURES, [Row(name, note="it is measured on Linux") for name in rounds_of])
    rounds = compare_timed(rounds_of, max(1, settings.rounds // 3))
    rows = [
        Row(name, rounds.microseconds(name) / 1e3, "ms", rounds.ratio(name, FUTURES), answers.get(name, ()))
        for name in rounds.costs
    ]
    others = [each for each in world.candidates if each.name not in rounds_of]
    rows += [Row(each.name, note=each.absent or "measured for tasks of asyncio alone") for each in others]
    return Section("deaths", title, FUTURES, rows)


class Died(Exception):
    """Stand for what a caller is told."""


class Ends:
    """Take the time of each caller's exception."""

    def __init__(self) -> None:
        self.count = 0
        self.last_s = 0.0

    def note(self) -> None:
        """Note one more."""
        self.count += 1
        self.last_s = time.monotonic()


def seconds_of_calls() -> float:
    """Kill a child with so many calls in flight; return the seconds until the last of them has ended."""

    async def main() -> float:
        ends = Ends()
        async with new_worker(restart="temporary") as worker:

            async def one() -> None:
                try:
                    await worker.acall.hold()
                except WorkerDied:
                    ends.note()

            calls = asyncio.gather(*[one() for _ in range(CALLS)])
            await asyncio.sleep(0)
            await worker.acall.add(1, 2)  # it comes after all of them
            return await _until_the_last(worker.pid, calls, ends)

    return asyncio.run(main())


def seconds_of_futures() -> float:
    """Do the same with futures alone."""

    async def main() -> float:
        ends = Ends()
        loop = asyncio.get_running_loop()
        waiting = [loop.create_future() for _ in range(CALLS)]

        async def one(future: asyncio.Future[None]) -> None:
            try:
                await future
            except Died:
                ends.note()

        def end() -> None:
            loop.remove_reader(pidfd)
            for each in waiting:
                each.set_exception(Died())

        with _said_ready([sys.executable, "-c", _SLEEPER]) as child:
            pidfd = os.pidfd_open(child.pid)
            try:
                calls = asyncio.gather(*[one(each) for each in waiting])
                await asyncio.sleep(0)
                loop.add_reader(pidfd, end)
                return await _until_the_last(child.pid, calls, ends)
            finally:
                os.close(pidfd)

    return asyncio.run(main())


async def _until_the_last(pid: int, calls: asyncio.Future[Any], ends: Ends) -> float:
    """Kill a process, and return the seconds from its death being visible to the last end."""
    with _said_ready([sys.executable, "-S", "-c", _OBSERVER, str(pid)]) as observer:
        gc.collect()
        os.kill(pid, signal.SIGKILL)
        await calls
        assert observer.stdout is not None
        seen_s = float(observer.stdout.readline())
    if ends.count != CALLS:
        raise RuntimeError(f"{CALLS} calls have ended {ends.count} times")
    return ends.last_s - seen_s


@contextlib.contextmanager
def _said_ready(command: list[str]) -> Generator[subprocess.Popen[str]]:
    """Start a program that says when it is ready, and kill it at the end."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        program.stdout.readline()
        try:
            yield program
        finally:
            program.kill()
