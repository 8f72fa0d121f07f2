"""What a worker's calls did is counted, whichever way they were made, and told to an observer."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlineExceeded, ParentWorker, WorkerDied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ambidex.rpc.calling import MethodStatistics

FILE = Path(__file__).parent / "children" / "counted.py"


class Heard:
    """Write down what an observer is told, without times and sizes."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, ...]] = []
        self.workers: list[tuple[str, int | None]] = []
        self.moved: dict[str, int] = {}
        self.ended: list[int] = []  # processes
        self.seconds: list[float] = []

    def call_started(self, method: str) -> None:
        self.calls.append((method, "started"))

    def call_ended(self, method: str, seconds: float, outcome: str, error: str | None) -> None:
        self.seconds.append(seconds)
        self.calls.append((method, outcome, *([error] if error else [])))

    def bytes_moved(self, method: str, sent: int, received: int) -> None:
        self.moved[method] = self.moved.get(method, 0) + sent + received

    def worker_started(self, pid: int) -> None:
        self.workers.append(("started", pid))

    def worker_ended(self, pid: int, status: int | None) -> None:
        self.workers.append(("ended", status))
        self.ended.append(pid)


@pytest.fixture
def worker() -> Iterator[ParentWorker]:
    """Give a worker that runs."""
    with ParentWorker(FILE, output="drop") as worker:
        yield worker


def blocking(worker: ParentWorker, name: str, *args: object, timeout: float | None = None) -> object:
    """Call by the blocking face."""
    called: object = getattr(worker.call.with_options(timeout=timeout), name)(*args)
    return list(called) if name == "count" else called  # type: ignore[call-overload]


def awaited(worker: ParentWorker, name: str, *args: object, timeout: float | None = None) -> object:
    """Call by the async face, on a loop of its own."""

    async def call() -> object:
        called: Any = getattr(worker.acall.with_options(timeout=timeout), name)(*args)
        return [item async for item in called] if name == "count" else await called

    return asyncio.run(call())


both = pytest.mark.parametrize("call", [blocking, awaited], ids=["blocking", "awaited"])


@both
def test_every_outcome_is_counted_by_method(worker: ParentWorker, call: Callable[..., object]) -> None:
    """Results, errors by class, deadlines, and the bytes of all of them, by one code for both faces."""
    for _ in range(3):
        call(worker, "echo", "x" * 1000)
    with pytest.raises(KeyError):
        call(worker, "fail")
    with pytest.raises(DeadlineExceeded):
        call(worker, "wait", timeout=0.05)
    told = worker.statistics().methods
    assert set(told) == {"echo", "fail", "wait"}
    assert (told["echo"].calls, told["echo"].returned, told["echo"].in_flight) == (3, 3, 0)
    assert told["echo"].bytes_sent > 3000
    assert told["echo"].bytes_received > 3000
    assert told["fail"].errors == {"KeyError": 1}
    assert told["fail"].bytes_sent > 0
    assert told["fail"].bytes_received > 100  # with the traceback
    assert (told["wait"].deadline_exceeded, told["wait"].errors) == (1, {})
    assert (told["wait"].p50_s or 0.0) >= 0.05 / 2 ** (1 / 32)
    assert worker.statistics().total.calls == 5


@both
def test_stream_is_one_call_whose_items_are_bytes(worker: ParentWorker, call: Callable[..., Any]) -> None:
    """From its first step to its last."""
    assert len(call(worker, "count", 20)) == 20
    told = worker.statistics().methods["count"]
    assert (told.calls, told.returned) == (1, 1)
    assert 20_000 < told.bytes_received < 30_000


def test_bytes_of_a_stream_are_counted_while_it_runs(worker: ParentWorker) -> None:
    """A stream may go on for days; one that its reader leaves was given up."""
    stream = worker.call.count(1000)
    next(stream)
    told = worker.statistics().methods["count"]
    assert told.in_flight == 1
    assert told.bytes_received >= 1000
    stream.close()
    told = worker.statistics().methods["count"]
    assert (told.in_flight, told.cancelled) == (0, 1)


def test_what_is_sent_into_a_stream_is_counted() -> None:
    """On both faces, as it is sent."""
    with ParentWorker(FILE.with_name("pooled.py")) as worker:
        stream = worker.call.echo()
        next(stream)
        before = worker.statistics().methods["echo"].bytes_sent
        stream.send("x" * 1000)
        assert before + 1000 < worker.statistics().methods["echo"].bytes_sent < before + 1100
        stream.close()

        async def main() -> None:
            steps = worker.acall.echo()
            await steps.__anext__()
            before = worker.statistics().methods["echo"].bytes_sent
            await steps.asend("x" * 1000)
            assert before + 1000 < worker.statistics().methods["echo"].bytes_sent < before + 1100
            await steps.aclose()

        asyncio.run(main())


def test_cancelled_call_is_counted_as_that(worker: ParentWorker) -> None:
    """It says nothing of how long the method takes."""

    async def cancel() -> MethodStatistics:
        task = asyncio.ensure_future(worker.acall.wait())
        await asyncio.sleep(0)  # it has begun
        seen = worker.statistics().methods["wait"]
        task.cancel()
        await asyncio.wait({task})
        return seen

    seen = asyncio.run(cancel())
    assert (seen.calls, seen.in_flight) == (1, 1)
    told = worker.statistics().methods["wait"]
    assert (told.calls, told.in_flight, told.cancelled, told.p50_s) == (1, 0, 1, None)


@both
def test_death_is_an_error_of_the_call_and_of_those_after_it(call: Callable[..., object]) -> None:
    """They are called as long as nobody starts the worker again."""
    with ParentWorker(FILE, output="drop", restart="temporary") as worker:
        for name in ("die", "echo"):
            with pytest.raises(WorkerDied):
                call(worker, name, *([1] if name == "echo" else []))
        told = worker.statistics().methods
        assert told["die"].errors == told["echo"].errors == {"WorkerDied": 1}
        assert worker.statistics().total.in_flight == 0


def test_numbers_outlive_the_child(worker: ParentWorker) -> None:
    """They are of the worker, which may be closed and started again."""
    worker.call.echo(1)
    worker.call.close()
    assert worker.statistics().total.returned == 1
    worker.call.start()
    worker.call.echo(1)
    assert worker.statistics().total.returned == 2


def test_numbers_of_many_threads_and_loops_add_up(worker: ParentWorker) -> None:
    """Each thread by its own lane or its own loop, all at the same time."""
    begin = threading.Barrier(6)

    def work(call: Callable[..., object]) -> None:
        begin.wait()
        for _ in range(40):
            call(worker, "echo", 1)

    threads = [threading.Thread(target=work, args=(call,)) for call in (blocking, awaited) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = worker.statistics().methods["echo"]
    assert (told.returned, told.in_flight, told.latencies.count) == (240, 0, 240)


def test_observer_hears_of_calls_and_of_the_child() -> None:
    """From its start to its end, each once, in order."""
    heard = Heard()
    with ParentWorker(FILE, output="drop", observer=heard) as worker:
        pid = worker.pid
        worker.call.echo(1)
        with pytest.raises(KeyError):
            worker.call.fail()
        awaited(worker, "echo", 1)
    assert heard.calls == [
        ("echo", "started"),
        ("echo", "returned"),
        ("fail", "started"),
        ("fail", "failed", "KeyError"),
        ("echo", "started"),
        ("echo", "returned"),
    ]
    assert heard.workers[0] == ("started", pid)
    assert [event for event, _ in heard.workers] == ["started", "ended"]
    assert heard.ended == [pid]
    assert len(heard.seconds) == 3
    assert min(heard.seconds) > 0
    assert set(heard.moved) == {"echo", "fail"}


def test_observer_is_told_of_no_child_that_was_never_ready(tmp_path: Path) -> None:
    """What did not start is an error of the start."""
    file = tmp_path / "broken.py"
    file.write_text("raise RuntimeError('broken')\n", encoding="utf-8")
    heard = Heard()
    with pytest.raises(RuntimeError, match="broken"):
        ParentWorker(file, output="drop", observer=heard).call.start()
    assert heard.workers == []
