"""A child that hangs is found; one that works, however it holds its loop, is left alone."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ambidex import ParentWorker
from ambidex.errors import WorkerDied
from ambidex.workers._heartbeat import is_stopped, processor_time_s, wants_to_run
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from ambidex.workers._restarts import Kind

if sys.platform == "win32":
    pytest.skip("there are no heartbeats on Windows", allow_module_level=True)

pytestmark = pytest.mark.usefixtures("nothing_left")

ENDS = Path(__file__).with_name("children") / "ends.py"


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
