"""Talk to a local server, through both faces of aiohttp's client."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp_sync
from aiohttp import web
from yarl import URL

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


async def birds(request: web.Request) -> web.Response:
    """Answer with what was asked."""
    text = f"{request.method} {request.path_qs} {request.headers.get('X-Name')} {(await request.read()).decode()}"
    return web.Response(text=text, headers={"X-Seen": "5"})


async def count(request: web.Request) -> web.Response:
    """Answer in JSON."""
    return web.json_response({"count": len(await request.json())})


async def lines(request: web.Request) -> web.StreamResponse:
    """Answer line by line."""
    response = web.StreamResponse()
    await response.prepare(request)
    for number in range(3):
        await response.write(f"line {number}\n".encode())
    return response


async def talk(request: web.Request) -> web.WebSocketResponse:
    """Give back what comes, in capitals."""
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for message in socket:
        await socket.send_str(str(message.data).upper())
    return socket


async def serve(use: Callable[[URL], Awaitable[None]]) -> None:
    """Run a server while its address is used."""
    app = web.Application()
    app.add_routes(
        [
            web.route("*", "/birds", birds),
            web.post("/count", count),
            web.get("/lines", lines),
            web.get("/talk", talk),
        ]
    )
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0]
        await use(URL.build(scheme="http", host=host, port=port))
    finally:
        await runner.cleanup()


def blocking(url: URL) -> None:
    """Ask in each way, read a stream, talk through a web socket, and meet an error."""
    with aiohttp_sync.ClientSession(base_url=url, headers={"X-Name": "Ann"}) as session:
        response = session.get("/birds", params={"page": "2"})
        assert isinstance(response, aiohttp_sync.ClientResponse)
        assert (response.status, response.content_type, response.headers["X-Seen"]) == (200, "text/plain", "5")
        assert response.text() == "GET /birds?page=2 Ann "
        with session.post("/birds", data=b"wren", headers={"X-Name": "Bob"}) as posted:
            assert posted.read() == b"POST /birds Bob wren"
        assert posted.closed
        with session.post("/count", json=["owl", "wren"]) as counted:
            assert counted.json() == {"count": 2}
        with session.get("/lines") as streamed:
            assert list(streamed.content) == [b"line 0\n", b"line 1\n", b"line 2\n"]
        try:
            session.get("/nothing", raise_for_status=True)
        except aiohttp_sync.ClientResponseError as error:
            assert error.status == 404
        else:
            raise AssertionError("/nothing was there")
    assert session.closed


async def waiting(url: URL) -> None:
    """Ask for several things at once."""
    async with aiohttp_sync.ClientSession(url) as session:
        answers = await asyncio.gather(*(session.get.aio(f"/birds?{number}") for number in range(5)))
        assert [await answer.text.aio() for answer in answers] == [f"GET /birds?{n} None " for n in range(5)]
        async with await session.get.aio("/lines") as streamed:
            assert [line async for line in streamed.content] == [b"line 0\n", b"line 1\n", b"line 2\n"]


async def use(url: URL) -> None:
    """Use both faces, away from the server's loop."""
    await asyncio.to_thread(blocking, url)
    await asyncio.to_thread(asyncio.run, waiting(url))


asyncio.run(serve(use))
print("done")
