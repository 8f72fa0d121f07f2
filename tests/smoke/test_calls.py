"""The least that has to work on every interpreter: runtime, bridge, and a generated module."""

from __future__ import annotations

import asyncio
import contextvars
import os
import subprocess
import sys
import textwrap
import threading
from typing import TYPE_CHECKING

import pytest

from ambidex import DeadlineExceeded, DeadlockError, Future, get_synchronizer, run_async_task

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

variable: contextvars.ContextVar[int] = contextvars.ContextVar("variable", default=0)


async def double(number: int) -> int:
    """Return twice the number, and count the call in a context variable."""
    await asyncio.sleep(0)
    variable.set(variable.get() + 1)
    return number * 2


async def numbers(stop: int) -> AsyncGenerator[int, int]:
    """Yield numbers below `stop`, going on from the one that was sent."""
    number = 0
    while number < stop:
        number = (yield number) or number + 1


async def forever() -> None:
    """Wait for what never comes."""
    await asyncio.Event().wait()


def test_call_blocks_and_awaits_and_submits() -> None:
    """The three ways to call give the same result; context variables come back."""
    synchronizer = get_synchronizer("smoke")
    before = variable.get()
    assert synchronizer.run(double, 21) == 42
    assert variable.get() == before + 1
    assert asyncio.run(synchronizer.aio(double, 21)) == 42
    assert synchronizer.submit(double, 21).result() == 42


def test_run_async_task_gives_result_or_future() -> None:
    """A coroutine runs from blocking code; fire and forget gives the one future class, which can be awaited."""
    assert run_async_task(double(2)) == 4
    future = run_async_task(double(3), fire_and_forget=True)
    assert isinstance(future, Future)

    async def main() -> int:
        return await future

    assert asyncio.run(main()) == 6


def test_deadline_is_every_timeout_error() -> None:
    """A deadline ends the call, and each of the language's timeout errors catches it."""
    import concurrent.futures

    hurried = get_synchronizer("smoke").with_options(timeout=0.02)
    for kind in (TimeoutError, asyncio.TimeoutError, concurrent.futures.TimeoutError, DeadlineExceeded):
        with pytest.raises(kind):
            hurried.run(forever)


def test_stream_is_iterated_both_ways() -> None:
    """An async generator serves `for`, `send`, and `async for`."""
    synchronizer = get_synchronizer("smoke")
    stream = synchronizer.iterate(numbers, 10)
    assert [next(stream), stream.send(7), next(stream)] == [0, 7, 8]
    stream.close()

    async def main() -> list[int]:
        return [number async for number in synchronizer.aiterate(numbers, 3)]

    assert asyncio.run(main()) == [0, 1, 2]


def test_blocking_call_on_the_own_loop_is_refused() -> None:
    """A call that would wait for its own thread raises at once."""
    synchronizer = get_synchronizer("smoke")

    async def nested() -> None:
        synchronizer.run(double, 1)

    with pytest.raises(DeadlockError, match="double"):
        synchronizer.run(nested)


def test_threads_get_their_own_answers() -> None:
    """Calls from several threads at once are answered each with its own result."""
    synchronizer = get_synchronizer("smoke")
    wrong: list[int] = []

    def work(number: int) -> None:
        wrong.extend(number for _ in range(100) if synchronizer.run(double, number) != 2 * number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform has no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")  # the point of the test
def test_fork_child_gets_its_own_loop() -> None:
    """A forked child calls as its parent does, and the parent goes on."""
    synchronizer = get_synchronizer("smoke")
    assert synchronizer.run(double, 1) == 2
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = 0 if synchronizer.run(double, 2) == 4 else 2
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    assert status == 0
    assert synchronizer.run(double, 3) == 6


def test_exit_with_a_pending_task_is_quick_and_quiet(tmp_path: Path) -> None:
    """An interpreter that ends with work in flight cancels it, runs its clean-up, and says nothing."""
    program = tmp_path / "program.py"
    program.write_text(
        textwrap.dedent(
            """
            import asyncio
            from ambidex import run_async_task

            started = []

            async def work(begun):
                begun.set()
                try:
                    await asyncio.Event().wait()
                finally:
                    print("cleaned up", flush=True)

            import threading
            begun = threading.Event()
            run_async_task(work(begun), fire_and_forget=True)
            begun.wait()
            """
        )
    )
    done = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "cleaned up\n", "")
