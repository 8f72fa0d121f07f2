"""Serve and talk through web sockets, through both faces of websockets."""

from __future__ import annotations

import asyncio
import threading

import websockets_sync

greeted: list[str] = []
done = threading.Event()


def handler(connection: websockets_sync.ServerConnection) -> None:
    """Greet, then give back what comes, until the other side closes: a blocking function."""
    assert connection.request is not None
    greeted.append(connection.request.path)
    connection.send("hello")
    for message in connection:
        connection.send(message if isinstance(message, bytes) else message.upper())
    connection.wait_closed()
    done.set()


def blocking(url: str) -> None:
    """Send and receive; iterate until the connection is closed; meet an error of the package's."""
    with websockets_sync.connect(f"{url}/birds") as connection:
        assert isinstance(connection, websockets_sync.ClientConnection)
        assert connection.recv() == "hello"
        connection.send("wren")
        assert connection.recv() == "WREN"
        connection.send([b"ow", b"l"])
        assert connection.recv(decode=False) == b"owl"
    assert done.wait(10)
    assert connection.close_code == 1000
    try:
        connection.send("too late")
    except websockets_sync.ConnectionClosed as error:
        assert error.rcvd is not None
        assert error.rcvd.code == 1000
    else:
        raise AssertionError("it was sent")
    client = websockets_sync.connect(url).result()
    try:
        assert next(iter(client)) == "hello"
    finally:
        client.close()
    try:
        websockets_sync.connect("http://nowhere")
    except websockets_sync.InvalidURI as error:
        assert error.uri == "http://nowhere"
    else:
        raise AssertionError("http is no web socket")


async def waiting(url: str) -> None:
    """Do the same as async code, with several clients at once."""

    async def ask(word: str) -> str | bytes:
        async with websockets_sync.connect(f"{url}/{word}") as connection:
            assert await connection.recv.aio() == "hello"
            await connection.send.aio(word)
            return await connection.recv.aio()

    assert await asyncio.gather(*map(ask, ("owl", "wren"))) == ["OWL", "WREN"]
    connection = await websockets_sync.connect(url)
    first = [message async for message in connection.recv_streaming.aio()]
    assert first == ["hello"]
    await connection.close.aio()


with websockets_sync.serve(handler, "127.0.0.1", 0) as server:
    port = server.sockets[0].getsockname()[1]
    blocking(f"ws://127.0.0.1:{port}")
    asyncio.run(waiting(f"ws://127.0.0.1:{port}"))
    assert sorted(greeted) == ["/", "/", "/birds", "/owl", "/wren"]
assert not server.is_serving()
print("done")
