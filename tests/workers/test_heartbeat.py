"""A child that hangs is found; one that works, however it holds its loop, is left alone."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ambidex import ParentWorker
from ambidex.errors import WorkerDied
from ambidex.workers._heartbeat import is_stopped, processor_time_s, wants_to_run
from tests.limits import HANG_S
from tests.workers.pooling import make_pipe, wait_for_end

if TYPE_CHECKING:
    from collections.abc import Callable

    from ambidex.workers._restarts import Kind

if sys.platform == "win32":
    pytest.skip("there are no heartbeats on Windows", allow_module_level=True)

pytestmark = pytest.mark.usefixtures("nothing_left")

ENDS = Path(__file__).with_name("children") / "ends.py"
COUNT = 30_000_000  # which takes about a second to add up


@pytest.fixture
def new_worker(tmp_path: Path) -> Callable[..., ParentWorker]:
    """Give what makes a worker with a heartbeat."""

    def make(heartbeat: float | None, restart: Kind = "temporary") -> ParentWorker:
        args = (str(tmp_path / "notes"), "")
        return ParentWorker(ENDS, args=args, output="drop", restart=restart, heartbeat=heartbeat)

    return make


def test_stopped_child_is_killed_and_started_again(new_worker: Callable[..., ParentWorker]) -> None:
    """The open call says why."""
    with new_worker(0.2, "permanent") as worker:
        pid = worker.call.pid()
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(WorkerDied, match=r"it was killed because it did not answer a heartbeat within 0\.2 s"):
            worker.call.pid()
        assert worker.call.pid() == worker.pid != pid


@pytest.mark.parametrize("name", ["spin", "sleep_on_loop"])
def test_child_that_holds_its_loop_is_left_alone(new_worker: Callable[..., ParentWorker], name: str) -> None:
    """For many heartbeats, in Python, or waiting in C without the interpreter's lock."""
    with new_worker(0.05) as worker:
        pid = worker.pid
        getattr(worker.call, name)(1.0)
        assert worker.call.pid() == pid


def test_child_that_computes_in_c_is_left_alone(new_worker: Callable[..., ParentWorker]) -> None:
    """It answers nothing while a function of C keeps the interpreter's lock, and uses processor time."""
    with new_worker(0.1) as worker:
        pid = worker.pid
        assert worker.call.compute_in_c() > 0
        assert worker.call.pid() == pid


def test_child_that_waits_in_c_with_the_lock_is_killed(new_worker: Callable[..., ParentWorker]) -> None:
    """It does nothing, and lets nobody else do anything."""
    with new_worker(0.2) as worker, pytest.raises(WorkerDied, match="and did nothing else"):
        worker.call.wait_in_c()


def test_child_that_waits_with_the_lock_while_it_starts_is_left_alone(tmp_path: Path) -> None:
    """To load a model may take long; the heartbeat begins when the child is ready."""
    file = tmp_path / "loading.py"
    file.write_text(
        "import ctypes\nfrom ambidex import ChildWorker\n\nclass Loading(ChildWorker):\n"
        "    def setup(self):\n        ctypes.PyDLL(None).usleep(600_000)\n\n"
        "    def name(self):\n        return 'ready'\n",
        encoding="utf-8",
    )
    with ParentWorker(file, heartbeat=0.1) as worker:
        assert worker.call.name() == "ready"


HOG = """
import os, sys, time
os.sched_setaffinity(0, {int(sys.argv[1])})
open(sys.argv[2]).read()  # until the test lets it go on
end = time.process_time() + 1.5
while time.process_time() < end:
    pass
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell whether a process waits for a processor")
def test_child_that_has_no_processor_is_left_alone(new_worker: Callable[..., ParentWorker], tmp_path: Path) -> None:
    """It answers nothing and uses no time, for many heartbeats, because others have the processor: it does not hang."""
    assert sys.platform == "linux"
    cpus = os.sched_getaffinity(0)
    cpu = min(cpus)
    pipe = make_pipe(tmp_path, "go")
    with new_worker(0.1) as worker, ThreadPoolExecutor() as threads:
        pid = worker.call.pid()
        # Of the child, because Linux shares the processor between sessions, whatever the priorities are inside of them
        hog = worker.call.begin([sys.executable, "-c", HOG, str(cpu), str(pipe)])
        with pipe.open("w"):  # which waits until the other has opened it
            begun_s = used_s(pid)
            adding = threads.submit(worker.call.add_up, COUNT)
            while used_s(pid) < begun_s + 0.05:  # until it adds, and no thread of it can have the interpreter's lock
                os.sched_yield()
        for thread in Path(f"/proc/{pid}/task").iterdir():
            os.sched_setaffinity(int(thread.name), {cpu})
            os.sched_setscheduler(int(thread.name), os.SCHED_IDLE, os.sched_param(0))
        begun_s = used_s(pid)
        wait_for_end(hog)
        print(f"the child has had {used_s(pid) - begun_s:.2f} s of processor time while it was to have none")
        for thread in Path(f"/proc/{pid}/task").iterdir():
            os.sched_setaffinity(int(thread.name), cpus)
            with contextlib.suppress(
                PermissionError
            ):  # who is not root may not take it back, and waits a little longer
                os.sched_setscheduler(int(thread.name), os.SCHED_OTHER, os.sched_param(0))
        assert adding.result(HANG_S) == COUNT * (COUNT - 1) // 2
        assert worker.call.pid() == pid


def used_s(pid: int) -> float:
    """Return how much processor time a process has used."""
    used = processor_time_s(pid)
    assert used is not None
    return used


def test_without_a_heartbeat_a_stopped_child_stays(new_worker: Callable[..., ParentWorker]) -> None:
    """As a debugger wants it."""
    with new_worker(None) as worker:
        pid = worker.call.pid()
        os.kill(pid, signal.SIGSTOP)
        timer = threading.Timer(0.5, os.kill, (pid, signal.SIGCONT))
        timer.start()
        assert worker.call.pid() == pid
        timer.join(HANG_S)


def test_state_of_a_process_is_read() -> None:
    """Stopped or not; and the processor time, on Linux."""
    pid = os.fork()
    if pid == 0:
        signal.pause()
        os._exit(0)
    try:
        assert not is_stopped(pid)
        os.kill(pid, signal.SIGSTOP)
        os.waitid(os.P_PID, pid, os.WSTOPPED | os.WNOWAIT)
        assert is_stopped(pid)
        assert wants_to_run(pid) == (sys.platform != "linux")
        os.kill(pid, signal.SIGCONT)
        assert not is_stopped(pid)
        assert wants_to_run(os.getpid())
        used_s = processor_time_s(os.getpid())
        assert (used_s is not None and used_s > 0) == (sys.platform == "linux")
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    assert not is_stopped(pid)
