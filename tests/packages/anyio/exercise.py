"""Read and write files, run a process and talk to a server, through both faces of anyio."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading

import anyio_sync


def files() -> None:
    """Write and read files; walk a folder; meet an error of the operating system's."""
    folder = anyio_sync.Path("birds")
    folder.mkdir()
    path = folder / "wren.txt"
    assert path.write_text("one\ntwo\n") == 8
    assert isinstance(path, anyio_sync.Path)
    assert (path.name, path.exists(), folder.is_dir()) == ("wren.txt", True, True)
    with anyio_sync.open_file(str(path)) as file:
        assert file.readline() == "one\n"
        assert list(file) == ["two\n"]
    with anyio_sync.open_file(str(path), "ab") as binary:
        assert binary.write(b"three\n") == 6
    with path.open() as again:
        assert again.read() == "one\ntwo\nthree\n"
    assert [str(found) for found in folder.iterdir()] == ["birds/wren.txt"]
    path.unlink()
    try:
        path.read_bytes()
    except FileNotFoundError as error:
        assert error.filename == "birds/wren.txt"
    else:
        raise AssertionError("it is still there")
    folder.rmdir()


def processes() -> None:
    """Run a program and take what it prints."""
    done = anyio_sync.run_process([sys.executable, "-c", "print(input().upper())"], input=b"owl\n")
    assert (done.returncode, done.stdout) == (0, b"OWL\n")


def echo(listening: socket.socket) -> None:
    """Give back what one client sends, in capitals."""
    connection, _ = listening.accept()
    with connection:
        while data := connection.recv(100):
            connection.sendall(data.upper())


def streams() -> None:
    """Send and receive through a connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = threading.Thread(target=echo, args=(listening,))
        server.start()
        with anyio_sync.connect_tcp("127.0.0.1", listening.getsockname()[1]) as stream:
            stream.send(b"wren")
            assert stream.receive() == b"WREN"
            stream.send_eof()
            try:
                stream.receive()
            except anyio_sync.EndOfStream:
                pass  # the end, as it must be
            else:
                raise AssertionError("there was more")
        server.join()


async def waiting() -> None:
    """Write several files at once, one of them at a time behind a lock."""
    lock = anyio_sync.Lock()
    order: list[str] = []

    async def write(name: str) -> None:
        path = anyio_sync.Path(name)
        async with lock:
            assert lock.locked()
            order.append(name)
            await path.write_text.aio(name)
        order.append(await path.read_text.aio())

    await asyncio.gather(write("a"), write("b"))
    assert sorted(order) == ["a", "a", "b", "b"]
    async with await anyio_sync.open_file.aio("a") as file:
        assert [line async for line in file] == ["a"]


files()
processes()
streams()
asyncio.run(waiting())
print("done")
