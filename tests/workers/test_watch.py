"""A child ends when its parent has died, whatever either of them was doing."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.limits import HANG_S
from tests.programs import LIBRARY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Write = Callable[[str, str], Path]

if sys.platform != "linux":
    pytest.skip("other processes than children are watched by pidfds here", allow_module_level=True)
assert sys.platform == "linux"

_PARENT = """
import os, signal, socket, sys
from ambidex.workers._launch import Program, launch
python, script, mode = sys.argv[1:]
ours, theirs = socket.socketpair()
spares = [os.open(os.devnull, os.O_RDONLY) for _ in range(2)]
grace_s = 0.1 if mode.endswith(("busy", "in-c", "stuck")) else 600
config = {} if mode in ("end-of-file", "late") else {"watch_grace_s": grace_s}
program = Program(script, python=python, args=(mode,), env={"PYTHONPATH": None})
launch(program, config, [*spares, theirs.fileno()], 1, 2)
theirs.close()
if mode.startswith("sibling") and os.fork() == 0:
    os.write(1, b"sibling %d\\n" % os.getpid())
    signal.pause()
if mode == "closed":
    sys.stdin.readline()
    ours.close()
signal.pause()
"""
_CHILD = """
from ambidex.workers import _given
given = _given.take()
import asyncio, os, subprocess, sys, time
from ambidex.workers import _watch
mode = sys.argv[1]
if mode == "end-of-file":
    del os.pidfd_open
    _watch.watch(given.parent_pid, given.descriptors[2], 600)
if mode.startswith("importing"):
    os.write(1, b"child %d\\n" % os.getpid())
    time.sleep(600)

async def main():
    ended = asyncio.get_running_loop().create_future()
    if mode == "late":
        os.write(1, b"child %d\\n" % os.getpid())
        open(os.path.join(os.path.dirname(sys.argv[0]), "gate")).close()  # opened when the parent is reaped
        _watch.watch(given.parent_pid, None, 600)
    loop = asyncio.get_running_loop()
    _watch.call_when_orphaned(lambda: loop.call_soon_threadsafe(lambda: ended.done() or ended.set_result(None)))
    if mode.endswith("busy"):
        subprocess.Popen([sys.executable, "-c", "import os, signal; print('grandchild', os.getpid(), flush=True);"
            "signal.pause()"])
    if mode != "late":
        os.write(1, b"child %d\\n" % os.getpid())
    while mode.endswith("busy"):
        pass
    if mode.endswith("in-c"):
        time.sleep(600)
    await ended
    os.write(1, b"orphaned\\n")
    if mode.endswith("stuck"):
        await asyncio.Event().wait()

asyncio.run(main())
"""


@dataclass
class Family:
    """A parent with its child, what they print, and descriptors of the ends of all but the parent."""

    parent: subprocess.Popen[bytes]
    ends: dict[str, int]

    def expect(self, *who: str) -> None:
        """Read the numbers of these processes, which print them."""
        assert self.parent.stdout is not None
        while set(who) - set(self.ends):
            name, pid = self.parent.stdout.readline().split()
            self.ends[name.decode()] = os.pidfd_open(int(pid))

    def wait(self, name: str) -> None:
        """Wait for the end of one of them."""
        assert select.select([self.ends[name]], [], [], HANG_S)[0], f"the {name} is still there"

    def rest(self) -> bytes:
        """Return what was printed since, when all who could print have ended."""
        assert self.parent.stdout is not None
        return self.parent.stdout.read()


@pytest.fixture
def family(write: Write) -> Iterator[Callable[[Path, str], Family]]:
    """Give what starts a parent and its child; whoever is left of them is killed."""
    started: list[Family] = []

    def start(interpreter: Path, mode: str) -> Family:
        parent = subprocess.Popen(
            [sys.executable, write("parent.py", _PARENT), interpreter, write("child.py", _CHILD), mode],
            env={**os.environ, "PYTHONPATH": str(LIBRARY)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        started.append(Family(parent, {}))
        return started[-1]

    yield start
    for each in started:
        each.parent.kill()
        each.parent.wait()
        for end in each.ends.values():
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(end, signal.SIGKILL)
            os.close(end)
        for file in (each.parent.stdin, each.parent.stdout):
            assert file is not None
            file.close()


@pytest.mark.parametrize("mode", ["idle", "end-of-file", "late", "sibling"])
def test_child_that_is_free_ends_by_its_own_loop(
    family: Callable[[Path, str], Family], interpreter: Path, tmp_path: Path, mode: str
) -> None:
    """Its loop is told, and has the grace to end the process: by either way of seeing it, and if it was so before."""
    living = family(interpreter, mode)
    gate = tmp_path / "scripts" / "gate"
    os.mkfifo(gate)
    living.expect("child", *(["sibling"] if mode == "sibling" else []))
    begun = time.perf_counter()
    living.parent.kill()
    if mode == "late":
        living.parent.wait()
        gate.open("w").close()
    living.wait("child")
    print(f"{interpreter}: {mode}: gone after {(time.perf_counter() - begun) * 1e3:.1f} ms")
    if mode == "sibling":
        assert not select.select([living.ends["sibling"]], [], [], 0)[0], "the sibling held nothing open"
        signal.pidfd_send_signal(living.ends["sibling"], signal.SIGKILL)
    assert living.rest() == b"orphaned\n"


@pytest.mark.parametrize("mode", ["busy", "in-c", "stuck", "importing-stuck", "sibling-busy"])
def test_child_that_is_held_up_is_killed_after_the_grace(
    family: Callable[[Path, str], Family], interpreter: Path, mode: str
) -> None:
    """A loop of Python, a call of C or a task that does not end keeps no child alive, nor what that has started."""
    living = family(interpreter, mode)
    others = [name for name, ending in (("sibling", "sibling-busy"), ("grandchild", "busy")) if mode.endswith(ending)]
    living.expect("child", *others)
    begun = time.perf_counter()
    living.parent.kill()
    living.wait("child")
    print(
        f"{interpreter}: {mode}: gone after {(time.perf_counter() - begun) * 1e3:.1f} ms, of which 100 were the grace"
    )
    if "grandchild" in others:
        living.wait("grandchild")
    if "sibling" in others:
        signal.pidfd_send_signal(living.ends["sibling"], signal.SIGKILL)
    assert living.rest() == (b"orphaned\n" if mode == "stuck" else b"")


def test_child_ends_when_its_parent_closes_the_socket(family: Callable[[Path, str], Family], interpreter: Path) -> None:
    """A parent that lives, and has let go of the child, is gone for the child as well."""
    living = family(interpreter, "closed")
    living.expect("child")
    assert living.parent.stdin is not None
    living.parent.stdin.write(b"\n")
    living.parent.stdin.flush()
    living.wait("child")
    assert living.parent.poll() is None
