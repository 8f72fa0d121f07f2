"""Ctrl-C in a terminal, while a program waits for its child."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.limits import HANG_S
from tests.programs import LIBRARY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="pseudo-terminals and process descriptors as Linux has"),
    pytest.mark.usefixtures("nothing_left"),
]

CHILD = """
import asyncio, itertools, os
from ambidex import ChildWorker

numbers = itertools.count()

class Child(ChildWorker):
    async def wait(self, clean_up_s=0.05):
        print("waiting", os.getpid(), flush=True)
        try:
            await asyncio.Event().wait()
        finally:
            print("cleaning up", flush=True)
            await asyncio.sleep(clean_up_s)
            # what is printed may come too late for a program that ends
            open(f"cleaned up {os.getpid()} {next(numbers)}", "w").close()

    async def stream(self, clean_up_s=0.05):
        yield 1
        await self.wait(clean_up_s)
        yield 2
"""
PROGRAMS = {
    "call": """
        with ParentWorker("child.py").sync as worker:
            worker.call.wait()
    """,
    "call of a worker that nobody closes": """
        worker = ParentWorker("child.py")
        worker.call.start()
        worker.call.wait()
    """,
    "stream": """
        with ParentWorker("child.py").sync as worker:
            for item in worker.call.stream():
                pass
    """,
    "asyncio.run": """
        async def main():
            async with ParentWorker("child.py") as worker:
                await worker.acall.wait()
        asyncio.run(main())
    """,
    "stream of asyncio.run": """
        async def main():
            async with ParentWorker("child.py") as worker:
                async for item in worker.acall.stream():
                    pass
        asyncio.run(main())
    """,
    "map of a pool": """
        with WorkerPool("child.py", size=2, calls_per_worker=1) as pool:
            for item in pool.call.wait.map([0.05] * 8):
                pass
    """,
    "map of a pool of asyncio.run": """
        async def main():
            async with WorkerPool("child.py", size=2, calls_per_worker=1) as pool:
                async for item in pool.acall.wait.map([0.05] * 8):
                    pass
        asyncio.run(main())
    """,
    "call, stream and map at once": """
        def suppressed(function, *args):
            try:
                function(*args)
            except WorkerDied:  # closed; what threads print may change the program's exit code on Python 3.13
                pass

        with ParentWorker("child.py").sync as worker, WorkerPool("child.py", size=2, calls_per_worker=1) as pool:
            threading.Thread(target=suppressed, args=[worker.call.wait, 0.05]).start()
            threading.Thread(target=suppressed, args=[list, worker.call.stream(0.05)]).start()
            list(pool.call.wait.map([0.05] * 8))
    """,
    "call, stream and map at once, of what nobody closes": """
        def begin(function, *args):
            threading.Thread(target=suppressed, args=[function, *args], daemon=True).start()

        def suppressed(function, *args):
            try:
                function(*args)
            except WorkerDied:  # closed at the end of the interpreter
                pass

        worker, pool = ParentWorker("child.py"), WorkerPool("child.py", size=2, calls_per_worker=1)
        worker.call.start()
        pool.call.start()
        begin(worker.call.wait, 0.05)
        begin(list, worker.call.stream(0.05))
        list(pool.call.wait.map([0.05] * 8))
    """,
    "call, stream and map of asyncio.run at once": """
        async def read(items):
            async for item in items:
                pass

        async def main():
            async with ParentWorker("child.py") as worker, WorkerPool("child.py", size=2, calls_per_worker=1) as pool:
                await asyncio.gather(
                    worker.acall.wait(0.05), read(worker.acall.stream(0.05)), read(pool.acall.wait.map([0.05] * 8))
                )
        asyncio.run(main())
    """,
}
_IMPORTS = "import threading\nfrom ambidex import ParentWorker, WorkerDied, WorkerPool"
IN_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


class Terminal:
    """A terminal in which a program runs, until all of its calls wait in children: so many, `waits`.

    All that it shows, the program's children included, is `shown`.
    """

    def __init__(self, folder: Path, source: str) -> None:
        pool_workers = 2 * source.count("size=2")
        self.waits = len(re.findall(r"call\.(?:wait|stream)\b(?!\.map)", source)) + pool_workers
        (folder / "child.py").write_text(CHILD, encoding="utf-8")
        body = "\n".join(line[8:] for line in source.splitlines())
        (folder / "program.py").write_text(f"import asyncio\n{_IMPORTS}\n{body}\n", "utf-8")
        self._keys, screen = os.openpty()
        self.program = subprocess.Popen(
            [sys.executable, "-c", IN_TERMINAL, "program.py"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(LIBRARY), "NO_COLOR": "1"},  # tracebacks have some since Python 3.13
            stdin=screen,
            stdout=screen,
            stderr=screen,
            start_new_session=True,
        )
        os.close(screen)
        self.shown = ""
        pids = set(self.wait_for(r"waiting (\d+)\r\n", self.waits))
        assert len(pids) == source.count("ParentWorker(") + pool_workers
        self.children = [os.pidfd_open(int(pid)) for pid in pids]

    def wait_for(self, pattern: str, times: int = 1) -> list[str]:
        """Read on until so much is shown that matches, and return that."""
        while len(found := re.findall(pattern, self.shown)) < times:
            assert self._read(), f"the program ended, and has shown:\n{self.shown}"
        return found

    def _read(self) -> bool:
        """Read what comes next; False at the end."""
        assert select.select([self._keys], [], [], HANG_S)[0], f"nothing came; till then:\n{self.shown}"
        try:
            data = os.read(self._keys, 65536)
        except OSError:  # as the end of a terminal is told: no process has it any more
            return False
        self.shown += data.decode()
        return bool(data)

    def press_ctrl_c(self) -> None:
        """Do as the keyboard does."""
        os.write(self._keys, b"\x03")

    def wait_for_end(self) -> int:
        """Read all there is, and return how the program ended; its children have to be gone soon after."""
        while self._read():
            pass
        code = self.program.wait(HANG_S)
        for child in self.children:
            assert select.select([child], [], [], HANG_S)[0], "the child has outlived its parent"
        return code

    def close(self) -> None:
        """Leave nothing behind."""
        self.program.kill()
        self.program.wait()
        os.close(self._keys)
        for child in self.children:
            os.close(child)


@pytest.fixture
def terminals(tmp_path: Path) -> Iterator[list[Terminal]]:
    """Close the terminals that the test has put here."""
    opened: list[Terminal] = []
    yield opened
    for each in opened:
        each.close()


@pytest.mark.parametrize("program", PROGRAMS)
def test_ctrl_c_cleans_up_in_the_child_and_ends_the_program_as_python_does(
    program: str, tmp_path: Path, terminals: list[Terminal]
) -> None:
    """The child's clean-up runs to its end, the traceback of KeyboardInterrupt is shown once, nothing is left."""
    terminal = Terminal(tmp_path, PROGRAMS[program])
    terminals.append(terminal)
    terminal.press_ctrl_c()
    code = terminal.wait_for_end()
    assert code == -2  # of SIGINT, which shells show as 130
    assert len(list(tmp_path.glob("cleaned up *"))) == terminal.waits
    assert terminal.shown.count("cleaning up\r\n") == terminal.waits
    assert terminal.shown.count("\nKeyboardInterrupt\r\n") == 1


@pytest.mark.parametrize(
    "program",
    [
        "call",
        "asyncio.run",
        "map of a pool",
        "call, stream and map at once",
        "call, stream and map of asyncio.run at once",
    ],
)
def test_second_ctrl_c_does_not_wait_for_the_clean_up(program: str, tmp_path: Path, terminals: list[Terminal]) -> None:
    """The program ends, and with it the child whose clean-up would take an hour."""
    source = (
        PROGRAMS[program]
        .replace(".wait()", ".wait(3600)")
        .replace("0.05", "3600")
        .replace('"child.py"', '"child.py", grace=1')
    )
    terminal = Terminal(tmp_path, source)
    terminals.append(terminal)
    terminal.press_ctrl_c()
    terminal.wait_for("cleaning up\r\n")
    begin = time.monotonic()
    terminal.press_ctrl_c()
    code = terminal.wait_for_end()
    assert code == -2, terminal.shown
    assert time.monotonic() - begin < HANG_S
    assert not list(tmp_path.glob("cleaned up *"))
    assert "\nKeyboardInterrupt\r\n" in terminal.shown
