"""Every step of a call, in a program of its own: `python -m tests.workers.steps FOLDER STEP` has a worker come to one.

The program has a child, which `meeting` tells the test of when it is at the step. If the program lives on, it prints
how the step has ended, as JSON, and how long it took until nothing was left of the child; a line on its standard input
says when that was killed (`time.monotonic`).
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ambidex import ParentWorker
from ambidex.errors import WorkerDied, WorkerNotStarted
from tests.workers.aftermath import VARIABLE, Aftermath, Held
from tests.workers.meeting import let_go, tell_there, wait_at, when_under_way

STEPPING = Path(__file__).with_name("children") / "stepping.py"
LONG = 64 << 20  # bytes
SOCKET = 64 << 10  # bytes

INTERPRETER = """#!/bin/sh
echo $$ > {folder}/there
read go < {folder}/gate
exec {python} "$@"
"""


@dataclass(frozen=True)
class Step:
    """Say how a worker comes to a step, and how what waits there ends when the child is killed.

    `come` does not come back before; it may be called before the worker runs. `progress` are the ones that are right.
    """

    come: Callable[[ParentWorker, str], object]
    progress: tuple[str, ...] = ("started",)
    starts: bool = True
    codec: str = "pickle"


def _start(worker: ParentWorker, folder: str) -> None:
    _ = folder
    worker.call.start()


def _send(worker: ParentWorker, folder: str, least: int) -> None:
    """Send more than a child takes that is stopped."""
    pid = worker.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    when_under_way(least, lambda: tell_there(folder, pid))
    worker.call.size_of(bytes(LONG))


def _leave_unread(worker: ParentWorker, folder: str) -> None:
    """Send a call to a child whose loop is held by another one."""
    pid = worker.pid
    assert pid is not None

    async def main() -> None:
        holding = asyncio.ensure_future(worker.acall.hold_loop_and_let_go())
        await asyncio.get_running_loop().run_in_executor(None, wait_at, folder, "go")
        when_under_way(1, lambda: tell_there(folder, pid))
        try:
            await worker.acall.add(1, 2)
        finally:
            await asyncio.wait({holding})
            holding.exception()

    asyncio.run(main())


def _call_back(worker: ParentWorker, folder: str) -> None:
    def function(pid: int) -> int:
        tell_there(folder, pid)
        wait_at(folder, "gate")
        return pid

    worker.call.call_back(function)


def _call_back_awaited(worker: ParentWorker, folder: str) -> None:
    async def function(pid: int) -> int:
        tell_there(folder, pid)
        await asyncio.get_running_loop().run_in_executor(None, wait_at, folder, "gate")
        return pid

    worker.call.call_back(function)


def _take_long(worker: ParentWorker, folder: str) -> None:
    """Have a result come, and read nothing of it."""

    async def main() -> None:
        result = asyncio.ensure_future(worker.acall.give_long())
        await asyncio.sleep(0)
        wait_at(folder, "gate")  # holds the loop
        await result

    asyncio.run(main())


def _take_long_item(worker: ParentWorker, folder: str) -> None:
    """Have an item come, and read nothing of it."""

    async def main() -> None:
        items = worker.acall.give_long_items()
        assert await items.__anext__() == b"first"
        item = asyncio.ensure_future(items.__anext__())
        await asyncio.sleep(0)
        let_go(folder, "go")
        wait_at(folder, "gate")  # holds the loop
        await item

    asyncio.run(main())


def _close_stream(worker: ParentWorker, folder: str) -> None:
    _ = folder
    items = worker.call.give_until_closed()
    assert next(items) == 1
    items.close()


def _close_awaited_stream(worker: ParentWorker, folder: str) -> None:
    async def main() -> None:
        items = worker.acall.give_until_closed()
        assert await items.__anext__() == 1
        await items.aclose()

    _ = folder
    asyncio.run(main())


def _release(worker: ParentWorker, folder: str) -> None:
    """Let go of what the child has lent, and call it until one call finds it letting go of that, too."""
    _ = folder
    worker.call.lend()
    while True:
        worker.call.add(1, 2)


def _close(worker: ParentWorker, folder: str) -> None:
    _ = folder
    worker.call.close()


STEPS: dict[str, Step] = {
    "starting": Step(_start, starts=False),
    "before hello": Step(_start, starts=False),
    "setup": Step(_start, starts=False),
    "request under way through memory": Step(lambda worker, folder: _send(worker, folder, 1), ("not_sent", "sent")),
    "request under way through a socket": Step(
        lambda worker, folder: _send(worker, folder, SOCKET), ("not_sent", "sent"), codec="msgpack"
    ),
    "sent": Step(_leave_unread, ("sent",)),
    "started": Step(lambda worker, _: worker.call.wait()),
    "started on a thread": Step(lambda worker, _: worker.call.wait_on_thread()),
    "holding the loop in C": Step(lambda worker, _: worker.call.hold_loop()),
    "holding the loop": Step(lambda worker, _: worker.call.compute()),
    "callback": Step(_call_back),
    "awaited callback": Step(_call_back_awaited),
    "item under way through memory": Step(_take_long_item),
    "item under way through a socket": Step(_take_long_item, codec="msgpack"),
    "stream being closed": Step(_close_stream),
    "awaited stream being closed": Step(_close_awaited_stream),
    "result under way through memory": Step(_take_long),
    "result under way through a socket": Step(_take_long, codec="msgpack"),
    "release": Step(_release, ("not_sent", "sent")),
    "close": Step(_close, ()),
}


def _come(worker: ParentWorker, step: Step, folder: str) -> dict[str, Any]:
    """Return how it ends."""
    try:
        step.come(worker, folder)
    except (WorkerDied, WorkerNotStarted) as error:
        return {"type": type(error).__name__, **vars(error)}
    return {"type": "none"}


def main(folder: str, name: str) -> None:
    """Run one step."""
    step = STEPS[name]
    with ParentWorker(STEPPING, args=(folder, "none"), output="drop") as first:
        assert first.call.add(1, 2) == 3  # what stays when a worker is gone is there now: threads, and their pipes
    token = f"{os.environ[VARIABLE]}/child"
    held = Held()
    python = None
    if name == "starting":
        python = Path(folder, "interpreter")
        python.write_text(INTERPRETER.format(folder=folder, python=sys.executable))
        python.chmod(0o700)
    worker = ParentWorker(
        STEPPING,
        args=(folder, name),
        python=python,
        env={VARIABLE: token},
        output="drop",
        restart="temporary",
        heartbeat=None,
        codec="msgpack" if step.codec == "msgpack" else "pickle",
    )
    aftermath = Aftermath(token, held.left)
    if step.starts:
        worker.call.start()
    ending = _come(worker, step, folder)
    ended = time.monotonic()
    killed = float(sys.stdin.readline())
    aftermath.begin(killed)
    after_s = aftermath.check()
    worker.call.close()
    print(json.dumps({**ending, "ended_s": ended - killed, "after_s": after_s}, default=str))


if __name__ == "__main__":
    main(*sys.argv[1:])
