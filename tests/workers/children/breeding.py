"""A worker that starts processes, in each way that there is, and tells the test their numbers."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from multiprocessing import resource_tracker, shared_memory
from pathlib import Path
from typing import Any

from ambidex import ChildWorker

FOLDER = Path(sys.argv[1])
KINDS = ("forked", "stubborn", "program", "multiprocessing", "tracker")


def stay(file: Path) -> None:
    """Write this process's number to a file, and stay."""
    note(file, os.getpid())
    while True:
        signal.pause()


def note(file: Path, number: int) -> None:
    """Write a number to a file, at once."""
    part = file.with_suffix(".part")
    part.write_text(str(number))
    part.rename(file)


class Breeding(ChildWorker):
    """Start processes that stay."""

    def __init__(self) -> None:
        self._kept: list[Any] = []
        if sys.argv[2] != "none":
            self.breed()
        if sys.argv[2] == "crashes" or (sys.argv[2] == "third crashes" and len(list(FOLDER.iterdir())) >= 3):
            os._exit(3)

    def breed(self) -> str:
        """Start one of each kind, wait until they stay, and return the name of memory that one of them cleans up."""
        folder = FOLDER / str(os.getpid())
        folder.mkdir()
        for name in ("forked", "stubborn"):
            if os.fork() == 0:
                if name == "stubborn":
                    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                        signal.signal(number, signal.SIG_IGN)
                stay(folder / name)
        note(folder / "program", subprocess.Popen(["sleep", "1000"]).pid)
        context = multiprocessing.get_context("spawn")
        process = context.Process(target=stay, args=(folder / "multiprocessing",), daemon=True)
        process.start()
        memory = shared_memory.SharedMemory(create=True, size=1000)
        self._kept += [process, memory]
        tracker: object = vars(resource_tracker)["_resource_tracker"]
        note(folder / "tracker", int(vars(tracker)["_pid"]))
        while not all((folder / kind).exists() for kind in KINDS):
            time.sleep(0.005)
        (folder / "memory").write_text(memory.name)
        return memory.name

    async def leave(self) -> None:
        """End this process at once."""
        os._exit(3)

    async def pid(self) -> int:
        """Return the process's number."""
        return os.getpid()

    def set_apart(self) -> int:
        """Leave a process in a session of its own, and return its number."""
        return subprocess.Popen(["sleep", "1000"], start_new_session=True).pid


if __name__ == "__main__":
    Breeding().run()
