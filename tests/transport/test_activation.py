"""A service takes over the sockets that a service manager has opened for it, and refuses what it cannot serve."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ambidex.errors import UsageError
from ambidex.transport.endpoints import Address, dial, inherited
from tests.limits import HANG_S
from tests.programs import LIBRARY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ACTIVATE = shutil.which("systemd-socket-activate")
pytestmark = pytest.mark.skipif(ACTIVATE is None, reason="systemd-socket-activate is not installed")

SERVE = """
import os, subprocess, sys
from ambidex.transport.endpoints import check_peer, inherited
listeners = inherited()
print([(each.name, str(each.address)) for each in listeners])
print([(sock.gettimeout(), sock.get_inheritable()) for each in listeners for sock in each.sockets])
print(inherited(), [name for name in os.environ if name.startswith("LISTEN_")])
for each in listeners:
    sock = each.sockets[0]
    sock.setblocking(True)
    accepted, _ = sock.accept()
    accepted.sendall(each.name.encode())
    accepted.close()
    each.close()
"""

REFUSE = """
import os, sys
from ambidex.errors import UsageError
from ambidex.transport.endpoints import inherited
try:
    inherited()
except UsageError as error:
    print(error)
print([descriptor for descriptor in (3, 4) if os.path.exists(f"/proc/self/fd/{descriptor}")])
"""

ITSELF = "import os, sys; os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=sys.argv[1], LISTEN_FDNAMES='')\n"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder with a short path, that is its user's own."""
    with tempfile.TemporaryDirectory(prefix="ambidex-") as name:
        yield Path(name)


def activate(options: Sequence[str], source: str) -> subprocess.Popen[str]:
    """Start the real service manager's tool, which runs a program when somebody connects."""
    assert ACTIVATE is not None
    return subprocess.Popen(
        [ACTIVATE, *options, "-E", f"PYTHONPATH={LIBRARY}", sys.executable, "-c", source],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until_it_listens(tool: subprocess.Popen[str], count: int) -> None:
    """Read what the tool says until it listens on so many sockets."""
    assert tool.stderr is not None
    while count:
        line = tool.stderr.readline()
        assert line, "the tool has ended"
        count -= "Listening on" in line


def free_port() -> int:
    """Return a port that nobody has at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port: int = sock.getsockname()[1]
        return port


def test_sockets_are_taken_over_with_their_names(folder: Path) -> None:
    """A client that connected before the program was there is served by it; nothing is passed on, or taken twice."""
    addresses = [Address.parse(f"unix://{folder}/x.sock"), Address.parse(f"tcp+tls://127.0.0.1:{free_port()}")]
    options = ["-l", addresses[0].path, "-l", f"127.0.0.1:{addresses[1].port}", "--fdname=local:far"]
    with activate(options, SERVE) as tool:
        wait_until_it_listens(tool, 2)
        with dial(addresses[0], HANG_S) as local, dial(addresses[1], HANG_S) as far:
            for sock, name in ((local, b"local"), (far, b"far")):
                sock.settimeout(HANG_S)
                assert sock.recv(16) == name
        out, _ = tool.communicate(timeout=HANG_S)
    assert out.splitlines() == [
        str([("local", str(addresses[0])), ("far", str(addresses[1]))]),
        "[(0.0, False), (0.0, False)]",
        "[] []",
    ]
    assert tool.returncode == 0
    assert Path(addresses[0].path).exists()  # the manager's, and not removed by who has inherited it


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-d", "-l"], "descriptor 3, which LISTEN_FDS counts, listens for no connections; write ListenStream="),
        (["--seqpacket", "-l"], "listens for no connections"),
    ],
)
def test_socket_without_connections_is_refused_and_closed(folder: Path, options: Sequence[str], said: str) -> None:
    """The sentence says what to write in the unit of the service."""
    path = f"{folder}/x.sock"
    with activate([*options, path], REFUSE) as tool:
        wait_until_it_listens(tool, 1)
        kind = socket.SOCK_DGRAM if "-d" in options else socket.SOCK_SEQPACKET
        with socket.socket(socket.AF_UNIX, kind) as client:
            client.connect(path)
            client.send(b"x")
            out, _ = tool.communicate(timeout=HANG_S)
    assert said in out
    assert out.splitlines()[-1] == "[]"


def test_abstract_socket_is_refused_and_closed(folder: Path) -> None:
    """Everybody on the machine could connect to it."""
    name = f"@ambidex-{folder.name}"
    with activate(["-l", name], REFUSE) as tool:
        wait_until_it_listens(tool, 1)
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(name.replace("@", "\0"))
            out, _ = tool.communicate(timeout=HANG_S)
    assert "an abstract socket has no file, so any user" in out
    assert out.splitlines()[-1] == "[]"


def test_one_connection_for_each_program_is_refused() -> None:
    """Accept=yes hands over a connection, and no socket that listens."""
    port = free_port()
    with activate(["-a", "-l", f"127.0.0.1:{port}"], REFUSE) as tool:
        wait_until_it_listens(tool, 1)
        assert tool.stdout is not None
        with socket.create_connection(("127.0.0.1", port), HANG_S):
            assert "listens for no connections; write ListenStream=, and Accept=no" in tool.stdout.readline()
            assert tool.stdout.readline() == "[]\n"
        tool.terminate()


def test_descriptor_that_is_no_socket_is_refused(folder: Path) -> None:
    """What a program was given by mistake is not served, and closed."""
    with (folder / "file").open("w") as file:
        done = subprocess.run(
            ["/bin/sh", "-c", 'exec 3<&0; exec "$@"', "sh", sys.executable, "-c", ITSELF + REFUSE, "1"],
            stdin=file,
            env={**os.environ, "PYTHONPATH": str(LIBRARY)},
            check=True,
            capture_output=True,
            text=True,
            timeout=HANG_S,
        )
    assert done.stdout.splitlines() == [
        "descriptor 3, which LISTEN_FDS counts, is no socket; write ListenStream= alone",
        "[]",
    ]


def test_descriptor_that_is_not_open_is_refused() -> None:
    """The number of a variable is no promise."""
    done = subprocess.run(
        [sys.executable, "-c", ITSELF + REFUSE, "1"],
        env={**os.environ, "PYTHONPATH": str(LIBRARY)},
        check=True,
        capture_output=True,
        text=True,
        timeout=HANG_S,
    )
    assert done.stdout == "descriptor 3, which LISTEN_FDS counts, is not open\n[]\n"


def test_descriptors_of_another_process_are_left_alone() -> None:
    """The variables were for the program that started this one; they are not passed on either."""
    environment = {"LISTEN_PID": str(os.getppid()), "LISTEN_FDS": "1", "LISTEN_FDNAMES": "x", "HOME": "/"}
    assert inherited(environment) == []
    assert environment == {"HOME": "/"}
    assert inherited({"LISTEN_PID": str(os.getpid())}) == []


@pytest.mark.parametrize("count", ["0", "-1", "1025", "9" * 400, "x", "1.0", "\u0663", " 1"])
def test_number_of_descriptors_is_checked(count: str) -> None:
    """Before it is counted to."""
    with pytest.raises(UsageError, match="is no number of descriptors from 1 to 1024"):
        inherited({"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": count})
