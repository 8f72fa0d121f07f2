"""Prefork servers and multiprocessing: parents that used the runtime before they forked."""

from __future__ import annotations

import json
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.environments.conftest import Server, fetch, run, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="there is no fork"),
    pytest.mark.timeout(180),  # a master, its workers and a client, each importing a framework
]

GUNICORN = """
import json, multiprocessing, os
from tests.environments.station import Station, double, where

assert double(21) == 42  # before the fork
preloaded_in = where()[0]
station = Station("north")
readings = station.readings(9)
assert next(readings) == 0  # a stream that the parent is in the middle of
together = multiprocessing.get_context("fork").Barrier(2)

def app(environ, start_response):
    if environ["PATH_INFO"] == "/together":
        together.wait(50)  # a sync worker serves one request at a time: the other is the other worker's
    pid, thread = where()
    answer = [pid, pid == os.getpid() != preloaded_in, thread, station.measure(4), list(station.readings(3))]
    body = json.dumps(answer).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
"""


def test_gunicorn_workers_forked_from_a_preloaded_application(tmp_path: Path, serve: Callable[..., Server]) -> None:
    """Each worker has a runtime of its own, one that replaces a killed worker too, and all end when told to."""
    write(tmp_path, {"app.py": GUNICORN})
    options = ["--preload", "--workers", "2", "--bind", "127.0.0.1:0", "--worker-tmp-dir", str(tmp_path)]
    server = serve(
        "-W", "ignore::DeprecationWarning", "-m", "gunicorn", *options, "--graceful-timeout", "10", "app:app"
    )
    port = int(server.expect(r"Listening at: http://127\.0\.0\.1:(\d+)")[1])
    expected = [True, "ambidex-station", 8, [0, 1, 2]]

    def fetch_from_both() -> set[int]:
        with ThreadPoolExecutor(2) as pool:
            answers = [json.loads(page) for page in pool.map(fetch, [port] * 2, ["/together"] * 2)]
        assert [answer[1:] for answer in answers] == [expected] * 2
        return {answer[0] for answer in answers}

    first = fetch_from_both()
    assert len(first) == 2
    os.kill(min(first), signal.SIGKILL)
    second = fetch_from_both()
    assert len(second) == 2
    assert len(first & second) == 1
    assert server.end(signal.SIGTERM) == 0
    assert "Traceback" not in server.output


CELERY = """
import multiprocessing, os
from pathlib import Path
from celery import Celery, signals
from tests.environments.station import Station, double, fail, where

assert double(21) == 42  # before the fork
imported_in = where()[0]
station = Station("north")
together = multiprocessing.get_context("fork").Barrier(2)
here = Path(__file__).parent
for folder in ("queue", "control", "results"):
    (here / folder).mkdir(exist_ok=True)

app = Celery("app", broker="filesystem://", backend=(here / "results").as_uri())
app.conf.update(
    broker_transport_options={
        "data_folder_in": str(here / "queue"), "data_folder_out": str(here / "queue"),
        "control_folder": str(here / "control"),
        "polling_interval": 0.05,
    },
    broker_connection_retry_on_startup=True,
    worker_redirect_stdouts=False,
    worker_prefetch_multiplier=1,
    task_acks_late=True,
)

@app.task
def measure(value):
    together.wait(50)  # a child of the pool runs one task at a time: the other is the other child's
    pid, thread = where()
    return [pid, pid == os.getpid() != imported_in, thread, station.measure(value), list(station.readings(3))]

@app.task
def failing():
    fail("no such reading")

@signals.worker_ready.connect
def ready(**_):
    print("worker ready", flush=True)
"""
CLIENT = """
import json
from app import double, failing, measure

answers = [task.get(timeout=160, interval=0.05) for task in [measure.delay(value) for value in range(4)]]
try:
    failing.delay().get(timeout=160, interval=0.05)
except LookupError as error:
    answers.append(str(error))
assert double(21) == 42
print(json.dumps(answers))
"""


@pytest.mark.slow  # Celery itself takes five seconds to start and five to stop
def test_celery_prefork_workers(tmp_path: Path, serve: Callable[..., Server]) -> None:
    """Children of a pool whose parent used the runtime answer tasks, raise what was raised, and end when told to."""
    write(tmp_path, {"app.py": CELERY, "client.py": CLIENT})
    options = ["--pool", "prefork", "--concurrency", "2", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    root = {"C_FORCE_ROOT": "1"}  # so that the test may run as root, too
    server = serve(
        "-W", "ignore::DeprecationWarning", "-m", "celery", "-A", "app", "worker", "-l", "ERROR", *options, **root
    )
    server.expect("^worker ready")
    done = run(tmp_path, "client.py", limit_s=170)
    assert (done.returncode, done.stderr) == (0, "")
    *measured, failed = json.loads(done.stdout)
    assert [answer[1:] for answer in measured] == [[True, "ambidex-station", 2 * n, [0, 1, 2]] for n in range(4)]
    assert len({answer[0] for answer in measured}) == 2
    assert failed == "no such reading"
    assert server.end(signal.SIGTERM) == 0
    assert server.output.count("Traceback") == server.output.count("LookupError: no such reading")


MULTIPROCESSING = """
import multiprocessing, os, sys, threading, warnings
from concurrent.futures import ProcessPoolExecutor
from tests.environments.station import Station, double, hold, where

warnings.filterwarnings("ignore", "This process .* is multi-threaded, use of fork", DeprecationWarning)

def work(value):
    station = Station("in a child")
    pid, thread = where()
    return pid == os.getpid(), thread, station.measure(value), list(station.readings(2)), pid

def main():
    method, cleaned_up = sys.argv[1:]
    context = multiprocessing.get_context(method)
    parent = threading.get_ident(), where()
    future = hold.submit(cleaned_up)  # in flight while the children are made
    with context.Pool(2) as pool:
        answers = pool.map(work, range(6), chunksize=1)
        doubled = pool.map(double, range(3))  # the face itself crosses by its name
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        answers += pool.map(work, range(6))
    process = context.Process(target=work, args=(1,))
    process.start()
    process.join(50)
    assert process.exitcode == 0
    assert all(answer[:4] == (True, "ambidex-station", 2 * n, [0, 1]) for n, answer in zip([*range(6)] * 2, answers))
    assert os.getpid() not in {answer[4] for answer in answers}
    assert doubled == [0, 2, 4]
    assert not future.done() and future.cancel()
    assert (threading.get_ident(), where()) == parent
    print("whole")

if __name__ == "__main__":
    main()
"""


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_multiprocessing(method: str, tmp_path: Path) -> None:
    """Children of each kind use the faces, with work of the parent's in flight; the parent's runtime is untouched."""
    write(tmp_path, {"program.py": MULTIPROCESSING})
    done = run(tmp_path, "-W", "error", "program.py", method, str(tmp_path / "cleaned up"), limit_s=170)
    assert (done.returncode, done.stdout, done.stderr) == (0, "holding\nwhole\n", "")
    assert (tmp_path / "cleaned up").exists()
