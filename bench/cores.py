"""Own the cores that a measurement's processes run on.

The scheduler may put two processes that wait for each other on one core, or not, and changes its mind: where waking
another core is dear, as in many virtual machines, the floor is ten times as fast in one round as in the next.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

_PROCESSES = Path("/proc")


def cores() -> list[int]:
    """Return the cores that this process may use; none where the system does not tell."""
    return sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else []


@contextlib.contextmanager
def kept_on(own: int, others: int) -> Generator[None]:
    """Keep this process on one core, and all that it has started on another, or the same, for the time of the block."""
    before = {task: os.sched_getaffinity(task) for task in (*_tasks(os.getpid()), *_tasks_of_children())}
    try:
        for task in _tasks(os.getpid()):
            _keep(task, {own})
        for task in _tasks_of_children():
            _keep(task, {others})
        yield
    finally:
        for task, allowed in before.items():
            _keep(task, allowed)


def _keep(task: int, allowed: set[int]) -> None:
    with contextlib.suppress(ProcessLookupError):  # a thread that has ended
        os.sched_setaffinity(task, allowed)


def _tasks(pid: int) -> list[int]:
    try:
        return [int(each.name) for each in (_PROCESSES / str(pid) / "task").iterdir()]
    except FileNotFoundError:  # it has ended
        return []


def _tasks_of_children() -> Iterator[int]:
    """Yield the threads of all processes that come from this one."""
    parents: dict[int, int] = {}
    for folder in _PROCESSES.iterdir():
        if folder.name.isdecimal():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                parents[int(folder.name)] = int(fields[1])
    descendants = {os.getpid()}
    while True:
        found = {pid for pid, parent in parents.items() if parent in descendants} - descendants
        if not found:
            break
        descendants |= found
    for pid in descendants - {os.getpid()}:
        yield from _tasks(pid)
