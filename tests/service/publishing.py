"""Serve a town that publishes events: `python -m tests.service.publishing ADDRESS LOG`; LOG is a file, or "memory".

Each line of the standard input is a command in JSON, and is answered by one line of JSON. The end of it is the end.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from ambidex.service import MemoryLog, Publisher, Service, ServiceLimits, SQLiteLog
from tests.workers.children import _atlas


async def keep_publishing(service: Service, topic: str) -> None:
    """Publish until this is cancelled."""
    number = 0
    while True:
        number += 1
        await service.apublish(topic, {"number": number})


async def main(address: str, log: str) -> None:
    """Serve, and do what the standard input says."""
    loop = asyncio.get_running_loop()
    limits = ServiceLimits(subscriptions=16)
    events = None if log == "none" else Publisher(MemoryLog(most_events=100) if log == "memory" else SQLiteLog(log))
    async with Service(_atlas.Town("Oslo"), address, limits=limits, events=events) as service:
        print("serving", flush=True)
        publishing: asyncio.Task[None] | None = None
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            command, *args = json.loads(line)
            answer: Any = None
            if command == "publish":
                topic, values = args
                answer = [str(await service.apublish(topic, value)) for value in values]
            elif command == "publish bytes":
                topic, size = args
                answer = str(
                    await asyncio.get_running_loop().run_in_executor(None, service.publish, topic, bytes(size))
                )
            elif command == "keep publishing":
                publishing = asyncio.ensure_future(keep_publishing(service, args[0]))
            elif command == "stop publishing":
                assert publishing is not None
                publishing.cancel()
                await asyncio.wait({publishing})
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
