"""What a parent leaves behind when it ends without closing its workers: nothing."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.limits import HANG_S
from tests.programs import LIBRARY, run_program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

if sys.platform != "linux":
    pytest.skip("other processes than children are watched by pidfds here", allow_module_level=True)
assert sys.platform == "linux"

pytestmark = pytest.mark.usefixtures("nothing_left")

FAULTS = Path(__file__).with_name("children") / "faults.py"
ENDS = FAULTS.with_name("ends.py")
_BEGIN = f"""
import asyncio, os, signal, sys, threading
from ambidex import ParentWorker
from ambidex.errors import WorkerDied
worker = ParentWorker({str(FAULTS)!r}, grace=0.5)

def begin_in_thread(function):
    def work():
        try:
            function()
        except WorkerDied:
            pass
    threading.Thread(target=work, daemon=True).start()

def in_thread(function):  # and go on when the call runs
    runs = os.path.join(os.path.dirname(__file__), "runs")
    os.mkfifo(runs)
    begin_in_thread(lambda: function(runs))
    open(runs).close()
"""


@pytest.mark.parametrize(
    "rest",
    [
        "worker.call.start(); worker.call.add(1, 2)",
        "worker.call.start(); items = worker.call.count(); next(items)",
        "asyncio.run(worker.start()); asyncio.run(worker.acall.add(1, 2))",
        "worker.call.start(); in_thread(worker.call.wait)",
        "worker.call.start(); in_thread(worker.call.hold_loop)",
        "worker.call.start(); worker.call.leave",
    ],
)
def test_interpreter_ends_with_a_worker_that_was_never_closed(tmp_path: Path, rest: str) -> None:
    """It does not hang, says nothing, and the child is gone."""
    ended = run_program(tmp_path, f"{_BEGIN}\n{rest}\nprint(worker.pid, flush=True)", "-X", "dev", "-W", "error")
    assert ended.code == 0, ended.err
    lines = [
        line
        for line in ended.err.splitlines()
        if "does not end, and is made to" not in line and "was closed" not in line
        if not line.startswith("Executing <")  # which asyncio says of a step that has waited for a processor
    ]
    assert lines == []
    with pytest.raises(ProcessLookupError):
        os.kill(int(ended.out), 0)


_CHILD = """
import asyncio
from ambidex import ChildWorker

class Child(ChildWorker):
    async def wait(self, file):
        open(file, "w").close()
        try:
            await asyncio.Event().wait()
        finally:
            print("cleaning up", flush=True)  # fails where the parent reads no more
            await asyncio.sleep(0.05)
            print("cleaned up", flush=True)

    def teardown(self):
        print("torn down", flush=True)
"""


def test_child_cleans_up_and_says_so_at_the_end_of_an_interpreter_that_never_closed_it(tmp_path: Path) -> None:
    """The output of the child is read to its end, and passed on."""
    (tmp_path / "child.py").write_text(_CHILD, encoding="utf-8")
    child = f"worker = ParentWorker({str(tmp_path / 'child.py')!r})\nworker.call.start(); in_thread(worker.call.wait)"
    ended = run_program(tmp_path, f"{_BEGIN}\n{child}")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == ["cleaning up", "cleaned up", "torn down"]


@pytest.fixture
def ends() -> Iterator[list[int]]:
    """Give a list of descriptors of processes; those that live are killed at the end."""
    opened: list[int] = []
    yield opened
    for end in opened:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(end, signal.SIGKILL)
        os.close(end)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[bytes]]]:
    """Give what starts a program that has a worker."""
    programs: list[subprocess.Popen[bytes]] = []

    def start_program(rest: str) -> subprocess.Popen[bytes]:
        file = tmp_path / "program.py"
        begin = _BEGIN.replace("grace=0.5", "grace=600")  # for which no orphan waits
        file.write_text(f"{begin}\n{rest}", encoding="utf-8")
        environment = {**os.environ, "PYTHONPATH": str(LIBRARY)}
        programs.append(subprocess.Popen([sys.executable, file], env=environment, stdout=subprocess.PIPE))
        return programs[-1]

    yield start_program
    for program in programs:
        program.kill()
        program.wait()
        assert program.stdout is not None
        program.stdout.close()


@pytest.mark.parametrize(
    "rest",
    [
        "worker.call.start()",
        "worker.call.start(); items = worker.call.count(); next(items)",
        "worker.call.start(); in_thread(worker.call.wait)",
        "worker.call.start(); in_thread(worker.call.wait_on_thread)",
        "worker.call.start(); in_thread(worker.call.hold_loop)",
    ],
)
@pytest.mark.parametrize("both", [False, True])
def test_child_ends_with_a_parent_that_is_killed(
    start: Callable[[str], subprocess.Popen[bytes]], ends: list[int], rest: str, both: bool
) -> None:
    """Whatever it was doing; also where both are killed at once."""
    program = start(f"{rest}\nprint(worker.pid, flush=True)\nsignal.pause()")
    assert program.stdout is not None
    pid = int(program.stdout.readline())
    ends.append(os.pidfd_open(pid))
    program.kill()
    if both:
        signal.pidfd_send_signal(ends[0], signal.SIGKILL)
    assert select.select(ends, [], [], HANG_S)[0], "the child is still there"


CALLS_BACK = "begin_in_thread(lambda: worker.call.call_back(function))"
BLOCKS = """
def function(pid):
    print(pid, flush=True)
    threading.Event().wait()
"""
AWAITS = """
async def function(pid):
    print(pid, flush=True)
    await asyncio.Event().wait()
"""
SENDS = """
os.kill(worker.pid, signal.SIGSTOP)
begin_in_thread(lambda: worker.call.size_of(bytes(64 << 20)))
while not worker.statistics().methods:
    pass
print(worker.pid, flush=True)
"""
STARTS = """
worker = ParentWorker("starting.py", grace=600)
begin_in_thread(worker.call.start)
"""
STARTING = """
import asyncio, os
from ambidex import ChildWorker

class Child(ChildWorker):
    async def setup(self):
        print(os.getpid(), flush=True)
        await asyncio.Event().wait()
"""


@pytest.mark.parametrize(
    "rest",
    [
        f"{BLOCKS}\nworker.call.start(); {CALLS_BACK}",
        f"{AWAITS}\nworker.call.start(); {CALLS_BACK}",
        f"worker.call.start(); {SENDS}",
        STARTS,
    ],
    ids=["callback", "awaited callback", "long argument", "start"],
)
def test_child_ends_with_a_parent_that_is_killed_in_the_middle(
    start: Callable[[str], subprocess.Popen[bytes]], ends: list[int], tmp_path: Path, rest: str
) -> None:
    """Of a callback, which the child waits for, of what it sends, or of the child's own start."""
    (tmp_path / "starting.py").write_text(STARTING, encoding="utf-8")
    program = start(f"os.chdir({str(tmp_path)!r})\n{rest}\nsignal.pause()")
    assert program.stdout is not None
    ends.append(os.pidfd_open(int(program.stdout.readline())))
    program.kill()
    program.wait()
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(ends[0], signal.SIGCONT)  # to the one that was held, so that it had not all of it
    assert select.select(ends, [], [], HANG_S)[0], "the child is still there"


FORKS = """
import ctypes
worker.call.start()
sibling = ctypes.PyDLL(None).fork()  # as a library of C does: nothing of Python lets go of anything in it
while sibling == 0:
    signal.pause()
print(worker.pid, sibling, flush=True)
"""


def test_child_ends_in_order_with_a_parent_whose_fork_holds_its_connections(
    start: Callable[[str], subprocess.Popen[bytes]], ends: list[int], tmp_path: Path
) -> None:
    """No connection of the child ends then: the loop is told by what watches the parent, and cleans up."""
    notes = tmp_path / "notes"
    program = start(
        f"worker = ParentWorker({str(ENDS)!r}, args=({str(notes)!r}, ''), grace=600)\n{FORKS}\nsignal.pause()"
    )
    assert program.stdout is not None
    child, sibling = map(os.pidfd_open, map(int, program.stdout.readline().split()))
    ends += [child, sibling]
    program.kill()
    assert select.select([child], [], [], HANG_S)[0], "the child is still there"
    assert notes.read_text().split() == ["teardown", "exit"]
    assert not select.select([sibling], [], [], 0)[0], "the sibling held nothing open"


def test_nothing_is_open_after_many_lives(tmp_path: Path) -> None:
    """Descriptors of the parent are as many after ten deaths as after one; no child and no zombie is left."""
    source = f"""{_BEGIN}
from ambidex.workers.parent import RestartPolicy
policy = RestartPolicy(most=100, first_delay_s=0, longest_delay_s=0, healthy_s=0)

def live(times):
    with ParentWorker({str(FAULTS)!r}, restart=policy) as worker:
        for _ in range(times):
            assert worker.call.add(1, 2) == 3
            assert asyncio.run(awaited(worker)) == 3
            try:
                worker.call.leave(3)
            except WorkerDied:
                pass
        assert worker.call.add(1, 2) == 3
    children = open(f"/proc/self/task/{{os.getpid()}}/children").read()
    for task in os.listdir("/proc/self/task"):
        assert not open(f"/proc/self/task/{{task}}/children").read(), "a child is left"
    return len(os.listdir("/proc/self/fd"))

async def awaited(worker):
    return await worker.acall.add(1, 2)

once = live(1)
often = live(9)
assert once == often, (once, often)
"""
    ended = run_program(tmp_path, source)
    assert ended.code == 0, ended.err
