"""A daemon that publishes what a test says, and may be killed and started again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from ambidex import Cursor

ROOT = Path(__file__).resolve().parents[2]


class Daemon:
    """Run `tests.service.publishing` in a process of its own, one after the other at the same address."""

    def __init__(self, folder: str, log: str) -> None:
        self.address = f"unix://{folder}/town.sock"
        self._log = log
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it, and wait until it serves."""
        command = [sys.executable, "-m", "tests.service.publishing", self.address, self._log]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=-1, stdout=-1, stderr=-1, text=True)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "serving\n", self._process.communicate()[1]

    def ask(self, *command: object) -> Any:
        """Give it a command, and return the answer."""
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def publish(self, topic: str, *values: object) -> list[Cursor]:
        """Have it publish, and return the cursors."""
        return [Cursor.parse(text) for text in self.ask("publish", topic, values)]

    def kill(self) -> None:
        """Kill it, and wait for that."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def end(self) -> str:
        """Have it end by itself; return what it has logged."""
        assert self._process is not None
        _, log = self._process.communicate()
        assert self._process.returncode == 0, log
        self._process = None
        return log

    def resident_bytes(self) -> int:
        """Return how much memory it has."""
        assert self._process is not None
        return int(Path(f"/proc/{self._process.pid}/statm").read_text("ascii").split()[1]) * 4096
