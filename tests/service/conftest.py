"""A town that another process serves, and clients of it."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex.service import connect
from tests.transport.streams import identities

if TYPE_CHECKING:
    from collections.abc import Generator

    from ambidex.service import Remote

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("unix", "tls")

if sys.platform == "win32":
    pytest.skip("asyncio has no Unix sockets there", allow_module_level=True)


class Server:
    """Run a server of a town in a process of its own, one after the other at the same address.

    `options` are those of tests/service/server.py besides; `keys` are what clients pass to `connect`.
    """

    def __init__(self, address: str, keys: dict[str, Any] | None = None, **options: Any) -> None:
        self.address = address
        self.keys = keys or {}
        self.options = options
        self.process: subprocess.Popen[str] | None = None
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115  as long as this; nobody would read a pipe meanwhile

    def start(self) -> None:
        """Start it, and wait until it serves."""
        command = [sys.executable, "-m", "tests.service.server", json.dumps({"address": self.address, **self.options})]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=-1, stdout=-1, stderr=self._log, text=True)
        assert self.process.stdout is not None
        address = self.process.stdout.readline().strip()
        assert address, self._read_log()
        self.address = address  # with the port that it has got, for the next one, too

    def connect(self, **options: Any) -> Remote:
        """Return a client of it."""
        return connect(self.address, **self.keys, **options)

    def kill(self) -> None:
        """Kill it, and wait for that."""
        assert self.process is not None
        self.process.kill()
        self.process.communicate()
        self.process = None

    def end(self) -> tuple[int, str]:
        """Have it end by itself; return how many clients it had, and what it has logged."""
        assert self.process is not None
        out, _ = self.process.communicate("")
        log = self._read_log()
        assert self.process.returncode == 0, log
        self.process = None
        return int(out), log

    def _read_log(self) -> str:
        self._log.seek(0)
        return self._log.read()

    def close(self) -> None:
        """Kill it, where it runs, and let go of its log."""
        if self.process is not None:
            self.kill()
        self._log.close()


@contextlib.contextmanager
def serving(kind: str, **options: Any) -> Generator[Server, None, None]:
    """Run a server of a kind of socket for the time of the block."""
    with tempfile.TemporaryDirectory() as folder:  # a short path: that of a socket may not be long
        if kind == "unix":
            made = Server(f"unix://{folder}/town.sock", **options)
        else:
            _, client, _ = identities()
            service = type(client).create(Path(folder, "identity"))
            keys = {"identity": client, "pin": service.key}
            given = {"identity": f"{folder}/identity", "allow": [client.key]}
            made = Server("tcp+tls://127.0.0.1:0", keys, **{**given, **options})
        try:
            made.start()
            yield made
        finally:
            made.close()


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Generator[Server, None, None]:
    """Give a server that runs; over a Unix socket where a test has chosen no kind."""
    with serving(getattr(request, "param", "unix")) as made:
        yield made


@pytest.fixture
def remote(server: Server) -> Generator[Remote, None, None]:
    """Give a client of it."""
    with contextlib.closing(server.connect()) as made:
        yield made
