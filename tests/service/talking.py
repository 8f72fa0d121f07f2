"""A program of a test's that is told what to do, line by line, in JSON, and may be killed."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Self

ROOT = Path(__file__).resolve().parents[2]


class Program:
    """Run a module of the tests in a process of its own, with one JSON object as its argument.

    It answers with one line of JSON each time, the first time when it is ready. `runs` are the words of a command that
    runs another one.
    """

    def __init__(self, module: str, runs: Sequence[str] = (), **options: Any) -> None:
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115  as long as this; nobody would read a pipe meanwhile
        self._process = subprocess.Popen(
            [*runs, sys.executable, "-m", module, json.dumps(options)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def tell(self, *command: object) -> None:
        """Give it a command; `answer` is what it says to that."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()

    def answer(self) -> Any:
        """Wait for what it says."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"it has ended: {self.read_log()}"
        return json.loads(line)

    def ask(self, *command: object) -> Any:
        """Give it a command, and wait for the answer."""
        self.tell(*command)
        return self.answer()

    def read_log(self) -> str:
        """Return what it has logged."""
        self._log.seek(0)
        return self._log.read()

    def end(self) -> str:
        """Have it end by itself; return what it has logged."""
        self._process.communicate()
        log = self.read_log()
        assert self._process.returncode == 0, log
        return log

    def resident_bytes(self) -> int:
        """Return how much memory it has."""
        return int(Path(f"/proc/{self.pid}/statm").read_text("ascii").split()[1]) * 4096

    def kill(self) -> None:
        """Kill it, where it runs, and wait for that."""
        self._process.kill()
        self._process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._log.close()
