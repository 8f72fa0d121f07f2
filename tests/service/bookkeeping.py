"""Serve a ledger, and publish without end: `python -m tests.service.bookkeeping OPTIONS`, which is one JSON object.

Each line of the standard input is a command in JSON, and is answered by one line of JSON. The end of it is the end.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from typing import Any

from ambidex.service import MemoryLog, Publisher, Service, ServiceLimits, SQLiteLog
from tests.service import _ledger


async def publish(publisher: Publisher, ledger: _ledger.Ledger) -> None:
    """Publish until this is cancelled."""
    for number in itertools.count():
        await publisher.apublish("entries", {"life": ledger.life, "number": number})
        await asyncio.sleep(0.05)


async def broadcast(publisher: Publisher, count: int, every_s: float) -> float:
    """Publish so many events, which say when, every so many seconds or as fast as it goes; return when that began."""
    begin = time.monotonic()
    for number in range(count):
        await asyncio.sleep(begin + number * every_s - time.monotonic())
        await publisher.apublish("news", {"number": number, "at": time.monotonic(), "text": "x" * 100})
    return begin


async def main(
    address: str,
    book: str,
    log: str,
    life: int,
    limits: dict[str, float],
    identity: str | None = None,
    allow: tuple[str, ...] = (),
) -> None:
    """Serve; say where when it begins."""
    loop = asyncio.get_running_loop()
    keys: dict[str, Any] = {}
    if identity is not None:
        from ambidex.service import Identity

        keys = {"identity": Identity.load(identity), "allow": allow}
    publisher = Publisher(MemoryLog() if log == "memory" else SQLiteLog(log))
    ledger, bounds = _ledger.Ledger(book, life), ServiceLimits()._replace(**limits)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  seconds
    async with Service(ledger, address, events=publisher, limits=bounds, **keys) as service:
        publishing = asyncio.ensure_future(publish(publisher, ledger))
        print(json.dumps(service.address), flush=True)
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            command, *args = json.loads(line)
            answer: Any = None
            if command == "clients":
                answer = service.clients
            elif command == "live":
                (ledger.life,) = args
            elif command == "broadcast":
                answer = await broadcast(publisher, *args)
            elif command == "end":  # of the events, with one that says so
                publishing.cancel()
                await asyncio.wait({publishing})
                answer = (await publisher.apublish("entries", "end")).number
            print(json.dumps(answer), flush=True)
        publishing.cancel()
        await asyncio.wait({publishing})


if __name__ == "__main__":
    asyncio.run(main(**json.loads(sys.argv[1])))
