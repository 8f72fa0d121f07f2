"""Be many clients who follow a topic: `python -m tests.service.audience OPTIONS`, which is one JSON object.

It answers when all are connected. Each line of the standard input is a command, which is answered by one line.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from typing import Any

from ambidex import Event, connect


class Listener:
    """Follow the news from the moment at which it is entered."""

    def __init__(self, address: str) -> None:
        self.remote = connect(address)
        self.events = self.remote.events("news")

    async def take(self, count: int) -> list[float]:
        """Take so many events, the next ones in order; return how long each was on its way, in seconds."""
        delays: list[float] = []
        for number in range(count):
            event = await self.events.__anext__()
            assert isinstance(event, Event), event
            assert event.value["number"] == number, f"{event} came, and {number} was to come"
            delays.append(time.monotonic() - event.value["at"])
        return delays


async def main(address: str, count: int) -> None:
    """Be so many of them, and do what the standard input says."""
    loop = asyncio.get_running_loop()
    listeners = [Listener(address) for _ in range(count)]
    await asyncio.gather(*(each.events.__aenter__() for each in listeners))
    print("true", flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        command, *args = json.loads(line)
        answer: Any = None
        if command == "take":
            taken = await asyncio.gather(*(each.take(*args) for each in listeners))
            delays = sorted(itertools.chain.from_iterable(taken))
            places = (len(delays) // 2, len(delays) * 99 // 100, len(delays) - 1)
            answer = {"until": time.monotonic(), "delays": [delays[place] for place in places]}
        elif command == "connections":
            answer = [each.remote.health().connections for each in listeners]
        print(json.dumps(answer), flush=True)
    await asyncio.gather(*(each.events.aclose() for each in listeners))
    await asyncio.gather(*(each.remote.aclose() for each in listeners))


if __name__ == "__main__":
    asyncio.run(main(**json.loads(sys.argv[1])))
