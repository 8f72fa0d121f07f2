"""What a fault may not leave behind: processes that outlive whoever has started them, and memory that they shared.

Threads, descriptors and children of this process, zombies included, are looked at after every test: tests/conftest.py.
"""

from __future__ import annotations

import contextlib
import os
import select
import sys
from pathlib import Path

from tests.limits import HANG_S

VARIABLE = "AMBIDEX_TEST"  # in the environment of whatever a test starts, and of what that starts
_MEMORY = "/memfd:ambidex"


def shared_memory() -> int:
    """Return how many pieces of memory this process has that it has made to share; 0 where the system does not tell."""
    try:
        return Path("/proc/self/maps").read_text(encoding="utf-8").count(_MEMORY)
    except OSError:
        return 0


def processes_left(token: str) -> list[str]:
    """Return what still runs of what was started with this token in its environment, after it had time to end."""
    if sys.platform != "linux":
        return []
    wanted = f"{VARIABLE}={token}".encode()
    left: list[str] = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended, or is another user's
            if wanted in (folder / "environ").read_bytes().split(b"\0") and not _has_ended(int(folder.name)):
                left.append(f"process {folder.name}: {(folder / 'cmdline').read_bytes()!r:.200}")
    return left


if sys.platform == "linux":

    def _has_ended(pid: int) -> bool:
        end = os.pidfd_open(pid)
        try:
            return bool(select.select([end], [], [], HANG_S)[0])
        finally:
            os.close(end)
else:

    def _has_ended(pid: int) -> bool:
        return pid < 0
