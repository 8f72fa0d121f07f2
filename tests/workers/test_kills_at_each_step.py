"""Whoever is killed, child, parent or both, at whatever step of a call: each call has one outcome, nothing is left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.limits import HANG_S, LIMIT_S
from tests.programs import LIBRARY
from tests.workers.aftermath import Aftermath
from tests.workers.meeting import Meeting
from tests.workers.steps import STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

if sys.platform != "linux":
    pytest.skip("processes are found by what stands in /proc", allow_module_level=True)
assert sys.platform == "linux"

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.usefixtures("nothing_left")


@pytest.fixture
def meeting(tmp_path: Path) -> Iterator[Meeting]:
    """Give a meeting."""
    made = Meeting(tmp_path)
    yield made
    made.close()


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Give what starts a program that has a child come to a step."""
    started: list[subprocess.Popen[str]] = []

    def start(step: str) -> subprocess.Popen[str]:
        started.append(
            subprocess.Popen(
                [sys.executable, "-m", "tests.workers.steps", tmp_path, step],
                env={**os.environ, "PYTHONPATH": os.pathsep.join([str(LIBRARY), str(ROOT)])},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return started[-1]

    yield start
    for each in started:
        each.kill()
        each.communicate()


@pytest.mark.parametrize("step", STEPS)
def test_killed_child_ends_what_waits_with_one_outcome(
    meeting: Meeting, program: Callable[[str], subprocess.Popen[str]], step: str
) -> None:
    """A call says how far it was, a start that it failed; the parent has nothing of the child a second later."""
    parent = program(step)
    child = meeting.next()
    os.kill(child, signal.SIGKILL)
    killed = time.monotonic()
    meeting.open_gate()
    out, err = parent.communicate(f"{killed}\n", timeout=LIMIT_S)
    assert parent.returncode == 0, err
    assert "Traceback" not in err
    *_, last = out.splitlines()
    ended = json.loads(last)
    expected = STEPS[step]
    if not expected.progress:
        assert ended["type"] == "none"
    elif not expected.starts:
        assert (ended["type"], "signal 9" in ended["reason"]) == ("WorkerNotStarted", True)
    else:
        assert (ended["type"], ended["pid"], ended["status"]) == ("WorkerDied", child, -9)
        assert ended["progress"] in expected.progress
    print(f"ended after {ended['ended_s'] * 1e3:.1f} ms; nothing was left after {ended['after_s'] * 1e3:.0f} ms")


@pytest.mark.parametrize("killed", [("parent",), ("parent", "child"), ("child", "parent")], ids=" and ".join)
@pytest.mark.parametrize("step", STEPS)
def test_killed_parent_leaves_nothing(
    meeting: Meeting,
    program: Callable[[str], subprocess.Popen[str]],
    tmp_path: Path,
    step: str,
    killed: tuple[str, ...],
) -> None:
    """Nor where the child is killed at the same time, in either order."""
    parent = program(step)
    child = meeting.next()
    aftermath = Aftermath(str(tmp_path)), Aftermath(f"{tmp_path}/child")
    for look in aftermath:
        look.begin()
    for each in killed:
        os.kill(parent.pid if each == "parent" else child, signal.SIGKILL)
    meeting.open_gate()
    for look in aftermath:
        look.check()
    assert parent.wait(HANG_S) == -9
