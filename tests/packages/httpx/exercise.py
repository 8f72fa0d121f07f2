"""Talk to a local server, through both faces of httpx's AsyncClient."""

from __future__ import annotations

import asyncio
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import httpx_sync


class Echo(BaseHTTPRequestHandler):
    """Answer with what was sent; /slow gives no answer, /nothing is not there."""

    protocol_version = "HTTP/1.1"
    released = threading.Event()

    def do_GET(self) -> None:
        """Answer with the path and a header."""
        if self.path == "/slow":
            self.released.wait(10)
            self.close_connection = True
            return
        self._answer(404 if self.path == "/nothing" else 200, f"{self.path} {self.headers['X-Name']}".encode())

    def do_POST(self) -> None:
        """Answer with the body, which came in chunks or at once."""
        body = b""
        if self.headers["Transfer-Encoding"] == "chunked":
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(201, body)

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name that http.server gives it
        """Stay silent."""


def blocking(url: str) -> None:
    """Send, stream, and meet a status and a timeout that are errors."""
    seen: list[str] = []

    async def note(response: httpx_sync.Response) -> None:  # the type of a hook does not say that it is awaited
        assert isinstance(response, httpx_sync.Response)
        seen.append(f"{response.http_version} {response.status_code}")

    with httpx_sync.AsyncClient(base_url=url, headers={"X-Name": "Ann"}, event_hooks={"response": [note]}) as client:
        response = client.get("/birds", params={"page": 2})
        assert (response.status_code, response.text) == (200, "/birds?page=2 Ann")
        answer = client.post("/birds", json={"name": "wren"})
        assert (answer.status_code, answer.json()) == (201, {"name": "wren"})
        with client.stream("GET", "/long") as streamed:
            assert b"".join(streamed.aiter_bytes(4)) == b"/long Ann"
        try:
            client.get("/nothing").raise_for_status()
        except httpx_sync.HTTPStatusError as error:
            assert error.response.status_code == 404
        else:
            raise AssertionError("/nothing was there")
        try:
            client.get("/slow", timeout=httpx.Timeout(60, read=0.05))
        except httpx.ReadTimeout:
            Echo.released.set()
        else:
            raise AssertionError("/slow was fast")
    assert seen == [f"HTTP/1.1 {status}" for status in (200, 201, 200, 404)]
    assert client.is_closed


async def waiting(url: str) -> None:
    """Send several requests at once, and stream in both directions."""
    async with httpx_sync.AsyncClient(base_url=url) as client:
        answers = await asyncio.gather(*(client.get.aio(f"/{number}") for number in range(5)))
        assert [answer.text for answer in answers] == [f"/{number} None" for number in range(5)]
        async with client.stream.aio("POST", "/lines", content=b"one\ntwo\n") as streamed:
            assert [line async for line in streamed.aiter_lines.aio()] == ["one", "two"]


with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        blocking(f"http://127.0.0.1:{server.server_port}")
        asyncio.run(waiting(f"http://127.0.0.1:{server.server_port}"))
    finally:
        server.shutdown()
print("done")
