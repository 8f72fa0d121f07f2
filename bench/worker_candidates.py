"""This library's own candidates in `bench/workers.py`: a blocking caller, and loops of both kinds that await."""

from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peers import is_installed
from worker_peers import Candidate, Opened, awaited_in_flight, awaited_one_by_one, each, expect

from ambidex import WorkerDied

if TYPE_CHECKING:
    from collections.abc import Generator

BLOCKING, ASYNCIO, UVLOOP = "ambidex, blocking", "ambidex, asyncio", "ambidex, uvloop"
BLOCKING_VIEWS, ASYNCIO_VIEWS = f"{BLOCKING}, views=True", f"{ASYNCIO}, views=True"
_CHILD = Path(__file__).with_name("worker_child.py")
_UNDER_WAY_S = 0.005  # after so long a part of 100 MiB is under way, and nowhere all of it


def own_candidates() -> list[Candidate]:
    """Return this library's candidates."""
    return [
        Candidate(BLOCKING, open_blocking, reasons={"in_flight": "its caller waits"}),
        Candidate(ASYNCIO, lambda: open_awaited("asyncio"), is_awaited=True),
        Candidate(
            UVLOOP,
            lambda: open_awaited("uvloop"),
            is_awaited=True,
            absent="" if is_installed("uvloop") else "uvloop is not installed",
        ),
    ]


@contextlib.contextmanager
def open_blocking() -> Generator[Opened]:
    """Start a child and call it from this thread."""
    with new_worker().sync as worker:
        call = worker.call

        def items(n: int) -> None:
            for _ in call.count(n):
                pass

        yield Opened(
            add=each(lambda: call.add(1, 2)), items=items, echo=call.echo, die=lambda: expect(WorkerDied, call.die)
        )


@contextlib.contextmanager
def open_awaited(kind: str) -> Generator[Opened]:
    """Start a child and call it from a loop of that kind."""
    with contextlib.closing(_loop(kind)) as loop:
        run = loop.run_until_complete
        worker = new_worker()
        run(worker.start())
        call = worker.acall

        async def items(n: int) -> None:
            async for _ in call.count(n):
                pass

        try:
            yield Opened(
                add=lambda n: run(awaited_one_by_one(lambda: call.add(1, 2), n)),
                in_flight=lambda n: run(awaited_in_flight(lambda: call.add(1, 2), n)),
                items=lambda n: run(items(n)),
                echo=lambda data: run(call.echo(data)),
                die=lambda: expect(WorkerDied, lambda: run(call.die())),
            )
        finally:
            run(worker.close())


@contextlib.contextmanager
def open_views() -> Generator[dict[str, Any]]:
    """Start a child, and give by name what has it echo data that stays in shared memory."""
    worker = new_worker()
    with contextlib.closing(_loop("asyncio")) as loop, worker.sync:
        blocking, awaited = worker.call.with_options(views=True), worker.acall.with_options(views=True)

        def echo(data: Any) -> Any:
            return loop.run_until_complete(awaited.echo(data))

        yield {BLOCKING_VIEWS: blocking.echo, ASYNCIO_VIEWS: echo}


@contextlib.contextmanager
def open_cancelled(data: Any) -> Generator[Any]:
    """Start a child, and give a function that returns how many seconds a cancel takes behind `data`.

    From the cancel of the task that awaits here, to the `CancelledError` of the task there.
    """

    async def seconds(call: Any) -> float:
        held = asyncio.ensure_future(call.hold())
        bulk = asyncio.ensure_future(call.echo(data))
        await asyncio.sleep(_UNDER_WAY_S)
        if bulk.done():
            raise RuntimeError("the data was there before the cancel: more of it is needed")
        started_s = time.monotonic()
        held.cancel()
        await asyncio.wait((held, bulk))
        ended_s: float = await call.cancelled_s()
        return ended_s - started_s

    with contextlib.closing(_loop("asyncio")) as loop:
        worker = new_worker()
        loop.run_until_complete(worker.start())
        try:
            yield lambda: loop.run_until_complete(seconds(worker.acall))
        finally:
            loop.run_until_complete(worker.close())


def new_worker(**options: Any) -> Any:  # what a child offers is known when it runs
    """Return a worker that is to be started."""
    from ambidex import ParentWorker

    return ParentWorker(_CHILD, **options)


def _loop(kind: str) -> asyncio.AbstractEventLoop:
    if kind == "asyncio":
        return asyncio.new_event_loop()
    import uvloop

    return uvloop.new_event_loop()
