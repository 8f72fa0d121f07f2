"""Flask and FastAPI: real servers, blocking and async handlers, requests that are under way at once."""

from __future__ import annotations

import json
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from tests.environments.conftest import Server, fetch, run, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FLASK = """
import json, sys, threading
import flask
from tests.environments._station import request_id
from tests.environments.station import Station, double, fail, meet, where, who

app = flask.Flask("station")
station = Station("north")

@app.get("/calls/<int:value>")
def calls(value):
    request_id.set(str(value))
    with station.session() as session:
        readings = list(station.readings(3))
    flask.g.seen = double(value)
    return flask.jsonify([session, readings, station.measure(value), flask.g.seen, who(), flask.request.path])

@app.get("/stream")
def stream():
    return flask.Response((f"{number}\\n" for number in station.readings(3)), mimetype="text/plain")

@app.get("/fails")
def fails():
    try:
        fail("no such reading")
    except LookupError as error:
        return str(error)

@app.get("/meet/<int:count>")
def meeting(count):
    return flask.jsonify([meet("all", count), threading.current_thread().name, where()[1]])

if sys.argv[1] == "client":
    client = app.test_client()
    for path in ("/calls/4", "/stream", "/fails", "/meet/1"):
        print(json.dumps(client.get(path).get_data(as_text=True)))
else:
    from werkzeug.serving import make_server
    server = make_server("127.0.0.1", 0, app, threaded=True)
    print(f"listening on {server.server_port}.", flush=True)
    server.serve_forever()
"""

FASTAPI = """
import asyncio, contextlib, sys, threading
import fastapi, uvicorn
from tests.environments._station import request_id
from tests.environments.station import Station, double, fail, meet, where, who

station = Station("north")

@contextlib.asynccontextmanager
async def lifespan(app):
    async with station.session() as session:
        app.state.session = session
        yield
    print("lifespan ended", flush=True)

app = fastapi.FastAPI(lifespan=lifespan)

@app.get("/def/{value}")
def blocking(value: int):
    request_id.set(str(value))
    return [list(station.readings(3)), station.measure(value), double(value), who()]

@app.get("/async/{value}")
async def awaiting(value: int):
    request_id.set(str(value))
    readings = [number async for number in station.readings.aio(3)]
    return [readings, await station.measure.aio(value), await double.aio(value), await who.aio()]

@app.get("/meet/def/{count}")
def meet_blocking(count: int):
    return meet("all", count)

@app.get("/meet/async/{count}")
async def meet_awaiting(count: int):
    return await meet.aio("all", count)

@app.get("/stream")
def stream():
    return fastapi.responses.StreamingResponse(f"{number}\\n" for number in station.readings(3))

@app.get("/careless")
async def careless():
    return double(21)

config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="on")

class Announcing(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print(f"listening on {self.servers[0].sockets[0].getsockname()[1]}.", flush=True)

try:
    Announcing(config).run()
except KeyboardInterrupt:  # uvicorn raises the signal that ended it once more
    print("ended", flush=True)
"""


def _fetch_together(port: int, paths: list[str]) -> list[str]:
    """Fetch several pages at once, each on a thread and a connection of its own."""
    with ThreadPoolExecutor(len(paths)) as pool:
        return list(pool.map(fetch, [port] * len(paths), paths))


def _calls(value: int) -> list[object]:
    return ["session of north", [0, 1, 2], 2 * value, 2 * value, str(value), f"/calls/{value}"]


def test_flask_view_under_the_test_client(tmp_path: Path) -> None:
    """Views block, stream and fail as they do over any blocking library, without a warning."""
    write(tmp_path, {"app.py": FLASK})
    done = run(tmp_path, "-W", "error", "app.py", "client")
    assert (done.returncode, done.stderr) == (0, "")
    calls, stream, fails, meeting = map(json.loads, done.stdout.splitlines())
    assert json.loads(calls) == _calls(4)
    assert (stream, fails) == ("0\n1\n2\n", "no such reading")
    assert json.loads(meeting) == [1, "MainThread", "ambidex-station"]


def test_flask_server_in_threads_serves_requests_at_once(tmp_path: Path, serve: Callable[..., Server]) -> None:
    """Eight requests meet on the runtime's loop, each with its own context; the server ends when interrupted."""
    write(tmp_path, {"app.py": FLASK})
    server = serve("-W", "error", "app.py", "serve")
    port = int(server.expect(r"listening on (\d+)\.")[1])
    met = [json.loads(page) for page in _fetch_together(port, ["/meet/8"] * 8)]
    assert [(count, loop) for count, _, loop in met] == [(8, "ambidex-station")] * 8
    assert len({thread for _, thread, _ in met}) == 8
    pages = _fetch_together(port, [f"/calls/{value}" for value in range(8)])
    assert [json.loads(page) for page in pages] == [_calls(value) for value in range(8)]
    assert fetch(port, "/stream") == "0\n1\n2\n"
    assert server.end(signal.SIGINT) == 0
    assert "Error" not in server.output
    assert "Warning" not in server.output


def test_fastapi_serves_blocking_and_async_handlers_at_once(tmp_path: Path, serve: Callable[..., Server]) -> None:
    """`def` handlers block a worker thread, `async def` handlers await; both share one object, and all run at once."""
    write(tmp_path, {"app.py": FASTAPI})
    server = serve("app.py")
    port = int(server.expect(r"listening on (\d+)\.")[1])
    assert set(_fetch_together(port, ["/meet/def/8", "/meet/async/8"] * 4)) == {"8"}
    kinds = ["def", "async"]
    pages = _fetch_together(port, [f"/{kinds[value % 2]}/{value}" for value in range(8)])
    assert [json.loads(page) for page in pages] == [[[0, 1, 2], 2 * value, 2 * value, str(value)] for value in range(8)]
    assert fetch(port, "/stream") == "0\n1\n2\n"
    assert server.end(signal.SIGINT) == 0
    assert server.output == f"listening on {port}.\nlifespan ended\nended\n"


def test_fastapi_async_handler_that_blocks_works_and_is_warned(tmp_path: Path, serve: Callable[..., Server]) -> None:
    """A blocking call in an `async def` handler holds the server's loop: it answers, and the log names the line."""
    write(tmp_path, {"app.py": FASTAPI})
    server = serve("app.py")
    port = int(server.expect(r"listening on (\d+)\.")[1])
    assert fetch(port, "/careless") == "42"
    server.expect(r"app\.py:\d+: BlockingInAsyncWarning: double blocks the event loop")
    server.expect(r"return double\(21\)")
    assert server.end(signal.SIGINT) == 0
