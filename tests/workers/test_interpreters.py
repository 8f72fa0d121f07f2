"""A child on each interpreter of this machine, with nothing of ours installed there."""

from __future__ import annotations

import asyncio
import os
import pathlib
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ambidex import ParentWorker, WorkerNotStarted

if TYPE_CHECKING:
    from collections.abc import Callable

WORKER = """
import asyncio, os, pathlib, sys
from ambidex import ChildWorker

class OwnError(Exception):
    pass

turns = asyncio.Lock()

class Worker(ChildWorker):
    def __init__(self):
        self.has_come = asyncio.Event()

    async def meet(self, is_last):
        async with turns:
            await asyncio.sleep(0)
        if is_last:
            self.has_come.set()
        await self.has_come.wait()
        return asyncio.get_running_loop() is asyncio.get_event_loop()

    def where(self):
        path = os.environ.get("PYTHONPATH")
        return list(sys.version_info[:2]), os.getcwd(), sys.flags.isolated, sys.flags.no_site, path

    async def add(self, a, b=0):
        return a + b

    async def count(self, stop):
        for number in range(stop):
            yield number

    def plain_count(self, stop):
        yield from range(stop)

    async def fail(self, own):
        raise OwnError("mine") if own else KeyError("missing")

    async def apply(self, function, value):
        return await function(value)

    def parent_of(self, path):
        assert isinstance(path, pathlib.PurePath)
        return path.parent, pathlib.PurePosixPath("/a/b")

    async def wait(self):
        await asyncio.Event().wait()

    def compile(self, pattern):
        import re
        return re.compile(pattern)

    def given_back(self, value):
        return value

if __name__ == "__main__":
    Worker().run()
"""


@pytest.fixture
def worker_file(write: Callable[..., Path]) -> Path:
    """Return a worker's file."""
    return write("worker.py", WORKER)


def version_of(interpreter: Path) -> list[int]:
    """Ask an interpreter."""
    said = subprocess.check_output([interpreter, "-c", "import sys; print(*sys.version_info[:2])"], text=True)
    return [int(part) for part in said.split()]


@pytest.mark.parametrize("flags", [(), ("-I", "-S")], ids=["", "-I -S"])
def test_child_of_each_interpreter_does_all_that_one_of_this_does(
    any_interpreter: Path, worker_file: Path, tmp_path: Path, flags: tuple[str, ...]
) -> None:
    """Calls, streams, errors, callbacks, paths and deadlines, in another directory, in isolation too."""

    def double(value: int) -> int:
        return value * 2

    started = ParentWorker(
        worker_file, python=any_interpreter, cwd=tmp_path, python_flags=flags, env={"PYTHONPATH": None}
    )
    with started.sync as worker:
        call = worker.call
        isolated = int(bool(flags))
        assert call.where() == (version_of(any_interpreter), str(tmp_path), isolated, isolated, None)
        assert call.add(1, b=2) == 3
        assert list(call.count(200)) == list(call.plain_count(200)) == list(range(200))
        with pytest.raises(KeyError, match="missing"):
            call.fail(own=False)
        with pytest.raises(Exception, match="mine") as caught:
            call.fail(own=True)
        assert "in fail" in "".join(getattr(caught.value, "__notes__", ()))
        assert call.apply(double, 21) == 42
        path = pathlib.PurePosixPath("/x/y")
        assert call.parent_of(path) == (path.parent, pathlib.PurePosixPath("/a/b"))
        assert call.parent_of(pathlib.Path("a") / "b")[0] == pathlib.Path("a")
        with pytest.raises(TimeoutError):
            call.with_options(timeout=0.05).wait()
        with pytest.raises(re.error, match="unterminated subpattern"):  # which 3.13 calls otherwise
            call.compile("(")
        assert isinstance(call.given_back(re.error("wrong")), re.error)


def test_child_of_each_interpreter_is_awaited(any_interpreter: Path, worker_file: Path) -> None:
    """Calls at once, some by an event and a lock from before the loop ran, a stream, callbacks, and a cancellation."""

    async def twice(value: int) -> int:
        await asyncio.sleep(0)
        return value * 2

    async def main() -> None:
        async with ParentWorker(worker_file, python=any_interpreter, env={"PYTHONPATH": None}) as worker:
            assert await asyncio.gather(*[worker.acall.add(each, 1) for each in range(50)]) == list(range(1, 51))
            assert await asyncio.gather(*[worker.acall.meet(each == 9) for each in range(10)]) == [True] * 10
            assert [number async for number in worker.acall.count(100)] == list(range(100))
            assert await worker.acall.apply(twice, 21) == 42
            waiting = asyncio.ensure_future(worker.acall.wait())
            assert await worker.acall.add(1) == 1
            waiting.cancel()
            await asyncio.wait({waiting})
            assert waiting.cancelled()

    asyncio.run(main())


def test_child_of_an_empty_environment_is_lent_what_it_needs(environment: Path, worker_file: Path) -> None:
    """`python=` takes the environment's folder, in which nothing is installed."""
    with ParentWorker(worker_file, python=environment, env={"PYTHONPATH": None}).sync as worker:
        assert worker.call.where()[0] == version_of(environment / "bin" / "python")
        assert worker.call.add(1, 2) == 3


OLDER = sorted((Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions").glob("3.[678].*/bin/python"))


@pytest.mark.skipif(not OLDER, reason="this machine has no Python that is too old")
def test_python_that_is_too_old_is_named(worker_file: Path) -> None:
    """With its version, and what is needed."""
    for python in OLDER:
        with pytest.raises(WorkerNotStarted, match=r"is Python 3\.[678]: ambidex needs 3\.9 or later"):
            ParentWorker(worker_file, python=python).call.start()
