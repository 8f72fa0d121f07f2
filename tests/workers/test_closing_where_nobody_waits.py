"""A stream that the garbage collector closes waits for nothing, wherever that is: at exit, on a loop, after a fork."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.programs import run_program

if TYPE_CHECKING:
    from pathlib import Path

if sys.platform != "linux":
    pytest.skip("processes are forked and killed by signals here", allow_module_level=True)

pytestmark = pytest.mark.usefixtures("nothing_left")
BEGIN = """
import os, sys
from ambidex import ChildWorker, ParentWorker, UsageError

class Child(ChildWorker):
    async def numbers(self, below):
        for number in range(below):
            yield number

    async def apply(self, function, value):
        return await function(value)

if __name__ == "__main__" and sys.argv[-1] == "child":
    Child().run()
    sys.exit()
worker = ParentWorker(__file__, args=["child"])
worker.call.start()
"""


@pytest.mark.parametrize("moment", range(0, 60, 10))
def test_interpreter_that_is_interrupted_at_its_end_with_an_open_stream_ends(tmp_path: Path, moment: int) -> None:
    """Whether the interrupt comes while the worker's loop is waited for, or before."""
    program = (
        BEGIN
        + f"""
import signal
numbers = worker.call.numbers(10**9)
print(next(numbers), flush=True)
signal.signal(signal.SIGALRM, signal.default_int_handler)
signal.setitimer(signal.ITIMER_REAL, 0.001 + {moment} / 1000)
sys.exit(5)
"""
    )
    ended = run_program(tmp_path, program)
    assert ended.out == "0\n"
    # By where the interrupt finds it: -14 where Python has let go of its handlers. It has ended
    assert ended.code in (0, 1, 5, -2, -14, 130), ended.err


def test_collector_that_finds_a_lost_stream_on_the_loop_goes_on(tmp_path: Path) -> None:
    """The call that waits there has its error, and another child serves the next one."""
    program = (
        BEGIN
        + """
import gc
from ambidex import WorkerDied
gc.disable()
numbers = worker.call.numbers(10**9)
print(next(numbers))
circle = [numbers]
circle.append(circle)
del numbers, circle

async def collect(value):
    os.kill(worker.pid, 9)
    print(gc.collect() > 0)
    return value

try:
    worker.call.apply(collect, 1)
except WorkerDied as error:
    print(error.call, error.progress)
print(next(worker.call.numbers(1)))
worker.call.close()
"""
    )
    ended = run_program(tmp_path, program)
    assert ended.out.splitlines() == ["0", "True", "apply started", "0"], ended.err


@pytest.mark.parametrize("then", ["", "numbers.close()", "del numbers", "read()"])
def test_forked_process_ends_whatever_it_does_with_a_stream(tmp_path: Path, then: str) -> None:
    """It reads no more than had come; its parent reads on."""
    program = (
        BEGIN
        + f"""
def read():
    try:
        for _ in numbers:
            pass
    except UsageError as error:
        print("forked from the one that has started the worker" in str(error), flush=True)

numbers = worker.call.numbers(1000)
print(next(numbers), next(numbers), flush=True)
forked = os.fork()
if not forked:
    {then or "pass"}
    sys.exit()
print(os.waitpid(forked, 0)[1], len(list(numbers)))
worker.call.close()
"""
    )
    ended = run_program(tmp_path, program)
    expected = ["0 1", "True", "0 998"] if then == "read()" else ["0 1", "0 998"]
    assert ended.out.splitlines() == expected, ended.err
