"""A town that another process serves, and clients of it."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ambidex.service import connect

if TYPE_CHECKING:
    from collections.abc import Generator

    from ambidex.service import Remote

ROOT = Path(__file__).resolve().parents[2]

if sys.platform == "win32":
    pytest.skip("asyncio has no Unix sockets there", allow_module_level=True)


class Server:
    """Run a server of a town in a process of its own, one after the other at the same address."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it, and wait until it serves."""
        command = [sys.executable, "-m", "tests.service.server", self.address]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=-1, stdout=-1, stderr=-1, text=True)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "serving\n", self._process.communicate()[1]

    def kill(self) -> None:
        """Kill it, and wait for that."""
        assert self._process is not None
        self._process.kill()
        self._process.communicate()
        self._process = None

    def end(self) -> tuple[int, str]:
        """Have it end by itself; return how many clients it had, and what it has logged."""
        assert self._process is not None
        out, log = self._process.communicate("")
        assert self._process.returncode == 0, log
        self._process = None
        return int(out), log

    @property
    def is_running(self) -> bool:
        """Whether it has not been ended."""
        return self._process is not None


@pytest.fixture
def server() -> Generator[Server, None, None]:
    """Give a server that runs."""
    with tempfile.TemporaryDirectory() as folder:  # a short path: that of a socket may not be long
        made = Server(f"unix://{folder}/town.sock")
        made.start()
        try:
            yield made
        finally:
            if made.is_running:
                made.kill()


@pytest.fixture
def remote(server: Server) -> Generator[Remote, None, None]:
    """Give a client of it."""
    with contextlib.closing(connect(server.address)) as made:
        yield made
