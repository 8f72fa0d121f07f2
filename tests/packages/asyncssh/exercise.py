"""Run commands and move files on a server of asyncssh's own, through both faces."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import asyncssh
import asyncssh_sync

HOST_KEY = asyncssh_sync.generate_private_key("ssh-ed25519")
CLIENT_KEY = asyncssh_sync.generate_private_key("ssh-ed25519")
OTHER_KEY = asyncssh_sync.generate_private_key("ssh-ed25519")
Keys = list[asyncssh.SSHKey]
KNOWN: tuple[Keys, Keys, Keys] = ([HOST_KEY.convert_to_public()], [], [])


async def answer(process: asyncssh.SSHServerProcess[str]) -> None:
    """Serve three commands."""
    if process.command == "shout":
        async for line in process.stdin:
            process.stdout.write(line.upper())
        process.exit(0)
    elif process.command == "who":
        process.stdout.write(f"{process.get_extra_info('username')}\n")
        process.exit(0)
    else:
        process.stderr.write(f"no {process.command}\n")
        process.exit(3)


def connect(port: int, key: asyncssh.SSHKey = CLIENT_KEY) -> asyncssh_sync.SSHClientConnection:
    """Return a connection, which knows the server by its key."""
    return asyncssh_sync.connect("127.0.0.1", port, username="ann", client_keys=[key], known_hosts=KNOWN, config=None)


def blocking(port: int) -> None:
    """Run commands, talk to one, fail at one; be refused with another key."""
    with connect(port) as connection:
        done = connection.run("who", check=True)
        assert (done.stdout, done.exit_status) == ("ann\n", 0)
        with connection.create_process("shout", encoding=None) as process:
            process.stdin.write(b"wren\nowl\n")
            process.stdin.write_eof()
            assert process.stdout.readline() == b"WREN\n"
            assert list(process.stdout) == [b"OWL\n"]
            assert process.wait().exit_status == 0
        try:
            connection.run("fly", check=True)
        except asyncssh_sync.ProcessError as error:
            assert (error.exit_status, error.stderr) == (3, "no fly\n")
        else:
            raise AssertionError("it flew")
    try:
        connect(port, OTHER_KEY)
    except asyncssh_sync.PermissionDenied:
        pass  # refused, as it must be
    else:
        raise AssertionError("any key fits")


def files(port: int) -> None:
    """Put a file there and get it back, list, and remove it."""
    Path("wren.txt").write_text("5", encoding="utf-8")
    with connect(port) as connection, connection.start_sftp_client() as sftp:
        sftp.mkdir("there")
        sftp.put("wren.txt", "there/wren.txt")
        assert sorted(sftp.listdir("there")) == [".", "..", "wren.txt"]
        assert sftp.stat("there/wren.txt").size == 1
        sftp.get("there/wren.txt", "back.txt")
        assert Path("back.txt").read_text(encoding="utf-8") == "5"
        assert {str(each.filename) for each in sftp.scandir("there")} == {".", "..", "wren.txt"}
        try:
            sftp.remove("there/owl.txt")
        except asyncssh_sync.SFTPNoSuchFile:
            pass  # there is none, as it must be
        else:
            raise AssertionError("there was an owl")


async def waiting(port: int) -> None:
    """Run several commands at once over one connection."""
    opening = asyncssh_sync.connect.aio(
        "127.0.0.1", port, username="bob", client_keys=[CLIENT_KEY], known_hosts=KNOWN, config=None
    )
    async with await opening as connection:
        results = await asyncio.gather(*(connection.run.aio("who") for _ in range(3)))
        assert [each.stdout for each in results] == ["bob\n"] * 3


listening = socket.create_server(("127.0.0.1", 0))
public = CLIENT_KEY.export_public_key().decode()
with asyncssh_sync.listen(
    sock=listening,
    server_host_keys=[HOST_KEY],
    authorized_client_keys=asyncssh.import_authorized_keys(public),
    process_factory=answer,
    sftp_factory=True,
    config=None,
):
    port = int(listening.getsockname()[1])
    blocking(port)
    files(port)
    asyncio.run(waiting(port))
print("done")
