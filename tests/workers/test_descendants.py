"""What a child has started ends with it, however that ends; what has a session of its own lives on."""

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

from ambidex import ParentWorker, WorkerPool
from ambidex.errors import WorkerDied, WorkerNotStarted
from ambidex.workers.parent import RestartPolicy
from tests.limits import HANG_S
from tests.programs import LIBRARY
from tests.workers.aftermath import VARIABLE, Aftermath

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

if sys.platform != "linux":
    pytest.skip("processes are watched by pidfds here", allow_module_level=True)
assert sys.platform == "linux"

pytestmark = pytest.mark.usefixtures("nothing_left")

CHILD = Path(__file__).with_name("children") / "breeding.py"
KINDS = ("forked", "stubborn", "program", "multiprocessing", "tracker")  # as the child has them
SHARED = Path("/dev/shm")


class Brood:
    """Know what the children of a test have started: each has a folder of its own, by its number."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "brood"
        self.folder.mkdir()
        self._aftermath: Aftermath | None = None

    def of(self, pid: int) -> dict[str, int]:
        """Return the numbers of what this child has started, by their kinds."""
        return {kind: int((self.folder / str(pid) / kind).read_text()) for kind in KINDS}

    def memory_left(self) -> list[str]:
        """Return the shared memory of all children that is there."""
        names = [file.read_text() for file in self.folder.glob("*/memory")]
        return [f"shared memory {name}" for name in names if (SHARED / name).exists()]


@pytest.fixture
def brood(tmp_path: Path) -> Iterator[Brood]:
    """Give an empty one; whoever is left of it at the end is killed."""
    made = Brood(tmp_path)
    yield made
    for file in made.folder.glob("*/*"):
        if file.name in KINDS and is_there(int(file.read_text()), str(tmp_path)):
            os.kill(int(file.read_text()), signal.SIGKILL)


def is_there(pid: int, token: str) -> bool:
    """Tell whether a process is there, and of this test."""
    with contextlib.suppress(OSError):
        return f"{VARIABLE}={token}".encode() in Path(f"/proc/{pid}/environ").read_bytes()
    return False


def kill_from_outside(worker: ParentWorker) -> None:
    """Kill the child as somebody else would."""
    assert worker.pid is not None
    subprocess.run(["kill", "-9", str(worker.pid)], check=True)
    wait_for_death(worker)


def leave(worker: ParentWorker) -> None:
    """Have the child end by itself, in the middle of a call."""
    with pytest.raises(WorkerDied):
        worker.call.leave()


def terminate(worker: ParentWorker) -> None:
    """Have the child end in order by a signal of somebody else's."""
    assert worker.pid is not None
    fate = worker.life("end").fate
    os.kill(worker.pid, signal.SIGTERM)
    assert fate.result(HANG_S) == 128 + signal.SIGTERM


def wait_for_death(worker: ParentWorker) -> None:
    """Wait until the parent has seen it."""
    with pytest.raises(WorkerDied):
        worker.call.pid()


def close(worker: ParentWorker) -> None:
    """End the child in order."""
    worker.call.close()


@pytest.mark.parametrize("end", [kill_from_outside, leave, terminate, close])
def test_descendants_end_with_a_child(brood: Brood, tmp_path: Path, end: Callable[[ParentWorker], None]) -> None:
    """What it has forked, run, and spawned by multiprocessing, whose tracker cleans up before it ends."""
    with ParentWorker(CHILD, args=(str(brood.folder), "none"), restart="temporary", output="drop") as worker:
        pid = worker.pid
        assert pid is not None
        worker.call.breed()
        assert all(is_there(each, str(tmp_path)) for each in brood.of(pid).values())
        assert brood.memory_left()
        aftermath = Aftermath(str(tmp_path), brood.memory_left)
        aftermath.begin()
        end(worker)
        aftermath.check()


def test_descendants_end_with_a_child_that_somebody_else_reaps(brood: Brood, tmp_path: Path) -> None:
    """The number is nobody's then, and the group is known by the descriptor alone: from Linux 6.9 on."""
    is_known = tuple(map(int, os.uname().release.split(".")[:2])) >= (6, 9)
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system reaps at once
    try:
        with ParentWorker(CHILD, args=(str(brood.folder), "none"), restart="temporary", output="drop") as worker:
            worker.call.breed()
            aftermath = Aftermath(str(tmp_path))  # not its memory: a tracker is not spared
            aftermath.begin()
            leave(worker)
            if is_known:
                aftermath.check()
    finally:
        signal.signal(signal.SIGCHLD, before)
        for name in brood.memory_left():
            (SHARED / name.rpartition(" ")[2]).unlink()


PARENT = """
import signal, sys
from ambidex import ParentWorker
worker = ParentWorker(sys.argv[1], args=(sys.argv[2], "none"), output="drop")
worker.call.start()
worker.call.breed()
print(worker.pid, flush=True)
signal.pause()
"""


def test_descendants_end_with_a_child_whose_parent_is_killed(brood: Brood, tmp_path: Path) -> None:
    """The child is free, and ends within its grace; nobody but itself is there to end them."""
    program = subprocess.Popen(
        [sys.executable, "-c", PARENT, CHILD, brood.folder],
        env={**os.environ, "PYTHONPATH": str(LIBRARY)},
        stdout=subprocess.PIPE,
    )
    with program:
        assert program.stdout is not None
        pid = int(program.stdout.readline())
        assert all(is_there(each, str(tmp_path)) for each in brood.of(pid).values())
        aftermath = Aftermath(str(tmp_path), brood.memory_left)
        aftermath.begin()
        program.kill()
        aftermath.check()


def test_descendants_end_in_a_crash_loop(brood: Brood, tmp_path: Path) -> None:
    """Each child starts some and crashes, until its worker is given up."""
    policy = RestartPolicy(most=2, first_delay_s=0, longest_delay_s=0)
    with ParentWorker(CHILD, args=(str(brood.folder), "third crashes"), restart=policy, output="drop") as worker:
        leave(worker)
        worker.call.pid()  # of the second one
        leave(worker)
        aftermath = Aftermath(str(tmp_path), brood.memory_left)
        with pytest.raises((WorkerDied, WorkerNotStarted)):
            worker.call.pid()  # waits for the third one
        aftermath.begin()
        aftermath.check()
        assert len(list(brood.folder.iterdir())) == 3


def test_child_that_fails_to_start_takes_along_what_it_has_started(brood: Brood, tmp_path: Path) -> None:
    """It crashes before it is ready."""
    worker = ParentWorker(CHILD, args=(str(brood.folder), "crashes"), output="drop")
    aftermath = Aftermath(str(tmp_path), brood.memory_left)
    with pytest.raises(WorkerNotStarted):
        worker.call.start()
    aftermath.begin()
    aftermath.check()
    assert len(list(brood.folder.iterdir())) == 1


def test_descendants_of_a_recycled_worker_end(brood: Brood, tmp_path: Path) -> None:
    """A worker of a pool that is replaced after its calls; the next one has its own."""
    with WorkerPool(CHILD, args=(str(brood.folder), "none"), size=1, max_calls_per_worker=2, output="drop") as pool:
        first = pool.call.pid()
        pool.call.breed()
        old = brood.of(first)

        def left() -> list[str]:
            return [f"process {pid}" for pid in old.values() if is_there(pid, str(tmp_path))] + brood.memory_left()

        aftermath = Aftermath("no process has this", left)  # for the next worker is there
        while pool.call.pid() == first:  # until another one is ready
            pass
        aftermath.begin()
        aftermath.check()


@pytest.mark.parametrize("end", [kill_from_outside, leave, terminate, close])
def test_process_that_has_a_session_of_its_own_lives_on(brood: Brood, end: Callable[[ParentWorker], None]) -> None:
    """It was set apart by who started it."""
    with ParentWorker(CHILD, args=(str(brood.folder), "none"), restart="temporary", output="drop") as worker:
        pid = worker.call.set_apart()
        process = os.pidfd_open(pid)
        try:
            end(worker)
            assert not select.select([process], [], [], 0)[0]
        finally:
            signal.pidfd_send_signal(process, signal.SIGKILL)
            os.close(process)


def test_group_of_the_caller_is_never_killed(tmp_path: Path) -> None:
    """A process that the parent has forked, and one that it has run, live on when a child ends."""
    sleeping = subprocess.Popen(["sleep", "1000"])
    try:
        with ParentWorker(CHILD, args=(str(tmp_path), "none"), restart="temporary", output="drop") as worker:
            assert os.getpgid(sleeping.pid) == os.getpgrp() != os.getpgid(worker.call.pid())
            leave(worker)
        assert sleeping.poll() is None
    finally:
        sleeping.kill()
        sleeping.wait()
