"""Serve a folder and use it, through both faces of aioftp."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import ftp_sync

FOLDER = Path.cwd().resolve() / "served"
FOLDER.mkdir()


def blocking(port: int) -> None:
    """Move files, read a stream, list, and meet an error."""
    Path("wren.txt").write_text("five", encoding="utf-8")
    with ftp_sync.Client.context("127.0.0.1", port) as client:
        client.change_directory("served")
        client.make_directory("birds")
        client.upload("wren.txt", "birds/wren.txt", write_into=True)
        assert (FOLDER / "birds" / "wren.txt").read_text(encoding="utf-8") == "five"
        assert client.is_file("birds/wren.txt")
        assert not client.exists("birds/owl.txt")
        with client.download_stream("birds/wren.txt") as stream:
            assert b"".join(stream.iter_by_block(2)) == b"five"
        with client.append_stream("birds/wren.txt") as out:
            out.write(b" wrens")
        client.download("birds/wren.txt", "back.txt", write_into=True)
        assert Path("back.txt").read_text(encoding="utf-8") == "five wrens"
        client.rename("birds/wren.txt", "birds/owl.txt")
        assert [path.name for path, _ in client.list("birds")] == ["owl.txt"]
        client.remove("birds")
        assert list(FOLDER.iterdir()) == []
        try:
            client.remove_file("birds/owl.txt")
        except ftp_sync.StatusCodeError as error:
            assert [str(code) for code in error.received_codes] == ["550"]
        else:
            raise AssertionError("there was an owl")


async def waiting(port: int) -> None:
    """Write with several clients at once."""

    async def put(name: str) -> None:
        async with (
            ftp_sync.Client.context.aio("127.0.0.1", port) as client,
            await client.upload_stream.aio(f"served/{name}") as stream,
        ):
            await stream.write.aio(name.encode())

    await asyncio.gather(*map(put, ("a", "b", "c")))
    assert sorted(path.name for path in FOLDER.iterdir()) == ["a", "b", "c"]


server = ftp_sync.Server()
with socket.create_server(("127.0.0.1", 0)) as probe:
    port = int(probe.getsockname()[1])
server.start("127.0.0.1", port)
try:
    blocking(port)
    asyncio.run(waiting(port))
finally:
    server.close()
print("done")
